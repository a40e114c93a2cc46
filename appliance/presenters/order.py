"""The screen on which a meal is put together."""

from __future__ import annotations

from typing import NamedTuple

from appliance.flows.set_menus import offered
from appliance.flows.state import Order
from appliance.presenters import views
from appliance.presenters.pieces import (
    age_of_prices,
    basket_lines,
    guest_banner,
    header,
    services,
    unit_price,
)
from appliance.presenters.scene import Scene
from appliance.presenters.set_menus import tiles
from appliance.presenters.words import diet, in_order
from sales.catalogue import Article, Unit
from sales.pricing import NoPrice, price_of
from sales.text import Text

FEW_LEFT = 10
SET_MENUS = ":set-menus"
"""The id of the set menus' category; none of the catalogue's begins so."""
_GREEN = {"vegan": "leaf", "vegetarian": "sprout"}


def order_screen(scene: Scene, order: Order) -> views.OrderScreen:
    tr = scene.tr
    shown = categories(order)
    known = any(found.category_id == order.category_id for found in shown)
    chosen = order.category_id if known or not shown else shown[0].category_id
    awaiting = order.guest is None and scene.facts.badge_possible
    return views.OrderScreen(
        header=header(scene),
        guest=guest_banner(scene),
        badge_invitation=tr.say("Hold your badge to the reader for your prices.") if awaiting else "",
        categories=tuple(
            views.CategoryChip(
                found.category_id,
                tr.pick(found.name) if found.name else tr.say("Set menus"),
                found.category_id == chosen,
            )
            for found in shown
        ),
        tiles=_tiles(scene, order, chosen),
        nothing_on_sale="" if shown else tr.say("Nothing is on sale today."),
        basket=basket_panel(scene, order),
    )


class Shelf(NamedTuple):
    """A category of the menu; the set menus are one of their own, without a name in the catalogue."""

    category_id: str
    name: Text


def categories(order: Order) -> tuple[Shelf, ...]:
    """The categories that have something on sale on the order's day, in their order; set menus first, if there are any."""
    used = {article.category_id for article in order.catalogue.on_sale(order.day)}
    menus = (Shelf(SET_MENUS, {}),) if offered(order.kitchen()) else ()
    return menus + tuple(
        Shelf(category.id, category.name)
        for category in sorted(order.catalogue.categories, key=lambda category: category.position)
        if category.id in used
    )


def _tiles(scene: Scene, order: Order, category_id: str) -> tuple[views.Tile, ...]:
    if category_id == SET_MENUS:
        return tiles(scene, order)
    return tuple(
        tile(scene, order, article)
        for article in order.catalogue.on_sale(order.day)
        if article.category_id == category_id
    )


def tile(scene: Scene, order: Order, article: Article) -> views.Tile:
    tr = scene.tr
    category, available = order.catalogue.category(article.category_id), order.is_available(article)
    return views.Tile(
        article_id=article.id,
        name=tr.pick(article.name),
        detail=detail(scene, article),
        badges=badges(scene, order, article),
        allergens=allergen_chips(scene, article),
        price=price(scene, order, article),
        picture=article.picture or "",
        tint=category.tint,
        available=available,
        can_add=available and article.unit is Unit.PIECE,
    )


def detail(scene: Scene, article: Article) -> str:
    description = scene.tr.pick(article.description)
    if description or article.unit is not Unit.PER_100_G:
        return description
    return scene.tr.say("Weighed at the till")


def price(scene: Scene, order: Order, article: Article) -> str:
    """The price for this order's guest category, or nothing where there is none."""
    try:
        found = price_of(order.catalogue, article, order.basket.guest_category_id, order.day)
    except NoPrice:
        return ""
    return unit_price(scene, article, found.amount_minor, found.base_minor)


def badges(scene: Scene, order: Order, article: Article) -> tuple[views.Chip, ...]:
    tr, stock = scene.tr, order.stock(article)
    if stock.is_gone:
        return (views.Chip(tr.say("Sold out"), views.Tone.ATTENTION),)
    found = [_diet_chip(scene, name) for name in sorted(article.diets)]
    if stock.left is not None and stock.left <= FEW_LEFT:
        found.append(views.Chip(tr.say_many("{count} left", "{count} left", stock.left), views.Tone.ATTENTION))
    return tuple(found)


def _diet_chip(scene: Scene, name: str) -> views.Chip:
    """Green with a leaf only where nothing died for it: "poultry" is a warning to some and news to others."""
    icon = _GREEN.get(name, "")
    return views.Chip(diet(scene.tr, name), views.Tone.GOOD if icon else views.Tone.NEUTRAL, icon)


def allergen_chips(scene: Scene, article: Article) -> tuple[views.Chip, ...]:
    if not article.allergens.stated:
        return (views.Chip(scene.tr.say("not stated")),)
    return tuple(views.Chip(allergen.short) for allergen in in_order(article.allergens.contains))


def basket_panel(scene: Scene, order: Order) -> views.BasketPanel:
    tr = scene.tr
    return views.BasketPanel(
        lines=basket_lines(scene),
        empty_text=tr.say("Your basket is empty"),
        pay_label=tr.say("Pay"),
        total=tr.money(order.basket.to_pay_minor, scene.currency),
        can_pay=not order.basket.is_empty,
        services=services(scene),
        start_again=tr.say("Start again"),
        age=age_of_prices(scene),
    )
