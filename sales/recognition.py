"""Which set menus a basket holds: the choice that saves the guest most, whatever the order of taps.

Pieces that fit the same slots of the same menus form a class; within a class the dearest are taken first, for swapping a
cheap piece for a dearer one never saves less. A way to fill a menu is then a vector of counts per class, and the saving of a
choice depends on the summed vector alone: list prices covered less what the menus cost. Menus that share no class are searched
apart. The search is best first over these vectors; what a vector can still save is bounded by values of the pieces under which
no menu is a bargain (`sales.menu_search`), which leaves few vectors to look at. Past `MOST_STATES` vectors the best choice found so
far is kept, at least the greedy one: that takes a tray of dozens of pieces under many overlapping menus.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sales.article import Article
from sales.menu_search import Classes, Pattern, Vector, best_choice
from sales.menus import SetMenu


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
    found: list[tuple[int, Vector, Found]] = []
    for numbers, group in _groups(keys, len(offers)):
        classes = Classes([[piece.list_minor for piece in shelves[key]] for key in group])
        patterns = _patterns(numbers, group, classes, offers)
        left = [iter(shelves[key]) for key in group]
        for pattern in sorted(best_choice(classes, patterns), key=lambda pattern: (pattern.menu, pattern.vector)):
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
    classes: Classes,
    offers: Sequence[tuple[SetMenu, int]],
) -> list[Pattern]:
    """The ways to fill each menu that save something with the dearest pieces; the cheapest menu for each vector."""
    cheapest: dict[Vector, Pattern] = {}
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
                cheapest[vector] = Pattern(number, price_minor, vector)
    useful = [pattern for pattern in cheapest.values() if classes.worth(pattern.vector) > pattern.price_minor]
    return sorted(useful, key=lambda pattern: (pattern.menu, pattern.vector))
