"""What the guest reads on a display of two lines of twenty characters."""

from __future__ import annotations

from appliance.flows.till.state import Tray
from appliance.i18n import Translator
from appliance.presenters.till.scene import TillScene
from sales.catalogue import Store
from sales.kinds import TicketKind
from sales.ticket import Ticket

WIDTH = 20


def lines(scene: TillScene) -> tuple[str, str]:
    """The last item and what is to be paid; after the sale what was paid, and the change or the new balance."""
    state, tr = scene.state, scene.guest_tr
    if scene.catalogue is None or state.cashier is None or state.closed is not None:
        return "", ""
    tray = scene.tray
    if tray is not None and not tray.basket.is_empty:
        return _ringing(tr, tray)
    if tray is not None and tray.guest is not None:
        store = tray.catalogue.store
        return _balance(tr, tr.say("Balance"), tray.guest.balance_minor, store)
    if state.paid is not None and state.paid.ticket is not None:
        return _after(tr, state.paid.ticket, state.paid.balance_after_minor, scene.catalogue.store)
    if state.training:
        return fit(tr.say("TRAINING"), ""), ""
    return fit(scene.catalogue.store.name, ""), ""


def _ringing(tr: Translator, tray: Tray) -> tuple[str, str]:
    """The last item above; below it what is to be paid, or who pays how much of it once the guest is known."""
    currency = tray.catalogue.store.currency
    last = tray.basket.lines[-1]
    name = f"{last.quantity} {tr.pick(last.article.name)}" if last.quantity > 1 else tr.pick(last.article.name)
    first = fit(name, tr.money(last.amount_minor, currency, symbol=False))
    share_minor = sum(charge.amount_minor for charge in tray.basket.bill.charges)
    if share_minor and tray.guest is not None:
        first = fit(tr.say("Share"), tr.money(-share_minor, currency, symbol=False))
    return first, fit(tr.say("To pay"), tr.money(tray.open_minor, currency))


def _after(tr: Translator, ticket: Ticket, balance_after_minor: int | None, store: Store) -> tuple[str, str]:
    paid_minor = sum(tender.amount_minor for tender in ticket.tenders) - ticket.change_minor
    label = tr.say("Paid") if ticket.kind is TicketKind.SALE else tr.say("Paid back")
    first = fit(label, tr.money(abs(paid_minor), ticket.currency))
    if ticket.training:
        return fit(tr.say("TRAINING"), ""), first
    if ticket.change_minor:
        return first, fit(tr.say("Change"), tr.money(ticket.change_minor, ticket.currency))
    if balance_after_minor is not None and not store.hide_balance:
        return first, fit(tr.say("New balance"), tr.money(balance_after_minor, ticket.currency))
    return first, fit(tr.say("Thank you"), "")


def _balance(tr: Translator, label: str, balance_minor: int, store: Store) -> tuple[str, str]:
    if store.hide_balance:
        return fit(tr.say("Welcome"), ""), ""
    return fit(label, tr.money(balance_minor, store.currency)), ""


def fit(left: str, right: str) -> str:
    """Both ends of a line; the left one gives way, the figure never does."""
    room = WIDTH - len(right) - 1 if right else WIDTH
    if right and room < 1:
        return right[:WIDTH]
    return f"{left[:room]:<{room}} {right}" if right else left[:WIDTH]
