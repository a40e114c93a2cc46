"""The list of functions, and choosing from whatever list lies open."""

from __future__ import annotations

from collections.abc import Mapping

from appliance.flows.intents import OpenFunction
from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import NEEDS_SHIFT, NOT_IN_TRAINING, PERMISSIONS, Function
from appliance.flows.till.panels import Listing, Row, Say
from appliance.i18n import Translator, msg

NAMES: Mapping[Function, tuple[str, str]] = {
    Function.DISCOUNT_PERCENT: (msg("Discount %"), "badge_percent"),
    Function.DISCOUNT_AMOUNT: (msg("Discount amount"), "tag"),
    Function.PRICE: (msg("Price"), "pencil"),
    Function.OPTIONS: (msg("Options"), "list"),
    Function.SERVICE: (msg("Eat here / take away"), "shopping_bag"),
    Function.GUEST_AWAY: (msg("Without guest"), "user_x"),
    Function.TOP_UP: (msg("Top up"), "wallet"),
    Function.PAYOUT: (msg("Pay out"), "hand_coins"),
    Function.VOID_LAST: (msg("Void last ticket"), "x"),
    Function.REFUND: (msg("Refund"), "rotate_ccw"),
    Function.REPRINT: (msg("Print again"), "printer"),
    Function.SOLD_OUT: (msg("Sold out"), "package_x"),
    Function.NO_SALE: (msg("Open drawer"), "lock_open"),
    Function.DROP: (msg("Cash to the safe"), "archive"),
    Function.PAY_IN: (msg("Cash in"), "log_in"),
    Function.PAY_OUT: (msg("Cash out"), "log_out"),
    Function.X_REPORT: (msg("X report"), "file_text"),
    Function.OPEN_SHIFT: (msg("Open shift"), "clock"),
    Function.CLOSE_SHIFT: (msg("Close shift"), "calculator"),
    Function.Z_REPORT: (msg("Z report"), "clipboard_list"),
    Function.TRAINING: (msg("Training"), "graduation_cap"),
    Function.TECHNICIAN: (msg("State"), "info"),
    Function.SIGN_OUT: (msg("Sign out"), "log_out"),
}


def show(desk: Desk) -> None:
    """Show every function that makes sense now; one that needs a supervisor says so."""
    desk.show(
        Listing(
            title=lambda tr: tr.say("More"),
            rows=tuple(_row(desk, function) for function in NAMES if _makes_sense(desk, function)),
            choose=lambda _row_id: None,
            columns=4,
        )
    )


def choose_row(desk: Desk, row_id: str) -> None:
    """Hand a touched row to the list that lies open, if it has such a row."""
    panel = desk.state.panel
    if not isinstance(panel, Listing):
        return
    row = next((row for row in panel.rows if row.id == row_id), None)
    if row is not None and row.possible:
        panel.choose(row_id)


def _makes_sense(desk: Desk, function: Function) -> bool:
    if desk.state.training and function in NOT_IN_TRAINING:
        return False
    if function is Function.OPEN_SHIFT:
        return desk.store.shift is None
    if function in NEEDS_SHIFT:
        return desk.store.shift is not None
    if function is Function.Z_REPORT:
        return desk.store.shift is None and desk.store.shifts_since_z > 0
    if function is Function.GUEST_AWAY:
        return desk.state.tray is not None and desk.state.tray.guest is not None
    return True


def _row(desk: Desk, function: Function) -> Row:
    name, icon = NAMES[function]
    permission = PERMISSIONS.get(function)
    cashier = desk.state.cashier
    locked = permission is not None and cashier is not None and permission not in cashier.permissions
    chosen = function is Function.TRAINING and desk.state.training
    return Row(
        function.value, _say(name), supervisor if locked else _nothing, OpenFunction(function), icon, chosen=chosen
    )


def _say(text: str) -> Say:
    return lambda tr: tr.say(text)


def supervisor(tr: Translator) -> str:
    """What stands beside something the cashier may not do alone."""
    return tr.say("supervisor's badge")


def _nothing(_tr: Translator) -> str:
    return ""
