"""Specimens of what the screens show, from which the menu and what lies over it are made before the first guest comes.

The other pages are small, and nobody waits for a first frame of them: they are made when they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.presenters import views as v

_HEADER = v.Header("Aa", "Aa")
_GUEST = v.GuestBanner("AA", "Aa", "Aa", "Aa", "0.00")
_CHIPS = (v.Chip("Aa", v.Tone.GOOD, "leaf"), v.Chip("Aa", v.Tone.ATTENTION))
_CODES = tuple(v.Chip("AA") for _ in range(4))
_LINES = tuple(v.BasketLine(index, "1", "Aa", "", "0.00") for index in range(3))
_SERVICES = (v.ServiceChoice("", "Aa", "utensils", True), v.ServiceChoice("", "Aa", "shopping_bag", False))
_CATEGORIES = tuple(v.CategoryChip(str(index), "Aa", not index) for index in range(6))
MOST_TILES = 4


def screens(pictures: tuple[str, ...]) -> Iterator[v.OrderScreen]:
    """Screens to make, each a little more than the one before, so that no step takes long."""
    for count in range(0, MOST_TILES + 1, 2):
        yield _order(tuple(_tile(str(index), pictures) for index in range(count)))


def layers() -> Iterator[tuple[str, object]]:
    """Names of layers to make, with something for them to show."""
    yield "sheet", _sheet(())
    yield "sheet", _sheet(tuple(_options(str(index)) for index in range(2)))
    yield "notice", v.Notice("Aa", "Aa", v.Tone.REFUSED, "Aa")


def _order(tiles: tuple[v.Tile, ...]) -> v.OrderScreen:
    basket = v.BasketPanel(_LINES if tiles else (), "Aa", "Aa", "0.00", True, _SERVICES, "Aa", "Aa")
    return v.OrderScreen(_HEADER, _GUEST, "", _CATEGORIES if tiles else (), tiles, "", basket)


def _tile(name: str, pictures: tuple[str, ...]) -> v.Tile:
    picture = pictures[int(name) % len(pictures)] if pictures else ""
    return v.Tile(name, "Aa", "Aa", _CHIPS, _CODES, "0.00", picture, "mains", True)


def _sheet(sections: tuple[v.OptionSection, ...]) -> v.ArticleSheet:
    return v.ArticleSheet("Aa", "Aa", _CHIPS, "", "Aa", "Aa", "Aa", sections, "1", False, "Aa", True, "Aa")


def _options(name: str) -> v.OptionSection:
    return v.OptionSection("Aa", "Aa", tuple(v.OptionRow(name, str(i), "Aa", "0.00", not i, True) for i in range(3)))
