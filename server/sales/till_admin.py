"""Pages for shifts, Z reports and money beside sales: looked at, never edited."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from server.core.admin_base import ReadOnlyAdmin
from server.core.display import money
from server.sales.models import AccountMovement, CashMovement, Closing, Shift


class Amounts(ReadOnlyAdmin):
    """Records with amounts in a currency of their own."""

    list_select_related = ["terminal", "store"]
    date_hierarchy = "business_day"

    @display(description=_("amount"), ordering="amount_minor")
    def amount(self, row: AccountMovement | CashMovement) -> str:
        """What was moved."""
        return money(row.amount_minor, row.currency)

    @display(description=_("turnover"), ordering="turnover_minor")
    def turnover(self, row: Closing) -> str:
        """Turnover, voids and refunds taken off."""
        return money(row.turnover_minor, row.currency)

    @display(description=_("counted"), ordering="counted_minor")
    def counted(self, row: Shift | Closing) -> str:
        """What was in the drawer."""
        return money(row.counted_minor, row.currency)

    @display(description=_("difference"), ordering="difference_minor")
    def difference(self, row: Shift | Closing) -> str:
        """Counted less expected."""
        return money(row.difference_minor, row.currency)


@admin.register(Shift)
class ShiftAdmin(Amounts):
    """Shifts."""

    list_display = [
        "business_day",
        "terminal",
        "number",
        "opened_by",
        "opened_at",
        "closed_at",
        "counted",
        "difference",
    ]
    list_filter = ["store", "terminal", ("business_day", RangeDateFilter)]


@admin.register(Closing)
class ClosingAdmin(Amounts):
    """Z reports."""

    list_display = ["time_utc", "terminal", "number", "tickets", "turnover", "counted", "difference"]
    list_filter = ["store", "terminal", ("business_day", RangeDateFilter)]


@admin.register(AccountMovement)
class AccountMovementAdmin(Amounts):
    """Top-ups and payouts at tills."""

    list_display = ["time_utc", "terminal", "kind", "guest", "tender", "amount", "cashier_code"]
    list_filter = ["store", "terminal", "kind", ("business_day", RangeDateFilter)]
    list_select_related = ["terminal", "store", "guest"]


@admin.register(CashMovement)
class CashMovementAdmin(Amounts):
    """Money into drawers and out of them."""

    list_display = ["time_utc", "terminal", "kind", "amount", "reason", "cashier_code"]
    list_filter = ["store", "terminal", "kind", ("business_day", RangeDateFilter)]
