"""Pages for menus: what is offered on which day, and days on which a store is closed."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action, display

from server.catalog.models import Store
from server.core.admin_base import HouseAdmin
from server.menus.models import ClosedDay, MenuEntry
from server.replication.board_version import touch_board
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
        _set_sold_out(queryset, True)

    @action(description=_("On sale again"), permissions=["change"])
    def sell_again(self, _request: HttpRequest, queryset: QuerySet[MenuEntry]) -> None:
        """Put the entries back on sale."""
        _set_sold_out(queryset, False)


def _set_sold_out(entries: QuerySet[MenuEntry], sold_out: bool) -> None:
    stores = set(entries.values_list("store", flat=True))
    with transaction.atomic():
        entries.update(sold_out=sold_out)
        request_publication(Store.objects.filter(pk__in=stores))
        for store_id in sorted(stores):
            touch_board(store_id)


@admin.register(ClosedDay)
class ClosedDayAdmin(HouseAdmin):
    """Days on which a store does not open."""

    list_display = ["date", "store"]
    list_filter = ["store"]
    autocomplete_fields = ["store"]
    ordering = ["-date"]
