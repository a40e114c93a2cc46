"""Pages for what arrived: journal entries word for word, and the quarantine."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from server.core.admin_base import ReadOnlyAdmin
from server.spool.kinds import Unreadable
from server.spool.models import JournalEntry, Quarantine
from server.spool.quarantine import set_aside, try_again


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    """Journal entries as the terminals signed them."""

    list_display = ["terminal", "epoch", "seq", "kind", "received_at", "hash_start"]
    list_filter = ["terminal", "kind"]
    list_select_related = ["terminal"]
    search_fields = ["=seq", "hash"]
    fields = ["terminal", "epoch", "seq", "kind", "received_at", "hash", "raw"]

    @display(description=_("hash"))
    def hash_start(self, row: JournalEntry) -> str:
        """The first figures, as on the slip."""
        return row.hash[:12]


@admin.register(Quarantine)
class QuarantineAdmin(ReadOnlyAdmin):
    """What could not be taken in."""

    list_display = ["at", "terminal", "epoch", "seq", "reason", "state"]
    list_filter = ["resolved", "passed", "terminal"]
    search_fields = ["reason", "terminal"]
    fields = ["at", "terminal", "epoch", "seq", "reason", "passed", "resolved", "raw"]
    actions = ["take_in", "set_aside"]

    @display(description=_("state"), label={"open": "danger", "resolved": "success"})
    def state(self, row: Quarantine) -> tuple[str, str]:
        """Whether somebody has dealt with it."""
        return ("resolved", _("resolved")) if row.resolved else ("open", _("open"))

    @action(description=_("Try to take in again"), permissions=["resolve"])
    def take_in(self, request: HttpRequest, queryset: QuerySet[Quarantine]) -> None:
        """Read entries again, for instance after the guest they name was added."""
        done = 0
        for item in queryset.filter(resolved=False):
            try:
                try_again(item)
            except Unreadable as error:
                messages.error(request, f"{item}: {error}")
            else:
                done += 1
        messages.success(request, _("%(count)d entries taken in.") % {"count": done})

    @action(description=_("Set aside as dealt with"), permissions=["resolve"])
    def set_aside(self, request: HttpRequest, queryset: QuerySet[Quarantine]) -> None:
        """Mark as resolved without taking anything in."""
        count = set_aside(queryset)
        messages.success(request, _("%(count)d entries set aside.") % {"count": count})

    def has_resolve_permission(self, request: HttpRequest) -> bool:
        """Whoever may change quarantined entries."""
        return request.user.has_perm("spool.change_quarantine")
