"""Pages for what arrived: journal entries word for word, and the quarantine."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action, display

from server.core.admin_base import ReadOnlyAdmin
from server.guests.models import Guest
from server.spool.decision_page import decide_chosen, decision_page
from server.spool.decisions import possible
from server.spool.models import JournalEntry, Quarantine, Trouble
from server.spool.readable import facts, laid_out
from server.spool.words import ADVICE

LOOKS = {trouble.value: "danger" if trouble in (Trouble.SIGNATURE, Trouble.FORK) else "warning" for trouble in Trouble}


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    """Journal entries as the terminals signed them."""

    list_display = ["terminal", "epoch", "seq", "what", "amount", "received_at", "hash_start"]
    list_filter = ["terminal", "kind"]
    list_select_related = ["terminal"]
    search_fields = ["=seq", "hash"]
    fields = ["terminal", "epoch", "seq", "kind", "received_at", "hash", "raw"]

    @display(description=_("what"))
    def what(self, row: JournalEntry) -> str:
        """What the entry is, with its number."""
        return facts(row.raw).title

    @display(description=_("amount"))
    def amount(self, row: JournalEntry) -> str:
        """What it is about, where it is about money."""
        return facts(row.raw).amount

    @display(description=_("hash"))
    def hash_start(self, row: JournalEntry) -> str:
        """The first figures, as on the slip."""
        return row.hash[:12]


class StateFilter(admin.SimpleListFilter):
    """Quarantined entries by whether somebody has dealt with them."""

    title = _("state")
    parameter_name = "resolved__exact"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        """Open or resolved."""
        return [("0", _("open")), ("1", _("resolved"))]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Quarantine]) -> QuerySet[Quarantine]:
        """Filter as chosen."""
        return queryset.filter(resolved=self.value() == "1") if self.value() in ("0", "1") else queryset


@admin.register(Quarantine)
class QuarantineAdmin(ReadOnlyAdmin):
    """What could not be taken in, and what was decided about it."""

    list_display = ["at", "terminal", "place", "what", "amount", "why", "state"]
    list_filter = [StateFilter, "trouble", "terminal", ("at", RangeDateFilter)]
    search_fields = ["reason", "terminal", "=seq", "raw"]
    fieldsets = [
        (None, {"fields": ["explained", "says"]}),
        (_("Decisions"), {"fields": ["decided"]}),
        (_("As it came"), {"fields": ["reason", "passed", "sent"]}),
    ]
    readonly_fields = ["explained", "says", "decided", "sent"]
    actions = ["decide"]
    actions_detail = ["decide_one"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quarantine]:
        """Entries with what was decided."""
        return super().get_queryset(request).prefetch_related("decisions")

    def get_urls(self) -> list[URLPattern]:
        """The page on which somebody decides stands before the pages of single entries."""
        page = path("decide/", self.admin_site.admin_view(self._decide), name="spool_quarantine_decide")
        return [page, *super().get_urls()]

    @display(description=_("epoch / entry"))
    def place(self, row: Quarantine) -> str:
        """Where in a journal it stands."""
        return f"{row.epoch or '–'} / {row.seq or '–'}"

    @display(description=_("what"))
    def what(self, row: Quarantine) -> str:
        """What the entry says it is."""
        return facts(row.raw).title

    @display(description=_("amount"))
    def amount(self, row: Quarantine) -> SafeString:
        """The amount it names."""
        return format_html('<span class="refectory-cell">{}</span>', facts(row.raw).amount)

    @display(description=_("reason"), ordering="trouble", label=LOOKS)
    def why(self, row: Quarantine) -> tuple[str, str]:
        """Why it could not be taken in, in words."""
        return row.trouble, row.get_trouble_display()

    @display(description=_("state"), label={"open": "danger", "resolved": "success"})
    def state(self, row: Quarantine) -> tuple[str, Any]:
        """What was decided, or that nobody has yet."""
        if not row.resolved:
            return "open", _("open")
        done = [decision for decision in row.decisions.all() if not decision.problem]
        return "resolved", done[-1].done if done else _("resolved")

    @display(description="")
    def explained(self, row: Quarantine) -> SafeString:
        """What is wrong and what to do, in words."""
        words = '<span class="refectory-notice {}"><b>{}</b><br>{}</span>'
        if not row.resolved:
            return format_html(words, "refectory-notice-danger", _title(row), ADVICE[Trouble(row.trouble)])
        return format_html(words, "refectory-notice-good", _title(row), self.state(row)[1])

    @display(description="")
    def says(self, row: Quarantine) -> SafeString:
        """What the entry says of itself."""
        found = facts(row.raw)
        guest = Guest.objects.filter(pk=found.guest_id).first() if found.guest_id else None
        return _rendered("spool/facts.html", {"facts": found, "guest": guest, "item": row})

    @display(description="")
    def decided(self, row: Quarantine) -> SafeString:
        """Who decided what, and when."""
        return _rendered("spool/decisions.html", {"decisions": row.decisions.all()})

    @display(description="")
    def sent(self, row: Quarantine) -> SafeString:
        """Word for word what arrived, laid out where it is JSON."""
        return format_html('<pre class="refectory-raw">{}</pre>', laid_out(row.raw))

    @action(description=_("Decide what becomes of it"), permissions=["resolve"])
    def decide(self, request: HttpRequest, queryset: QuerySet[Quarantine]) -> HttpResponse:
        """Open the page on which somebody decides about the entries chosen."""
        return decision_page(request, self, queryset)

    @action(description=_("Decide what becomes of it"), url_path="decide-one", permissions=["resolve"], icon="gavel")
    def decide_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Open the page on which somebody decides about this entry."""
        return decision_page(request, self, Quarantine.objects.filter(pk=object_id))

    def has_resolve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change quarantined entries, where there is anything left to decide."""
        if not request.user.has_perm("spool.change_quarantine"):
            return False
        item = Quarantine.objects.filter(pk=object_id).first() if object_id else None
        return item is None or bool(possible(item))

    def _decide(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseRedirect(reverse("admin:spool_quarantine_changelist"))
        return decide_chosen(request, self)


def _title(row: Quarantine) -> str:
    return str(row.get_trouble_display()).capitalize()


def _rendered(template: str, context: dict[str, Any]) -> SafeString:
    return SafeString(render_to_string(template, context))
