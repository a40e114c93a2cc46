"""Pages for terminals: who is connected, and how much of each journal is here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from server.core.admin_base import HouseAdmin, ReadOnlyInline
from server.fleet.models import Enrolment, Terminal


class EnrolmentInline(ReadOnlyInline):
    """The journal keys the terminal has had."""

    model = Enrolment
    fields = ["epoch", "created_at", "upto", "unsent_shown", "alarm"]
    readonly_fields = fields

    @display(description=_("not sent yet"))
    def unsent_shown(self, row: Enrolment) -> int:
        """Entries the terminal told of that are not here."""
        return row.unsent


@admin.register(Terminal)
class TerminalAdmin(HouseAdmin):
    """Terminals."""

    list_display = ["code", "store", "role", "link", "seen", "upto", "unsent", "software", "active"]
    list_filter = ["store", "role", "online", "active"]
    list_select_related = ["store"]
    search_fields = ["code"]
    readonly_fields = ["link", "last_seen", "software"]
    fieldsets = [
        (None, {"fields": [("code", "store"), ("role", "shard"), "active"]}),
        (_("Connection"), {"fields": [("link", "last_seen"), "software"]}),
    ]
    inlines = [EnrolmentInline]
    actions = ["clear_alarms"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Terminal]:
        """Terminals with their enrolments."""
        return super().get_queryset(request).prefetch_related("enrolments")

    @display(description=_("connection"), label={"online": "success", "offline": "warning", "alarm": "danger"})
    def link(self, row: Terminal) -> tuple[str, Any]:
        """Connected, not connected, or stopped by an alarm."""
        if row.enrolment and row.enrolment.alarm:
            return "alarm", _("alarm")
        return ("online", _("online")) if row.online else ("offline", _("offline"))

    @display(description=_("last seen"), ordering="last_seen")
    def seen(self, row: Terminal) -> Any:
        """How long ago the terminal was heard of."""
        return _("%(time)s ago") % {"time": timesince(row.last_seen, depth=1)} if row.last_seen else "–"

    @display(description=_("complete up to"))
    def upto(self, row: Terminal) -> str:
        """The last entry of its journal that is here."""
        return str(row.enrolment.upto) if row.enrolment else "–"

    @display(description=_("not sent yet"))
    def unsent(self, row: Terminal) -> str:
        """Entries the terminal told of that are not here."""
        return str(row.enrolment.unsent) if row.enrolment else "–"

    @action(description=_("Clear the alarm of the terminals chosen"), permissions=["change"])
    def clear_alarms(self, request: HttpRequest, queryset: QuerySet[Terminal]) -> None:
        """Let terminals sell again after somebody looked into the alarm."""
        count = Enrolment.objects.filter(terminal__in=queryset).exclude(alarm="").update(alarm="")
        self.message_user(request, _("%(count)d alarms cleared.") % {"count": count})
