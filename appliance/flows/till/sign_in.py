"""Who is at the till: signing in by badge or PIN, changing places in mid-service, signing out."""

from __future__ import annotations

from appliance.flows.intents import ChooseCashier
from appliance.flows.till import shifts
from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import Function
from appliance.flows.till.panels import Listing, Pad, Row, Say, Typing
from appliance.presenters.till import strips
from appliance.store.cashiers import Cashier, PinRefused

BADGE, PIN = "badge", "pin"


def ask_who(desk: Desk) -> None:
    """Show the cashiers to choose from."""
    rows = tuple(
        Row(
            cashier.cashier_id,
            (lambda name: lambda _tr: name)(cashier.name),
            intent=ChooseCashier(cashier.cashier_id),
            icon="user",
        )
        for cashier in desk.store.cashiers.all()
    )
    desk.show(
        Listing(
            title=lambda tr: tr.say("Who is at the till?"),
            rows=rows,
            choose=lambda cashier_id: ask_pin(desk, cashier_id),
            empty=lambda tr: tr.say("The list of cashiers has not arrived from head office yet."),
            columns=2,
            leads_back=False,
        )
    )


def ask_pin(desk: Desk, cashier_id: str) -> None:
    """Ask for the PIN of the cashier that was touched."""
    cashier = next((found for found in desk.store.cashiers.all() if found.cashier_id == cashier_id), None)
    if cashier is None:
        return
    name = cashier.name
    desk.state.problem = None
    desk.show(
        Pad(
            title=lambda tr: tr.say("PIN of {name}", name=name),
            done=lambda pin: _try_pin(desk, cashier, pin),
            typing=Typing.SECRET,
        )
    )


def is_asking_pin(desk: Desk) -> bool:
    """Whether somebody is typing a PIN now."""
    return isinstance(desk.state.panel, Pad)


def _try_pin(desk: Desk, cashier: Cashier, pin: str) -> Say | None:
    if not pin:
        return lambda tr: tr.say("Type the PIN.")
    try:
        verified = desk.store.cashiers.verify_pin(cashier.cashier_id, pin)
    except PinRefused as refusal:
        wait_s = refusal.wait_s
        if wait_s:
            return lambda tr: tr.say_many(
                "Too many wrong PINs. Try again in {count} second.",
                "Too many wrong PINs. Try again in {count} seconds.",
                wait_s,
            )
        return lambda tr: tr.say("Wrong PIN.")
    sign_in(desk, verified, PIN)
    return None if desk.state.cashier is verified else lambda tr: tr.say("Signing in could not be recorded.")


def sign_in(desk: Desk, cashier: Cashier, method: str) -> None:
    """Put `cashier` at the till; whoever was there is signed out by it."""
    if not desk.recorded(lambda: desk.store.sign(cashier.cashier_id, method, desk.now)):
        return
    state = desk.state
    state.cashier, state.panel, state.problem, state.paid, state.page = cashier, None, None, None, 0
    state.tray = None
    if desk.store.shift is None and not state.training and "shift" in cashier.permissions:
        shifts.ask_float(desk)


def swap(desk: Desk, cashier: Cashier) -> None:
    """Let another cashier take over at once, unless a ticket is open."""
    tray = desk.state.tray
    if tray is not None and not tray.basket.is_empty:
        desk.explain(strips.swap_refused(cashier.name))
        return
    sign_in(desk, cashier, BADGE)


def sign_out(desk: Desk) -> None:
    """Leave the till; training ends with it. An open ticket has to be finished first."""
    state = desk.state
    if state.tray is not None and not state.tray.basket.is_empty:
        desk.explain(strips.finish_first)
        return
    if desk.recorded(lambda: desk.store.sign(None, BADGE, desk.now)):
        _leave(desk)


def look_again(desk: Desk) -> None:
    """Have permissions that head office changed count at once; one who may not work here any more is signed out between trays."""
    state = desk.state
    if state.cashier is None:
        return
    now = desk.store.cashiers.now(state.cashier)
    if now is not None:
        state.cashier = now
    elif state.tray is None and desk.recorded(lambda: desk.store.sign(None, BADGE, desk.now)):
        _leave(desk)


def _leave(desk: Desk) -> None:
    state = desk.state
    state.cashier, state.tray, state.paid, state.training, state.pending = None, None, None, False, None
    ask_who(desk)


def toggle_training(desk: Desk) -> None:
    """Begin or end the training; between two guests only."""
    state = desk.state
    if state.tray is not None and not state.tray.basket.is_empty:
        desk.explain(strips.finish_first)
        return
    state.training, state.tray, state.paid = not state.training, None, None


FUNCTIONS = {Function.SIGN_OUT: sign_out, Function.TRAINING: toggle_training}
