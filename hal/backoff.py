"""How long to wait before the next try."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses that grow by `factor` from `first_s` to `longest_s` seconds, each shortened by up to `jitter` (0 to 1).

    The jitter keeps many terminals from knocking at the same moment after a power cut.
    """

    first_s: float = 0.5
    longest_s: float = 5.0
    factor: float = 2.0
    jitter: float = 0.5

    def pause_s(self, failures: int, chance: random.Random) -> float:
        """Return the pause after the `failures`-th failure in a row, counted from 1."""
        full_s = min(self.longest_s, self.first_s * self.factor ** min(failures - 1, 32))
        return full_s * (1.0 - self.jitter * chance.random())
