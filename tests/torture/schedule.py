"""What happens when, from a seed alone: every step is due at a number of tickets, not at a time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.torture.proxy import Network

DAY_S = 86_400
FIRST_SHARE, LAST_SHARE = 0.02, 0.97


class Deed(StrEnum):
    """What the harness does to the house."""

    KILL = "kill"
    CRASH_BACKEND = "crash a backend"
    NETWORK = "network"
    FILL_DISK = "fill disk"
    FREE_DISK = "free disk"
    CLOCK = "clock"
    BACK_UP = "back up"
    RESTORE = "restore"
    TOP_UP = "top up"
    DEARER = "dearer"


@dataclass(frozen=True, order=True)
class Step:
    """`deed` is due once `at` tickets are issued; `target` and `value` say to what and how."""

    at: int
    deed: Deed
    target: str
    value: str = ""


@dataclass(frozen=True)
class Sizes:
    """How much of everything. `network` are the times a terminal's network fails, `spool_network` that of head office."""

    terminals: int
    sales_each: int
    kills: int
    network: int
    spool_network: int
    disks_full: int
    clock_jumps: int
    restores: int
    top_ups: int
    prices: int

    def scaled(self, share: float) -> Sizes:
        """A smaller run, with at least one of everything."""
        few = {name: max(1, round(number * share)) for name, number in vars(self).items()}
        return Sizes(**(few | {"terminals": self.terminals}))

    @property
    def names(self) -> tuple[str, ...]:
        """The terminals."""
        return tuple(f"till-{number}" for number in range(1, self.terminals + 1))

    @property
    def small_disks(self) -> tuple[str, ...]:
        """The terminals whose disk can be filled."""
        return self.names[-2:]

    @property
    def sales(self) -> int:
        """Tickets of all terminals."""
        return self.terminals * self.sales_each


SHORT = Sizes(
    terminals=5,
    sales_each=45,
    kills=12,
    network=6,
    spool_network=1,
    disks_full=1,
    clock_jumps=3,
    restores=1,
    top_ups=6,
    prices=1,
)
LONG = Sizes(
    terminals=5,
    sales_each=2000,
    kills=130,
    network=60,
    spool_network=8,
    disks_full=8,
    clock_jumps=20,
    restores=5,
    top_ups=80,
    prices=6,
)


def make(seed: int, sizes: Sizes, *, postgresql: bool, clocks: bool) -> tuple[Step, ...]:
    """The schedule of a seed, in order. `clocks` tells whether clocks can be set."""
    return tuple(sorted(_Maker(seed, sizes, postgresql, clocks).steps))


class _Maker:
    def __init__(self, seed: int, sizes: Sizes, postgresql: bool, clocks: bool) -> None:
        self._random = random.Random(f"schedule {seed}")
        self._sizes = sizes
        self.steps: list[Step] = []
        self._kills(postgresql)
        self._networks()
        self._disks()
        if clocks:
            self._clocks()
        self._restores()
        for _ in range(sizes.top_ups):
            self._add(self._somewhen(), Deed.TOP_UP, "head office", str(self._random.choice((300, 700, 1500))))
        for _ in range(sizes.prices):
            self._add(self._somewhen(), Deed.DEARER, "head office", "5")

    def _add(self, at: int, deed: Deed, target: str, value: str = "") -> None:
        self.steps.append(Step(at, deed, target, value))

    def _somewhen(self, first: float = FIRST_SHARE, last: float = LAST_SHARE) -> int:
        return int(self._random.uniform(first, last) * self._sizes.sales)

    def _span(self, shortest: float, longest: float) -> tuple[int, int]:
        """The first and the last ticket of something that takes this share of all."""
        first = self._random.uniform(FIRST_SHARE, LAST_SHARE - longest)
        last = first + self._random.uniform(shortest, longest)
        return int(first * self._sizes.sales), int(last * self._sizes.sales)

    def _kills(self, postgresql: bool) -> None:
        """Everything at least once if there are enough kills; terminals and bridges most often."""
        names = self._sizes.names
        kinds: list[Sequence[str]] = [
            [f"{name} terminal" for name in names],
            [f"{name} bridge" for name in names],
            ["spool"],
            ["broker"],
            ["web"],
        ]
        if postgresql:
            kinds.append(["postgresql"])
        for number in range(self._sizes.kills):
            kind = kinds[number] if number < len(kinds) else self._random.choice([*kinds, *kinds[:2] * 3])
            victim = self._random.choice(kind)
            crash = victim == "postgresql" and self._random.random() < 0.5
            self._add(self._somewhen(), Deed.CRASH_BACKEND if crash else Deed.KILL, victim)

    def _networks(self) -> None:
        troubles = [Network.CUT, Network.HELD, Network.SWALLOWED, Network.SLOW]
        places = [self._sizes.names[number % self._sizes.terminals] for number in range(self._sizes.network)]
        for number, place in enumerate([*places, *["spool"] * self._sizes.spool_network]):
            first, last = self._span(0.004, 0.05)
            self._add(first, Deed.NETWORK, place, troubles[number % len(troubles)].name)
            self._add(last, Deed.NETWORK, place, Network.UP.name)

    def _disks(self) -> None:
        for number in range(self._sizes.disks_full):
            first, last = self._span(0.01, 0.04)
            name = self._sizes.small_disks[number % 2]
            self._add(first, Deed.FILL_DISK, name)
            self._add(last, Deed.FREE_DISK, name)

    def _clocks(self) -> None:
        kinds = ["terminal", "bridge", "spool"]
        for number in range(self._sizes.clock_jumps):
            kind = kinds[number % len(kinds)]
            target = kind if kind == "spool" else f"{self._random.choice(self._sizes.names)} {kind}"
            first, last = self._span(0.01, 0.06)
            self._add(first, Deed.CLOCK, target, str(self._random.choice((-DAY_S, DAY_S))))
            self._add(last, Deed.CLOCK, target, "0")

    def _restores(self) -> None:
        """A backup and, some time after it, its return, one pair after the other."""
        share = (LAST_SHARE - FIRST_SHARE) / max(1, self._sizes.restores)
        for number in range(self._sizes.restores):
            begin = FIRST_SHARE + number * share
            self._add(self._somewhen(begin, begin + 0.3 * share), Deed.BACK_UP, "head office")
            self._add(self._somewhen(begin + 0.6 * share, begin + 0.9 * share), Deed.RESTORE, "head office")
