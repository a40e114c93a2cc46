"""Pages for what a canteen that sells without a line must live with: meals had twice, accounts overdrawn."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from server.core.display import money
from server.reporting.double_use import DAYS_SHOWN, Found, double_uses, mark_seen
from server.reporting.overdrawn import Overdrawn, explain, overdrawn_guests

ON_A_PAGE = 50


@require_safe
@never_cache
def double_use_page(request: HttpRequest) -> HttpResponse:
    """Show the meals somebody had more than once with one entitlement, in the days up to the one in `until`."""
    if not admin.site.has_permission(request):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    if not request.user.has_perm("reporting.view_doubleuse"):
        raise PermissionDenied
    today = timezone.localdate()
    last = _day(request.GET.get("until", "")) or today
    first = last - timedelta(days=DAYS_SHOWN - 1)
    found = double_uses(first, last)
    context = {
        **admin.site.each_context(request),
        "title": _("Meals had twice"),
        "first": first,
        "last": last,
        "earlier": first - timedelta(days=1),
        "later": last + timedelta(days=DAYS_SHOWN) if last < today else None,
        "groups": [
            (_("Nobody has seen these yet"), [_use(row) for row in found if row.seen_at is None], True),
            (_("Seen"), [_use(row) for row in found if row.seen_at is not None], False),
        ],
        "found": found,
        "may_see": request.user.has_perm("reporting.change_doubleuse"),
        "may_open": request.user.has_perm("guests.view_guest"),
    }
    return render(request, "reporting/double_use.html", context)


def _use(row: Found) -> dict[str, Any]:
    currency = row.uses[0].ticket.currency if row.uses else None
    return {
        "row": row,
        "too_much": money(row.too_much_minor, currency),
        "uses": [
            (
                use,
                money(use.ticket.total_minor, use.ticket.currency),
                money(use.ticket.charges_minor, use.ticket.currency),
            )
            for use in row.uses
        ],
    }


@require_POST
def double_use_seen(request: HttpRequest) -> HttpResponse:
    """Note that the user has seen one of them."""
    if not admin.site.has_permission(request) or not request.user.has_perm("reporting.change_doubleuse"):
        raise PermissionDenied
    day = _day(request.POST.get("day", ""))
    guest, meal = request.POST.get("guest", ""), request.POST.get("meal", "")
    if day is None or not mark_seen(guest, day, meal, request.user.get_username()):
        messages.error(request, _("There is nothing left to be seen."))
    until = _day(request.POST.get("until", ""))
    return HttpResponseRedirect(reverse("double-use") + (f"?until={until}" if until else ""))


@require_safe
@never_cache
def overdrawn_page(request: HttpRequest) -> HttpResponse:
    """Show the accounts beyond their credit limit, with the terminals at which the money was spent."""
    if not admin.site.has_permission(request):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    if not request.user.has_perm("guests.view_ledgerentry"):
        raise PermissionDenied
    pages = Paginator(overdrawn_guests(), ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": _("Overdrawn accounts"),
        "page": page,
        "rows": [_account(row) for row in explain(list(page.object_list))],
    }
    return render(request, "reporting/overdrawn.html", context)


def _account(row: Overdrawn) -> dict[str, Any]:
    guest = row.guest
    currency = guest.store.currency if guest.store else None
    return {
        "guest": guest,
        "beyond": money(row.beyond_minor, currency),
        "balance": money(guest.balance_minor, currency),
        "limit": money(guest.credit_limit_minor, currency),
        "terminals": [
            (spent, money(spent.amount_minor, currency), money(spent.local_minor, currency)) for spent in row.terminals
        ],
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
