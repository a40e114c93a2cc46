"""The live page, alone and as the part that a browser fetches again and again; sums for payroll."""

from itertools import groupby
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from server.catalog.models import Payer
from server.core.display import money
from server.reporting.dashboard import live_context
from server.reporting.payroll import PayrollRow, month_after, month_of, payroll, payroll_csv


@require_safe
@never_cache
@xframe_options_sameorigin
def live_page(request: HttpRequest) -> HttpResponse:
    """Show the live page without the sidebar; other pages of this head office may put it into a frame."""
    if not admin.site.has_permission(request):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    return _rendered(request, "reporting/live.html")


@require_safe
@never_cache
def live_part(request: HttpRequest) -> HttpResponse:
    """Return what changes on the live page; 403 for whoever is no longer signed in."""
    if not admin.site.has_permission(request):
        raise PermissionDenied
    return _rendered(request, "reporting/live_part.html")


def _rendered(request: HttpRequest, template: str) -> HttpResponse:
    context = live_context(request, timezone.now())
    if not context["sight"]:
        raise PermissionDenied
    return render(request, template, context)


@require_safe
@never_cache
def payroll_page(request: HttpRequest) -> HttpResponse:
    """Show the sums of the month in `month`, of the payer in `payer` or of all."""
    if not admin.site.has_permission(request):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    _allow_payroll(request)
    first, payer = month_of(request.GET.get("month", ""), timezone.localdate()), request.GET.get("payer", "")
    rows = payroll(first, payer)
    before = month_of(f"{first.year - (first.month == 1)}-{(first.month - 2) % 12 + 1:02}", first)
    context = {
        **admin.site.each_context(request),
        "title": _("Payroll"),
        "month": first,
        "before": before,
        "after": month_after(first),
        "payer": payer,
        "payers": [(row.code, str(row)) for row in Payer.objects.order_by("code")],
        "groups": [
            _group(list(of_payer)) for _key, of_payer in groupby(rows, key=lambda r: (r.payer_code, r.currency))
        ],
    }
    return render(request, "reporting/payroll.html", context)


@require_safe
@never_cache
def payroll_download(request: HttpRequest) -> HttpResponse:
    """Return the same sums as a CSV file."""
    _allow_payroll(request)
    first, payer = month_of(request.GET.get("month", ""), timezone.localdate()), request.GET.get("payer", "")
    # The byte order mark tells spreadsheets that this is UTF-8.
    text = "\ufeff" + payroll_csv(first, payroll(first, payer))
    name = f"payroll-{first:%Y-%m}.csv"
    return HttpResponse(
        text, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _allow_payroll(request: HttpRequest) -> None:
    if not admin.site.has_permission(request) or not request.user.has_perm("reporting.view_payroll"):
        raise PermissionDenied


def _group(rows: list[PayrollRow]) -> dict[str, Any]:
    currency = rows[0].currency
    return {
        "payer": rows[0].payer,
        "rows": [
            (row.guest, row.meals, money(row.share_minor, currency), money(row.guest_minor, currency)) for row in rows
        ],
        "meals": sum(row.meals for row in rows),
        "share": money(sum(row.share_minor for row in rows), currency),
        "part": money(sum(row.guest_minor for row in rows), currency),
    }
