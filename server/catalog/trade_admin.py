"""Pages for who pays, set menus and quick keys."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin
from unfold.decorators import display

from server.catalog.models import MealTerms, Payer, QuickKey, QuickKeyLayout, SetMenu, SetMenuPrice, SetMenuSlot
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


class QuickKeyInline(HouseTabular):
    """The keys of a layout."""

    model = QuickKey
    autocomplete_fields = ["article", "set_menu"]


@admin.register(QuickKeyLayout)
class QuickKeyLayoutAdmin(HouseAdmin):
    """Quick-key layouts."""

    list_display = ["name", "code", "store", "columns", "rows"]
    list_filter = ["store"]
    search_fields = ["code", "name"]
    filter_horizontal = ["terminals"]
    inlines = [QuickKeyInline]
