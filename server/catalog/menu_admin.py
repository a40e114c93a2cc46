"""Pages for menus: what is offered on which day, and days on which a store is closed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action, display

from server.core.admin_base import HouseAdmin
from server.menus.models import ClosedDay, MenuEntry
from server.replication.publishing import request_publication


@admin.register(MenuEntry)
class MenuEntryAdmin(HouseAdmin):
    """Menu entries, newest day first; sold out and planned portions are edited in the list."""

    list_display = ["date", "article", "category", "store", "planned_portions", "sold_out", "position"]
    list_editable = ["planned_portions", "sold_out", "position"]
    list_filter = ["store", ("date", RangeDateFilter), "sold_out", "article__category"]
    list_select_related = ["article__category", "store"]
    search_fields = ["article__code", "article__name"]
    autocomplete_fields = ["article", "store"]
    date_hierarchy = "date"
    ordering = ["-date", "store", "position"]
    actions = ["sell_out", "sell_again"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new entry is for today unless told otherwise."""
        return {"date": timezone.localdate(), **super().get_changeform_initial_data(request)}

    @display(description=_("category"))
    def category(self, row: MenuEntry) -> str:
        """The article's category in the manager's language."""
        return str(row.article.category)

    @action(description=_("Sold out"), permissions=["change"])
    def sell_out(self, _request: HttpRequest, queryset: QuerySet[MenuEntry]) -> None:
        """Take the entries off sale; terminals hear of it within seconds."""
        queryset.update(sold_out=True)
        request_publication()

    @action(description=_("On sale again"), permissions=["change"])
    def sell_again(self, _request: HttpRequest, queryset: QuerySet[MenuEntry]) -> None:
        """Put the entries back on sale."""
        queryset.update(sold_out=False)
        request_publication()


@admin.register(ClosedDay)
class ClosedDayAdmin(HouseAdmin):
    """Days on which a store does not open."""

    list_display = ["date", "store"]
    list_filter = ["store"]
    autocomplete_fields = ["store"]
    ordering = ["-date"]
