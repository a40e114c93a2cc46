"""What the till says about prices, shares and payments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from appliance.i18n import Translator, msg
from appliance.presenters.names import terminal_name
from sales.catalogue import Article, Catalogue, Unit
from sales.funding import Funding, ShareReason
from sales.pricing import NoPrice, price_of
from sales.tender import TenderKind

TENDERS: Mapping[TenderKind, str] = {
    TenderKind.ACCOUNT: msg("Account"),
    TenderKind.CASH: msg("Cash"),
    TenderKind.CARD: msg("Card"),
}


def unit_price(tr: Translator, catalogue: Catalogue, article: Article, guest_category_id: str, day: date) -> str:
    """What an article costs this guest category, without the currency; empty when it has no price."""
    try:
        price = price_of(catalogue, article, guest_category_id, day)
    except NoPrice:
        return ""
    currency = catalogue.store.currency
    amount = tr.money(price.amount_minor, currency, symbol=False)
    if article.unit is not Unit.PER_100_G:
        return amount
    base = f"{tr.money(price.base_minor, currency, symbol=False)} + " if price.base_minor else ""
    return f"{base}{amount} / 100 g"


def share_reason(tr: Translator, funding: Funding, catalogue: Catalogue) -> str:
    """Why nobody pays a share of this tray; empty where one is paid or none was to be expected."""
    if not any(terms.share_minor for terms in catalogue.meal_terms):
        return ""
    match funding.reason:
        case ShareReason.SECOND_MEAL:
            return _second_meal(tr, funding, catalogue)
        case ShareReason.NO_MEAL:
            return tr.say("No share: there is no meal on the tray.")
        case ShareReason.NO_SERVICE:
            return tr.say("No share outside the meal times.")
        case ShareReason.NO_PAYER:
            return tr.say("Nobody pays a share for this guest.")
        case ShareReason.NOT_AGREED:
            return tr.say(
                "{payer} pays no share of this meal for this guest.", payer=payer_name(tr, funding, catalogue)
            )
        case _:
            return ""


def payer_name(tr: Translator, funding: Funding, catalogue: Catalogue) -> str:
    return next((tr.pick(payer.name) for payer in catalogue.payers if payer.id == funding.payer_id), "")


def _second_meal(tr: Translator, funding: Funding, catalogue: Catalogue) -> str:
    used = funding.used
    if used is None or used.at is None:
        return tr.say("Second meal today: the first one was subsidised. Full price.")
    time = tr.time(used.at, ZoneInfo(catalogue.store.timezone))
    if not used.terminal:
        return tr.say("Second meal today: first one subsidised at {time}. Full price.", time=time)
    return tr.say(
        "Second meal today: first one subsidised at {time} on {till}. Full price.",
        time=time,
        till=terminal_name(used.terminal),
    )
