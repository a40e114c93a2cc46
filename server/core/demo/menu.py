"""The menus of the demonstration: a feed of its own, moved to this week and the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Max

from server.catalog.models import Article, Barcode, Option, OptionGroup, Store, TaxClass
from server.core.demo.shop import FOLDER
from server.menus import openmensa
from server.menus.feed import Feed
from server.menus.importer import Report, import_feed
from server.menus.models import MenuEntry

FEED = FOLDER / "mensa-am-park.xml"
SOURCE = "demo"
LANGUAGE = "de"


def moved_to(feed: Feed, today: date) -> Feed:
    """The feed with its first Monday on the Monday of this week, so that weekdays stay what they are."""
    first = min(day.date for day in feed.days)
    shift = (today - timedelta(days=today.weekday())) - (first - timedelta(days=first.weekday()))
    return replace(feed, days=tuple(replace(day, date=day.date + shift) for day in feed.days))


def ensure_menus(store: Store, data: dict[str, Any], today: date) -> Report:
    """Import the two weeks around `today` and dress the new articles with translations, pictures, options and codes.

    Entries that are new get their planned portions; the dish that is sold out in the demonstration is so on `today` only.
    """
    feed = moved_to(openmensa.parse(FEED.read_bytes(), FEED.name), today)
    last_article = Article.objects.aggregate(pk=Max("pk"))["pk"] or 0
    last_entry = MenuEntry.objects.aggregate(pk=Max("pk"))["pk"] or 0
    taxes = {item["code"]: item["tax_class"] for item in data["categories"] if "tax_class" in item}
    report = import_feed(feed, store, source=SOURCE, language=LANGUAGE, tax_class="food", tax_class_by_category=taxes)
    for article in Article.objects.filter(pk__gt=last_article):
        _dress(article, data["dishes"][article.name[LANGUAGE]], data["option_groups"])
    for entry in MenuEntry.objects.filter(pk__gt=last_entry).select_related("article"):
        dish = data["dishes"].get(entry.article.name.get(LANGUAGE), {})
        entry.planned_portions = dish.get("portions")
        entry.sold_out = dish.get("sold_out", False) and entry.date == today
        entry.save()
    return report


def _dress(article: Article, dish: dict[str, Any], option_groups: dict[str, Any]) -> None:
    article.name = dish["name"]
    article.description = dish.get("description", {})
    article.picture = dish["picture"]
    article.kitchen = dish.get("kitchen", False)
    article.plu = dish["plu"] if not Article.objects.filter(plu=dish["plu"]).exists() else None
    if "tax_class" in dish:
        article.tax_class = TaxClass.objects.get(code=dish["tax_class"])
    article.save()
    for code in dish.get("barcodes", ()):
        Barcode.objects.get_or_create(code=code, defaults={"article": article})
    for item in option_groups.get(dish.get("options", ""), ()):
        group = OptionGroup.objects.create(
            article=article, code=item["code"], name=item["name"], minimum=item["minimum"], maximum=item["maximum"]
        )
        for option in item["options"]:
            Option.objects.create(
                group=group, code=option["code"], name=option["name"], price_minor=option["price_minor"]
            )
