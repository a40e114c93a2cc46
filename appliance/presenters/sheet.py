"""One article in full: allergens in words, options, quantity."""

from __future__ import annotations

from appliance.flows.state import Order, Sheet
from appliance.presenters import views
from appliance.presenters.order import badges, detail
from appliance.presenters.scene import Scene
from appliance.presenters.words import allergens_in_words
from sales.catalogue import OptionGroup, Unit
from sales.pricing import NoPrice, line_amount, price_of


def article_sheet(scene: Scene, order: Order, sheet: Sheet) -> views.ArticleSheet:
    tr, article = scene.tr, sheet.article
    can_add, add_label = _add(scene, order, sheet)
    return views.ArticleSheet(
        name=tr.pick(article.name),
        detail=detail(scene, article),
        badges=badges(scene, order, article),
        picture=article.picture or "",
        allergens_title=tr.say("Allergens"),
        allergens_text=allergens_in_words(tr, article.allergens),
        notes=", ".join(article.notes),
        sections=tuple(_section(scene, sheet, group) for group in article.option_groups),
        quantity=tr.number(sheet.quantity),
        can_decrease=sheet.quantity > 1,
        add_label=add_label,
        can_add=can_add,
        close_label=tr.say("Close"),
    )


def first_missing(sheet: Sheet) -> OptionGroup | None:
    """The first group in which fewer options are chosen than it needs."""
    for group in sheet.article.option_groups:
        if chosen_in(sheet, group) < group.minimum:
            return group
    return None


def chosen_in(sheet: Sheet, group: OptionGroup) -> int:
    return sum(1 for option in group.options if (group.id, option.id) in sheet.chosen)


def _add(scene: Scene, order: Order, sheet: Sheet) -> tuple[bool, str]:
    """Whether the article can be added now, and the button's text: the price, or what stands in the way."""
    tr, article = scene.tr, sheet.article
    if not order.is_available(article):
        return False, tr.say("Sold out")
    if article.unit is Unit.PER_100_G:
        return False, tr.say("Weighed at the till")
    missing = first_missing(sheet)
    if missing is not None:
        return False, tr.say("Please choose: {group}", group=tr.pick(missing.name))
    try:
        price = price_of(order.catalogue, article, order.basket.guest_category_id, order.day)
    except NoPrice:
        return False, tr.say("No price")
    chosen = set(sheet.option_ids())
    options = tuple(option for group in article.option_groups for option in group.options if option.id in chosen)
    amount_minor = line_amount(price, article.unit, sheet.quantity, None, options)
    return True, tr.say("Add for {amount}", amount=tr.money(amount_minor, scene.currency))


def _section(scene: Scene, sheet: Sheet, group: OptionGroup) -> views.OptionSection:
    tr = scene.tr
    return views.OptionSection(
        title=tr.pick(group.name),
        rule=_rule(scene, group),
        options=tuple(
            views.OptionRow(
                group_id=group.id,
                option_id=option.id,
                name=tr.pick(option.name),
                price=f"+ {tr.money(option.price_minor, scene.currency)}" if option.price_minor else "",
                chosen=(group.id, option.id) in sheet.chosen,
                single=group.maximum == 1,
            )
            for option in group.options
        ),
    )


def _rule(scene: Scene, group: OptionGroup) -> str:
    tr = scene.tr
    if group.minimum == group.maximum:
        return tr.say_many("Choose {count}", "Choose {count}", group.minimum)
    if group.minimum == 0:
        return tr.say_many("Up to {count}, if you like", "Up to {count}, if you like", group.maximum)
    return tr.say("Choose {least} to {most}", least=group.minimum, most=group.maximum)
