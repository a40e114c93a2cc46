"""Pages for shifts, Z reports, money beside sales and orders: looked at, never edited."""

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from server.core.admin_base import ReadOnlyAdmin
from server.core.display import money
from server.sales.models import AccountMovement, CashMovement, Closing, KitchenOrder, Shift
from server.sales.report_page import check_words, figures, z_sheet


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

    @display(description=_("grand total"))
    def grand_total(self, row: Closing) -> str:
        """Turnover of the terminal since its beginning."""
        return money(row.perpetual_minor, row.currency)

    @display(description="")
    def figures(self, row: Shift | Closing) -> SafeString | str:
        """The totals by service, guests, payer and tender."""
        return figures(row) if row.totals else "–"

    @display(description="")
    def agrees(self, row: Shift | Closing) -> SafeString | str:
        """Whether it agrees with what it reports."""
        return check_words(row) if row.totals else "–"


@admin.register(Shift)
class ShiftAdmin(Amounts):
    """Shifts."""

    list_display = [
        "business_day",
        "terminal",
        "number",
        "state",
        "opened_by",
        "opened_at",
        "closed_at",
        "counted",
        "difference",
    ]
    list_filter = ["store", "terminal", ("business_day", RangeDateFilter)]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("terminal", "number"),
                    ("store", "business_day"),
                    ("opened_at", "opened_by"),
                    ("closed_at", "closed_by"),
                ]
            },
        ),
        (_("Figures"), {"fields": ["agrees", "figures"]}),
    ]
    readonly_fields = ["figures", "agrees"]

    @display(description=_("state"), label={"open": "success", "closed": "info"})
    def state(self, row: Shift) -> tuple[str, Any]:
        """Open or closed."""
        return ("closed", _("closed")) if row.closed_at else ("open", _("open"))


@admin.register(Closing)
class ClosingAdmin(Amounts):
    """Z reports."""

    list_display = ["time_utc", "terminal", "number", "tickets", "turnover", "counted", "difference"]
    list_filter = ["store", "terminal", ("business_day", RangeDateFilter)]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("terminal", "number"),
                    ("store", "business_day"),
                    ("time_utc", "cashier_code"),
                    ("first_shift", "last_shift"),
                    "grand_total",
                ]
            },
        ),
        (_("Figures"), {"fields": ["agrees", "figures"]}),
        (_("As on paper"), {"fields": ["paper"]}),
        (_("Proof"), {"fields": [("epoch", "seq"), "hash"]}),
    ]
    readonly_fields = ["grand_total", "figures", "agrees", "paper"]

    @display(description="")
    def paper(self, row: Closing) -> SafeString:
        """The report as it is printed."""
        return z_sheet(row)


@admin.register(AccountMovement)
class AccountMovementAdmin(Amounts):
    """Top-ups and payouts at tills."""

    list_display = ["time_utc", "terminal", "kind_shown", "guest", "tender", "amount", "cashier_code"]
    list_filter = ["store", "terminal", "kind", ("business_day", RangeDateFilter)]
    list_select_related = ["terminal", "store", "guest"]
    search_fields = ["guest__name", "=number"]
    fields = [
        ("terminal", "number"),
        ("store", "business_day"),
        ("time_utc", "kind"),
        ("guest", "amount"),
        ("tender", "cashier_code"),
        "shift",
        ("epoch", "seq"),
        "hash",
    ]
    readonly_fields = ["amount"]

    @display(description=_("kind"), label={"top_up": "success", "payout": "warning"})
    def kind_shown(self, row: AccountMovement) -> tuple[str, str]:
        """Which way."""
        return row.kind, row.get_kind_display()


@admin.register(CashMovement)
class CashMovementAdmin(Amounts):
    """Money into drawers and out of them."""

    list_display = ["time_utc", "terminal", "kind", "amount", "reason", "cashier_code"]
    list_filter = ["store", "terminal", "kind", ("business_day", RangeDateFilter)]
    fields = [
        ("terminal", "number"),
        ("store", "business_day"),
        ("time_utc", "kind"),
        ("amount", "reason"),
        ("cashier_code", "shift"),
        ("epoch", "seq"),
        "hash",
    ]
    readonly_fields = ["amount"]


@admin.register(KitchenOrder)
class KitchenOrderAdmin(ReadOnlyAdmin):
    """Orders for the kitchen and how far they are."""

    list_display = ["ordered_at", "pickup_number", "dishes", "state_shown", "ready_at", "collected_at", "terminal_code"]
    list_filter = ["store", "state", "cancelled", ("business_day", RangeDateFilter)]
    search_fields = ["=pickup_number", "=number"]
    date_hierarchy = "business_day"
    ordering = ["-business_day", "-ordered_at", "-pk"]
    fields = [
        ("pickup_number", "state"),
        "cancelled",
        ("store", "business_day"),
        "dishes",
        ("ordered_at", "ready_at"),
        ("collected_at", "terminal_code"),
    ]
    readonly_fields = ["dishes"]

    def get_queryset(self, request: Any) -> Any:
        """Orders with their lines."""
        return super().get_queryset(request).prefetch_related("ticket__lines")

    @display(
        description=_("state"), label={"open": "warning", "ready": "success", "collected": "info", "off": "danger"}
    )
    def state_shown(self, row: KitchenOrder) -> tuple[str, Any]:
        """How far it is, or that it was cancelled."""
        return ("off", _("cancelled")) if row.cancelled else (row.state, row.get_state_display())

    @display(description=_("dishes"))
    def dishes(self, row: KitchenOrder) -> str:
        """What was ordered."""
        lines = row.ticket.lines.all() if row.ticket else []
        return ", ".join(f"{line.quantity} × {line.name}" for line in lines if line.kind == "article") or "–"
