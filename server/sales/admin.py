"""Pages for tickets: looked at, never edited."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from server.core.admin_base import ReadOnlyAdmin, ReadOnlyInline
from server.core.display import money, percent
from server.sales import till_admin as till_admin
from server.sales.models import Payment, Ticket, TicketCharge, TicketLine, TicketTax


class TicketPart(ReadOnlyInline):
    """A table below the ticket itself, all on one page."""

    tab = False
    hide_title = True


class TicketLineInline(TicketPart):
    """What was sold."""

    model = TicketLine
    fields = ["name", "article_code", "quantity", "weight_g", "options_shown", "amount", "vat"]
    readonly_fields = fields

    @display(description=_("options"))
    def options_shown(self, row: TicketLine) -> str:
        """The options chosen, by name."""
        return ", ".join(option["name"] for option in row.options) or "–"

    @display(description=_("amount"))
    def amount(self, row: TicketLine) -> str:
        """The amount of the line."""
        return money(row.amount_minor, row.ticket.currency)

    @display(description=_("VAT"))
    def vat(self, row: TicketLine) -> str:
        """Its VAT rate."""
        return percent(row.rate_bp)


class PaymentInline(TicketPart):
    """How it was paid."""

    model = Payment
    fields = ["kind", "amount", "guest"]
    readonly_fields = fields

    @display(description=_("amount"))
    def amount(self, row: Payment) -> str:
        """The amount of the tender."""
        return money(row.amount_minor, row.ticket.currency)


class TicketChargeInline(TicketPart):
    """What payers owe of it."""

    model = TicketCharge
    fields = ["name", "payer_code", "amount"]
    readonly_fields = fields

    @display(description=_("amount"))
    def amount(self, row: TicketCharge) -> str:
        """What the payer owes."""
        return money(row.amount_minor, row.ticket.currency)


class TicketTaxInline(TicketPart):
    """The VAT in it."""

    model = TicketTax
    fields = ["rate", "gross", "net", "vat"]
    readonly_fields = fields

    @display(description=_("rate"))
    def rate(self, row: TicketTax) -> str:
        """The rate."""
        return percent(row.rate_bp)

    @display(description=_("gross"))
    def gross(self, row: TicketTax) -> str:
        """With VAT."""
        return money(row.gross_minor, row.ticket.currency)

    @display(description=_("net"))
    def net(self, row: TicketTax) -> str:
        """Without VAT."""
        return money(row.net_minor, row.ticket.currency)

    @display(description=_("VAT"))
    def vat(self, row: TicketTax) -> str:
        """The VAT."""
        return money(row.tax_minor, row.ticket.currency)


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    """Tickets."""

    list_display = ["time_utc", "terminal", "number", "kind", "store", "guest", "service", "pickup_number", "total"]
    list_filter = ["store", "terminal", "kind", "service", ("business_day", RangeDateFilter)]
    list_select_related = ["terminal", "store", "guest"]
    search_fields = ["=number", "guest__name", "lines__name"]
    date_hierarchy = "business_day"
    inlines = [TicketLineInline, PaymentInline, TicketChargeInline, TicketTaxInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("terminal", "number"),
                    ("kind", "reverses"),
                    ("store", "business_day"),
                    ("time_utc", "pickup_number"),
                    ("guest", "shown_category"),
                    ("service", "total"),
                    ("meal_code", "share_reason"),
                    ("cashier_code", "shift"),
                ]
            },
        ),
        (_("Proof"), {"fields": [("epoch", "seq"), "hash"]}),
    ]
    readonly_fields = ["total", "shown_category", "reverses"]

    @display(description=_("total"), ordering="total_minor")
    def total(self, row: Ticket) -> str:
        """The total with its currency."""
        return money(row.total_minor, row.currency)

    @display(description=_("takes back"))
    def reverses(self, row: Ticket) -> str:
        """The ticket that a void or refund takes back."""
        return f"{row.reverses_terminal} {row.reverses_number}" if row.reverses_number else "–"

    @display(description=_("guest category"))
    def shown_category(self, row: Ticket) -> str:
        """The category in the manager's language."""
        return str(row.guest_category or "–")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Lines are searched too, so a ticket may be found by several of them: once is enough."""
        found, _may_have_duplicates = super().get_search_results(request, queryset, search_term)
        return found, True
