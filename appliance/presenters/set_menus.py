"""Set menus as tiles of their own, and one of them in full."""

from __future__ import annotations

from appliance.flows.set_menus import MenuSheet, first_choice, fitting, missing, offered
from appliance.flows.state import Order
from appliance.presenters import views
from appliance.presenters.scene import Scene
from appliance.presenters.words import allergens_in_words
from sales.catalogue import Article
from sales.menus import SetMenu
from sales.pricing import price_of


def tiles(scene: Scene, order: Order) -> tuple[views.Tile, ...]:
    """One tile for each set menu that can be ordered today."""
    return tuple(_tile(scene, order, menu) for menu in offered(order.kitchen()))


def _tile(scene: Scene, order: Order, menu: SetMenu) -> views.Tile:
    tr = scene.tr
    kitchen = order.kitchen()
    parts = first_choice(kitchen, menu)
    shown = parts or tuple(fitting(kitchen, slot)[0] for slot in menu.slots)
    return views.Tile(
        article_id="",
        name=tr.pick(menu.name),
        detail=" + ".join(tr.pick(article.name) for article in shown),
        badges=_badges(scene, order, menu, shown, available=parts is not None),
        allergens=(),
        price=tr.money(_price_minor(order, menu), scene.currency, symbol=False),
        picture=next((article.picture for article in shown if article.picture), ""),
        tint="mains",
        available=parts is not None,
        can_add=parts is not None,
        set_menu_id=menu.id,
    )


def _badges(
    scene: Scene, order: Order, menu: SetMenu, parts: tuple[Article, ...], *, available: bool
) -> tuple[views.Chip, ...]:
    tr = scene.tr
    if not available:
        return (views.Chip(tr.say("Sold out"), views.Tone.ATTENTION),)
    saved_minor = _list_minor(order, parts) - _price_minor(order, menu)
    if saved_minor <= 0:
        return ()
    return (views.Chip(tr.say("saves {amount}", amount=tr.money(saved_minor, scene.currency)), views.Tone.GOOD),)


def menu_sheet(scene: Scene, order: Order, sheet: MenuSheet) -> views.ArticleSheet:
    """A set menu with a choice for every slot; it looks like an article with options."""
    tr, kitchen = scene.tr, order.kitchen()
    parts = order.parts(sheet)
    out = missing(kitchen, parts, sheet.quantity)
    amount = tr.money(_price_minor(order, sheet.menu) * sheet.quantity, scene.currency)
    return views.ArticleSheet(
        name=tr.pick(sheet.menu.name),
        detail=" + ".join(tr.pick(article.name) for article in parts),
        badges=_badges(scene, order, sheet.menu, parts, available=out is None),
        picture=next((article.picture for article in parts if article.picture), ""),
        allergens_title=tr.say("Allergens"),
        allergens_text="\n".join(f"{tr.pick(part.name)}: {allergens_in_words(tr, part.allergens)}" for part in parts),
        notes=", ".join(dict.fromkeys(note for part in parts for note in part.notes)),
        sections=tuple(_section(scene, order, sheet, place) for place in range(len(sheet.menu.slots))),
        quantity=tr.number(sheet.quantity),
        can_decrease=sheet.quantity > 1,
        add_label=tr.say("Add for {amount}", amount=amount) if out is None else tr.say("Sold out"),
        can_add=out is None,
        close_label=tr.say("Close"),
    )


def _section(scene: Scene, order: Order, sheet: MenuSheet, place: int) -> views.OptionSection:
    tr, kitchen, slot = scene.tr, order.kitchen(), sheet.menu.slots[place]
    return views.OptionSection(
        title=tr.pick(slot.name),
        rule=tr.say_many("Choose {count}", "Choose {count}", 1),
        options=tuple(
            views.OptionRow(
                group_id=str(place),
                option_id=article.id,
                name=tr.pick(article.name),
                price="" if kitchen.has(article) else tr.say("Sold out"),
                chosen=sheet.chosen[place] == article.id,
                single=True,
            )
            for article in fitting(kitchen, slot)
        ),
    )


def _price_minor(order: Order, menu: SetMenu) -> int:
    return menu.price_minor(order.basket.guest_category_id) or 0


def _list_minor(order: Order, parts: tuple[Article, ...]) -> int:
    category = order.basket.guest_category_id
    return sum(price_of(order.catalogue, part, category, order.day).amount_minor for part in parts)
