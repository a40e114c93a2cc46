"""Taking what is due, by one means or several in any order, and turning the tray into a durable sale."""

from __future__ import annotations

from appliance.flows.till import guests, holding
from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import Function
from appliance.flows.till.money import parse_minor
from appliance.flows.till.panels import Pad, Say, Typing
from appliance.flows.till.state import Tray
from appliance.presenters.till import paid, strips
from appliance.store.till_store import Sold
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
    try:
        check_spend(tray.guest.balance_minor - from_account(tray), tray.open_minor, tray.guest.credit_limit_minor)
    except InsufficientBalance as error:
        there = _available(tray) > 0
        desk.explain(strips.low_balance(error.missing_minor, desk.currency, something_there=there))
        return
    take(desk, tray, Tender(TenderKind.ACCOUNT, tray.open_minor, tray.guest.guest_id))


def part_by_account(desk: Desk) -> None:
    """Take what the account holds; the rest is paid otherwise."""
    tray = _payable(desk)
    if tray is None or not _agrees(desk, tray) or tray.guest is None:
        return
    amount_minor = min(_available(tray), tray.open_minor)
    if amount_minor > 0:
        take(desk, tray, Tender(TenderKind.ACCOUNT, amount_minor, tray.guest.guest_id))


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
    if _is_paid(tray) and not _sell(desk, tray) and desk.state.tray is tray:
        tray.tenders.pop()


def take_back(desk: Desk, tray: Tray) -> None:
    """Undo the last payment."""
    tender = tray.tenders.pop()
    _say_give_back(desk, tender)


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


def _available(tray: Tray) -> int:
    """What the guest's account can still pay, in minor units."""
    if tray.guest is None:
        return 0
    return tray.guest.balance_minor + tray.guest.credit_limit_minor - from_account(tray)


def _sell(desk: Desk, tray: Tray) -> bool:
    """Record the sale; only then comes the slip, the drawer and the word to the guest."""
    state = desk.state
    cashier_id = state.cashier.cashier_id if state.cashier else None
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
            )
        )

    if not desk.recorded(record):
        return False
    state.tray, state.panel = None, None
    state.strips.clear()
    desk.paid(paid.sale(sold[0]), sold[0])
    return True


FUNCTIONS = {Function.OTHER_CASH: ask_cash}
