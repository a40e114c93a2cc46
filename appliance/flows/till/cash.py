"""Cash in and out of the drawer without a sale."""

from __future__ import annotations

from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import Function
from appliance.flows.till.money import parse_minor
from appliance.flows.till.panels import Listing, Pad, Row, Say, Typing
from appliance.i18n import msg
from appliance.presenters.till import paid
from sales.cash_movement import CashMovement, CashMovementKind

_TITLES = {
    CashMovementKind.NO_SALE: msg("Open the drawer: why?"),
    CashMovementKind.DROP: msg("Cash to the safe"),
    CashMovementKind.PAY_IN: msg("Cash in"),
    CashMovementKind.PAY_OUT: msg("Cash out"),
}
_REASONS = {
    CashMovementKind.NO_SALE: (msg("Giving change"), msg("Looking for something"), msg("Checking the drawer")),
    CashMovementKind.DROP: (msg("To the safe"),),
    CashMovementKind.PAY_IN: (msg("More change"), msg("Money found"), msg("Correction")),
    CashMovementKind.PAY_OUT: (msg("Purchase"), msg("Deposit given back"), msg("Correction")),
}


def ask_no_sale(desk: Desk) -> None:
    """Open the drawer for nothing; the reason is recorded."""
    _ask_reason(desk, CashMovementKind.NO_SALE, 0)


def ask_drop(desk: Desk) -> None:
    """Bring cash from the drawer to the safe."""
    _ask_amount(desk, CashMovementKind.DROP)


def ask_pay_in(desk: Desk) -> None:
    """Put cash into the drawer."""
    _ask_amount(desk, CashMovementKind.PAY_IN)


def ask_pay_out(desk: Desk) -> None:
    """Take cash out of the drawer to pay something."""
    _ask_amount(desk, CashMovementKind.PAY_OUT)


def _ask_amount(desk: Desk, kind: CashMovementKind) -> None:
    approval = desk.state.approved_by

    def done(text: str) -> Say | None:
        amount_minor = parse_minor(text, desk.currency)
        if not amount_minor:
            return lambda tr: tr.say("Type an amount.")
        desk.state.approved_by = approval
        if len(_REASONS[kind]) == 1:
            _move(desk, kind, amount_minor, _REASONS[kind][0])
        else:
            _ask_reason(desk, kind, amount_minor)
        return None

    desk.show(Pad(lambda tr: tr.say(_TITLES[kind]), done, Typing.MONEY))


def _ask_reason(desk: Desk, kind: CashMovementKind, amount_minor: int) -> None:
    def say(reason: str) -> Say:
        return lambda tr: tr.say(reason)

    reasons, approval = _REASONS[kind], desk.state.approved_by

    def choose(row_id: str) -> None:
        desk.state.approved_by = approval
        _move(desk, kind, amount_minor, reasons[int(row_id)])

    desk.show(
        Listing(
            title=lambda tr: tr.say(_TITLES[kind]),
            rows=tuple(Row(str(place), say(reason)) for place, reason in enumerate(reasons)),
            choose=choose,
        )
    )


def _move(desk: Desk, kind: CashMovementKind, amount_minor: int, reason: str) -> None:
    cashier_id = desk.state.cashier_id
    moved: list[CashMovement] = []
    in_words = desk.with_approval(desk.slip_tr.say(reason))
    if desk.recorded(lambda: moved.append(desk.store.move_cash(kind, amount_minor, in_words, cashier_id, desk.now))):
        desk.state.panel = None
        desk.paid(paid.cash(moved[0], _TITLES[kind] if amount_minor else msg("Drawer opened")))


FUNCTIONS = {
    Function.NO_SALE: ask_no_sale,
    Function.DROP: ask_drop,
    Function.PAY_IN: ask_pay_in,
    Function.PAY_OUT: ask_pay_out,
}
