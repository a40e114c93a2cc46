"""Whether head office is worth waiting for: a circuit breaker, told what happens and holding no clock of its own."""

from __future__ import annotations

SLOW_IN_A_ROW = 3
GOOD_IN_A_ROW = 2


class Breaker:
    """Opens at once on a lost line, on one answer that stays away, or on three slow ones in a row; two good ones in a row
    close it. It starts open: nothing is known yet. An answer is slow after `slow_after_s` seconds."""

    def __init__(self, slow_after_s: float) -> None:
        self._slow_after_s = slow_after_s
        self._in_a_row = 0
        self._open = True

    @property
    def is_open(self) -> bool:
        """Whether nobody should wait for head office now."""
        return self._open

    def link_lost(self) -> None:
        """The line is down."""
        self._trip()

    def timed_out(self) -> None:
        """An answer did not come in time."""
        self._trip()

    def answered(self, took_s: float) -> None:
        """An answer came after that many seconds. While it is open only answers to probes count."""
        counts = (took_s > self._slow_after_s) != self._open
        self._in_a_row = self._in_a_row + 1 if counts else 0
        if self._in_a_row >= (GOOD_IN_A_ROW if self._open else SLOW_IN_A_ROW):
            self._open, self._in_a_row = not self._open, 0

    def _trip(self) -> None:
        self._open, self._in_a_row = True, 0
