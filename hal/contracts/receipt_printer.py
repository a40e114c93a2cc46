"""The contract of a receipt printer, and the lines a slip consists of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from hal.contracts.device import Device
from hal.health import Health

NAME = "receipt_printer"

Align = Literal["left", "center", "right"]
Size = Literal[1, 2, 4]


@dataclass(frozen=True, slots=True)
class PrintText:
    """One paragraph; too long, it is wrapped between words. `size` is how many times as wide and high it is."""

    text: str
    align: Align = "left"
    bold: bool = False
    size: Size = 1


@dataclass(frozen=True, slots=True)
class PrintColumns:
    """`left` at the left edge, `right` at the right edge. A long `left` is wrapped, `right` stands in its last line."""

    left: str
    right: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class PrintRule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class PrintQr:
    """A QR code with `data` as UTF-8, centred."""

    data: str


@dataclass(frozen=True, slots=True)
class PrintFeed:
    """`lines` empty lines, 1 to 255."""

    lines: int = 1


@dataclass(frozen=True, slots=True)
class PrintImage:
    """A PNG, centred, in black and white, made narrower when it is wider than the paper."""

    png: bytes


@dataclass(frozen=True, slots=True)
class PrintCut:
    """Feeds what was printed past the knife and cuts."""


PrintLine = PrintText | PrintColumns | PrintRule | PrintQr | PrintFeed | PrintImage | PrintCut


@runtime_checkable
class ReceiptPrinter(Device, Protocol):
    """Prints slips."""

    def print(self, lines: Sequence[PrintLine], job_id: str) -> None:
        """Print `lines` and return only when the printer confirmed that all of them are on paper.

        MUST NOT print a character as another one without saying so (log), nor leave a rest of the job in the printer
        that would come out later: after an error the printer's buffer is emptied, or the port has to be reopened,
        which empties it.
        Raises `PaperOut`, `CoverOpen`, `CutterError`, `DeviceOffline` with the `certainty` NOTHING when the condition
        was seen before the first byte was sent, else PART; `DeviceTimeout` and `DeviceUnplugged` with UNKNOWN once
        a byte was sent: the paper may then carry none, part or all of it. Raises `BadJob` before anything is sent.
        `job_id` is for logs only.
        """

    def status(self) -> Health:
        """Ask the printer and return how it is; raises `DeviceTimeout` or `DeviceUnplugged` when it does not answer."""

    def open_drawer(self) -> None:
        """As `CashDrawer.open_drawer`, for a drawer that hangs at the printer."""
