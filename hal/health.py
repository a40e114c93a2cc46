"""How a device is doing, in words the diagnostics screen, the log and head office share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far a device can be used. UnifiedPOS words where it has one."""

    CONNECTING = "connecting"
    """Its port is being opened for the first time; nothing is known yet."""
    READY = "ready"
    """It works and needs nobody."""
    ATTENTION = "attention"
    """It answers, and a person should do something; the reason tells whether it still works meanwhile."""
    OFFLINE = "offline"
    """It does not answer, or says it is off line. It is tried again by itself."""


class Reason(StrEnum):
    """Why a device is in its state."""

    OK = "ok"
    """Nothing to report."""
    CONNECTING = "connecting"
    """No answer has been asked for yet."""
    PAPER_NEAR_END = "paper_near_end"
    """The roll is nearly used up; printing still works."""
    PAPER_OUT = "paper_out"
    """There is no paper; print jobs are kept."""
    COVER_OPEN = "cover_open"
    """The paper cover is open; print jobs are kept."""
    CUTTER_ERROR = "cutter_error"
    """The knife is blocked; somebody has to clear it and switch the printer off and on."""
    DEVICE_ERROR = "device_error"
    """The device reports a fault of its own that none of the other members names."""
    OFFLINE = "offline"
    """The device answers and says that it is off line (feed button held, error state, switched to stand-by)."""
    UNPLUGGED = "unplugged"
    """The port is gone or refuses: cable, power, address."""
    TIMEOUT = "timeout"
    """The port is there and the device did not answer in time."""
    BAD_DATA = "bad_data"
    """Bytes arrived that are no valid frame; they were thrown away whole."""
    BAD_JOB = "bad_job"
    """The print job itself cannot be printed (an unreadable picture, for instance); no device is at fault."""
    DRIVER_ERROR = "driver_error"
    """The driver failed in a way it does not know; details are in the log."""


_STILL_WORKS = frozenset({Reason.OK, Reason.PAPER_NEAR_END, Reason.BAD_DATA})


@dataclass(frozen=True, slots=True)
class Health:
    """One device's condition; `detail` is a sentence for a technician, never a person's name or number."""

    state: State
    reason: Reason = Reason.OK
    detail: str = ""

    @property
    def can_work(self) -> bool:
        """True when a job given now would be done: ready, or wanting attention only for later."""
        return self.state in (State.READY, State.ATTENTION) and self.reason in _STILL_WORKS


CONNECTING = Health(State.CONNECTING, Reason.CONNECTING)
READY = Health(State.READY)
