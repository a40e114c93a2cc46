"""What all parts of the till's flow share: its files, its clock, what it remembers, and a word to the cashier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime

from appliance.flows.authorising import Asker, Asking
from appliance.flows.clock import Clock
from appliance.flows.state import Closed
from appliance.flows.technician import Technician
from appliance.flows.till.functions import SELL
from appliance.flows.till.panels import Panel
from appliance.flows.till.state import Paid, PaidMessage, Pending, StripMessage, TillState, Tray
from appliance.flows.watch import Watch, journal_closed
from appliance.i18n import Translator, Translators
from appliance.presenters import closing
from appliance.presenters.till import strips
from appliance.store.accounts import AccountsMissing, Guest
from appliance.store.cashiers import Cashier
from appliance.store.till_store import Sold, TillStore
from journal.errors import JournalError, JournalFull
from sales.basket import Basket
from sales.catalogue import Store
from sales.funding import Diner


@dataclass(frozen=True)
class Settings:
    """`devices` maps each device's name to its contract; `language` is that of slips, and of the screen while nobody is signed in."""

    language: str
    devices: Mapping[str, str]


@dataclass(frozen=True)
class Services:
    """`asker` is asked before an account pays; its answers come to the flow as events."""

    store: TillStore
    translators: Translators
    settings: Settings
    asker: Asker


class Desk:
    """Used from one thread."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self.store = services.store
        self.settings = services.settings
        self.clock = clock
        self.watch = Watch(services.store.terminal, services.settings.devices, clock, services.asker)
        self.asker = services.asker
        self.asking = Asking(services.asker, clock)
        self.technician = Technician(clock)
        self.state = TillState()
        self.payouts: dict[str, int] = {}
        """Requests by which head office holds what was paid out, with the entries that say so."""
        self._translators = services.translators

    @property
    def tr(self) -> Translator:
        """The language of the cashier."""
        cashier = self.state.cashier
        return self._translators(cashier.language or self.settings.language if cashier else self.settings.language)

    @property
    def slip_tr(self) -> Translator:
        """The language of slips and of the customer display."""
        return self._translators(self.settings.language)

    @property
    def now(self) -> datetime:
        return self.clock.now_utc()

    @property
    def today(self) -> date:
        return self.store.terminal.business_day(self.now)

    @property
    def shop(self) -> Store:
        """The store of the catalogue in use; only to be asked while the till is open."""
        catalogue = self.state.tray.catalogue if self.state.tray else self.store.catalogue
        if catalogue is None:
            raise LookupError("no catalogue is here yet")
        return catalogue.store

    @property
    def currency(self) -> str:
        return self.shop.currency

    def show_technician(self) -> None:
        """Show how this till stands with head office."""
        self.technician.open()

    def explain(self, message: StripMessage) -> None:
        """Show a strip; it goes with the next touch or badge."""
        self.state.strips.append(message)

    def explain_local_mode(self, message: StripMessage) -> None:
        """Show a strip that goes as well when head office can be asked again."""
        self.explain(message)
        self.state.strips_of_local_mode.append(message)

    def forget_local_mode(self) -> None:
        """Take away what only local mode did not allow."""
        state = self.state
        state.strips = [message for message in state.strips if message not in state.strips_of_local_mode]
        state.strips_of_local_mode.clear()

    def show(self, panel: Panel) -> None:
        """Open a panel in the place of the one that lies open."""
        self.state.panel = panel

    def permitted(self, permission: str, do: Callable[[], None]) -> None:
        """Do it if the cashier may; else ask for the badge of somebody who may, which lets it happen once."""
        cashier = self.state.cashier
        if cashier is None:
            self.state.problem = lambda tr: tr.say("Sign in first.")
        elif permission in cashier.permissions:
            self.state.approved_by = ""
            do()
        else:
            self.state.pending = Pending(permission, do)
            self.explain(strips.needs_permission(permission))

    def approve(self, pending: Pending, supervisor: Cashier) -> None:
        """Do once what the cashier may not; what is recorded with a reason says who allowed it."""
        self.state.approved_by = supervisor.cashier_id
        pending.do()

    def with_approval(self, reason: str) -> str:
        """The reason, and who allowed it if the cashier may not do it alone."""
        if not self.state.approved_by:
            return reason
        approval = self.slip_tr.say("approved by {name}", name=self.state.approved_by)
        return f"{reason}, {approval}" if reason else approval

    def selling(self, do: Callable[[], None]) -> None:
        """Do something that rings up or takes money: with permission, in a shift or in training."""
        if self.state.closed is not None:
            return
        if not self.state.training and self.store.shift is None:
            self.explain(strips.no_shift)
            return
        self.permitted(SELL, do)

    def tray(self) -> Tray:
        """The open tray, or a new one with the newest menu. Only to be asked while the till is open."""
        if self.state.tray is not None and not self._is_stale(self.state.tray):
            return self.state.tray
        tray, self.state.tray = self.state.tray, None
        self.look_around()
        catalogue = self.store.catalogue
        if catalogue is None:
            raise LookupError("no catalogue is here yet")
        day = self.today
        basket = Basket(catalogue, Diner(), day, meal_id=self.store.meal_id(self.now))
        self.state.tray = Tray(catalogue, day, basket)
        self.state.paid = None
        if tray is not None and tray.guest is not None:
            self._seat(self.state.tray, tray.guest, tray.badge_number)
        return self.state.tray

    def _is_stale(self, tray: Tray) -> bool:
        """Whether a tray with no more than a guest on it was begun in another meal service or on another day."""
        began, now = (tray.day, tray.basket.meal_id), (self.today, self.store.meal_id(self.now))
        return tray.basket.is_empty and not tray.tenders and began != now

    def _seat(self, tray: Tray, guest: Guest, badge_number: str) -> None:
        """Give a tray without anything on it to a guest, with the meals they have had on its day."""
        with suppress(AccountsMissing):
            now = self.store.terminal.accounts.by_id(guest.guest_id, tray.day)
            guest = guest if now is None else replace(now, standing=guest.standing)
        tray.basket.set_diner(guest.diner)
        tray.guest, tray.badge_number = guest, badge_number

    def look_around(self) -> None:
        """See what has changed outside; open or close the till between two guests."""
        between = self.state.tray is None
        self._let_go_of_payouts()
        self.watch.look(between_orders=between)
        self.store.look(self.today, between_trays=between)
        closed = self.watch.why_closed()
        if closed is None:
            self.state.closed = None
        elif between and closed is not self.state.closed:
            self.close(closed)

    def _let_go_of_payouts(self) -> None:
        """What is paid out leaves the account with its entry; from then on it need not be held."""
        arrived = [request for request, seq in self.payouts.items() if seq <= self.store.acknowledged]
        for request in arrived:
            del self.payouts[request]
            self.asker.release(request)

    def close(self, closed: Closed) -> None:
        """Stop selling and say why; who is signed in stays."""
        self.state.closed = closed
        self.state.panel = None
        self.state.pending = None

    def recorded(self, work: Callable[[], None]) -> bool:
        """Do something that writes to the journal; a journal that cannot be written closes the till.

        Tells whether it is known to be recorded. After a full disk nothing was, and the tray stays as it was.
        """
        if self.store.terminal.link.state().stopped:
            self.close(closing.stopped)
            return False
        try:
            work()
        except JournalError as error:
            if not isinstance(error, JournalFull):
                self.state.tray = None
            self.close(journal_closed(error))
            return False
        self.watch.sold()
        return True

    def paid(self, card: PaidMessage, sold: Sold | None = None) -> None:
        """Show what was just done with money until the next item or badge."""
        if sold is None:
            self.state.paid = Paid(card)
        else:
            self.state.paid = Paid(card, sold.ticket, sold.balance_after_minor)
