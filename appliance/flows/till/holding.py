"""Tickets on hold: parked for a guest who fetches something, taken up again later, even after a restart."""

from __future__ import annotations

from appliance.flows.till import guests
from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import Function
from appliance.flows.till.panels import Listing, Row, Say
from appliance.flows.till.state import Tray
from appliance.i18n import Translator
from appliance.presenters.till import strips
from appliance.store.accounts import Standing
from appliance.store.till_held import Held


def hold(desk: Desk) -> None:
    """Park the open ticket; the till is ready for the next guest."""
    tray = desk.state.tray
    if tray is None or tray.basket.is_empty:
        desk.explain(strips.nothing_to_pay)
    elif tray.tenders:
        desk.explain(strips.part_paid)
    elif desk.state.training:
        desk.explain(strips.not_in_training)
    else:
        guest_id = tray.guest.guest_id if tray.guest else None
        if desk.store.held.put(tray.basket, guest_id, desk.now) is None:
            desk.explain(strips.not_held)
            return
        desk.state.tray, desk.state.panel = None, None
        desk.explain(strips.held)


def ask_which(desk: Desk) -> None:
    """Show the tickets on hold; a single one is taken up at once."""
    waiting = desk.store.held.all()
    if not waiting:
        desk.explain(strips.nothing_held)
    elif len(waiting) == 1:
        recall(desk, waiting[0].held_id)
    else:
        desk.show(
            Listing(
                title=lambda tr: tr.say("Tickets on hold"),
                rows=tuple(Row(held.held_id, _name(desk, held), _detail(desk, held)) for held in waiting),
                choose=lambda held_id: recall(desk, held_id),
            )
        )


def recall(desk: Desk, held_id: str) -> None:
    """Take up a ticket on hold, at the prices of the menu it was rung up with while that is still here."""
    state = desk.state
    if state.tray is not None and not state.tray.basket.is_empty:
        desk.explain(strips.finish_first)
        return
    if state.training:
        desk.explain(strips.not_in_training)
        return
    current = desk.store.catalogue
    if current is None or state.closed is not None:
        return
    taken = desk.store.held.take(held_id, current, desk.today, desk.store.meal_id(desk.now))
    state.panel, state.paid, state.tray = None, None, None
    if taken is None:
        desk.explain(strips.nothing_held)
        return
    if taken.left_out:
        desk.explain(strips.not_in_new_prices(taken.left_out))
    elif taken.repriced:
        desk.explain(strips.prices_of_now)
    if taken.basket.is_empty:
        return
    tray = Tray(taken.basket.catalogue, taken.basket.on, taken.basket)
    state.tray = tray
    if taken.guest_id is not None:
        _seat(desk, tray, taken.guest_id)


def renew(desk: Desk, tray: Tray) -> None:
    """Price a ticket anew that was rung up on a day that is over: by way of the tickets on hold, so that it is not lost."""
    held_id = desk.store.held.put(tray.basket, tray.guest.guest_id if tray.guest else None, desk.now)
    if held_id is None:
        desk.explain(strips.not_held)
        return
    desk.state.tray = None
    desk.look_around()
    recall(desk, held_id)


def _seat(desk: Desk, tray: Tray, guest_id: str) -> None:
    guest = guests.by_id(desk, guest_id)
    if guest is not None and guest.standing is Standing.GOOD:
        guests.join(desk, tray, guest, "")


def _name(desk: Desk, held: Held) -> Say:
    zone = desk.store.timezone
    return lambda tr: f"{tr.time(held.at, zone)} · {tr.money(held.to_pay_minor, held.currency)}"


def _detail(desk: Desk, held: Held) -> Say:
    def detail(tr: Translator) -> str:
        return ", ".join(tr.pick(name) for name in held.names)

    return detail


FUNCTIONS = {Function.RECALL: ask_which}
