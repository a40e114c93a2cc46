"""Who is ordering: what a badge means at each moment."""

from __future__ import annotations

from datetime import date

from appliance.flows.ordering import reprice
from appliance.flows.state import KioskState, NoticeMessage, Order
from appliance.presenters import notices
from appliance.store.accounts import Accounts, AccountsMissing, Guest, Standing
from sales.funding import Diner

_REFUSALS: dict[Standing, NoticeMessage] = {
    Standing.ACCOUNT_BLOCKED: notices.blocked_account,
    Standing.BADGE_BLOCKED: notices.blocked_badge,
    Standing.BADGE_REPLACED: notices.replaced_badge,
    Standing.BADGE_NOT_YET_VALID: notices.badge_not_yet_valid,
    Standing.BADGE_EXPIRED: notices.expired_badge,
}


def find_guest(state: KioskState, accounts: Accounts, number: str, on: date) -> Guest | None:
    """The guest whose badge this is on the day `on`, or None after a notice that says why the badge does not count."""
    try:
        guest = accounts.by_badge(number, on)
    except AccountsMissing:
        state.notice = notices.badges_not_ready
        return None
    if guest is None:
        state.notice = notices.unknown_badge
        return None
    refusal = _REFUSALS.get(guest.standing)
    if refusal is not None:
        state.notice = refusal
        return None
    return guest


def join(state: KioskState, order: Order, guest: Guest, number: str) -> None:
    """Give the order to `guest`, unless somebody else's badge began it."""
    if order.guest is not None and order.guest.guest_id != guest.guest_id:
        state.notice = notices.another_badge
        return
    guest = order.with_what_is_known(guest)
    order.guest, order.badge_number = guest, number
    _price_for(state, order, guest.diner)


def refresh(state: KioskState, order: Order, accounts: Accounts) -> bool:
    """Read the order's guest anew; one whose badge no longer counts leaves the order, which stays.

    Tells whether a guest is there to pay.
    """
    if order.guest is None:
        return False
    guest = find_guest(state, accounts, order.badge_number, order.day)
    if guest is None:
        order.guest, order.badge_number = None, ""
        refusal = state.notice
        _price_for(state, order, Diner())
        state.notice = refusal
        return False
    order.guest = guest = order.with_what_is_known(guest)
    _price_for(state, order, guest.diner)
    return True


def _price_for(state: KioskState, order: Order, diner: Diner) -> None:
    if order.basket.diner != diner:
        reprice(state, order, diner)
