"""Which set menus a basket holds: the choice that saves the guest most, whatever the order of taps.

Pieces that fit the same slots of the same menus form a class; within a class the dearest are taken first, for swapping a
cheap piece for a dearer one never saves less. A way to fill a menu is then a vector of counts per class, and the saving of a
choice depends on the summed vector alone: list prices covered less what the menus cost. Menus that share no class are searched
apart. The search is best first over these vectors; what a vector can still save is bounded by values of the pieces under which
no menu is a bargain (`_still_to_save`), which leaves few vectors to look at. Past `MOST_STATES` vectors the best choice found so
far is kept, at least the greedy one: that takes a tray of dozens of pieces under many overlapping menus.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import heappop, heappush
from itertools import accumulate
from operator import add
from typing import NamedTuple

from sales.article import Article
from sales.menus import SetMenu

MOST_STATES = 10_000
MOST_ROUNDS = 100
SCALE = 1000

_Vector = tuple[int, ...]


class _State(NamedTuple):
    """How many pieces of each class are in menus, and which class is being decided on; those before it are settled."""

    used: _Vector
    place: int


@dataclass(frozen=True)
class Piece:
    """One piece in the basket: `list_minor` is its price without options, `order` any key that tells pieces apart."""

    article: Article
    list_minor: int
    order: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class Found:
    """A set menu that was recognised, its price in minor units and the pieces in it."""

    set_menu: SetMenu
    price_minor: int
    pieces: tuple[Piece, ...]

    @property
    def saved_minor(self) -> int:
        """What it costs less than its pieces do alone, in minor units: above zero."""
        return sum(piece.list_minor for piece in self.pieces) - self.price_minor


@dataclass(frozen=True)
class _Pattern:
    """One way to fill a menu: how many pieces of each class, at what price."""

    menu: int
    price_minor: int
    vector: _Vector

    @cached_property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """The classes it takes pieces of, with how many."""
        return tuple((index, count) for index, count in enumerate(self.vector) if count)


class _Step(NamedTuple):
    """How a state was reached: what is saved so far, from which state, with which menu."""

    saved_minor: int
    before: _State
    pattern: _Pattern | None


class _Classes:
    """Pieces of one class each, dearest first, with what the first n of them cost."""

    def __init__(self, shelves: Sequence[Sequence[Piece]]) -> None:
        self.shelves = shelves
        self.sizes = tuple(len(shelf) for shelf in shelves)
        self._costs = [list(accumulate((piece.list_minor for piece in shelf), initial=0)) for shelf in shelves]

    def worth(self, vector: _Vector) -> int:
        """What the pieces of a vector cost at list prices."""
        return sum(costs[count] for costs, count in zip(self._costs, vector, strict=True))

    def gain(self, used: _Vector, pattern: _Pattern) -> int | None:
        """What one more menu saves on top of `used`; None when there are not enough pieces."""
        gain = -pattern.price_minor
        for index, count in pattern.parts:
            costs, taken = self._costs[index], used[index]
            if taken + count >= len(costs):
                return None
            gain += costs[taken + count] - costs[taken]
        return gain


def recognise(pieces: Iterable[Piece], offers: Sequence[tuple[SetMenu, int]]) -> tuple[Found, ...]:
    """Return the set menus that together save most, from menus offered as (set menu, price in minor units).

    Each piece is in one menu at most, each menu saves something. The same pieces give the same menus in any order of both
    `pieces` and lines.
    """
    shelves: dict[frozenset[tuple[int, int]], list[Piece]] = {}
    slots_of: dict[str, frozenset[tuple[int, int]]] = {}
    for piece in sorted(pieces, key=lambda piece: (-piece.list_minor, piece.article.id, piece.order, piece.line)):
        slots = slots_of.get(piece.article.id)
        if slots is None:
            slots = slots_of[piece.article.id] = frozenset(
                (number, place)
                for number, (menu, _) in enumerate(offers)
                for place, slot in enumerate(menu.slots)
                if slot.takes(piece.article)
            )
        if slots:
            shelves.setdefault(slots, []).append(piece)
    keys = sorted(shelves, key=lambda key: (-shelves[key][0].list_minor, sorted(key)))
    found: list[tuple[int, _Vector, Found]] = []
    for numbers, group in _groups(keys, len(offers)):
        classes = _Classes([shelves[key] for key in group])
        patterns = _patterns(numbers, group, classes, offers)
        left = [iter(shelf) for shelf in classes.shelves]
        for pattern in sorted(_best(classes, patterns), key=lambda pattern: (pattern.menu, pattern.vector)):
            taken = tuple(next(shelf) for shelf, count in zip(left, pattern.vector, strict=True) for _ in range(count))
            menu = Found(offers[pattern.menu][0], pattern.price_minor, taken)
            if menu.saved_minor > 0:
                found.append((pattern.menu, pattern.vector, menu))
    return tuple(menu for _, _, menu in sorted(found, key=lambda entry: entry[:2]))


def _groups(
    keys: Sequence[frozenset[tuple[int, int]]], menus: int
) -> list[tuple[list[int], list[frozenset[tuple[int, int]]]]]:
    """Part menus that share no class: (numbers of menus, their classes)."""
    root = list(range(menus))

    def find(number: int) -> int:
        while root[number] != number:
            number = root[number]
        return number

    for key in keys:
        numbers = sorted({find(number) for number, _ in key})
        for number in numbers[1:]:
            root[number] = numbers[0]
    groups: dict[int, tuple[list[int], list[frozenset[tuple[int, int]]]]] = {}
    for number in range(menus):
        groups.setdefault(find(number), ([], []))[0].append(number)
    for key in keys:
        groups[find(min(key)[0])][1].append(key)
    return [group for group in groups.values() if group[1]]


def _patterns(
    numbers: Iterable[int],
    group: Sequence[frozenset[tuple[int, int]]],
    classes: _Classes,
    offers: Sequence[tuple[SetMenu, int]],
) -> list[_Pattern]:
    """The ways to fill each menu that save something with the dearest pieces; the cheapest menu for each vector."""
    cheapest: dict[_Vector, _Pattern] = {}
    none = (0,) * len(group)
    for number in numbers:
        menu, price_minor = offers[number]
        vectors = {none}
        for place in range(len(menu.slots)):
            fitting = [index for index, key in enumerate(group) if (number, place) in key]
            vectors = {
                (*vector[:index], vector[index] + 1, *vector[index + 1 :])
                for vector in vectors
                for index in fitting
                if vector[index] < classes.sizes[index]
            }
        for vector in vectors:
            known = cheapest.get(vector)
            if known is None or price_minor < known.price_minor:
                cheapest[vector] = _Pattern(number, price_minor, vector)
    useful = [pattern for pattern in cheapest.values() if classes.worth(pattern.vector) > pattern.price_minor]
    return sorted(useful, key=lambda pattern: (pattern.menu, pattern.vector))


def _best(classes: _Classes, patterns: Sequence[_Pattern]) -> list[_Pattern]:
    """The patterns, as often as they are taken, that save most together.

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
    classes: _Classes, by_place: Sequence[Sequence[_Pattern]], state: _State
) -> Iterator[tuple[_State, int, _Pattern | None]]:
    """What can be decided on the next piece of the class in question, and what it saves."""
    used, place = state
    if place + 1 < len(by_place):
        yield _State(used, place + 1), 0, None
    for pattern in by_place[place]:
        gain = classes.gain(used, pattern)
        if gain is not None and gain > 0:
            yield _State(tuple(map(add, used, pattern.vector)), place), gain, pattern


def _still_to_save(classes: _Classes, patterns: Sequence[_Pattern], known_minor: int) -> list[list[int]]:
    """What the pieces of each class can save at most after the first n of them were used, in 1/SCALE minor units.

    Give a piece of each class a value such that no menu costs less than the values of its pieces: then no choice saves more
    than the pieces' list prices less their values, where that is above zero (duality of linear programs). Good values are sought by
    subgradient steps towards what is known to be reachable; any values would be right.
    """
    prices = [[piece.list_minor for piece in shelf] for shelf in classes.shelves]
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


def _greedy(classes: _Classes, patterns: Sequence[_Pattern]) -> list[_Pattern]:
    """Take what saves most, again and again."""
    chosen: list[_Pattern] = []
    used: _Vector = (0,) * len(classes.sizes)
    while True:
        gains = [(gain, -index) for index, p in enumerate(patterns) if (gain := classes.gain(used, p)) is not None]
        if not gains or max(gains)[0] <= 0:
            return chosen
        pattern = patterns[-max(gains)[1]]
        chosen.append(pattern)
        used = tuple(map(add, used, pattern.vector))


def _saving(classes: _Classes, chosen: Sequence[_Pattern]) -> int:
    if not chosen:
        return 0
    used = tuple(map(sum, zip(*(pattern.vector for pattern in chosen), strict=True)))
    return classes.worth(used) - sum(pattern.price_minor for pattern in chosen)


def _path(reached: dict[_State, _Step], end: _State) -> list[_Pattern]:
    chosen = []
    while (step := reached[end]).before != end:
        if step.pattern is not None:
            chosen.append(step.pattern)
        end = step.before
    return chosen
