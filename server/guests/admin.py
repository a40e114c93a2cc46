"""Pages for guests, their badges and their accounts."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportModelAdmin
from simple_history.admin import SimpleHistoryAdmin
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import action, display

from server.catalog.models import ServicePeriod
from server.core.admin_base import HouseAdmin, HouseTabular
from server.core.display import money
from server.guests.forms import BadgeForm, CashierBadgeForm, CashierForm, GuestForm
from server.guests.ledger import post
from server.guests.models import Badge, Cashier, CashierBadge, Guest, LedgerEntry
from server.guests.photos import remove_photo, set_photo
from server.guests.resources import GuestResource

STATEMENT_ROWS = 50


class BadgeInline(HouseTabular):
    """A guest's badges."""

    model = Badge
    form = BadgeForm
    fk_name = "guest"
    fields = [
        "number",
        "spelling",
        "blocked",
        "temporary",
        "valid_from",
        "valid_to",
        "new_number",
        "replaced_by",
    ]
    readonly_fields = ["replaced_by"]


@admin.register(Guest)
class GuestAdmin(SimpleHistoryAdmin, ImportExportModelAdmin, HouseAdmin):
    """Guests with balance and statement."""

    form = GuestForm
    resource_classes = [GuestResource]
    list_display = ["name", "shown_category", "payer", "shown_store", "balance", "limit", "state"]
    list_filter = ["category", "payer", "store", "blocked", "left"]
    list_select_related = ["category", "payer", "store"]
    search_fields = ["name", "id", "badges__number"]
    readonly_fields = ["balance", "photo", "statement", "meals"]
    inlines = [BadgeInline]
    actions_detail = ["move_account"]
    fieldsets = [
        (None, {"fields": [("name", "category"), ("company", "store"), ("payer", "credit_limit_minor"), "balance"]}),
        (_("Photo"), {"fields": ["photo", ("new_photo", "drop_photo")]}),
        (_("State"), {"fields": [("blocked", "left")]}),
        (_("Statement"), {"fields": ["statement"]}),
        (_("Meals"), {"fields": ["meals"]}),
    ]
    add_fieldsets = [
        (None, {"fields": [("name", "category"), ("company", "store"), ("payer", "credit_limit_minor"), "new_photo"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Guest | None = None) -> Any:
        """A new guest has no account yet."""
        return self.fieldsets if obj else self.add_fieldsets

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Guests are not deleted; they leave."""
        return False

    def save_model(self, request: HttpRequest, obj: Guest, form: Any, change: bool) -> None:
        """Store the guest, then the photo that came with the form."""
        super().save_model(request, obj, form, change)
        if form.cleaned_data.get("new_photo") and not obj.left:
            set_photo(obj, form.cleaned_data["new_photo"])
        elif form.cleaned_data.get("drop_photo"):
            remove_photo(obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Store the badges, then those that replace one."""
        super().save_formset(request, form, formset, change)
        for badge_form in formset.forms:
            if badge_form.has_changed() and badge_form not in formset.deleted_forms:
                badge_form.replace()

    @display(description=_("photo"))
    def photo(self, row: Guest) -> SafeString | str:
        """The photo tills show."""
        if not row.photo_key:
            return "–"
        return format_html('<img src="{}" width="120" height="120" alt="">', reverse("photo", args=[row.photo_key]))

    @display(description=_("category"), ordering="category__code")
    def shown_category(self, row: Guest) -> str:
        """The category in the manager's language."""
        return str(row.category)

    @display(description=_("store"), ordering="store__code")
    def shown_store(self, row: Guest) -> Any:
        """Where the guest is known."""
        return row.store or _("all stores")

    @display(description=_("balance"), ordering="balance_minor")
    def balance(self, row: Guest) -> str:
        """The cached balance."""
        return money(row.balance_minor, row.store.currency if row.store else None)

    @display(description=_("credit limit"), ordering="credit_limit_minor")
    def limit(self, row: Guest) -> str:
        """How far it may go below zero."""
        return (
            money(row.credit_limit_minor, row.store.currency if row.store else None) if row.credit_limit_minor else "–"
        )

    @display(description=_("state"), label={"active": "success", "blocked": "danger", "left": "info"})
    def state(self, row: Guest) -> tuple[str, Any]:
        """Active, blocked or gone."""
        if row.left:
            return "left", _("has left")
        return ("blocked", _("blocked")) if row.blocked else ("active", _("active"))

    @display(description="")
    def statement(self, row: Guest) -> SafeString | str:
        """The newest movements with the balance after each; their sum is the balance."""
        currency = row.store.currency if row.store else None
        entries = row.ledger.select_related("ticket__store").order_by("-time_utc", "-pk")
        balance_minor = row.balance_minor
        lines = []
        for entry in entries[:STATEMENT_ROWS]:
            lines.append(
                {"entry": entry, "amount": money(entry.amount_minor, currency), "after": money(balance_minor, currency)}
            )
            balance_minor -= entry.amount_minor
        context = {"lines": lines, "before": money(balance_minor, currency), "more": entries.count() > STATEMENT_ROWS}
        return render_to_string("guests/statement.html", context)

    @display(description="")
    def meals(self, row: Guest) -> SafeString | str:
        """The newest meals with a payer's share, and those that were given back."""
        tickets = row.tickets.exclude(meals_used=0).select_related("terminal", "store").order_by("-time_utc", "-pk")
        names = {(period.store_id, period.code): str(period) for period in ServicePeriod.objects.all()}
        meals = [
            {
                "ticket": ticket,
                "service": names.get((ticket.store_id, ticket.meal_code), ticket.meal_code),
                "share": money(ticket.charges_minor, ticket.currency),
                "paid": money(ticket.total_minor - ticket.charges_minor, ticket.currency),
            }
            for ticket in tickets[:STATEMENT_ROWS]
        ]
        return render_to_string("guests/meals.html", {"meals": meals})

    @action(description=_("Top up or correct"), url_path="move-account", permissions=["move_account"], icon="payments")
    def move_account(self, _request: HttpRequest, object_id: str) -> HttpResponse:
        """Open the form of a new ledger entry for this guest."""
        return HttpResponseRedirect(f"{reverse('admin:guests_ledgerentry_add')}?guest={object_id}&kind=top_up")

    def has_move_account_permission(self, request: HttpRequest, _object_id: Any = None) -> bool:
        """Whoever may add ledger entries."""
        return request.user.has_perm("guests.add_ledgerentry")


@admin.register(Badge)
class BadgeAdmin(HouseAdmin):
    """Badges, to find the guest of one."""

    form = BadgeForm
    fields = [
        "guest",
        ("number", "spelling"),
        ("blocked", "temporary"),
        ("valid_from", "valid_to"),
        ("new_number", "replaced_by"),
    ]
    list_display = ["number", "guest", "blocked", "temporary", "valid_from", "valid_to", "replaced_by"]
    list_filter = ["blocked", "temporary"]
    list_select_related = ["guest", "replaced_by"]
    readonly_fields = ["replaced_by"]
    search_fields = ["number", "guest__name"]
    autocomplete_fields = ["guest"]

    def save_model(self, request: HttpRequest, obj: Badge, form: Any, change: bool) -> None:
        """Store the badge, then the one that replaces it."""
        super().save_model(request, obj, form, change)
        form.replace()

    def delete_queryset(self, _request: HttpRequest, queryset: QuerySet[Badge]) -> None:
        """Delete one by one, so that terminals hear of each guest."""
        for badge in queryset:
            badge.delete()


class CashierBadgeInline(HouseTabular):
    """Badges a cashier signs in with."""

    model = CashierBadge
    form = CashierBadgeForm
    fields = ["number", "spelling", "blocked"]


@admin.register(Cashier)
class CashierAdmin(SimpleHistoryAdmin, HouseAdmin):
    """Cashiers and what they may do."""

    form = CashierForm
    list_display = ["name", "code", "company", "store", "language", "sign_in", "blocked"]
    list_filter = ["store", "blocked"]
    list_select_related = ["company", "store"]
    search_fields = ["name", "code", "badges__number"]
    inlines = [CashierBadgeInline]
    fieldsets = [
        (None, {"fields": [("name", "code"), ("company", "store"), ("language", "blocked"), "new_pin"]}),
        (_("Permissions"), {"fields": ["preset", "permissions"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cashier]:
        """Cashiers with their badges."""
        return super().get_queryset(request).prefetch_related("badges")

    @display(description=_("signs in with"))
    def sign_in(self, row: Cashier) -> str:
        """PIN, badge, both or nothing yet."""
        badge = any(not badge.blocked for badge in row.badges.all())
        ways = [*([_("PIN")] if row.pin_hash else []), *([_("badge")] if badge else [])]
        return ", ".join(str(way) for way in ways) or "–"


@admin.register(LedgerEntry)
class LedgerEntryAdmin(HouseAdmin):
    """The ledger: looked at, and added to; never changed."""

    list_display = ["time_utc", "guest", "kind_shown", "amount", "ticket", "note"]
    list_filter = ["kind", ("time_utc", RangeDateTimeFilter)]
    list_select_related = ["guest__store", "ticket__terminal"]
    search_fields = ["guest__name", "guest__id", "note"]
    date_hierarchy = "time_utc"
    autocomplete_fields = ["guest"]
    fields = ["guest", "kind", "amount_minor", "note"]

    def get_fields(self, _request: HttpRequest, obj: Any = None) -> list[str]:
        """Once written, an entry shows when and for which ticket as well."""
        return ["guest", "kind_shown", "amount", "ticket", "time_utc", "note"] if obj else self.fields

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> list[str]:
        """Everything, once written."""
        return ["guest", "kind_shown", "amount", "ticket", "time_utc", "note"] if obj else []

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody changes the ledger."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        """Nobody deletes from the ledger."""
        return False

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Payments come from terminals, never from this form."""
        if db_field.name == "kind":
            kwargs["choices"] = [choice for choice in LedgerEntry.Kind.choices if choice[0] != LedgerEntry.Kind.PAYMENT]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, _request: HttpRequest, obj: LedgerEntry, _form: Any, _change: bool) -> None:
        """Post the movement together with the balance."""
        post([obj])

    def response_add(self, _request: HttpRequest, obj: LedgerEntry, _post_url_continue: Any = None) -> HttpResponse:
        """Go back to the guest, where the new balance shows."""
        self.message_user(_request, _("The movement is booked."))
        return HttpResponseRedirect(reverse("admin:guests_guest_change", args=[obj.guest_id]))

    @display(description=_("kind"), label={"payment": "info", "top_up": "success", "correction": "warning"})
    def kind_shown(self, row: LedgerEntry) -> tuple[str, str]:
        """Why the account moved."""
        return row.kind, row.get_kind_display()

    @display(description=_("amount"), ordering="amount_minor")
    def amount(self, row: LedgerEntry) -> str:
        """The amount with its sign."""
        return money(row.amount_minor, row.guest.store.currency if row.guest.store else None)
