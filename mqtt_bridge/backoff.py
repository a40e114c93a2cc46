"""How long to wait before trying again: doubling, capped, and never the same for two terminals."""

from __future__ import annotations

import random


class Backoff:
    """Delays of half to all of `first_s`, 2 x `first_s`, ... up to `longest_s`."""

    def __init__(self, first_s: float, longest_s: float) -> None:
        self._first_s, self._longest_s = first_s, longest_s
        self._random = random.SystemRandom()
        self._step_s = first_s

    def next_s(self) -> float:
        """Return the next delay in seconds."""
        delay_s = self._step_s * self._random.uniform(0.5, 1.0)
        self._step_s = min(self._longest_s, self._step_s * 2)
        return delay_s

    def reset(self) -> None:
        """Begin again with the shortest delay."""
        self._step_s = self._first_s
