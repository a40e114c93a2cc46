"""The search for the menus that save most together, over counts of pieces by class.

See `sales.recognition` for the terms, and for how the search is bounded.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import accumulate
from operator import add
from typing import NamedTuple

MOST_STATES = 10_000
MOST_ROUNDS = 100
SCALE = 1000

Vector = tuple[int, ...]


class _State(NamedTuple):
    """How many pieces of each class are in menus, and which class is being decided on; those before it are settled."""

    used: Vector
    place: int


@dataclass(frozen=True)
class Pattern:
    """One way to fill a menu: how many pieces of each class, at what price."""

    menu: int
    price_minor: int
    vector: Vector

    @cached_property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """The classes it takes pieces of, with how many."""
        return tuple((index, count) for index, count in enumerate(self.vector) if count)


class _Step(NamedTuple):
    """How a state was reached: what is saved so far, from which state, with which menu."""

    saved_minor: int
    before: _State
    pattern: Pattern | None


class Classes:
    """The list prices, in minor units, of the pieces of every class, dearest first."""

    def __init__(self, prices: Sequence[Sequence[int]]) -> None:
        self.prices = prices
        self.sizes = tuple(len(shelf) for shelf in prices)
        self._costs = [list(accumulate(shelf, initial=0)) for shelf in prices]

    def worth(self, vector: Vector) -> int:
        """What the pieces of a vector cost at list prices."""
        return sum(costs[count] for costs, count in zip(self._costs, vector, strict=True))

    def gain(self, used: Vector, pattern: Pattern) -> int | None:
        """What one more menu saves on top of `used`; None when there are not enough pieces."""
        gain = -pattern.price_minor
        for index, count in pattern.parts:
            costs, taken = self._costs[index], used[index]
            if taken + count >= len(costs):
                return None
            gain += costs[taken + count] - costs[taken]
        return gain


def best_choice(classes: Classes, patterns: Sequence[Pattern]) -> list[Pattern]:
    """Return the patterns, as often as they are taken, that save most together.

    The search decides class by class on the next piece: a menu with it is taken, or the class is left for good.
    """
    chosen = _greedy(classes, patterns)
    best_minor = _saving(classes, chosen)
    still = _still_to_save(classes, patterns, best_minor)
    by_place = [[pattern for pattern in patterns if pattern.parts[0][0] == place] for place in range(len(still))]
    start = _State((0,) * len(classes.sizes), 0)
    reached: dict[_State, _Step] = {start: _Step(0, start, None)}
    best_at: _State | None = None
    queue = [(-_rest(still, start), 0, start)]
    done: set[_State] = set()
    while queue and len(done) < MOST_STATES:
        most, _, state = heappop(queue)
        if -most <= best_minor * SCALE:
            break
        if state in done:
            continue
        done.add(state)
        for new, gain, pattern in _steps(classes, by_place, state):
            saved_minor = reached[state].saved_minor + gain
            if new in reached and reached[new].saved_minor >= saved_minor:
                continue
            most = saved_minor * SCALE + _rest(still, new)
            if most <= best_minor * SCALE:
                continue
            reached[new] = _Step(saved_minor, state, pattern)
            if saved_minor > best_minor:
                best_minor, best_at = saved_minor, new
            heappush(queue, (-most, -sum(new.used), new))
    return chosen if best_at is None else _path(reached, best_at)


def _steps(
    classes: Classes, by_place: Sequence[Sequence[Pattern]], state: _State
) -> Iterator[tuple[_State, int, Pattern | None]]:
    """What can be decided on the next piece of the class in question, and what it saves."""
    used, place = state
    if place + 1 < len(by_place):
        yield _State(used, place + 1), 0, None
    for pattern in by_place[place]:
        gain = classes.gain(used, pattern)
        if gain is not None and gain > 0:
            yield _State(tuple(map(add, used, pattern.vector)), place), gain, pattern


def _still_to_save(classes: Classes, patterns: Sequence[Pattern], known_minor: int) -> list[list[int]]:
    """What the pieces of each class can save at most after the first n of them were used, in 1/SCALE minor units.

    Give a piece of each class a value such that no menu costs less than the values of its pieces: then no choice saves more
    than the pieces' list prices less their values, where that is above zero (duality of linear programs). Good values are sought by
    subgradient steps towards what is known to be reachable; any values would be right.
    """
    prices = classes.prices
    menus = [(pattern.price_minor, pattern.parts) for pattern in patterns]
    values = [float(shelf[0]) for shelf in prices]
    best, lowest = values, float("inf")
    for _ in range(min(MOST_ROUNDS, sum(classes.sizes) * 3)):
        feasible = _feasible(values, menus)
        most = sum(max(price - value, 0.0) for shelf, value in zip(prices, feasible, strict=True) for price in shelf)
        if most < lowest:
            best, lowest = feasible, most
        slope = [-float(sum(price > value for price in shelf)) for shelf, value in zip(prices, values, strict=True)]
        excess = sum(max(price - value, 0.0) for shelf, value in zip(prices, values, strict=True) for price in shelf)
        for price_minor, parts in menus:
            over = sum(values[index] * count for index, count in parts) - price_minor
            if over > 0:
                times = min(classes.sizes[index] // count for index, count in parts)
                excess += over * times
                for index, count in parts:
                    slope[index] += times * count
        norm = sum(step * step for step in slope)
        gap = excess - known_minor
        if norm == 0 or gap <= 0 or lowest < known_minor + 1:
            break
        values = [max(value - gap / norm * step, 0.0) for value, step in zip(values, slope, strict=True)]
    worths = [int(value * SCALE) for value in best]
    return [
        list(accumulate((max(price * SCALE - worth, 0) for price in reversed(shelf)), initial=0))[::-1]
        for shelf, worth in zip(prices, worths, strict=True)
    ]


def _feasible(values: Sequence[float], menus: Iterable[tuple[int, Sequence[tuple[int, int]]]]) -> list[float]:
    """The values lowered until no menu costs less than its pieces are worth."""
    lowered = list(values)
    for price_minor, parts in menus:
        worth = sum(lowered[index] * count for index, count in parts)
        if worth > price_minor:
            for index, _ in parts:
                lowered[index] *= price_minor / worth
    return lowered


def _rest(still: Sequence[Sequence[int]], state: _State) -> int:
    """What the classes that are still open can save on top of a state, in 1/SCALE minor units."""
    return sum(still[index][state.used[index]] for index in range(state.place, len(still)))


def _greedy(classes: Classes, patterns: Sequence[Pattern]) -> list[Pattern]:
    """Take what saves most, again and again."""
    chosen: list[Pattern] = []
    used: Vector = (0,) * len(classes.sizes)
    while True:
        gains = [(gain, -index) for index, p in enumerate(patterns) if (gain := classes.gain(used, p)) is not None]
        if not gains or max(gains)[0] <= 0:
            return chosen
        pattern = patterns[-max(gains)[1]]
        chosen.append(pattern)
        used = tuple(map(add, used, pattern.vector))


def _saving(classes: Classes, chosen: Sequence[Pattern]) -> int:
    if not chosen:
        return 0
    used = tuple(map(sum, zip(*(pattern.vector for pattern in chosen), strict=True)))
    return classes.worth(used) - sum(pattern.price_minor for pattern in chosen)


def _path(reached: dict[_State, _Step], end: _State) -> list[Pattern]:
    chosen = []
    while (step := reached[end]).before != end:
        if step.pattern is not None:
            chosen.append(step.pattern)
        end = step.before
    return chosen
