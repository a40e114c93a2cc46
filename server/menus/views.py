"""The week menu page: the grid, what changes it, and the numbers that change by themselves."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from server.catalog.models import Article, Store
from server.menus.models import MenuEntry
from server.menus.week import Copied, add_dish, copy_last_week, monday_of, move_dish, plan_portions, week_of
from server.sales.portions import portions_sold


def _allow(request: HttpRequest, what: str) -> None:
    if not admin.site.has_permission(request) or not request.user.has_perm(f"menus.{what}_menuentry"):
        raise PermissionDenied


def _store(code: str) -> Store:
    store = Store.objects.filter(code=code).first() if code else Store.objects.order_by("name").first()
    if store is None:
        raise Http404
    return store


def _monday(text: str, store: Store) -> date:
    try:
        return monday_of(date.fromisoformat(text))
    except ValueError:
        return monday_of(store.today())


@require_safe
@never_cache
def week_page(request: HttpRequest) -> HttpResponse:
    """Show the week of the store in `store` that contains the day in `week`; without them, this week of the first."""
    if not admin.site.has_permission(request):
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))
    _allow(request, "view")
    store = _store(request.GET.get("store", ""))
    monday = _monday(request.GET.get("week", ""), store)
    articles = Article.objects.filter(active=True).order_by("category__position", "code")
    return render(
        request,
        "menus/week.html",
        {
            **admin.site.each_context(request),
            "title": _("Week menu"),
            **_grid(request, store, monday),
            "stores": Store.objects.order_by("name"),
            "this_week": monday_of(store.today()),
            "sunday": monday + timedelta(days=6),
            "before": monday - timedelta(days=7),
            "after": monday + timedelta(days=7),
            "articles": [{"id": row.pk, "name": str(row), "category": row.category_id} for row in articles],
        },
    )


def _grid(request: HttpRequest, store: Store, monday: date) -> dict[str, Any]:
    user = request.user
    return {
        "week": week_of(store, monday),
        "store": store,
        "may_add": user.has_perm("menus.add_menuentry"),
        "may_change": user.has_perm("menus.change_menuentry"),
        "may_delete": user.has_perm("menus.delete_menuentry"),
    }


@require_safe
@never_cache
def week_numbers(request: HttpRequest) -> JsonResponse:
    """Return today's dishes of the store in `store`: entry -> sold, left (null without a plan), sold out."""
    _allow(request, "view")
    store = _store(request.GET.get("store", ""))
    day = store.today()
    sold = portions_sold(store.pk, day)
    rows = MenuEntry.objects.filter(store=store, date=day).values_list(
        "pk", "article__code", "planned_portions", "sold_out"
    )
    found = {
        str(pk): {
            "sold": sold.get(code, 0),
            "left": None if planned is None else max(0, planned - sold.get(code, 0)),
            "out": out,
        }
        for pk, code, planned, out in rows
    }
    return JsonResponse(found)


@require_POST
def week_change(request: HttpRequest) -> JsonResponse:
    """Do what `do` says and return the new grid with a message; status 400 with a message when that cannot be done."""
    store = _store(request.POST.get("store", ""))
    monday = _monday(request.POST.get("week", ""), store)
    action, needed = ACTIONS.get(request.POST.get("do", ""), (None, ""))
    if action is None:
        raise Http404
    _allow(request, needed)
    try:
        answer = action(request, store, monday)
        status = 200
    except ValidationError as error:
        answer, status = {"message": " ".join(error.messages), "bad": True}, 400
    answer["grid"] = render_to_string("menus/week_grid.html", _grid(request, store, monday), request)
    return JsonResponse(answer, status=status)


def _entry(request: HttpRequest, store: Store) -> MenuEntry:
    number = request.POST.get("entry", "")
    entries = MenuEntry.objects.select_related("article__category")
    return get_object_or_404(entries, store=store, pk=int(number) if number.isdigit() else 0)


def _add(request: HttpRequest, store: Store, monday: date) -> dict[str, Any]:
    number = request.POST.get("article", "")
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError as error:
        raise ValidationError(_("Day: a day of this week is needed.")) from error
    if monday_of(day) != monday:
        raise ValidationError(_("Day: a day of this week is needed."))
    entry = add_dish(store, day, int(number) if number.isdigit() else 0)
    return {"message": _("%(dish)s added.") % {"dish": entry.article}, "focus": f"portions-{entry.pk}"}


def _remove(request: HttpRequest, store: Store, _monday: date) -> dict[str, Any]:
    entry = _entry(request, store)
    entry.delete()
    return {"message": _("%(dish)s taken off.") % {"dish": entry.article}}


def _move(steps: int) -> Callable[[HttpRequest, Store, date], dict[str, Any]]:
    def move(request: HttpRequest, store: Store, _monday: date) -> dict[str, Any]:
        move_dish(_entry(request, store), steps)
        return {"message": ""}

    return move


def _portions(request: HttpRequest, store: Store, _monday: date) -> dict[str, Any]:
    plan_portions(_entry(request, store), request.POST.get("value", ""))
    return {"message": ""}


def _sold_out(request: HttpRequest, store: Store, _monday: date) -> dict[str, Any]:
    entry = _entry(request, store)
    entry.sold_out = request.POST.get("value") == "1"
    entry.save(update_fields=["sold_out"])
    text = _("%(dish)s is sold out.") if entry.sold_out else _("%(dish)s is on sale again.")
    return {"message": text % {"dish": entry.article}}


def _copy(request: HttpRequest, store: Store, monday: date) -> dict[str, Any]:
    """Ask first when a day has dishes already."""
    choice = request.POST.get("value", "")
    if choice == "replace":
        _allow(request, "delete")
    if choice not in ("keep", "replace"):
        plan = copy_last_week(store, monday, write=False)
        if plan.kept:
            return {"message": "", "ask": {"days": _days(plan.kept), "empty": _days(plan.filled)}}
    return {"message": report(copy_last_week(store, monday, replace=choice == "replace"))}


def report(done: Copied) -> str:
    """Say in words what copying did."""
    days = sorted(done.filled + done.replaced)
    if days:
        text = ngettext("%(count)d dish copied to: %(days)s.", "%(count)d dishes copied to: %(days)s.", done.dishes)
        parts = [text % {"count": done.dishes, "days": _days(days)}]
    else:
        parts = [_("Nothing was copied.")]
    for found, text in (
        (done.replaced, _("Replaced: %(days)s.")),
        (done.kept, _("Kept as they were: %(days)s.")),
        (done.closed, _("Closed: %(days)s.")),
        (done.past, _("Already over: %(days)s.")),
    ):
        if found:
            parts.append(text % {"days": _days(found)})
    if done.no_longer_sold:
        text = ngettext(
            "%(count)d dish is no longer sold.", "%(count)d dishes are no longer sold.", done.no_longer_sold
        )
        parts.append(text % {"count": done.no_longer_sold})
    return " ".join(parts)


def _days(days: list[date]) -> str:
    return ", ".join(f"{date_format(day, 'l')} {date_format(day, 'MONTH_DAY_FORMAT')}" for day in days)


ACTIONS: dict[str, tuple[Callable[[HttpRequest, Store, date], dict[str, Any]], str]] = {
    "add": (_add, "add"),
    "remove": (_remove, "delete"),
    "up": (_move(-1), "change"),
    "down": (_move(1), "change"),
    "portions": (_portions, "change"),
    "sold_out": (_sold_out, "change"),
    "copy": (_copy, "add"),
}
