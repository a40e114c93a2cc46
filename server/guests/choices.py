"""What a cashier may be allowed to do, and the sets of permissions a house starts with."""

from django.utils.translation import gettext_lazy as _

PERMISSIONS = [
    ("sell", _("sell")),
    ("discount", _("give discounts")),
    ("price", _("override prices")),
    ("no_sale", _("open the drawer without a sale")),
    ("void", _("void tickets")),
    ("refund", _("refund lines")),
    ("top_up", _("top up accounts")),
    ("payout", _("pay out accounts")),
    ("cash_movement", _("drops, pay-ins and pay-outs")),
    ("name_search", _("find guests by name")),
    ("training", _("training mode")),
    ("reprint", _("reprint slips")),
    ("sold_out", _("mark articles sold out")),
    ("x_report", _("X report")),
    ("z_report", _("Z report")),
    ("shift", _("open and close shifts")),
]

ROLE_PRESETS: dict[str, tuple[str, ...]] = {
    "cashier": ("sell", "top_up", "training", "reprint", "sold_out", "x_report", "shift"),
    "supervisor": tuple(code for code, _label in PERMISSIONS),
}
"""Permissions of the roles a cashier can start with."""
