"""Taking what is due, by one means or several in any order, and turning the tray into a durable sale."""

from __future__ import annotations

import math
from dataclasses import replace

from appliance.flows.authorising import Declined, Spending, judge
from appliance.flows.till import guests, holding
from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import Function
from appliance.flows.till.money import parse_minor
from appliance.flows.till.panels import Pad, Say, Typing
from appliance.flows.till.state import Tray
from appliance.presenters.till import paid, strips
from appliance.store.accounts import Guest
from appliance.store.authoriser import AuthorisationAnswered, Outcome
from appliance.store.till_store import Sold
from sales.authorisation import Authorisation, AuthorisationOutcome
from sales.errors import SalesError
from sales.offline import BesideMeal, OfflineLimit
from sales.spending import InsufficientBalance, check_spend
from sales.tender import Tender, TenderKind


def by_account(desk: Desk) -> None:
    """Take all that is due from the account of the tray's guest, or say what stands in the way.

    Nothing is taken for another amount than the one on the screen: prices that have just changed are shown first.
    """
    tray = _payable(desk)
    if tray is None:
        return
    if tray.guest is None:
        desk.explain(strips.badge_needed)
        return
    if not _agrees(desk, tray) or tray.guest is None:
        return
    _ask(desk, tray, tray.guest, tray.open_minor)


def part_by_account(desk: Desk) -> None:
    """Take what the account holds; the rest is paid otherwise."""
    tray = _payable(desk)
    if tray is None or not _agrees(desk, tray) or tray.guest is None:
        return
    amount_minor = min(_available(desk, tray), tray.open_minor)
    if amount_minor > 0:
        _ask(desk, tray, tray.guest, amount_minor)


def _ask(desk: Desk, tray: Tray, guest: Guest, amount_minor: int) -> None:
    """Have head office hold all that the account pays of the ticket; with its answer the payment goes on. Training asks nobody."""
    tender = Tender(TenderKind.ACCOUNT, amount_minor, guest.guest_id)
    before = tray.authorisation.request if tray.authorisation is not None else None
    asked = Spending(guest, tray.basket, from_account(tray) + amount_minor, replaces=before)
    if desk.state.training:
        try:
            check_spend(guest.balance_minor, asked.amount_minor, guest.credit_limit_minor)
        except InsufficientBalance as error:
            _refused(desk, tray, asked, error)
        else:
            take(desk, tray, tender)
    elif asked.needs_asking:
        desk.asking.ask(asked, lambda answer: _answered(desk, tray, asked, tender, answer))
    else:
        take(desk, tray, tender)


def _answered(desk: Desk, tray: Tray, asked: Spending, tender: Tender, answer: AuthorisationAnswered) -> None:
    """Go on with the tray that was asked for, which nothing has changed meanwhile, or say why not."""
    try:
        settled = judge(answer, asked, desk.store.terminal)
    except SalesError as error:
        if tray.authorisation is not None and answer.outcome is Outcome.GRANTED:
            # What was held for the part that is paid has given way to this hold, which is for more.
            _allow(desk, tray, Authorisation(answer.request, AuthorisationOutcome.GRANTED), answer)
        else:
            desk.asking.let_go(answer)
        _refused(desk, tray, asked, error)
        return
    tray.guest = settled.guest
    _allow(desk, tray, settled.authorisation, answer)
    take(desk, tray, tender)
    if settled.in_debt and desk.state.tray is not tray:
        owed_minor = asked.amount_minor - settled.guest.balance_minor
        desk.explain(strips.fed_first(owed_minor, tray.catalogue.store.currency))


def _allow(desk: Desk, tray: Tray, authorisation: Authorisation, answer: AuthorisationAnswered) -> None:
    """Keep what the tray's account payments are allowed by, and for how long."""
    tray.authorisation = authorisation
    is_held = answer.outcome is Outcome.GRANTED
    tray.held_until_s = desk.clock.monotonic_s() + answer.lifetime_s if is_held else math.inf


def _ask_again(desk: Desk, tray: Tray, guest: Guest, authorisation: Authorisation) -> None:
    """Before a sale that took longer than head office holds money: have it held anew, or take the account's part off the tray."""
    asked = Spending(guest, tray.basket, from_account(tray), replaces=authorisation.request)

    def answered(answer: AuthorisationAnswered) -> None:
        try:
            settled = judge(answer, asked, desk.store.terminal)
        except SalesError as error:
            desk.asking.let_go(answer)
            desk.asker.release(authorisation.request)
            tray.tenders = [tender for tender in tray.tenders if tender.kind is not TenderKind.ACCOUNT]
            tray.authorisation, tray.held_until_s = None, math.inf
            _refused(desk, tray, asked, error)
            return
        tray.guest = settled.guest
        _allow(desk, tray, settled.authorisation, answer)
        _sell_or_give_back(desk, tray)

    desk.asking.ask(asked, answered)


def _refused(desk: Desk, tray: Tray, asked: Spending, error: SalesError) -> None:
    """Say why the account does not pay, with figures, and show guest and prices as they are by that."""
    currency = tray.catalogue.store.currency
    match error:
        case InsufficientBalance():
            tray.guest = replace(asked.guest, balance_minor=error.balance_minor)
            there = _available(desk, tray) > 0
            desk.explain(strips.low_balance(error.missing_minor, currency, something_there=there))
        case OfflineLimit():
            there = _available(desk, tray) > 0
            message = strips.offline_limit(error.limit_minor, error.left_minor, currency, something_there=there)
            desk.explain_local_mode(message)
        case BesideMeal():
            desk.explain_local_mode(strips.beside_meal(error.beside_minor, currency))
        case Declined(reason="meal_used"):
            tray.know_meal_used()
            if guests.join(desk, tray, asked.guest, tray.badge_number):
                tray.told_second_meal = True
                desk.explain(strips.guest_changed)
        case Declined(reason="blocked" | "unknown_guest" as reason):
            guests.send_away(desk, tray)
            desk.explain(strips.blocked_account if reason == "blocked" else strips.unknown_badge)
        case _:
            desk.explain(strips.not_authorised)


def by_card(desk: Desk) -> None:
    """Record that the rest was paid on a card terminal of its own."""
    tray = _payable(desk)
    if tray is not None and _agrees(desk, tray, by_account=False):
        take(desk, tray, Tender(TenderKind.CARD, tray.open_minor))


def by_cash(desk: Desk, given_minor: int | None) -> None:
    """Take cash: the exact amount for None; less than is due is a part of it, more gives change."""
    tray = _payable(desk)
    if tray is None or not _agrees(desk, tray, by_account=False):
        return
    given_minor = tray.open_cash_minor if given_minor is None else given_minor
    if given_minor < 0 or given_minor % tray.catalogue.cash_rounding_minor:
        desk.explain(strips.no_such_coins)
        return
    if not given_minor and tray.open_minor:
        # All that is left is less than half the smallest coin: the rounding pays it.
        take(desk, tray, Tender(TenderKind.CASH, 0))
    elif given_minor:
        take(desk, tray, Tender(TenderKind.CASH, given_minor))
    else:
        _sell(desk, tray)


def ask_cash(desk: Desk) -> None:
    """Have the cash typed that was handed over."""

    def done(text: str) -> Say | None:
        given_minor = parse_minor(text, desk.currency)
        if not given_minor:
            return lambda tr: tr.say("Type an amount.")
        desk.selling(lambda: by_cash(desk, given_minor))
        return None

    if _payable(desk) is not None:
        desk.show(Pad(lambda tr: tr.say("Cash received"), done, Typing.MONEY))


def take(desk: Desk, tray: Tray, tender: Tender) -> None:
    """Add a payment; the last one sells."""
    desk.state.panel = None
    tray.tenders.append(tender)
    if not _is_paid(tray):
        return
    if tray.guest is not None and tray.authorisation is not None and desk.clock.monotonic_s() > tray.held_until_s:
        _ask_again(desk, tray, tray.guest, tray.authorisation)
    else:
        _sell_or_give_back(desk, tray)


def _sell_or_give_back(desk: Desk, tray: Tray) -> None:
    """Sell the tray that is paid; where that cannot be recorded the last payment is not taken."""
    if not _sell(desk, tray) and desk.state.tray is tray:
        _drop_last(desk, tray)


def _drop_last(desk: Desk, tray: Tray) -> Tender:
    tender = tray.tenders.pop()
    if tray.authorisation is not None and not from_account(tray):
        desk.asker.release(tray.authorisation.request)
        tray.authorisation = None
    return tender


def take_back(desk: Desk, tray: Tray) -> None:
    """Undo the last payment."""
    _say_give_back(desk, _drop_last(desk, tray))


def give_all_back(desk: Desk, tray: Tray) -> None:
    """Undo every payment."""
    while tray.tenders:
        take_back(desk, tray)


def _say_give_back(desk: Desk, tender: Tender) -> None:
    if tender.kind is TenderKind.CASH:
        desk.explain(strips.give_back(tender.amount_minor, desk.currency))
    elif tender.kind is TenderKind.CARD:
        desk.explain(strips.refund_on_card(tender.amount_minor, desk.currency))


def _payable(desk: Desk) -> Tray | None:
    tray = desk.state.tray
    if tray is None or tray.basket.is_empty or tray.basket.to_pay_minor < 0:
        desk.explain(strips.nothing_to_pay)
        return None
    if tray.day != desk.today and not tray.tenders and not desk.state.training:
        holding.renew(desk, tray)
        return None
    return tray


def _agrees(desk: Desk, tray: Tray, *, by_account: bool = True) -> bool:
    """Read the tray's guest anew; tells whether they may pay what the screen says. Another amount is shown first.

    Cash and cards are taken of everybody, so there a badge that no longer counts matters for the price alone.
    """
    if tray.guest is None:
        return not by_account
    agreed_minor = tray.open_minor
    counts = guests.refresh(desk, tray)
    if tray.open_minor != agreed_minor:
        desk.explain(strips.guest_changed)
        return False
    return counts or not by_account


def _is_paid(tray: Tray) -> bool:
    if tray.open_minor <= 0:
        return True
    has_cash = any(tender.kind is TenderKind.CASH for tender in tray.tenders)
    return has_cash and tray.open_cash_minor <= 0


def from_account(tray: Tray) -> int:
    """What of the ticket the guest's account has paid so far, in minor units; it leaves the account with the sale."""
    return sum(tender.amount_minor for tender in tray.tenders if tender.kind is TenderKind.ACCOUNT)


def _available(desk: Desk, tray: Tray) -> int:
    """What the guest's account can still pay, in minor units; without head office no more than the limit leaves."""
    guest = tray.guest
    if guest is None:
        return 0
    there_minor = guest.balance_minor + guest.credit_limit_minor
    if desk.watch.is_local and not desk.state.training:
        limit_minor = tray.catalogue.offline_policy(guest.category_id).limit_minor
        there_minor = min(there_minor, limit_minor - guest.spent_local_minor)
    return there_minor - from_account(tray)


def _sell(desk: Desk, tray: Tray) -> bool:
    """Record the sale; only then comes the slip, the drawer and the word to the guest."""
    state = desk.state
    cashier_id = state.cashier_id
    sold: list[Sold] = []

    def record() -> None:
        sold.append(
            desk.store.sell(
                tray.basket,
                tray.guest,
                tuple(tray.tenders),
                cashier_id,
                desk.slip_tr,
                desk.now,
                training=state.training,
                authorisation=None if state.training else tray.authorisation,
            )
        )

    if not desk.recorded(record):
        return False
    state.tray, state.panel = None, None
    state.strips.clear()
    desk.paid(paid.sale(sold[0]), sold[0])
    return True


FUNCTIONS = {Function.OTHER_CASH: ask_cash}
