"""From the basket to a durable sale."""

from __future__ import annotations

from appliance.flows import identify
from appliance.flows.clock import Clock
from appliance.flows.state import KioskState, Order, Sale, Stage
from appliance.i18n import Translator
from appliance.presenters import notices
from appliance.store.accounts import Accounts
from appliance.store.terminal_store import TerminalStore
from sales.spending import InsufficientBalance


def go_to_checkout(state: KioskState, order: Order, accounts: Accounts) -> None:
    """Show what is to be paid, with the guest's balance as it is now; an empty basket is explained."""
    if order.basket.is_empty:
        state.notice = notices.empty_basket
        return
    order.sheet = None
    state.stage = Stage.CHECKOUT
    identify.refresh(state, order, accounts)


def pay(state: KioskState, order: Order, store: TerminalStore, tr: Translator, clock: Clock) -> None:
    """Sell the basket to the guest's account, or say what stands in the way.

    Nothing is sold for another total than the one on the screen: if the guest's prices have just changed, the new
    total is shown first.

    Raises `journal.errors.JournalError`: after `JournalFull` nothing was charged, after another one nobody knows.
    """
    if order.guest is None:
        state.notice = notices.badge_needed
        return
    agreed_minor = order.basket.to_pay_minor
    if agreed_minor < 0:
        return
    if not identify.refresh(state, order, store.accounts) or order.basket.to_pay_minor != agreed_minor:
        return
    try:
        sold = store.sell(order.basket, order.guest, tr, clock.now_utc())
    except InsufficientBalance as error:
        state.notice = notices.balance_too_low(error.missing_minor, order.catalogue.store.currency)
        return
    state.sale = Sale(sold, sold.job_id, clock.monotonic_s(), store.papers.has_printer)
    state.stage = Stage.DONE
    state.order = None
    state.notice = None
