"""How the back office looks and what its sidebar offers, role by role."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def may(permission: str) -> Callable[[HttpRequest], bool]:
    """Show a link only to people with this permission; Unfold itself shows everything to everybody."""
    return lambda request: request.user.has_perm(permission)


def page(title: Any, icon: str, model: str) -> dict[str, Any]:
    """A link to the list of `model` ("app.name")."""
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": may(f"{app}.view_{name}"),
    }


def link(title: Any, icon: str, name: str, permission: str) -> dict[str, Any]:
    """A link to the page `name` of the house's own."""
    return {"title": title, "icon": icon, "link": reverse_lazy(name), "permission": may(permission)}


NAVIGATION = [
    {
        "items": [
            {"title": _("Today"), "icon": "monitoring", "link": reverse_lazy("admin:index")},
            link(_("Week menu"), "calendar_month", "week", "menus.view_menuentry"),
            page(_("Tickets"), "receipt_long", "sales.ticket"),
            page(_("Orders"), "skillet", "sales.kitchenorder"),
        ],
    },
    {
        "title": _("Tills"),
        "separator": True,
        "items": [
            page(_("Z reports"), "summarize", "sales.closing"),
            page(_("Shifts"), "schedule", "sales.shift"),
            page(_("Account movements"), "account_balance", "sales.accountmovement"),
            page(_("Cash movements"), "payments", "sales.cashmovement"),
            page(_("Cashiers"), "id_card", "guests.cashier"),
            page(_("Quick keys"), "apps", "catalog.quickkeylayout"),
        ],
    },
    {
        "title": _("Menu and prices"),
        "separator": True,
        "items": [
            page(_("Menu entries"), "list_alt", "menus.menuentry"),
            page(_("Articles"), "restaurant", "catalog.article"),
            page(_("Prices"), "sell", "catalog.price"),
            page(_("Set menus"), "set_meal", "catalog.setmenu"),
            page(_("Categories"), "category", "catalog.category"),
            page(_("Closed days"), "event_busy", "menus.closedday"),
        ],
    },
    {
        "title": _("Guests"),
        "separator": True,
        "items": [
            page(_("Guests"), "group", "guests.guest"),
            page(_("Badges"), "badge", "guests.badge"),
            page(_("Ledger"), "account_balance_wallet", "guests.ledgerentry"),
            link(_("Overdrawn accounts"), "trending_down", "overdrawn", "guests.view_ledgerentry"),
            link(_("Meals had twice"), "repeat", "double-use", "reporting.view_doubleuse"),
            page(_("Guest categories"), "diversity_3", "catalog.guestcategory"),
            page(_("Payers"), "corporate_fare", "catalog.payer"),
            page(_("Meal terms"), "handshake", "catalog.mealterms"),
            link(_("Payroll"), "request_quote", "payroll", "reporting.view_payroll"),
        ],
    },
    {
        "title": _("Terminals"),
        "separator": True,
        "items": [
            page(_("Terminals"), "point_of_sale", "fleet.terminal"),
            page(_("Revisions"), "published_with_changes", "replication.revision"),
            page(_("Certificates"), "verified_user", "certificates.certificate"),
            page(_("Quarantine"), "report", "spool.quarantine"),
            page(_("Journal"), "history_edu", "spool.journalentry"),
            link(_("Archives"), "usb", "archives", "spool.view_archiveimport"),
        ],
    },
    {
        "title": _("House"),
        "separator": True,
        "collapsible": True,
        "items": [
            page(_("Companies"), "apartment", "catalog.company"),
            page(_("Stores"), "storefront", "catalog.store"),
            page(_("Tax classes"), "percent", "catalog.taxclass"),
            page(_("Users"), "manage_accounts", "auth.user"),
            page(_("Roles"), "shield_person", "auth.group"),
        ],
    },
]

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Refectory",
    "SITE_HEADER": "Refectory",
    "SITE_SUBHEADER": _("Head office"),
    "SITE_SYMBOL": "restaurant",
    "SITE_URL": None,
    "SHOW_LANGUAGES": True,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "server.reporting.dashboard.dashboard",
    "STYLES": [
        lambda _request: static("refectory/office.css"),
        lambda _request: static("refectory/live.css"),
        lambda _request: static("refectory/slip.css"),
    ],
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": NAVIGATION},
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .018 155)",
            "100": "oklch(94.5% .038 155)",
            "200": "oklch(89.5% .07 155)",
            "300": "oklch(82% .105 155)",
            "400": "oklch(72% .13 155)",
            "500": "oklch(61% .13 155)",
            "600": "oklch(51% .112 156)",
            "700": "oklch(43% .092 157)",
            "800": "oklch(36.5% .074 158)",
            "900": "oklch(31% .06 159)",
            "950": "oklch(21% .042 160)",
        },
    },
}
