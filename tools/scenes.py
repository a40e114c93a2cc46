"""Every screen of every role, reached the way people reach it: by badges, barcodes and touches on a real flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from appliance.flows import intents as do
from appliance.presenters.views import OrderScreen, View
from hal.health import Health, Reason, State
from tools import scenes_service, scenes_till
from tools.terminal import Terminal

LANGUAGES = ("en", "fr", "de", "es")
ANNA, POOR, BLOCKED, UNKNOWN = "04A1B2C3", "04C0FFEE", "04D00D1E", "04FFFFFF"
UNKNOWN_BARCODE = "2999999999991"
SPAGHETTI, BURGER, TART, WATER = "spaghetti", "rinderburger", "apfelkuchen", "mineralwasser"

Open = Callable[..., AbstractContextManager[Terminal]]


def kiosk_scenes(terminal: Open, language: str) -> Iterator[tuple[str, View]]:
    """Name and view of every screen of the kiosk in `language`. `terminal` starts one, see `tools.terminal.Terminal`."""
    with terminal("kiosk-1") as kiosk:
        kiosk.language = language
        kiosk.touch(do.ChooseLanguage(language))
        yield "attract", kiosk.view
        for scene in (_menu, _set_menus, _refusals, _article, _payment, _too_little, _time_out, _local_mode):
            yield from scene(kiosk)
            kiosk.touch(do.StartAgain(), do.ChooseLanguage(language))
    with terminal("kiosk-1", menu=False) as kiosk:
        kiosk.touch(do.ChooseLanguage(language))
        yield "closed-no-menu", kiosk.view
    with terminal("kiosk-1", disk_full=True) as kiosk:
        kiosk.touch(do.ChooseLanguage(language))
        yield "closed-disk-full", kiosk.view


def staff_scenes(terminal: Open, language: str) -> Iterator[tuple[str, View]]:
    """Name and view of every screen of the till, the pick-up, the kitchen and the pass-through in `language`."""
    with terminal("till-1", language=language) as till:
        yield from scenes_till.scenes(till)
    for name in ("pickup-1", "kitchen-1", "pass-1"):
        with terminal(name, language=language) as service:
            yield from scenes_service.scenes(name, service)


def _menu(kiosk: Terminal) -> Iterator[tuple[str, View]]:
    kiosk.touch(do.OrderAsGuest())
    yield "order-guest", kiosk.view
    kiosk.badge(ANNA)
    _fill(kiosk)
    yield "order", kiosk.view
    kiosk.touch(do.ToggleHighContrast())
    yield "order-high-contrast", kiosk.view
    kiosk.touch(do.ToggleHighContrast())
    _show(kiosk, "salatbar")
    yield "order-by-weight", kiosk.view


def _set_menus(kiosk: Terminal) -> Iterator[tuple[str, View]]:
    kiosk.badge(ANNA)
    yield "order-set-menus", kiosk.view
    screen = kiosk.view.screen
    assert isinstance(screen, OrderScreen), screen
    menu = next(tile.set_menu_id for tile in screen.tiles if tile.can_add)
    kiosk.touch(do.OpenSetMenu(menu))
    yield "set-menu", kiosk.view
    kiosk.touch(do.CloseArticle(), do.PressSetMenu(menu))
    yield "order-set-menu", kiosk.view
    kiosk.touch(do.Pay())
    yield "checkout-set-menu", kiosk.view


def _refusals(kiosk: Terminal) -> Iterator[tuple[str, View]]:
    kiosk.badge(UNKNOWN)
    yield "notice-unknown-badge", kiosk.view
    kiosk.badge(BLOCKED)
    yield "notice-blocked-badge", kiosk.view
    kiosk.badge(ANNA)
    kiosk.scan(UNKNOWN_BARCODE)
    yield "notice-unknown-barcode", kiosk.view


def _article(kiosk: Terminal) -> Iterator[tuple[str, View]]:
    kiosk.badge(ANNA)
    burger = _show(kiosk, BURGER)
    kiosk.touch(do.OpenArticle(burger), do.ToggleOption("extras", "cheese"), do.ChangeQuantity(1))
    yield "article", kiosk.view


def _payment(kiosk: Terminal) -> Iterator[tuple[str, View]]:
    kiosk.touch(do.OrderAsGuest())
    _fill(kiosk)
    kiosk.touch(do.Pay())
    yield "checkout-badge", kiosk.view
    kiosk.badge(ANNA)
    yield "checkout", kiosk.view
    kiosk.touch(do.ConfirmPayment())
    yield "done-receipt", kiosk.view
    kiosk.touch(do.ChooseReceipt("qr"))
    yield "done-code", kiosk.view
    kiosk.touch(do.ChooseReceipt("paper"))
    kiosk.printed()
    kiosk.acknowledge()
    yield "done", kiosk.view


def _too_little(kiosk: Terminal) -> Iterator[tuple[str, View]]:
    kiosk.badge(POOR)
    _fill(kiosk)
    kiosk.touch(do.Pay())
    yield "checkout-problem", kiosk.view


def _time_out(kiosk: Terminal) -> Iterator[tuple[str, View]]:
    kiosk.badge(ANNA)
    _fill(kiosk)
    kiosk.pass_s(48)
    yield "timeout", kiosk.view


def _local_mode(kiosk: Terminal) -> Iterator[tuple[str, View]]:
    kiosk.badge(ANNA)
    _fill(kiosk)
    kiosk.connect(False)
    kiosk.touch(do.Pay(), do.ConfirmPayment(), do.Finish(), do.ChooseLanguage(kiosk.language))
    kiosk.health("printer", Health(State.ATTENTION, Reason.PAPER_OUT))
    kiosk.pass_s(5)
    kiosk.badge(ANNA)
    yield "order-local", kiosk.view
    kiosk.touch(*[do.Knock()] * 5)
    yield "kiosk-technician", kiosk.view
    kiosk.touch(do.CloseTechnician())


def _fill(kiosk: Terminal) -> None:
    """Put a meal into the basket: a main twice, a dessert, a drink."""
    for name in (SPAGHETTI, SPAGHETTI, TART, WATER):
        kiosk.touch(do.QuickAdd(_show(kiosk, name)))
    _show(kiosk, SPAGHETTI)


def _show(kiosk: Terminal, name: str) -> str:
    """Go to the category in which the article is whose id begins with `name`; returns the id."""
    screen = kiosk.view.screen
    assert isinstance(screen, OrderScreen), screen
    for category in screen.categories:
        kiosk.touch(do.ShowCategory(category.category_id))
        shown = kiosk.view.screen
        assert isinstance(shown, OrderScreen), shown
        for tile in shown.tiles:
            if tile.article_id.startswith(name):
                return tile.article_id
    raise LookupError(f"{name} is not on sale in the demonstration")
