"""Which set menus a basket holds: the choice that saves the guest most, whatever the order of taps.

Pieces that fit the same slots of the same menus form a class; within a class the dearest are taken first, for swapping a
cheap piece for a dearer one never saves less. A menu is then a vector of counts per class, and the saving of a choice depends on
the summed vector alone: list prices covered less what the menus cost. The search goes forward over these vectors in layers of
equal size, each reached at its least cost, and leaves out those that cannot beat the best choice known, which begins with
a greedy one. Menus that share no class are searched apart. Past `MOST_STATES` vectors the best choice so far is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from sales.article import Article
from sales.menus import SetMenu

MOST_STATES = 20_000

_Vector = tuple[int, ...]


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
        for costs, size, taken, count in zip(self._costs, self.sizes, used, pattern.vector, strict=True):
            if count:
                if taken + count > size:
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
    keys = sorted(shelves, key=sorted)
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
    """The patterns, as often as they are taken, that save most together."""
    none = (0,) * len(classes.sizes)
    best = _greedy(classes, patterns, none)
    best_minor = _saving(classes, best)
    layers: dict[int, dict[_Vector, tuple[int, _Vector, _Pattern | None]]] = {0: {none: (0, none, None)}}
    reached: dict[_Vector, tuple[int, _Vector, _Pattern | None]] = {}
    best_at: _Vector | None = None
    while layers:
        size = min(layers)
        for used, entry in sorted(layers.pop(size).items()):
            reached[used] = entry
            cost_minor = entry[0]
            saved_minor = classes.worth(used) - cost_minor
            if saved_minor > best_minor:
                best_minor, best_at = saved_minor, used
            gains = [
                (gain, pattern)
                for pattern in patterns
                if (gain := classes.gain(used, pattern)) is not None and gain > 0
            ]
            if not gains or saved_minor + _bound(classes, used, gains) <= best_minor:
                continue
            for _, pattern in gains:
                new = tuple(map(int.__add__, used, pattern.vector))
                layer = layers.setdefault(size + sum(pattern.vector), {})
                known = layer.get(new)
                if known is None or cost_minor + pattern.price_minor < known[0]:
                    layer[new] = (cost_minor + pattern.price_minor, used, pattern)
        if len(reached) > MOST_STATES:
            break
    return best if best_at is None else _path(reached, best_at)


def _greedy(classes: _Classes, patterns: Sequence[_Pattern], none: _Vector) -> list[_Pattern]:
    """Take what saves most, again and again."""
    chosen: list[_Pattern] = []
    used = none
    while True:
        gains = [(gain, -index) for index, p in enumerate(patterns) if (gain := classes.gain(used, p)) is not None]
        if not gains or max(gains)[0] <= 0:
            return chosen
        pattern = patterns[-max(gains)[1]]
        chosen.append(pattern)
        used = tuple(map(int.__add__, used, pattern.vector))


def _saving(classes: _Classes, chosen: Sequence[_Pattern]) -> int:
    used = tuple(map(sum, zip(*(pattern.vector for pattern in chosen), strict=True)))
    return classes.worth(used) - sum(pattern.price_minor for pattern in chosen) if chosen else 0


def _bound(classes: _Classes, used: _Vector, gains: Sequence[tuple[int, _Pattern]]) -> int:
    """More than can still be saved on top of `used`: gains only fall as pieces are used up.

    Every further menu takes pieces, so it is bounded by the gain per piece times the pieces left, of all classes or of any
    one class that all menus need.
    """
    left = [size - taken for size, taken in zip(classes.sizes, used, strict=True)]
    bounds = [_per_piece(gains, [sum(pattern.vector) for _, pattern in gains], sum(left))]
    for index, pieces in enumerate(left):
        counts = [pattern.vector[index] for _, pattern in gains]
        if all(counts):
            bounds.append(_per_piece(gains, counts, pieces))
    return min(bounds)


def _per_piece(gains: Sequence[tuple[int, _Pattern]], counts: Sequence[int], pieces: int) -> int:
    return max(gain * pieces // count for (gain, _), count in zip(gains, counts, strict=True))


def _path(reached: dict[_Vector, tuple[int, _Vector, _Pattern | None]], end: _Vector) -> list[_Pattern]:
    chosen = []
    while (entry := reached[end])[2] is not None:
        chosen.append(entry[2])
        end = entry[1]
    return chosen
