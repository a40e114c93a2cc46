"""Badges at the till: what a badge means at each moment, and whose account pays."""

from __future__ import annotations

from appliance.flows.till import guests, sign_in, tendering
from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import NAME_SEARCH
from appliance.flows.till.panels import Count
from appliance.flows.till.state import Offer
from appliance.presenters.till import strips
from appliance.store.accounts import Guest
from appliance.store.cashiers import Cashier
from sales.funding import ShareReason

SAME_BADGE_S = 3.0


def lies_there(desk: Desk, number: str) -> bool:
    """Whether this badge has just been read: a badge left on the reader is read again and again."""
    state, now_s = desk.state, desk.clock.monotonic_s()
    again = number == state.badge_seen and now_s - state.badge_seen_s < SAME_BADGE_S
    state.badge_seen, state.badge_seen_s = number, now_s
    return again


def badge(desk: Desk, number: str) -> None:
    """Take a badge: a cashier's signs in, swaps or lets something happen; a guest's begins a tray or pays it."""
    state = desk.state
    if state.closed is not None:
        return
    pending, state.pending = state.pending, None
    cashier = desk.store.cashiers.by_badge(number)
    if pending is not None and cashier is not None and pending.permission in cashier.permissions:
        state.strips.clear()
        desk.approve(pending, cashier)
        return
    if isinstance(state.panel, Count):
        desk.explain(strips.count_first)
        return
    state.strips.clear()
    if state.cashier is None:
        _sign_in(desk, cashier)
        return
    if pending is not None and cashier is not None:
        state.pending = pending
        desk.explain(strips.needs_permission(pending.permission))
        return
    if cashier is not None and cashier.cashier_id != state.cashier.cashier_id:
        _other_cashier(desk, cashier, number)
        return
    guest = guests.find(desk, number, quietly=cashier is not None)
    if guest is not None:
        arrive(desk, guest, number)


def _sign_in(desk: Desk, cashier: Cashier | None) -> None:
    if cashier is None:
        desk.state.problem = lambda tr: tr.say("This is not a cashier's badge.")
    else:
        sign_in.sign_in(desk, cashier, sign_in.BADGE)


def _other_cashier(desk: Desk, cashier: Cashier, number: str) -> None:
    """With a tray open it may be a colleague who eats here; otherwise it is a change of places."""
    tray = desk.state.tray
    if tray is not None and not tray.basket.is_empty:
        guest = guests.find(desk, number, quietly=True)
        if guest is not None:
            arrive(desk, guest, number)
            return
    sign_in.swap(desk, cashier)


def arrive(desk: Desk, guest: Guest, number: str) -> None:
    """A guest is there: alone they get their card; with a rung-up tray they pay it, unless something needs a word first."""
    state = desk.state
    state.panel = None
    tray = desk.tray()
    state.paid = None
    owner = tray.guest
    if not tray.basket.is_empty and owner is not None and owner.guest_id != guest.guest_id:
        state.offer = Offer(guest, number)
        desk.explain(strips.another_guest(owner.display_name, guest.display_name, guest.guest_id))
        return
    if not guests.join(desk, tray, guest, number):
        return
    if tray.basket.is_empty:
        return
    if tray.basket.bill.funding.reason is ShareReason.SECOND_MEAL and not tray.told_second_meal:
        tray.told_second_meal = True
        return
    desk.selling(lambda: tendering.by_account(desk))


def choose(desk: Desk, guest_id: str) -> None:
    """Take the guest a strip offered, or one found by name, for which the permission is asked."""
    offer, desk.state.offer = desk.state.offer, None
    tray = desk.state.tray
    if offer is not None and offer.guest.guest_id == guest_id and tray is not None:
        if tray.tenders:
            desk.explain(strips.part_paid)
        else:
            guests.join(desk, tray, offer.guest, offer.badge_number)
        return
    desk.permitted(NAME_SEARCH, lambda: found_by_name(desk, guest_id))


def found_by_name(desk: Desk, guest_id: str) -> None:
    """Take the guest who forgot their badge."""
    guest = guests.by_id(desk, guest_id)
    if guest is None:
        desk.explain(strips.unknown_badge)
        return
    refusal = guests.REFUSALS.get(guest.standing)
    if refusal is not None:
        desk.explain(refusal)
        return
    desk.state.panel = None
    tray = desk.tray()
    if tray.tenders:
        desk.explain(strips.part_paid)
    else:
        guests.join(desk, tray, guest, "")
