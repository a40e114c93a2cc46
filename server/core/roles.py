"""The roles every house starts with; an administrator (superuser) can make more."""

from collections.abc import Iterable, Mapping
from typing import Any

MANAGERS = "Managers"
VIEWERS = "Viewers"
OFFICE = "Cashier office"
KITCHEN = "Kitchen"
HR = "HR"
APPS = ("catalog", "menus", "guests", "sales", "fleet", "certificates", "replication", "spool", "reporting")
LOOK, KEEP = ("view",), ("view", "add", "change")
OFFICE_MAY = {
    "guests": {
        "guest": KEEP,
        "badge": KEEP,
        "ledgerentry": ("view", "add"),
        "cashier": KEEP,
        "cashierbadge": (*KEEP, "delete"),
    },
    "catalog": dict.fromkeys(("company", "store", "guestcategory", "payer", "mealterms"), LOOK),
    "sales": dict.fromkeys(
        (
            *("ticket", "ticketline", "tickettax", "ticketcharge", "payment"),
            *("shift", "closing", "accountmovement", "cashmovement"),
        ),
        LOOK,
    ),
    "fleet": {"terminal": LOOK},
    "spool": {"quarantine": LOOK, "journalentry": LOOK},
    "reporting": {"doubleuse": LOOK},
}
KITCHEN_MAY = {
    "menus": {"menuentry": (*KEEP, "delete"), "closedday": LOOK},
    "catalog": {"article": LOOK},
    "sales": {"kitchenorder": LOOK},
}
HR_MAY = ("reporting.view_payroll",)


def ensure_roles(**_kwargs: Any) -> None:
    """Make the groups when they are missing.

    Managers do all but people and keys, viewers look, the cashier office keeps guests, cashiers and counts, the kitchen
    keeps menus and what is sold out, HR sees sums for payroll and nothing else.
    """
    from django.contrib.auth.models import Group, Permission

    permissions = Permission.objects.filter(content_type__app_label__in=APPS).select_related("content_type")
    every = {f"{row.content_type.app_label}.{row.codename}": row for row in permissions}
    for name, chosen in (
        (MANAGERS, every),
        (VIEWERS, [code for code in every if ".view_" in code and code not in HR_MAY]),
        (OFFICE, _codes(OFFICE_MAY)),
        (KITCHEN, _codes(KITCHEN_MAY)),
        (HR, HR_MAY),
    ):
        group, created = Group.objects.get_or_create(name=name)
        if created or not group.permissions.exists():
            group.permissions.set(every[code] for code in chosen if code in every)


def _codes(may: Mapping[str, Mapping[str, Iterable[str]]]) -> list[str]:
    return [f"{app}.{verb}_{model}" for app, models in may.items() for model, verbs in models.items() for verb in verbs]
