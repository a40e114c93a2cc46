"""Money onto a guest's account and off it."""

from __future__ import annotations

from appliance.flows.authorising import Spending, judge
from appliance.flows.till import guests, tendering
from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import Function
from appliance.flows.till.money import note_keys, parse_minor
from appliance.flows.till.panels import Listing, Pad, Row, Say, Typing
from appliance.flows.till.state import Tray
from appliance.presenters.till import paid, strips
from appliance.store.accounts import Guest
from appliance.store.authoriser import AuthorisationAnswered, Outcome
from appliance.store.till_store import Moved
from sales.authorisation import AuthorisationOutcome
from sales.basket import Basket
from sales.errors import SalesError
from sales.spending import InsufficientBalance, check_spend
from sales.tender import TenderKind

_EXACT, _CARD = "exact", "card"


def ask_top_up(desk: Desk) -> None:
    """Ask how much goes onto the account of the guest whose badge was presented."""
    guest = _guest(desk)
    if guest is None:
        return

    def done(text: str) -> Say | None:
        amount_minor = parse_minor(text, desk.currency)
        if not amount_minor:
            return lambda tr: tr.say("Type an amount.")
        _ask_means(desk, amount_minor)
        return None

    name = guest.display_name
    desk.show(Pad(lambda tr: tr.say("Top up"), done, Typing.MONEY, lambda _tr: name))


def _ask_means(desk: Desk, amount_minor: int) -> None:
    currency = desk.currency

    def cash(given_minor: int) -> Say:
        return lambda tr: tr.say("Cash {amount}", amount=tr.money(given_minor, currency))

    rows = [Row(_EXACT, lambda tr: tr.say("Cash, exact"), icon="banknote")]
    rows += [
        Row(str(note), cash(note), icon="banknote")
        for note in (*note_keys(currency), 2 * note_keys(currency)[-1])
        if note > amount_minor
    ]
    rows.append(Row(_CARD, lambda tr: tr.say("Card"), icon="credit_card"))
    desk.show(
        Listing(
            title=lambda tr: tr.say("Top up {amount}: how is it paid?", amount=tr.money(amount_minor, currency)),
            rows=tuple(rows),
            choose=lambda row_id: _top_up(desk, amount_minor, row_id),
            columns=2,
        )
    )


def _top_up(desk: Desk, amount_minor: int, means: str) -> None:
    guest = _guest(desk)
    if guest is None:
        return
    tender = TenderKind.CARD if means == _CARD else TenderKind.CASH
    given_minor = int(means) if means.isdigit() else amount_minor
    moved: list[Moved] = []
    if desk.recorded(
        lambda: moved.append(
            desk.store.top_up(guest, amount_minor, tender, given_minor, desk.state.cashier_id, desk.slip_tr, desk.now)
        )
    ):
        _done(desk, moved[0])


def ask_payout(desk: Desk) -> None:
    """Ask how much of the balance is paid out in cash."""
    guest = _guest(desk)
    if guest is None:
        return
    if desk.watch.is_local:
        desk.explain_local_mode(strips.payout_later)
        return

    _ask_amount(desk, _there(desk, guest))


def _ask_amount(desk: Desk, balance_minor: int, problem: Say | None = None) -> None:
    def done(text: str) -> Say | None:
        amount_minor = parse_minor(text, desk.currency)
        if not amount_minor:
            return lambda tr: tr.say("Type an amount.")
        return _pay_out(desk, amount_minor)

    hint = _holds(desk, balance_minor)
    desk.show(Pad(lambda tr: tr.say("Pay out"), done, Typing.MONEY, hint, problem=problem))


def _holds(desk: Desk, balance_minor: int) -> Say:
    currency = desk.currency
    return lambda tr: tr.say("The account holds {balance}.", balance=tr.money(balance_minor, currency))


def _pay_out(desk: Desk, amount_minor: int) -> Say | None:
    """Have head office hold the amount, so that nothing else is paid with it; what it grants is paid out."""
    guest, tray = _guest(desk), desk.state.tray
    if guest is None or tray is None:
        return None
    if desk.watch.is_local:
        desk.explain_local_mode(strips.payout_later)
        return None
    if amount_minor > _there(desk, guest):
        return _holds(desk, _there(desk, guest))
    asked = Spending(guest, Basket(tray.catalogue, guest.diner, tray.day), amount_minor)
    desk.asking.ask(asked, lambda answer: _answered(desk, asked, answer))
    return None


def _answered(desk: Desk, asked: Spending, answer: AuthorisationAnswered) -> None:
    try:
        settled = judge(answer, asked, desk.store.terminal)
        if settled.authorisation.outcome is not AuthorisationOutcome.GRANTED:
            desk.explain_local_mode(strips.payout_later)
            return
        # Credit is for meals.
        check_spend(answer.balance_minor - answer.held_minor, asked.amount_minor, 0)
    except InsufficientBalance as error:
        desk.asking.let_go(answer)
        _ask_amount(desk, error.balance_minor, _holds(desk, error.balance_minor))
        return
    except SalesError:
        desk.explain(strips.payout_later if answer.outcome is Outcome.LOCAL else strips.not_authorised)
        return
    moved: list[Moved] = []
    if desk.recorded(
        lambda: moved.append(
            desk.store.pay_out(settled.guest, asked.amount_minor, desk.state.cashier_id, desk.slip_tr, desk.now)
        )
    ):
        desk.payouts[answer.request] = desk.store.terminal.head_seq
        _done(desk, moved[0])


def _done(desk: Desk, moved: Moved) -> None:
    """Show the new balance; a tray that waited for the money goes on."""
    tray = desk.state.tray
    desk.state.panel = None
    if tray is not None:
        guests.refresh(desk, tray)
        if tray.basket.is_empty:
            desk.state.tray = None
    desk.paid(paid.account(moved))


def _guest(desk: Desk) -> Guest | None:
    tray = desk.state.tray
    if tray is None or tray.guest is None:
        desk.explain(strips.badge_first)
        return None
    return _fresh(desk, tray)


def _there(desk: Desk, guest: Guest) -> int:
    """The balance in minor units, less what it has paid of the open ticket."""
    return guest.balance_minor - (tendering.from_account(desk.state.tray) if desk.state.tray else 0)


def _fresh(desk: Desk, tray: Tray) -> Guest | None:
    """The guest with the balance of now, as far as the badge still counts."""
    return tray.guest if guests.refresh(desk, tray) else None


FUNCTIONS = {Function.TOP_UP: ask_top_up, Function.PAYOUT: ask_payout}
