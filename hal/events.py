"""What devices tell the house. Every event is frozen and names the device by its name in the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from hal.health import Health, Reason


class Certainty(StrEnum):
    """What is known about the paper after a print job did not end well."""

    NOTHING = "nothing"
    """Not one line of it was printed."""
    PART = "part"
    """Some of it is on paper, and not all."""
    UNKNOWN = "unknown"
    """Nobody can say: none, part or all of it may be on paper."""


@dataclass(frozen=True, slots=True)
class BadgePresented:
    """A badge was read. `monotonic_s` is `time.monotonic()` when its last byte was seen."""

    device: str
    number: str
    monotonic_s: float


@dataclass(frozen=True, slots=True)
class BarcodeScanned:
    """A bar code was read, without symbology prefix. `monotonic_s` as in `BadgePresented`."""

    device: str
    code: str
    monotonic_s: float


@dataclass(frozen=True, slots=True)
class HealthChanged:
    """A device's health differs from what was said last."""

    device: str
    health: Health


@dataclass(frozen=True, slots=True)
class PrintDone:
    """The printer confirmed that the whole job is on paper and cut."""

    device: str
    job_id: str


@dataclass(frozen=True, slots=True)
class PrintFailed:
    """An attempt at a job failed, or the job has to wait.

    `kept` True: the job stays first in its queue and ends in `PrintDone` later, unless it is cancelled.
    `kept` False: it was given up and no more is said about it.
    """

    device: str
    job_id: str
    reason: Reason
    certainty: Certainty
    kept: bool = True


@dataclass(frozen=True, slots=True)
class DrawerOpened:
    """The cash drawer opened; one without a sensor: the pulse was sent and whatever sends it still answers.

    `by_hand`: nobody here asked for it; its sensor saw it, a key was used for instance.
    """

    device: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class DrawerClosed:
    """The cash drawer was pushed shut; only one with a sensor says so."""

    device: str


@dataclass(frozen=True, slots=True)
class DrawerFailed:
    """The drawer could not be opened. The wish is dropped: a drawer never springs open later by itself."""

    device: str
    reason: Reason


Event = (
    BadgePresented
    | BarcodeScanned
    | HealthChanged
    | PrintDone
    | PrintFailed
    | DrawerOpened
    | DrawerClosed
    | DrawerFailed
)
