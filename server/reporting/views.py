"""The live page, alone and as the part of it that a browser fetches again and again."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from server.reporting.dashboard import live_context


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
