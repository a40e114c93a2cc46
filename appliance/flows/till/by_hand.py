"""Prices changed by hand: discounts on a line or the ticket, and another price for a line."""

from __future__ import annotations

from collections.abc import Callable

from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import Function
from appliance.flows.till.money import parse_minor
from appliance.flows.till.panels import Pad, Say, Typing
from appliance.flows.till.ringing import chosen, is_part_paid
from appliance.presenters.till import strips
from sales.discount import Discount
from sales.tax import BASIS_POINTS


def ask_percent(desk: Desk) -> None:
    """A discount in per cent on the chosen line, or on the ticket."""
    index, reason = _chosen(desk), desk.with_approval("")

    def done(text: str) -> Say | None:
        hundredths = parse_minor(text, "EUR")
        if hundredths is None or not 0 < hundredths <= BASIS_POINTS:
            return lambda tr: tr.say("Type 1 to 100.")
        _discount(desk, index, Discount(_discount_name(desk), percent_bp=hundredths, reason=reason))
        return None

    _ask(desk, Pad(lambda tr: tr.say("Discount in per cent"), done, Typing.MONEY, _what_is_reduced(desk), unit="%"))


def ask_amount_off(desk: Desk) -> None:
    """A discount of an amount on the chosen line, or on the ticket."""
    index, reason = _chosen(desk), desk.with_approval("")

    def done(text: str) -> Say | None:
        amount_minor = parse_minor(text, desk.currency)
        if not amount_minor:
            return lambda tr: tr.say("Type an amount.")
        _discount(desk, index, Discount(_discount_name(desk), amount_minor=amount_minor, reason=reason))
        return None

    _ask(desk, Pad(lambda tr: tr.say("Discount as an amount"), done, Typing.MONEY, _what_is_reduced(desk)))


def ask_price(desk: Desk) -> None:
    """Another price for the chosen line, or the last."""
    tray = desk.state.tray
    if tray is None or tray.basket.is_empty or is_part_paid(desk, tray):
        return
    index, reason = chosen(tray), desk.with_approval("")
    name = tray.basket.lines[index].article.name

    def done(text: str) -> Say | None:
        unit_minor = parse_minor(text, desk.currency)
        if unit_minor is None:
            return lambda tr: tr.say("Type an amount.")
        tray.basket.override_price(index, unit_minor, reason)
        return None

    desk.show(Pad(lambda tr: tr.say("New price"), done, Typing.MONEY, lambda tr: tr.pick(name)))


def _ask(desk: Desk, pad: Pad) -> None:
    tray = desk.state.tray
    if tray is None or tray.basket.is_empty:
        desk.explain(strips.nothing_to_pay)
    elif not is_part_paid(desk, tray):
        desk.show(pad)


def _chosen(desk: Desk) -> int | None:
    """The line that is to be reduced, None for the whole ticket."""
    return desk.state.tray.chosen if desk.state.tray else None


def _discount(desk: Desk, index: int | None, discount: Discount) -> None:
    tray = desk.state.tray
    if tray is None:
        return
    if index is None:
        tray.basket.discount(discount)
    else:
        tray.basket.discount_line(index, discount)
        tray.chosen = None


def _discount_name(desk: Desk) -> str:
    return desk.slip_tr.say("Discount")


def _what_is_reduced(desk: Desk) -> Say:
    tray = desk.state.tray
    if tray is None or tray.chosen is None:
        return lambda tr: tr.say("On the whole ticket")
    name = tray.basket.lines[tray.chosen].article.name
    return lambda tr: tr.pick(name)


FUNCTIONS: dict[Function, Callable[[Desk], None]] = {
    Function.DISCOUNT_PERCENT: ask_percent,
    Function.DISCOUNT_AMOUNT: ask_amount_off,
    Function.PRICE: ask_price,
}
