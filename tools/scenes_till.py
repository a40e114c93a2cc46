"""The till from the first badge of the day to the Z report."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.flows import intents as do
from appliance.presenters.views import View
from appliance.presenters.views_till import KeysPanel, TillScreen
from tools.terminal import Terminal

MARIE = "04CA51E1"
THOMAS, ANNA, POOR, BLOCKED = "04A7B8C9", "04A1B2C3", "04C0FFEE", "04D00D1E"
VEGGIE = "menu-veggie"


def scenes(till: Terminal) -> Iterator[tuple[str, View]]:
    """Name and view of every screen of a till."""
    yield "till-sign-in", till.view
    till.touch(do.ChooseCashier("marie"))
    till.type("48")
    yield "till-pin", till.view
    till.badge(MARIE)
    till.type("200")
    yield "till-float", till.view
    till.touch(do.PadDone())
    yield "till-empty", till.view
    yield from _lane(till)
    yield from _exceptions(till)
    yield from _money(till)
    yield from _functions(till)
    yield from _closing(till)


def _lane(till: Terminal) -> Iterator[tuple[str, View]]:
    till.badge(THOMAS)
    till.touch(do.PressSetMenu(VEGGIE))
    yield "till-guest", till.view
    till.touch(do.PayByAccount())
    yield "till-paid", till.view


def _exceptions(till: Terminal) -> Iterator[tuple[str, View]]:
    till.touch(do.PressSetMenu(VEGGIE))
    till.badge(BLOCKED)
    yield "till-blocked", till.view
    till.badge(THOMAS)
    yield "till-second-meal", till.view
    till.touch(do.ClearBasket())
    till.touch(do.PressSetMenu(VEGGIE))
    till.badge(POOR)
    yield "till-low-balance", till.view
    till.touch(do.ClearBasket())


def _money(till: Terminal) -> Iterator[tuple[str, View]]:
    _press(till, 4, 8, 10, 12)
    till.touch(do.ChooseLine(1))
    yield "till-line", till.view
    till.touch(do.ChooseLine(1))
    till.touch(do.CashGiven(2000))
    yield "till-change", till.view
    _press(till, 4, 12)
    till.touch(do.Hold())
    till.connect(False)
    till.pass_s(5)
    till.badge(ANNA)
    till.touch(do.PressSetMenu(VEGGIE))
    yield "till-local", till.view
    till.touch(do.PayByAccount())
    yield from _limit(till)
    till.touch(do.OpenFunction("technician"))
    yield "technician-local", till.view
    till.touch(do.CloseTechnician())
    till.connect()
    till.acknowledge()
    till.touch(do.OpenFunction("technician"))
    yield "technician", till.view
    till.touch(do.CloseTechnician())
    yield from _asking(till)


def _limit(till: Terminal) -> Iterator[tuple[str, View]]:
    """So much as a guest may not spend while the connection is down."""
    till.badge(ANNA)
    till.touch(do.OpenFunction("top_up"))
    till.type("50")
    till.touch(do.PadDone(), do.ChooseRow("exact"))
    till.badge(ANNA)
    for _ in range(6):
        till.touch(do.PressSetMenu(VEGGIE))
    till.touch(do.PayByAccount())
    yield "till-local-limit", till.view
    till.touch(do.ClearBasket())


def _asking(till: Terminal) -> Iterator[tuple[str, View]]:
    """Head office takes its time."""
    till.badge(THOMAS)
    till.touch(do.PressSetMenu(VEGGIE))
    till.send(do.PayByAccount())
    till.pass_s(0.3)
    yield "till-asking", till.view
    till.settle()
    till.touch(do.ClearBasket())


def _functions(till: Terminal) -> Iterator[tuple[str, View]]:
    till.touch(do.OpenFunction("more"))
    yield "till-functions", till.view
    till.touch(do.ClosePanel(), do.OpenSearch())
    till.type("sp")
    yield "till-search", till.view
    till.touch(do.ClosePanel(), do.OpenFunction("training"))
    _press(till, 0)
    yield "till-training", till.view
    till.touch(do.ClearBasket(), do.OpenFunction("training"))


def _closing(till: Terminal) -> Iterator[tuple[str, View]]:
    till.touch(do.OpenFunction("x_report"))
    yield "till-x-report", till.view
    till.touch(do.ClosePanel(), do.OpenFunction("close_shift"))
    for value_minor, number in ((10000, "2"), (1000, "1"), (500, "1"), (100, "1"), (50, "1")):
        till.touch(do.CountCoin(value_minor))
        till.type(number)
    yield "till-count", till.view
    till.touch(do.PadDone())
    yield "till-shift-closed", till.view
    till.touch(do.ClosePanel(), do.OpenFunction("z_report"))
    yield "till-z-report", till.view


def _press(till: Terminal, *places: int) -> None:
    """Press quick keys of the page in sight, counted from 0."""
    for place in places:
        screen = till.view.screen
        assert isinstance(screen, TillScreen), screen
        assert isinstance(screen.panel, KeysPanel), screen.panel
        intent = screen.panel.keys[place].intent
        if intent is not None:
            till.touch(intent)
