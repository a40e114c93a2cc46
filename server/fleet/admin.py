"""Pages for terminals: who is connected, how much of each journal is here, and what is wrong."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from server.catalog.models import Store
from server.certificates.admin import tell_of_the_broker
from server.certificates.revoking import revoke_terminals
from server.core.admin_base import HouseAdmin, ReadOnlyInline
from server.core.display import ago, money
from server.fleet.models import Enrolment, Terminal
from server.fleet.status import Status, statuses
from server.spool.models import JournalEntry
from server.spool.readable import facts

LAST_ENTRIES = 20


class EnrolmentInline(ReadOnlyInline):
    """The journal keys the terminal has had, and branches that copies of its disk wrote."""

    model = Enrolment
    fields = ["epoch_shown", "created_at", "complete", "missing", "backed_up", "revoked_at"]
    readonly_fields = fields

    @display(description=_("epoch"))
    def epoch_shown(self, row: Enrolment) -> str:
        """The epoch; of a branch also where it began."""
        if row.branch_of is None:
            return str(row.epoch)
        words = _("%(epoch)d: branch of %(origin)d after entry %(seq)d")
        return words % {"epoch": row.epoch, "origin": row.branch_of.epoch, "seq": row.branched_after}

    @display(description=_("complete up to"))
    def complete(self, row: Enrolment) -> str:
        """The last entry here, of those the terminal told of."""
        return _of(row.upto, row.upto + row.unsent)

    @display(description=_("missing entry"))
    def missing(self, row: Enrolment) -> str:
        """The entry that later ones came without."""
        return str(row.need or "–")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrolment]:
        """Enrolments, the newest first."""
        return super().get_queryset(request).select_related("branch_of").order_by("-epoch")


@admin.register(Terminal)
class TerminalAdmin(HouseAdmin):
    """Terminals."""

    list_display = ["shown", "store", "link", "unsent", "complete", "clock", "disk", "sends", "software"]
    list_filter = ["store", "role", "online", "mode", "active"]
    list_select_related = ["store"]
    search_fields = ["code"]
    readonly_fields = ["alarm_shown", "now", "entries"]
    fieldsets = [
        (None, {"fields": ["alarm_shown", ("code", "store"), ("role", "shard"), "active"]}),
        (_("As last heard of"), {"fields": ["now"]}),
        (_("Last entries"), {"fields": ["entries"]}),
    ]
    add_fieldsets = [(None, {"fields": [("code", "store"), ("role", "shard"), "active"]})]
    inlines = [EnrolmentInline]
    actions = ["clear_alarms", "revoke"]
    actions_detail = ["clear_alarm"]
    list_before_template = "fleet/alarms.html"

    def get_list_display(self, _request: HttpRequest) -> list[str]:
        """The store only where there are several."""
        several = Store.objects.count() > 1
        return [column for column in self.list_display if several or column != "store"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, and above it the alarms in force."""
        stopped = Terminal.objects.filter(active=True, enrolments__alarm__gt="").distinct()
        found = statuses(stopped.select_related("store").prefetch_related("enrolments"))
        alarms = [status for status in found if status.state == "alarm"]
        return super().changelist_view(request, {**(extra_context or {}), "alarms": alarms})

    def get_fieldsets(self, request: HttpRequest, obj: Terminal | None = None) -> Any:
        """A terminal that nobody has heard of yet has nothing to show."""
        return self.fieldsets if obj else self.add_fieldsets

    def get_queryset(self, request: HttpRequest) -> QuerySet[Terminal]:
        """Terminals with their enrolments."""
        return super().get_queryset(request).select_related("store").prefetch_related("enrolments")

    @display(description=_("terminal"), ordering="code")
    def shown(self, row: Terminal) -> SafeString:
        """Code, and role below it."""
        return _cell(row.code, row.get_role_display())

    @display(description=_("connection"), ordering="last_seen")
    def link(self, row: Terminal) -> SafeString:
        """Connected, selling in local mode, silent, or stopped by an alarm; and when it was last heard of."""
        status = _status(row)
        seen = ago(row.last_seen) if row.last_seen else "–"
        return _cell(
            format_html('<i class="refectory-dot refectory-dot-{}"></i>{}', status.state, status.state_words), seen
        )

    @display(description=_("unsent"))
    def unsent(self, row: Terminal) -> SafeString:
        """Entries the terminal told of that are not here, their turnover, and since when the oldest waits."""
        status = _status(row)
        if not status.unsent:
            return _cell("0", "")
        words = ngettext("%(count)d entry", "%(count)d entries", status.unsent) % {"count": status.unsent}
        return _cell(words, " · ".join(filter(None, (_amount(status), _waiting(status)))), "refectory-few")

    @display(description=_("complete up to"))
    def complete(self, row: Terminal) -> SafeString:
        """The last entry here of those told of; what is missing between, and what is in quarantine."""
        status = _status(row)
        return _cell(_of(status.upto, status.told), " · ".join(_gaps(status)), small_look="refectory-few")

    @display(description=_("clock"), ordering="clock_skew_s")
    def clock(self, row: Terminal) -> SafeString:
        """By how much its clock is off."""
        status = _status(row)
        return _cell(status.clock, "", "refectory-few" if status.clock_off else "")

    @display(description=_("disk used"), ordering="disk_used_percent")
    def disk(self, row: Terminal) -> SafeString:
        """How much of its disk is used."""
        status = _status(row)
        return _cell(status.disk, "", "refectory-few" if status.disk_full else "")

    @display(description=_("sends"), ordering="transfer")
    def sends(self, row: Terminal) -> str:
        """When it sends."""
        return _status(row).sends

    @display(description="")
    def alarm_shown(self, row: Terminal) -> SafeString | str:
        """The alarm in force, and what to do."""
        alarm = _status(row).alarm
        if alarm is None:
            return format_html('<span class="refectory-notice refectory-notice-good">{}</span>', _("No alarm."))
        steps = format_html_join("", "<li>{}</li>", ((step,) for step in alarm.steps))
        return format_html(
            '<div class="refectory-notice refectory-notice-danger"><b>{}</b><ol class="refectory-steps">{}</ol></div>',
            alarm.text,
            steps,
        )

    @display(description="")
    def now(self, row: Terminal) -> SafeString:
        """Everything the terminal told of itself."""
        status = _status(row)
        context = {
            "status": status,
            "terminal": row,
            "complete": _of(status.upto, status.told),
            "amount": _amount(status),
            "quarantine": f"{reverse('admin:spool_quarantine_changelist')}?terminal={row.code}&resolved__exact=0",
        }
        return SafeString(render_to_string("fleet/status.html", context))

    @display(description="")
    def entries(self, row: Terminal) -> SafeString:
        """The entries that came last."""
        found = JournalEntry.objects.filter(terminal=row).order_by("-pk")[:LAST_ENTRIES]
        context = {"entries": [(entry, facts(entry.raw)) for entry in found]}
        return SafeString(render_to_string("fleet/entries.html", context))

    @action(description=_("Clear the alarm of the terminals chosen"), permissions=["change"])
    def clear_alarms(self, request: HttpRequest, queryset: QuerySet[Terminal]) -> None:
        """Let terminals sell again after somebody looked into the alarm."""
        self._clear(request, queryset)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """Whoever may revoke certificates."""
        return request.user.has_perm("certificates.change_certificate")

    @action(description=_("Revoke the keys of the terminals chosen (lost, stolen or copied)"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Terminal]) -> None:
        """Believe nothing from these terminals any more, from now on."""
        count = revoke_terminals(queryset, partial(tell_of_the_broker, request))
        self.message_user(
            request, _("%(count)d enrolments revoked. Enrol these terminals with new keys.") % {"count": count}
        )

    @action(description=_("Clear the alarm"), url_path="clear-alarm", permissions=["clear"], icon="notifications_off")
    def clear_alarm(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let this terminal sell again after somebody looked into the alarm, and said so."""
        terminals = Terminal.objects.filter(pk=object_id)
        if request.method == "POST":
            self._clear(request, terminals)
            return HttpResponseRedirect(reverse("admin:fleet_terminal_change", args=[object_id]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Clear the alarm"),
            "opts": Terminal._meta,
            "status": statuses(terminals.select_related("store").prefetch_related("enrolments"))[0],
        }
        return render(request, "fleet/clear_alarm.html", context)

    def has_clear_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Whoever may change terminals, where there is an alarm to clear."""
        alarms = Enrolment.objects.filter(terminal=object_id).exclude(alarm="")
        return bool(request.user.has_perm("fleet.change_terminal")) and alarms.exists()

    def _clear(self, request: HttpRequest, terminals: QuerySet[Terminal]) -> None:
        count = Enrolment.objects.filter(terminal__in=terminals).exclude(alarm="").update(alarm="")
        self.message_user(request, _("%(count)d alarms cleared.") % {"count": count})


def _status(row: Terminal) -> Status:
    """How the terminal is, found out once for all cells of its row."""
    found: Status | None = getattr(row, "_refectory_status", None)
    if found is None:
        found = row._refectory_status = statuses([row])[0]
    return found


def _cell(main: Any, small: str, look: str = "", small_look: str = "") -> SafeString:
    words = '<span class="refectory-cell {}">{}<small class="{}">{}</small></span>'
    return format_html(words, look, main, small_look, small)


def _of(upto: int, told: int) -> str:
    if not told:
        return "–"
    return _("%(upto)d of %(told)d") % {"upto": upto, "told": told}


def _amount(status: Status) -> str:
    return money(status.unsent_minor, status.terminal.store.currency)


def _waiting(status: Status) -> str:
    """How long the oldest entry has waited, once that is worth a word."""
    if status.oldest_unsent_at is None or timezone.now() - status.oldest_unsent_at < timedelta(minutes=1):
        return ""
    return _("for %(time)s") % {"time": timesince(status.oldest_unsent_at, depth=1)}


def _gaps(status: Status) -> list[str]:
    found = []
    if status.missing:
        found.append(_("entry %(seq)d is missing") % {"seq": status.missing})
    if status.quarantined:
        found.append(_("%(count)d in quarantine") % {"count": status.quarantined})
    return found
