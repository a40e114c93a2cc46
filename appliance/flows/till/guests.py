"""The tray's guest: found by badge or id, priced for, read anew before they pay."""

from __future__ import annotations

from appliance.flows.till.desk import Desk
from appliance.flows.till.state import Tray
from appliance.presenters.till import strips
from appliance.store.accounts import AccountsMissing, Guest, Standing
from sales.funding import Diner
from sales.pricing import NoPrice, price_of

REFUSALS = {
    Standing.ACCOUNT_BLOCKED: strips.blocked_account,
    Standing.BADGE_BLOCKED: strips.blocked_badge,
    Standing.BADGE_REPLACED: strips.replaced_badge,
    Standing.BADGE_NOT_YET_VALID: strips.badge_not_yet,
    Standing.BADGE_EXPIRED: strips.expired_badge,
}


def find(desk: Desk, number: str, *, quietly: bool = False) -> Guest | None:
    """The guest whose badge this is today, or None after a strip that says why the badge does not count."""
    try:
        guest = desk.store.terminal.accounts.by_badge(number, desk.today)
    except AccountsMissing:
        if not quietly:
            desk.explain(strips.badges_not_ready)
        return None
    if guest is None:
        if not quietly:
            desk.explain(strips.unknown_badge)
        return None
    refusal = REFUSALS.get(guest.standing)
    if refusal is not None:
        if not quietly:
            desk.explain(refusal)
        return None
    return guest


def by_id(desk: Desk, guest_id: str) -> Guest | None:
    """The guest with that id as they are now, None when nothing is known of them."""
    try:
        return desk.store.terminal.accounts.by_id(guest_id, desk.today)
    except AccountsMissing:
        return None


def join(desk: Desk, tray: Tray, guest: Guest, number: str) -> bool:
    """Give the tray to the guest and price it for them; refused when something on it has no price for them."""
    guest = tray.with_what_is_known(guest)
    if not _price_for(desk, tray, guest.diner):
        return False
    if tray.guest is None or tray.guest.guest_id != guest.guest_id:
        forget(desk, tray)
    tray.guest, tray.badge_number = guest, number
    return True


def leave(desk: Desk) -> None:
    """Take the guest off the tray."""
    tray = desk.state.tray
    if tray is None or tray.guest is None:
        return
    if tray.tenders:
        desk.explain(strips.part_paid)
        return
    if _price_for(desk, tray, Diner()):
        forget(desk, tray)
        tray.guest, tray.badge_number = None, ""
        if tray.basket.is_empty:
            desk.state.tray = None


def forget(desk: Desk, tray: Tray) -> None:
    """What is known of the tray's guest holds for nobody else; what head office holds of their money is let go."""
    if tray.authorisation is not None:
        desk.asker.release(tray.authorisation.request)
    tray.authorisation, tray.meal_told, tray.told_second_meal = None, None, False


def send_away(desk: Desk, tray: Tray) -> None:
    """Take a guest off the tray whose badge does not count, unless a part is paid."""
    if not tray.tenders and _price_for(desk, tray, Diner()):
        forget(desk, tray)
        tray.guest, tray.badge_number = None, ""


def refresh(desk: Desk, tray: Tray) -> bool:
    """Read the tray's guest anew before they pay. One whose badge no longer counts leaves the tray; tells whether one is there."""
    if tray.guest is None:
        return False
    if not tray.badge_number:
        guest = by_id(desk, tray.guest.guest_id)
        if guest is not None and guest.standing is not Standing.GOOD:
            desk.explain(REFUSALS.get(guest.standing, strips.blocked_account))
            guest = None
    else:
        guest = find(desk, tray.badge_number)
    if guest is None:
        send_away(desk, tray)
        return False
    return join(desk, tray, guest, tray.badge_number)


def _price_for(desk: Desk, tray: Tray, diner: Diner) -> bool:
    """Price the tray for `diner`; with a part of it paid it must not become cheaper than that."""
    before = tray.basket.diner
    try:
        tray.basket.set_diner(diner)
    except NoPrice:
        desk.explain(strips.no_price(_without_price(tray, diner)))
        return False
    if tray.tenders and tray.basket.to_pay_minor < tray.paid_minor:
        tray.basket.set_diner(before)
        desk.explain(strips.part_paid)
        return False
    return True


def _without_price(tray: Tray, diner: Diner) -> tuple[dict[str, str], ...]:
    missing = []
    for line in tray.basket.lines:
        try:
            price_of(tray.catalogue, line.article, diner.guest_category_id, tray.day)
        except NoPrice:
            missing.append(dict(line.article.name))
    return tuple(missing)
