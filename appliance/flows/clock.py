"""The two clocks a flow needs, handed in so that a test can turn them."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    def now_utc(self) -> datetime:
        """The wall clock, aware and in UTC; it may be wrong and may jump."""

    def monotonic_s(self) -> float:
        """Seconds that never go back, for time-outs."""


class SystemClock:
    def now_utc(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()
