"""The page on which quick keys are laid out."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from server.catalog.choices import TINTS
from server.catalog.key_board import MOST_PAGES, board, dress, move, name_of, place_of, put, sellable
from server.catalog.models import QuickKey, QuickKeyLayout

VIEW, CHANGE = "catalog.view_quickkeylayout", "catalog.change_quickkeylayout"


@require_safe
@never_cache
def keys_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the layout `pk` as tills show it."""
    if not admin.site.has_permission(request):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    layout = _layout(request, pk, VIEW)
    terminals = [terminal.code for terminal in layout.terminals.order_by("code")]
    return render(
        request,
        "catalog/keys.html",
        {
            **admin.site.each_context(request),
            "title": layout.name,
            "terminals": ", ".join(terminals),
            "things": sellable(layout),
            **_parts(request, layout, _page(request.GET.get("page")), ""),
        },
    )


@require_safe
@never_cache
def keys_part(request: HttpRequest, pk: int) -> JsonResponse:
    """Return grid and panel of the page `page` with the place `place` chosen."""
    layout = _layout(request, pk, VIEW)
    return JsonResponse(_rendered(request, layout, _page(request.GET.get("page")), request.GET.get("place", "")))


@require_POST
def keys_change(request: HttpRequest, pk: int) -> JsonResponse:
    """Do what `do` says to the key at `place`; status 400 with a message when that cannot be done."""
    layout = _layout(request, pk, CHANGE)
    text, message, status = request.POST.get("place", ""), "", 200
    try:
        text = _do(request, layout, text)
    except ValidationError as error:
        message, status = " ".join(error.messages), 400
    page = _page(text.partition("-")[0])
    return JsonResponse({**_rendered(request, layout, page, text), "message": message}, status=status)


def _do(request: HttpRequest, layout: QuickKeyLayout, text: str) -> str:
    """Change the layout; returns the place to show as chosen afterwards."""
    action = request.POST.get("do", "")
    if action == "put":
        put(layout, place_of(layout, text), request.POST.get("what", ""))
        return text
    key = _key_at(layout, text)
    if key is None:
        raise ValidationError(_("Place: there is no key at this place any more."))
    if action == "dress":
        label = {code: request.POST.get(f"label_{code}", "") for code, _name in settings.LANGUAGES}
        dress(key, label, request.POST.get("tint", ""))
    elif action == "move":
        text = request.POST.get("to", "")
        move(layout, key, place_of(layout, text))
    elif action == "remove":
        key.delete()
    else:
        raise Http404
    return text


def _layout(request: HttpRequest, pk: int, permission: str) -> QuickKeyLayout:
    if not admin.site.has_permission(request) or not request.user.has_perm(permission):
        raise PermissionDenied
    return get_object_or_404(QuickKeyLayout.objects.select_related("store"), pk=pk)


def _page(text: str | None) -> int:
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 3 else 1
    return min(max(1, number), MOST_PAGES)


def _key_at(layout: QuickKeyLayout, text: str) -> QuickKey | None:
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        return None
    page, row, column = (int(part) for part in parts)
    keys = layout.keys.select_related("article__category", "set_menu")
    return keys.filter(page=page, row=row, column=column).first()


def _parts(request: HttpRequest, layout: QuickKeyLayout, page: int, place: str) -> dict[str, Any]:
    key = _key_at(layout, place)
    return {
        "layout": layout,
        "page": page,
        "place": place,
        "place_parts": place.split("-") if place else [],
        "key": key,
        "key_name": name_of(key) if key else "",
        "labels": [(code, name, (key.label or {}).get(code, "") if key else "") for code, name in settings.LANGUAGES],
        "tints": TINTS,
        "may_change": request.user.has_perm(CHANGE),
        **board(layout, page),
    }


def _rendered(request: HttpRequest, layout: QuickKeyLayout, page: int, place: str) -> dict[str, Any]:
    context = _parts(request, layout, page, place)
    return {
        "grid": render_to_string("catalog/keys_grid.html", context, request),
        "panel": render_to_string("catalog/keys_panel.html", context, request),
        "page": page,
        "place": place,
    }
