"""Pages for tickets: looked at, never edited."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from sales.funding import ShareReason
from sales.kinds import AdjustmentKind
from sales.slip_payment import share_words
from server.catalog.models import Payer, ServicePeriod
from server.core.admin_base import ReadOnlyAdmin, ReadOnlyInline
from server.core.display import money, percent
from server.guests.models import Cashier
from server.sales import till_admin as till_admin
from server.sales.models import Payment, Ticket, TicketCharge, TicketLine, TicketTax
from server.sales.slip_page import slip_of
from server.sales.slip_words import slip_words

ADJUSTMENTS = {
    AdjustmentKind.SET_MENU: _("set menu"),
    AdjustmentKind.DISCOUNT: _("discount"),
    AdjustmentKind.OVERRIDE: _("price by hand"),
}


class TicketPart(ReadOnlyInline):
    """A table below the ticket itself, all on one page."""

    tab = False
    hide_title = True


class TicketLineInline(TicketPart):
    """What was sold."""

    model = TicketLine
    fields = ["name", "quantity", "weight_g", "options_shown", "changes", "amount", "vat"]
    readonly_fields = fields

    @display(description=_("set menu, discounts"))
    def changes(self, row: TicketLine) -> str:
        """What a set menu, a discount or a price given by hand changed."""
        found = []
        for change in row.adjustments:
            name = change["name"] or ADJUSTMENTS[AdjustmentKind(change["kind"])]
            reason = f" ({change['reason']})" if change["reason"] else ""
            found.append(f"{name}{reason} {money(change['amount_minor'], row.ticket.currency)}")
        return ", ".join(found) or "–"

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

    list_display = ["time_utc", "terminal", "number", "kind_shown", "store", "guest", "shown_category", "owed", "total"]
    list_filter = ["store", "terminal", "kind", "service", ("business_day", RangeDateFilter)]
    list_select_related = ["terminal", "store", "guest", "guest_category"]
    search_fields = ["=number", "guest__name", "lines__name"]
    date_hierarchy = "business_day"
    inlines = [TicketLineInline, PaymentInline, TicketChargeInline, TicketTaxInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("kind", "total"),
                    ("terminal", "number"),
                    ("reverses", "reversed_by"),
                    ("store", "business_day"),
                    ("time_utc", "pickup_number"),
                    ("service", "meal"),
                    ("cashier", "shift"),
                ]
            },
        ),
        (
            _("Who pays"),
            {"fields": [("guest", "shown_category"), ("payer", "owed"), "reason"]},
        ),
        (_("As on paper"), {"fields": ["address", "slip"]}),
        (_("Proof"), {"fields": [("epoch", "seq"), "hash"]}),
    ]
    readonly_fields = [
        *("total", "reverses", "reversed_by", "meal", "cashier", "shown_category"),
        *("payer", "owed", "reason", "address", "slip"),
    ]

    @display(description=_("kind"), ordering="kind", label={"sale": "success", "void": "danger", "refund": "warning"})
    def kind_shown(self, row: Ticket) -> tuple[str, str]:
        """What the ticket does."""
        return row.kind, row.get_kind_display()

    @display(description=_("total"), ordering="total_minor")
    def total(self, row: Ticket) -> str:
        """The total with its currency."""
        return money(row.total_minor, row.currency)

    @display(description=_("payer owes"), ordering="charges_minor")
    def owed(self, row: Ticket) -> str:
        """What payers owe of it."""
        return money(row.charges_minor, row.currency) if row.charges_minor else "–"

    @display(description=_("takes back"))
    def reverses(self, row: Ticket) -> SafeString | str:
        """The ticket that a void or refund takes back."""
        if not row.reverses_number:
            return "–"
        sold = Ticket.objects.filter(
            terminal__code=row.reverses_terminal, epoch=row.reverses_epoch, number=row.reverses_number
        )
        return _links(sold) or f"{row.reverses_terminal} {row.reverses_number}"

    @display(description=_("taken back by"))
    def reversed_by(self, row: Ticket) -> SafeString | str:
        """The voids and refunds of this sale."""
        back = Ticket.objects.filter(
            reverses_terminal=row.terminal.code, reverses_epoch=row.epoch, reverses_number=row.number
        )
        return _links(back) or "–"

    @display(description=_("meal service"))
    def meal(self, row: Ticket) -> str:
        """The meal service by name."""
        period = ServicePeriod.objects.filter(store=row.store_id, code=row.meal_code).first()
        return str(period or row.meal_code or "–")

    @display(description=_("cashier"))
    def cashier(self, row: Ticket) -> str:
        """The cashier by name."""
        name = Cashier.objects.filter(code=row.cashier_code).values_list("name", flat=True).first()
        return name or row.cashier_code or "–"

    @display(description=_("payer"))
    def payer(self, row: Ticket) -> str:
        """The guest's payer by name, whether or not it paid."""
        return str(Payer.objects.filter(code=row.payer_code).first() or row.payer_code or "–")

    @display(description=_("why"))
    def reason(self, row: Ticket) -> str:
        """Why the payer's share applies, or why it does not, in words."""
        if not row.share_reason:
            return "–"
        language = (get_language() or "en").split("-")[0]
        return share_words(ShareReason(row.share_reason), slip_words(language))

    @display(description=_("electronic slip"))
    def address(self, row: Ticket) -> SafeString:
        """Where the guest finds it."""
        address = reverse("slip", args=[row.terminal.code, row.epoch, row.number, row.hash[:12]])
        return format_html('<a class="refectory-link" href="{0}" target="_blank" rel="noreferrer">{0}</a>', address)

    @display(description="")
    def slip(self, row: Ticket) -> SafeString:
        """The slip as it is printed."""
        return slip_of(row)

    @display(description=_("guest category"))
    def shown_category(self, row: Ticket) -> str:
        """The category in the manager's language."""
        return str(row.guest_category or "–")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Lines are searched too, so a ticket may be found by several of them: once is enough."""
        found, _may_have_duplicates = super().get_search_results(request, queryset, search_term)
        return found, True


def _links(tickets: QuerySet[Ticket]) -> SafeString:
    return format_html_join(
        ", ",
        '<a class="refectory-link" href="{}">{} ({})</a>',
        (
            (reverse("admin:sales_ticket_change", args=[row.pk]), row, row.get_kind_display())
            for row in tickets.select_related("terminal").order_by("pk")
        ),
    )
