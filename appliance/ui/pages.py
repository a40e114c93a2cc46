"""Which page shows which screen. A role's pages are imported, and their rules read, when the first of them is wanted."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from appliance.presenters.views import AttractScreen, CheckoutScreen, ClosedScreen, DoneScreen, OrderScreen, ScreenView
from appliance.presenters.views_pass import PassScreen
from appliance.presenters.views_pickup import KitchenScreen, PickupScreen
from appliance.presenters.views_technician import TechnicianScreen
from appliance.presenters.views_till import SignInScreen, TillScreen
from appliance.ui.screens.page import Page, load_rules

# screen: (folder of its rules below screens, module, class)
_PAGES: dict[type[ScreenView], tuple[str, str, str]] = {
    AttractScreen: ("", "attract", "AttractPage"),
    OrderScreen: ("", "order", "OrderPage"),
    CheckoutScreen: ("", "checkout", "CheckoutPage"),
    DoneScreen: ("", "done", "DonePage"),
    ClosedScreen: ("", "closed", "ClosedPage"),
    TillScreen: ("till", "till.till", "TillPage"),
    SignInScreen: ("till", "till.till", "SignInPage"),
    PickupScreen: ("service", "service.pickup", "PickupPage"),
    KitchenScreen: ("service", "service.kitchen", "KitchenPage"),
    TechnicianScreen: ("technician", "technician.technician", "TechnicianPage"),
    PassScreen: ("service", "service.pass_through", "PassPage"),
}


@cache
def page_of(screen: type[ScreenView]) -> type[Page]:
    """The page that shows a `screen`; raises `KeyError` for a screen that nobody shows."""
    folder, module, name = _PAGES[screen]
    page: type[Page] = getattr(import_module(f"appliance.ui.screens.{module}"), name)
    if folder:
        load_rules(folder)
    return page
