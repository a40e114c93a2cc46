"""Pages for who pays, set menus and quick keys."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin
from unfold.decorators import action, display

from server.catalog.models import MealTerms, Payer, QuickKeyLayout, SetMenu, SetMenuPrice, SetMenuSlot
from server.core.admin_base import HouseAdmin, HouseStacked, HouseTabular
from server.core.display import money


@admin.register(Payer)
class PayerAdmin(SimpleHistoryAdmin, HouseAdmin):
    """Employers and cost centres."""

    list_display = ["shown", "code", "company", "tax_class"]
    list_filter = ["company"]
    search_fields = ["code", "name"]

    @display(description=_("name"))
    def shown(self, row: Payer) -> str:
        """The name in the manager's language."""
        return str(row)


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

    list_display = ["shown", "code", "store", "position", "active"]
    list_filter = ["store", "active"]
    search_fields = ["code", "name"]
    inlines = [SetMenuSlotInline, SetMenuPriceInline]

    @display(description=_("name"))
    def shown(self, row: SetMenu) -> str:
        """The name in the manager's language."""
        return str(row)


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
