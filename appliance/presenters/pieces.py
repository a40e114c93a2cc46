"""Parts that several screens show."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from appliance.flows.state import Order
from appliance.i18n import LANGUAGE_NAMES, Translator
from appliance.presenters import views
from appliance.presenters.scene import Scene
from sales.basket import BasketLine
from sales.bill import Bill, LineKind
from sales.catalogue import Article, ServicePeriod, Unit
from sales.sharing import choose_terms
from sales.tax import Service


def header(scene: Scene) -> views.Header:
    catalogue = scene.catalogue
    if catalogue is None:
        return views.Header("Refectory", "")
    return views.Header(catalogue.store.name, _service_period(scene, catalogue.service_periods))


def _service_period(scene: Scene, periods: tuple[ServicePeriod, ...]) -> str:
    """ "Lunch until 14:00" while it runs, "Lunch from 11:30" while one is still to come today."""
    clock_time = scene.now.astimezone(scene.timezone).strftime("%H:%M")
    for period in sorted(periods, key=lambda period: period.start):
        name = scene.tr.pick(period.name)
        if period.start <= clock_time < period.end:
            return scene.tr.say("{meal} until {time}", meal=name, time=period.end)
        if clock_time < period.start:
            return scene.tr.say("{meal} from {time}", meal=name, time=period.start)
    return ""


def languages(scene: Scene) -> tuple[views.LanguageChoice, ...]:
    return tuple(
        views.LanguageChoice(code, LANGUAGE_NAMES[code], code == scene.state.language) for code in offered(scene)
    )


def offered(scene: Scene) -> tuple[str, ...]:
    """The languages of the store that the terminal speaks, or all it speaks before it knows its store."""
    if scene.catalogue is None:
        return tuple(LANGUAGE_NAMES)
    return tuple(code for code in scene.catalogue.store.languages if code in LANGUAGE_NAMES) or ("en",)


def guest_banner(scene: Scene) -> views.GuestBanner | None:
    order = scene.state.order
    if order is None or order.guest is None:
        return None
    guest = order.guest
    categories = {category.id: category.name for category in order.catalogue.guest_categories}
    parts = [scene.tr.pick(categories.get(guest.category_id, {})), entitlement(scene, order)]
    return views.GuestBanner(
        initials=guest.initials,
        greeting=scene.tr.say("Hello {name}", name=guest.display_name.split(" ")[0]),
        detail=" · ".join(part for part in parts if part),
        balance_label=scene.tr.say("Balance"),
        balance="" if order.catalogue.store.hide_balance else scene.tr.money(guest.balance_minor, scene.currency),
    )


def entitlement(scene: Scene, order: Order) -> str:
    """What the guest's payer gives to the next meal, in words; empty when nothing was agreed."""
    basket, tr = order.basket, scene.tr
    terms = choose_terms(order.catalogue.meal_terms, basket.diner, basket.meal_id, order.day)
    if basket.diner.payer_id is None or basket.meal_id is None or terms is None or not terms.share_minor:
        return ""
    payer = tr.pick(order.catalogue.payer(basket.diner.payer_id).name)
    if basket.diner.meal_used(order.day, basket.meal_id) is not None:
        return tr.say("{payer} has paid a meal already: full price now", payer=payer)
    return tr.say("{payer} pays {amount} of one meal", payer=payer, amount=tr.money(terms.share_minor, scene.currency))


def basket_lines(scene: Scene) -> tuple[views.BasketLine, ...]:
    """The lines as they were chosen, and below them what the bill adds and takes off."""
    order = scene.state.order
    if order is None:
        return ()
    chosen = tuple(_basket_line(scene, index, line) for index, line in enumerate(order.basket.lines))
    return chosen + _set_menus(scene, order.basket.bill) + _fee_and_share(scene, order.basket.bill)


def _basket_line(scene: Scene, index: int, line: BasketLine) -> views.BasketLine:
    return views.BasketLine(
        index=index,
        quantity=scene.tr.number(line.quantity),
        name=scene.tr.pick(line.article.name),
        detail=", ".join(scene.tr.pick(option.name) for option in line.options),
        amount=scene.tr.money(line.amount_minor, scene.currency, symbol=False),
    )


def _set_menus(scene: Scene, bill: Bill) -> tuple[views.BasketLine, ...]:
    return tuple(
        _fixed(
            scene,
            scene.tr.say("Set menu: {name}", name=scene.tr.pick(menu.set_menu.name)),
            scene.tr.say("together {amount}", amount=scene.tr.money(menu.price_minor, scene.currency)),
            -menu.saved_minor,
            views.Tone.GOOD,
        )
        for menu in bill.menus
    )


def _fee_and_share(scene: Scene, bill: Bill) -> tuple[views.BasketLine, ...]:
    fees = (line for line in bill.lines if line.kind is LineKind.FEE)
    rows = [_fixed(scene, scene.tr.pick(line.name), "", line.amount_minor, views.Tone.NEUTRAL) for line in fees]
    for charge in bill.charges:
        name = scene.tr.say("{payer} pays", payer=scene.tr.pick(charge.payer.name))
        rows.append(_fixed(scene, name, "", -charge.amount_minor, views.Tone.GOOD))
    return tuple(rows)


def _fixed(scene: Scene, name: str, detail: str, amount_minor: int, tone: views.Tone) -> views.BasketLine:
    return views.BasketLine(None, "", name, detail, scene.tr.money(amount_minor, scene.currency, symbol=False), tone)


def services(scene: Scene) -> tuple[views.ServiceChoice, ...]:
    order = scene.state.order
    chosen = order.basket.service if order else Service.EAT_IN
    return (
        views.ServiceChoice(Service.EAT_IN, scene.tr.say("Eat here"), "utensils", chosen is Service.EAT_IN),
        views.ServiceChoice(Service.TAKE_AWAY, scene.tr.say("Take away"), "shopping_bag", chosen is Service.TAKE_AWAY),
    )


def age_of_prices(scene: Scene) -> str:
    if scene.catalogue is None:
        return ""
    return scene.tr.say("Prices of {time}", time=moment(scene, scene.catalogue.published_at))


def moment(scene: Scene, when: datetime) -> str:
    """A time of today as 11:28, an older one with its day."""
    return time_or_day(scene.tr, when, scene.now, scene.timezone)


def time_or_day(tr: Translator, when: datetime, now: datetime, timezone: ZoneInfo) -> str:
    """As `moment`, where there is no scene."""
    clock_time = tr.time(when, timezone)
    if when.astimezone(timezone).date() == now.astimezone(timezone).date():
        return clock_time
    return f"{tr.day(when, timezone)} {clock_time}"


def unit_price(scene: Scene, article: Article, amount_minor: int, base_minor: int) -> str:
    """A price without the currency: "3.95", "0.99 / 100 g" or, with a fixed part, "0.50 + 0.99 / 100 g"."""
    amount = scene.tr.money(amount_minor, scene.currency, symbol=False)
    if article.unit is not Unit.PER_100_G:
        return amount
    base = f"{scene.tr.money(base_minor, scene.currency, symbol=False)} + " if base_minor else ""
    return f"{base}{amount} / 100 g"
