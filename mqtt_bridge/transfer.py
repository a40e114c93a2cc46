"""When a terminal sends what it wrote: at once, now and then, or when somebody says so.

A gate stands before the uplink. It opens for the entries that are there at that moment and is shut again behind the last
of them; whatever else goes over the line does not pass it. No clock of its own: moments come in as monotonic seconds and
UTC. What opened it is kept in a file by its owner, so neither a restart nor a clock that was set loses an opening.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple
from zoneinfo import ZoneInfo


class TransferMode(StrEnum):
    """When entries are sent. `TIMES` and `SERVICE_END` are in the store's local time."""

    IMMEDIATE = "immediate"
    EVERY = "every"
    TIMES = "times"
    SHIFT_END = "shift_end"
    SERVICE_END = "service_end"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class TransferPlan:
    """A mode with its figures: minutes between two openings, times of day without a time zone."""

    mode: TransferMode = TransferMode.IMMEDIATE
    every_minutes: int = 60
    times: tuple[time, ...] = ()

    def __str__(self) -> str:
        """The plan in at most 40 characters, as head office is told it."""
        if self.mode is TransferMode.EVERY:
            return f"every {self.every_minutes} min"
        if self.mode is TransferMode.TIMES:
            shown = "times " + " ".join(f"{each:%H:%M}" for each in sorted(self.times))
            return shown if len(shown) <= 40 else f"times ({len(self.times)} a day)"
        return str(self.mode)


@dataclass(frozen=True)
class StoreDay:
    """What the times mean: the store's time zone, and when its meal services end."""

    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    service_ends: tuple[time, ...] = ()


class Opening(NamedTuple):
    """The gate's last opening: entries up to `through` may be sent, and when it was (None: never)."""

    through: int = 0
    at: datetime | None = None


class Gate:
    """Says up to which entry the uplink may send. `opening` is to be kept in a file and given back after a restart."""

    def __init__(self, plan: TransferPlan, opening: Opening | None = None) -> None:
        self.plan = plan
        self.opening = opening or Opening()
        self._opened_s: float | None = None

    @property
    def through(self) -> int | None:
        """The last entry that may be sent; None: all of them."""
        return None if self.plan.mode is TransferMode.IMMEDIATE else self.opening.through

    def open(self, head_seq: int, now_s: float, now_utc: datetime) -> None:
        """Let through what there is: everything up to entry `head_seq`."""
        self._opened_s = now_s
        self.opening = Opening(max(self.opening.through, head_seq), now_utc)

    def hear(self, moment: str, head_seq: int, now_s: float, now_utc: datetime) -> None:
        """Take the end of something ("shift_end", "service_end"); opens when the plan waits for that."""
        if moment == self.plan.mode:
            self.open(head_seq, now_s, now_utc)

    def turn(self, head_seq: int, shift_end_seq: int, now_s: float, now_utc: datetime, day: StoreDay) -> None:
        """Open if it is time to. `shift_end_seq` is the last entry that closes a shift, 0 if there is none.

        Every `EVERY` minutes by the monotonic clock, and once at the start. At a time of day once, also when the terminal
        was off then or the clock jumped over it; after a clock was set back, its times come again. A local time that the
        change to summer time leaves out is an hour later, one that comes twice counts the first time.
        """
        mode = self.plan.mode
        if mode is TransferMode.EVERY:
            if self._opened_s is None or now_s - self._opened_s >= self.plan.every_minutes * 60:
                self.open(head_seq, now_s, now_utc)
        elif mode is TransferMode.SHIFT_END:
            if shift_end_seq > self.opening.through:
                self.open(head_seq, now_s, now_utc)
        elif mode is TransferMode.TIMES:
            self._by_clock(self.plan.times, head_seq, now_s, now_utc, day.timezone)
        elif mode is TransferMode.SERVICE_END:
            self._by_clock(day.service_ends, head_seq, now_s, now_utc, day.timezone)

    def _by_clock(
        self, times: Sequence[time], head_seq: int, now_s: float, now_utc: datetime, timezone: ZoneInfo
    ) -> None:
        last = self.opening.at
        if last is None or last > now_utc:
            self.opening = self.opening._replace(at=now_utc)
            return
        due = latest(times, now_utc, timezone)
        if due is not None and due > last:
            self.open(head_seq, now_s, now_utc)


def latest(times: Sequence[time], now_utc: datetime, timezone: ZoneInfo) -> datetime | None:
    """The newest moment (UTC) not after `now_utc` at which a clock in `timezone` shows one of `times`; None without times."""
    today = now_utc.astimezone(timezone).date()
    found = (
        datetime.combine(today - timedelta(days=days), each, tzinfo=timezone).astimezone(UTC)
        for days in range(3)
        for each in times
    )
    return max((moment for moment in found if moment <= now_utc), default=None)
