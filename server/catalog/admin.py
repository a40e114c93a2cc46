"""Pages for master data."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportModelAdmin
from simple_history.admin import SimpleHistoryAdmin
from unfold.decorators import display

from server.catalog import menu_admin as menu_admin
from server.catalog import trade_admin as trade_admin
from server.catalog.models import (
    Article,
    Barcode,
    Category,
    Company,
    GuestCategory,
    Option,
    OptionGroup,
    Price,
    ServicePeriod,
    Store,
    TaxClass,
    TaxRate,
)
from server.catalog.resources import ArticleResource
from server.core.admin_base import HouseAdmin, HouseStacked, HouseTabular
from server.core.display import money, percent
from server.core.text import local

OFFLINE_BOUND = _(
    "Terminals that are cut off cannot know of each other. An account is overdrawn by at most its credit limit + number of "
    "terminals cut off × this limit. Where a meal is always given, it is given beyond that as well, and the guest owes it."
)


@admin.register(Company)
class CompanyAdmin(HouseAdmin):
    """Companies."""

    list_display = ["name", "code"]
    search_fields = ["name", "code"]


class ServicePeriodInline(HouseStacked):
    """A store's meal services."""

    model = ServicePeriod


@admin.register(Store)
class StoreAdmin(HouseAdmin):
    """Stores."""

    list_display = ["name", "code", "company", "currency", "country", "timezone"]
    list_filter = ["company"]
    search_fields = ["name", "code"]
    inlines = [ServicePeriodInline]


@admin.register(GuestCategory)
class GuestCategoryAdmin(HouseAdmin):
    """Guest categories."""

    list_display = ["shown", "code", "offline_policy", "offline_limit"]
    search_fields = ["code", "name"]
    fieldsets = [
        (None, {"fields": ["name", "code"]}),
        (
            _("While a terminal cannot ask head office"),
            {"fields": ["offline_policy", "offline_limit_minor"], "description": OFFLINE_BOUND},
        ),
    ]

    @display(description=_("name"))
    def shown(self, row: GuestCategory) -> str:
        """The name in the manager's language."""
        return str(row)

    @display(description=_("limit without a connection"), ordering="offline_limit_minor")
    def offline_limit(self, row: GuestCategory) -> str:
        """The limit with its currency."""
        return money(row.offline_limit_minor)


class TaxRateInline(HouseTabular):
    """Rates over time."""

    model = TaxRate


@admin.register(TaxClass)
class TaxClassAdmin(HouseAdmin):
    """Tax classes."""

    list_display = ["shown", "code", "current"]
    search_fields = ["code", "name"]
    inlines = [TaxRateInline]

    @display(description=_("name"))
    def shown(self, row: TaxClass) -> str:
        """The name in the manager's language."""
        return str(row)

    @display(description=_("eat-in / take-away"))
    def current(self, row: TaxClass) -> str:
        """The rates valid today."""
        rate = row.rates.filter(valid_from__lte=timezone.localdate()).order_by("-valid_from").first()
        return f"{percent(rate.eat_in_bp)} / {percent(rate.take_away_bp)}" if rate else "–"


@admin.register(Category)
class CategoryAdmin(HouseAdmin):
    """Categories of articles."""

    list_display = ["shown", "code", "tint", "is_meal", "position"]
    search_fields = ["code", "name"]
    ordering = ["position", "code"]

    @display(description=_("name"))
    def shown(self, row: Category) -> str:
        """The name in the manager's language."""
        return str(row)


class BarcodeInline(HouseTabular):
    """Codes the scanner reads."""

    model = Barcode


class PriceInline(HouseTabular):
    """What the article costs."""

    model = Price
    fields = ["guest_category", "store", "amount_minor", "base_minor", "valid_from", "valid_to"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """A new price is valid from today unless told otherwise."""
        formset = super().get_formset(request, obj, **kwargs)
        if "valid_from" in formset.form.base_fields:
            formset.form.base_fields["valid_from"].initial = timezone.localdate
        return formset


class OptionGroupInline(HouseStacked):
    """Choices to make with the article."""

    model = OptionGroup
    show_change_link = True


@admin.register(Article)
class ArticleAdmin(SimpleHistoryAdmin, ImportExportModelAdmin, HouseAdmin):
    """Articles."""

    resource_classes = [ArticleResource]
    list_display = ["shown", "shown_category", "plu", "unit", "price_today", "allergens_shown", "active"]
    list_filter = ["category", "unit", "tax_class", "everyday", "active"]
    search_fields = ["code", "name", "plu", "barcodes__code"]
    autocomplete_fields = ["category", "tax_class"]
    inlines = [PriceInline, BarcodeInline, OptionGroupInline]
    fieldsets = [
        (None, {"fields": ["name", "description", ("category", "tax_class"), ("code", "plu"), ("unit", "picture")]}),
        (_("On sale"), {"fields": [("active", "everyday", "kitchen")]}),
        (_("What is in it"), {"fields": ["allergens_stated", "allergens", "diets", "notes"]}),
    ]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        """Prices only for those who may see prices."""
        may = request.user.has_perm("catalog.view_price")
        return [column for column in self.list_display if may or column != "price_today"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """Articles with all the list shows of them."""
        return super().get_queryset(request).select_related("category").prefetch_related("prices")

    @display(description=_("article"), header=True)
    def shown(self, row: Article) -> list[str]:
        """Name, and code below it."""
        return [local(row.name, row.code), row.code]

    @display(description=_("category"), ordering="category__position")
    def shown_category(self, row: Article) -> str:
        """The category in the manager's language."""
        return str(row.category)

    @display(description=_("price today"))
    def price_today(self, row: Article) -> str:
        """From the cheapest to the dearest of today's prices."""
        today = timezone.localdate()
        amounts = [
            price.amount_minor
            for price in row.prices.all()
            if price.valid_from <= today and (price.valid_to is None or price.valid_to >= today)
        ]
        if not amounts:
            return "–"
        low, high = min(amounts), max(amounts)
        return money(low) if low == high else f"{money(low)} – {money(high)}"

    @display(description=_("allergens"), label={"stated": "success", "missing": "warning"})
    def allergens_shown(self, row: Article) -> tuple[str, Any]:
        """Whether anybody said, and how many."""
        if not row.allergens_stated:
            return "missing", _("not stated")
        return "stated", str(len(row.allergens)) if row.allergens else _("free from all")


class OptionInline(HouseStacked):
    """The choices of a group."""

    model = Option


@admin.register(OptionGroup)
class OptionGroupAdmin(HouseAdmin):
    """Option groups; reached from their article."""

    list_display = ["__str__", "code", "minimum", "maximum"]
    search_fields = ["code", "name", "article__code"]
    autocomplete_fields = ["article"]
    inlines = [OptionInline]


class ValidTodayFilter(admin.SimpleListFilter):
    """Prices by when they are valid."""

    title = _("validity")
    parameter_name = "valid"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        """Today or later."""
        return [("today", _("valid today")), ("later", _("from a later day"))]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Price]) -> QuerySet[Price]:
        """Filter as chosen."""
        today = timezone.localdate()
        if self.value() == "today":
            return queryset.filter(Q(valid_to=None) | Q(valid_to__gte=today), valid_from__lte=today)
        return queryset.filter(valid_from__gt=today) if self.value() == "later" else queryset


@admin.register(Price)
class PriceAdmin(SimpleHistoryAdmin, HouseAdmin):
    """Prices."""

    list_display = ["article", "guest_category", "store", "amount", "fixed", "valid_from", "valid_to"]
    list_filter = [ValidTodayFilter, "guest_category", "store"]
    list_filter_submit = False
    list_select_related = ["article", "guest_category", "store"]
    search_fields = ["article__code", "article__name"]
    autocomplete_fields = ["article", "guest_category", "store"]

    @display(description=_("price"), ordering="amount_minor")
    def amount(self, row: Price) -> str:
        """The amount with its currency."""
        return money(row.amount_minor, row.store.currency if row.store else None)

    @display(description=_("fixed part"))
    def fixed(self, row: Price) -> str:
        """The fixed part of a price by weight."""
        return money(row.base_minor, row.store.currency if row.store else None) if row.base_minor else "–"
