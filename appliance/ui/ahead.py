"""Specimens of what the screens show, from which the pages that people wait for are made before the first of them comes:
the menu and what lies over it at a kiosk, the till's page and panels at a till.

The other pages are small, and nobody waits for a first frame of them: they are made when they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.flows.intents import StillHere
from appliance.presenters import views as v
from appliance.presenters import views_till as t

_HEADER = v.Header("Aa", "Aa")
_GUEST = v.GuestBanner("AA", "Aa", "Aa", "Aa", "0.00")
_CHIPS = (v.Chip("Aa", v.Tone.GOOD, "leaf"), v.Chip("Aa", v.Tone.ATTENTION))
_CODES = tuple(v.Chip("AA") for _ in range(4))
_LINES = tuple(v.BasketLine(index, "1", "Aa", "", "0.00") for index in range(3))
_SERVICES = (v.ServiceChoice("", "Aa", "utensils", True), v.ServiceChoice("", "Aa", "shopping_bag", False))
_CATEGORIES = tuple(v.CategoryChip(str(index), "Aa", not index) for index in range(6))
MOST_TILES = 4
KEY_COLUMNS, KEY_ROWS = 4, 5
_ACTION = t.Action("Aa", StillHere(), "check")
_PAID = tuple(v.AmountRow("Aa", "0.00", strong=not index) for index in range(4))


def screens(shown: v.ScreenView) -> Iterator[v.ScreenView]:
    """Screens to make at a terminal that begins with `shown`, each a little more than the one before, so that no step
    takes long."""
    if isinstance(shown, t.SignInScreen):
        yield from _till()
    elif isinstance(shown, v.AttractScreen):
        for count in range(0, MOST_TILES + 1, 2):
            yield _order(tuple(_tile(str(index), shown.pictures) for index in range(count)))


def layers(shown: v.ScreenView) -> Iterator[tuple[str, object]]:
    """Names of layers to make, with something for them to show."""
    if isinstance(shown, v.AttractScreen):
        yield "sheet", _sheet(())
        yield "sheet", _sheet(tuple(_options(str(index)) for index in range(2)))
        yield "notice", v.Notice("Aa", "Aa", v.Tone.REFUSED, "Aa")


def _till() -> Iterator[t.TillScreen]:
    """The till without anything, then with its keys, a row at a time, its lines, and the panels used all day."""
    keys: tuple[t.QuickKeyCap, ...] = ()
    yield _till_screen(t.KeysPanel(KEY_COLUMNS, KEY_ROWS, keys, ()))
    for row in range(KEY_ROWS):
        keys += tuple(t.QuickKeyCap(row, column, "Aa", "0.00", "mains", StillHere()) for column in range(KEY_COLUMNS))
        yield _till_screen(t.KeysPanel(KEY_COLUMNS, KEY_ROWS, keys, ()), lines=row)
    yield _till_screen(t.PadPanel("Aa", "Aa", "0", "", _ACTION, _ACTION))
    rows: tuple[t.Action, ...] = ()
    for _ in range(2):
        rows += (_ACTION,) * 4
        yield _till_screen(t.ListPanel("Aa", "Aa", rows, "", _ACTION))
    for _ in range(2):
        yield _till_screen(t.ListPanel("Aa", "Aa", rows, "", _ACTION, typing=True, columns=2))
        rows += (_ACTION,) * 6
    yield _till_screen(t.KeysPanel(KEY_COLUMNS, KEY_ROWS, keys, ()), lines=1, strips=1)
    for count in range(0, len(_PAID) + 1, 2):
        card = t.PaidCard("Aa", _PAID[:count], v.Tone.GOOD, "https://a.a/" if count else "")
        yield _till_screen(t.KeysPanel(KEY_COLUMNS, KEY_ROWS, keys, ()), paid=card)


def _till_screen(panel: t.Panel, lines: int = 0, strips: int = 0, paid: t.PaidCard | None = None) -> t.TillScreen:
    status = t.TillStatus("Aa", "Aa", "Aa", v.Tone.GOOD, "check")
    guest = t.TillGuest("AA", "", "Aa", "Aa", "Aa", "0.00") if lines else None
    shown = tuple(t.TillLine(index, "1", "Aa", "", "0.00") for index in range(lines))
    told = tuple(t.Strip("Aa", v.Tone.ATTENTION, "check", (_ACTION,)) for _ in range(strips))
    ticket = t.TicketPanel(guest, "Aa", shown, "Aa", told, "Aa", (), "Aa", "0.00", (_ACTION,) * 3)
    tenders, footer, cash = (_ACTION,) * 2, (_ACTION,) * 2, (_ACTION,) * 6
    return t.TillScreen(status, ticket, "Aa", "", "", panel, tenders, "Aa", cash, footer, paid)


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
