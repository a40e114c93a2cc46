"""The page on which somebody decides what becomes of quarantined entries."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from server.spool.decisions import decide, in_order, possible
from server.spool.models import Decision, Quarantine
from server.spool.readable import facts
from server.spool.words import MEANING


def decision_page(
    request: HttpRequest,
    page: ModelAdmin,
    items: Iterable[Quarantine],
    chosen: str = "",
    note: str = "",
    problem: str = "",
) -> HttpResponse:
    """Show the entries with what can be done with them."""
    rows = [(item, facts(item.raw)) for item in in_order(items)]
    counts: dict[Decision.Action, int] = dict.fromkeys(Decision.Action, 0)
    for item, _facts in rows:
        for action in possible(item):
            counts[action] += 1
    context: dict[str, Any] = {
        **page.admin_site.each_context(request),
        "title": _("Decide what becomes of it"),
        "opts": Quarantine._meta,
        "rows": rows,
        "choices": [(action, MEANING[action], count) for action, count in counts.items() if count],
        "chosen": chosen,
        "note": note,
        "problem": problem,
    }
    return render(request, "spool/decide.html", context)


def decide_chosen(request: HttpRequest, page: ModelAdmin) -> HttpResponse:
    """Do what was chosen on the page, say what became of it, and go back to the list."""
    if not request.user.has_perm("spool.change_quarantine"):
        raise PermissionDenied
    items = list(Quarantine.objects.filter(pk__in=[pk for pk in request.POST.getlist("item") if pk.isdecimal()]))
    chosen, note = request.POST.get("decision", ""), request.POST.get("note", "")
    if chosen not in Decision.Action.values:
        return decision_page(request, page, items, note=note, problem=_("Choose what becomes of it."))
    try:
        made = decide(items, Decision.Action(chosen), request.user.get_username(), note)
    except ValueError as error:
        return decision_page(request, page, items, chosen, note, str(error))
    for decision in made:
        if decision.problem:
            messages.error(request, f"{decision.item}: {decision.problem}")
    done = sum(not decision.problem for decision in made)
    if done:
        messages.success(
            request, ngettext("%(count)d entry dealt with.", "%(count)d entries dealt with.", done) % {"count": done}
        )
    return HttpResponseRedirect(f"{reverse('admin:spool_quarantine_changelist')}?resolved__exact=0")
