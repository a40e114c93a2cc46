"""Pages for who pays, set menus and quick keys."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin
from unfold.decorators import action, display

from server.catalog.models import MealTerms, Payer, QuickKeyLayout, SetMenu, SetMenuPrice, SetMenuSlot
from server.catalog.savings import problem_slots, savings
from server.core.admin_base import HouseAdmin, HouseStacked, HouseTabular
from server.core.display import house_currency, money
from server.sales.models import TicketCharge


class MealTermsInline(HouseTabular):
    """What was agreed with the payer."""

    model = MealTerms
    fields = ["code", "store", "guest_category", "service_period", "fee_minor", "fee_tax_class"]
    fields += ["share_minor", "valid_from", "valid_to"]


@admin.register(Payer)
class PayerAdmin(SimpleHistoryAdmin, HouseAdmin):
    """Employers and cost centres."""

    list_display = ["shown", "code", "company", "tax_class", "owes"]
    list_filter = ["company"]
    list_select_related = ["company", "tax_class"]
    search_fields = ["code", "name"]
    fieldsets = [
        (None, {"fields": ["name", ("code", "company"), "tax_class", "address"]}),
    ]
    inlines = [MealTermsInline]

    @display(description=_("name"))
    def shown(self, row: Payer) -> str:
        """The name in the manager's language."""
        return str(row)

    @display(description=_("owes this month"))
    def owes(self, row: Payer) -> str:
        """The sum of its parts of the tickets of this month."""
        today = timezone.localdate()
        charges = TicketCharge.objects.filter(
            payer_code=row.code, ticket__business_day__range=(today.replace(day=1), today)
        )
        return money(charges.aggregate(sum=Sum("amount_minor"))["sum"] or 0)


@admin.register(MealTerms)
class MealTermsAdmin(SimpleHistoryAdmin, HouseAdmin):
    """Admission fees and shares."""

    list_display = ["code", "guest_category", "payer", "service_period", "fee", "share", "valid_from", "valid_to"]
    list_filter = ["guest_category", "payer", "store"]
    list_select_related = ["guest_category", "payer", "service_period", "store"]
    search_fields = ["code"]

    @display(description=_("admission fee"), ordering="fee_minor")
    def fee(self, row: MealTerms) -> str:
        """The fee with its currency."""
        return money(row.fee_minor, row.store.currency if row.store else None)

    @display(description=_("payer's share"), ordering="share_minor")
    def share(self, row: MealTerms) -> str:
        """The share with its currency."""
        return money(row.share_minor, row.store.currency if row.store else None)


class SetMenuSlotInline(HouseStacked):
    """What the menu is made of."""

    model = SetMenuSlot
    autocomplete_fields = ["articles", "categories"]


class SetMenuPriceInline(HouseTabular):
    """What the menu costs."""

    model = SetMenuPrice


@admin.register(SetMenu)
class SetMenuAdmin(SimpleHistoryAdmin, HouseAdmin):
    """Set menus."""

    list_display = ["shown", "code", "store", "price", "position", "active"]
    list_filter = ["store", "active"]
    list_select_related = ["store"]
    search_fields = ["code", "name"]
    inlines = [SetMenuSlotInline, SetMenuPriceInline]
    fieldsets = [
        (None, {"fields": ["name", ("code", "store"), ("position", "active")]}),
        (_("What it saves"), {"fields": ["saves"]}),
    ]
    readonly_fields = ["saves"]

    class Media:
        js = ("refectory/savings.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SetMenu]:
        """Set menus with their prices."""
        return super().get_queryset(request).prefetch_related("prices")

    @display(description=_("name"))
    def shown(self, row: SetMenu) -> str:
        """The name in the manager's language."""
        return str(row)

    @display(description=_("price"))
    def price(self, row: SetMenu) -> str:
        """From the cheapest to the dearest."""
        currency = row.store.currency if row.store else None
        amounts = [price.amount_minor for price in row.prices.all()]
        return _span(min(amounts), max(amounts), currency) if amounts else "–"

    @display(description="")
    def saves(self, row: SetMenu) -> SafeString:
        """What the menu saves against list prices, by guest category."""
        currency = row.store.currency if row.store else house_currency()
        found = savings(row, row.store.today() if row.store else timezone.localdate()) if row.pk else []
        rows = [
            {
                "saving": each,
                "alone": _span(each.low_minor, each.high_minor, currency),
                "menu": money(each.menu_minor, currency),
                "saves": _span(*each.saved_minor, currency) if each.saved_minor else "–",
                "dearer": bool(each.saved_minor and each.saved_minor[0] < 0),
            }
            for each in found
        ]
        context = {"rows": rows, "problems": problem_slots(row) if row.pk else [], "currency": currency}
        return mark_safe(render_to_string("catalog/savings.html", context))  # noqa: S308


def _span(low_minor: int, high_minor: int, currency: str | None) -> str:
    low = money(low_minor, currency)
    return low if low_minor == high_minor else f"{low} – {money(high_minor, currency)}"


class QuickKeyLayoutForm(forms.ModelForm):
    """A layout; it cannot become too small for its keys."""

    class Meta:
        model = QuickKeyLayout
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        """Refuse a size outside of which keys would stand, and tills of other stores."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for field, place in (("rows", "row"), ("columns", "column")):
            last = self.instance.keys.aggregate(last=Max(place))["last"] if self.instance.pk else None
            if last and cleaned.get(field) and cleaned[field] < last:
                text = _("There are keys as far as %(last)d: move or take them away first.")
                self.add_error(field, text % {"last": last})
        strangers = [row.code for row in cleaned.get("terminals") or () if row.store != cleaned.get("store")]
        if strangers:
            self.add_error("terminals", _("Of another store: %(codes)s") % {"codes": ", ".join(strangers)})
        return cleaned


@admin.register(QuickKeyLayout)
class QuickKeyLayoutAdmin(HouseAdmin):
    """Quick-key layouts; the keys themselves are laid out on a page of their own."""

    form = QuickKeyLayoutForm
    list_display = ["name", "store", "tills", "size", "lay_out"]
    list_filter = ["store"]
    list_select_related = ["store"]
    search_fields = ["code", "name"]
    filter_horizontal = ["terminals"]
    fieldsets = [(None, {"fields": [("name", "code"), "store", ("columns", "rows"), "terminals"]})]
    actions_detail = ["open_keys"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuickKeyLayout]:
        """Layouts with the tills they are for."""
        return super().get_queryset(request).prefetch_related("terminals")

    @display(description=_("tills"))
    def tills(self, row: QuickKeyLayout) -> Any:
        """The tills by code."""
        return ", ".join(terminal.code for terminal in row.terminals.all()) or _("all others")

    @display(description=_("size"))
    def size(self, row: QuickKeyLayout) -> str:
        """Columns and rows."""
        return f"{row.columns} × {row.rows}"

    @display(description="")
    def lay_out(self, row: QuickKeyLayout) -> SafeString:
        """A link to the keys."""
        return format_html('<a class="refectory-link" href="{}">{}</a>', reverse("keys", args=[row.pk]), _("Lay out"))

    @action(description=_("Lay out the keys"), url_path="keys", icon="apps")
    def open_keys(self, _request: HttpRequest, object_id: str) -> HttpResponse:
        """Open the page on which keys are laid out."""
        return HttpResponseRedirect(reverse("keys", args=[object_id]))

    def response_add(self, _request: HttpRequest, obj: QuickKeyLayout, _post_url_continue: Any = None) -> HttpResponse:
        """Go on with the keys."""
        return HttpResponseRedirect(reverse("keys", args=[obj.pk]))
