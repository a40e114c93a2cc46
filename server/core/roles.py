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
    """Make the groups that are missing, and give every group what it was not given before: all at first, later what is new.

    Managers do all but people and keys, viewers look, the cashier office keeps guests, cashiers and counts, the kitchen
    keeps menus and what is sold out, HR sees sums for payroll and nothing else. What an administrator took away from a group
    stays away.
    """
    from django.contrib.auth.models import Group, Permission

    from server.core.models import RoleOffer

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
        given = set() if created else set(RoleOffer.objects.filter(role=name).values_list("permission", flat=True))
        fresh = [code for code in chosen if code in every and code not in given]
        group.permissions.add(*(every[code] for code in fresh))
        RoleOffer.objects.bulk_create([RoleOffer(role=name, permission=code) for code in fresh], ignore_conflicts=True)


def _codes(may: Mapping[str, Mapping[str, Iterable[str]]]) -> list[str]:
    return [f"{app}.{verb}_{model}" for app, models in may.items() for model, verbs in models.items() for verb in verbs]
