"""From the basket to a durable sale."""

from __future__ import annotations

from dataclasses import replace

from appliance.flows import identify
from appliance.flows.authorising import Declined, Spending
from appliance.flows.clock import Clock
from appliance.flows.ordering import reprice
from appliance.flows.state import KioskState, Order, Sale, Stage
from appliance.i18n import Translator
from appliance.presenters import notices
from appliance.store.accounts import Accounts, Guest
from appliance.store.terminal_store import TerminalStore
from sales.authorisation import Authorisation
from sales.errors import SalesError
from sales.funding import Diner
from sales.offline import BesideMeal, OfflineLimit
from sales.spending import InsufficientBalance


def go_to_checkout(state: KioskState, order: Order, accounts: Accounts) -> None:
    """Show what is to be paid, with the guest's balance as it is now; an empty basket is explained."""
    if order.basket.is_empty:
        state.notice = notices.empty_basket
        return
    order.sheet = None
    state.stage = Stage.CHECKOUT
    identify.refresh(state, order, accounts)


def spending(state: KioskState, order: Order, accounts: Accounts) -> Spending | None:
    """What the guest's account is to pay, or None after a notice that says what stands in the way.

    Nothing is sold for another total than the one on the screen: if the guest's prices have just changed, the new
    total is shown first.
    """
    if order.guest is None:
        state.notice = notices.badge_needed
        return None
    agreed_minor = order.basket.to_pay_minor
    if agreed_minor < 0:
        return None
    if not identify.refresh(state, order, accounts) or order.basket.to_pay_minor != agreed_minor:
        return None
    return Spending(order.guest, order.basket, agreed_minor)


def refused(state: KioskState, order: Order, asked: Spending, error: SalesError) -> None:
    """Say why the account does not pay, with figures, and show the guest and the prices as they are by that."""
    currency = order.catalogue.store.currency
    match error:
        case InsufficientBalance():
            order.guest = replace(asked.guest, balance_minor=error.balance_minor)
            state.notice = notices.balance_too_low(error.missing_minor, currency)
        case OfflineLimit():
            state.notice = notices.offline_limit(error.limit_minor, error.left_minor, currency)
        case BesideMeal():
            state.notice = notices.beside_meal(error.beside_minor, currency)
        case Declined(reason="meal_used"):
            order.know_meal_used()
            order.guest = order.with_what_is_known(asked.guest)
            reprice(state, order, order.guest.diner)
            state.notice = notices.meal_used(order.basket.to_pay_minor, currency)
        case Declined(reason="blocked" | "unknown_guest" as reason):
            order.guest, order.badge_number = None, ""
            reprice(state, order, Diner())
            state.notice = notices.blocked_account if reason == "blocked" else notices.unknown_badge
        case _:
            state.notice = notices.not_authorised


def sell(
    state: KioskState,
    order: Order,
    guest: Guest,
    authorisation: Authorisation | None,
    store: TerminalStore,
    tr: Translator,
    clock: Clock,
) -> None:
    """Sell the basket to the guest's account.

    Raises `journal.errors.JournalError`: after `JournalFull` nothing was charged, after another one nobody knows.
    """
    sold = store.sell(order.basket, guest, authorisation, tr, clock.now_utc())
    state.sale = Sale(sold, sold.job_id, clock.monotonic_s(), store.papers.has_printer)
    state.stage = Stage.DONE
    state.order = None
    state.notice = None
