"""The messages a person must see: each says what happened and how to go on."""

from __future__ import annotations

from collections.abc import Callable

from appliance.i18n import Translator
from appliance.presenters.views import Notice, Tone
from sales.catalogue import Article
from sales.menus import SetMenu

Message = Callable[[Translator], Notice]


def unknown_badge(tr: Translator) -> Notice:
    return _refused(
        tr, tr.say("Unknown badge"), tr.say("This badge is not known here. Try again, or ask at the counter.")
    )


def blocked_badge(tr: Translator) -> Notice:
    return _refused(tr, tr.say("Badge blocked"), tr.say("This badge has been blocked. Please ask at the counter."))


def blocked_account(tr: Translator) -> Notice:
    return _refused(tr, tr.say("Account blocked"), tr.say("This account has been blocked. Please ask at the counter."))


def expired_badge(tr: Translator) -> Notice:
    return _refused(tr, tr.say("Badge expired"), tr.say("This badge is no longer valid. Please ask at the counter."))


def replaced_badge(tr: Translator) -> Notice:
    return _refused(tr, tr.say("Badge replaced"), tr.say("A newer badge was given out for this one. Please use that."))


def badge_not_yet_valid(tr: Translator) -> Notice:
    return _refused(
        tr, tr.say("Badge not valid yet"), tr.say("This badge is valid from a later day. Please ask at the counter.")
    )


def badges_not_ready(tr: Translator) -> Notice:
    return _attention(
        tr,
        tr.say("Badges cannot be checked yet"),
        tr.say("The guest list has not arrived from head office. Please try again in a few minutes."),
    )


def another_badge(tr: Translator) -> Notice:
    return _attention(
        tr,
        tr.say("Another badge is in use"),
        tr.say("This order belongs to the badge shown first. Finish it, or start again with yours."),
    )


def unknown_barcode(code: str) -> Message:
    return lambda tr: _attention(
        tr, tr.say("Unknown barcode"), tr.say("Nothing is sold here under the barcode {code}.", code=code)
    )


def not_on_sale(article: Article) -> Message:
    return lambda tr: _attention(
        tr, tr.say("Not on sale today"), tr.say("{name} is not on sale today.", name=tr.pick(article.name))
    )


def no_price(article: Article) -> Message:
    return lambda tr: _attention(
        tr,
        tr.say("No price"),
        tr.say("{name} has no price for you. Please ask at the counter.", name=tr.pick(article.name)),
    )


def sold_out(article: Article) -> Message:
    return lambda tr: _attention(tr, tr.say("Sold out"), tr.say("{name} is sold out.", name=tr.pick(article.name)))


def set_menu_sold_out(menu: SetMenu) -> Message:
    return lambda tr: _attention(tr, tr.say("Sold out"), tr.say("{name} is sold out.", name=tr.pick(menu.name)))


def only_left(article: Article, left: int) -> Message:
    return lambda tr: _attention(
        tr,
        tr.say("Not enough left"),
        tr.say_many(
            "Only {count} portion of {name} is left.",
            "Only {count} portions of {name} are left.",
            left,
            name=tr.pick(article.name),
        ),
    )


def too_many(most: int) -> Message:
    return lambda tr: _attention(
        tr,
        tr.say("That is a lot"),
        tr.say("More than {most} of one dish? Please order at the counter.", most=tr.number(most)),
    )


def sold_by_weight(article: Article) -> Message:
    return lambda tr: _attention(
        tr,
        tr.say("Sold by weight"),
        tr.say("{name} is weighed and paid at the till.", name=tr.pick(article.name)),
    )


def not_in_new_prices(names: tuple[Article, ...]) -> Message:
    """Articles that left the basket, because the badge's guest category has no price for them."""
    return lambda tr: _attention(
        tr,
        tr.say("Your basket has changed"),
        tr.say("No price for you: {names}.", names=", ".join(tr.pick(article.name) for article in names)),
    )


def empty_basket(tr: Translator) -> Notice:
    return _attention(tr, tr.say("Your basket is empty"), tr.say("Touch a dish to add it, then pay."))


def badge_needed(tr: Translator) -> Notice:
    return _attention(tr, tr.say("Badge needed"), tr.say("Hold your badge to the reader to pay."))


def balance_too_low(missing_minor: int, currency: str) -> Message:
    return lambda tr: _refused(
        tr,
        tr.say("Balance too low"),
        tr.say(
            "{missing} is missing. Top up at the counter, or take something off.",
            missing=tr.money(missing_minor, currency),
        ),
    )


def offline_limit(limit_minor: int, left_minor: int, currency: str) -> Message:
    return lambda tr: _refused(
        tr,
        tr.say("Not so much at once"),
        tr.say(
            "Only {limit} may be spent while the connection is down; {left} are left. Take something off, or pay at the counter.",
            limit=tr.money(limit_minor, currency),
            left=tr.money(left_minor, currency),
        ),
    )


def beside_meal(beside_minor: int, currency: str) -> Message:
    return lambda tr: _refused(
        tr,
        tr.say("Only the meal"),
        tr.say(
            "You can have your meal now. {amount} beside it is not covered: take that off, or ask at the counter.",
            amount=tr.money(beside_minor, currency),
        ),
    )


def meal_used(to_pay_minor: int, currency: str) -> Message:
    return lambda tr: _attention(
        tr,
        tr.say("A second meal"),
        tr.say(
            "Your subsidised meal has been used already. This one costs {amount}: pay it, or take something off.",
            amount=tr.money(to_pay_minor, currency),
        ),
    )


def not_authorised(tr: Translator) -> Notice:
    return _refused(
        tr,
        tr.say("Not possible here"),
        tr.say("Head office does not allow this payment. Nothing was charged. Please ask at the counter."),
    )


def _refused(tr: Translator, title: str, text: str) -> Notice:
    return Notice(title, text, Tone.REFUSED, tr.say("OK"))


def _attention(tr: Translator, title: str, text: str) -> Notice:
    return Notice(title, text, Tone.ATTENTION, tr.say("OK"))
