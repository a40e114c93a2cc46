"""What a till may ask of its files beside `TerminalStore`: sales with cashier and shift, and everything that moves money."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from appliance.i18n import Translator
from appliance.store.accounts import AccountsMissing, Guest
from appliance.store.cashiers import Cashiers
from appliance.store.terminal_store import TerminalStore
from appliance.store.till_held import HeldTickets
from appliance.store.till_ledger import (
    ACCOUNT,
    AVAILABILITY,
    CASH,
    CASHIER,
    SHIFT_CLOSE,
    SHIFT_OPEN,
    TICKET,
    TRAINING,
    Z_REPORT,
    Ledger,
    OpenShift,
    find_ticket,
    was_pruned,
)
from appliance.store.till_menu import TillMenu
from journal.entry import Entry
from journal.store import Journal
from sales import account_movement, availability, cash_movement, closing, shift
from sales.account import deltas
from sales.account_movement import AccountMovement, AccountMovementKind
from sales.authorisation import Authorisation
from sales.availability import Availability
from sales.basket import Basket
from sales.cash_movement import CashMovement, CashMovementKind
from sales.catalogue import Catalogue
from sales.closing import Closing, Totals
from sales.errors import SalesError
from sales.offline import promised_meal_key
from sales.reversal import make_reversal, remaining
from sales.shift import CashierChanged, ShiftClosed, ShiftOpened, SignInMethod
from sales.tender import Tender, TenderKind
from sales.ticket import Ticket, TicketKind, from_payload, make_ticket, to_payload

log = logging.getLogger(__name__)


class Drawer(Protocol):
    """What of `hal.supervisor.DrawerHandle` is needed here."""

    def open_drawer(self) -> None:
        """Have it opened; never blocks."""


class Display(Protocol):
    """What of `hal.supervisor.DisplayHandle` is needed here."""

    def show(self, lines: Sequence[str]) -> None:
        """Show these lines; never blocks."""


@dataclass(frozen=True)
class Sold:
    """A durable sale or reversal. `qr` is where the guest finds the slip; `printed` tells whether it comes on paper."""

    ticket: Ticket
    entry: Entry
    balance_after_minor: int | None
    printed: bool
    qr: str


@dataclass(frozen=True)
class Moved:
    """A durable top-up or payout."""

    movement: AccountMovement
    guest: Guest
    balance_after_minor: int


@dataclass(frozen=True)
class Found:
    """An earlier ticket of this till; `open_positions` are the places of its lines, from 0, not taken back yet."""

    ticket: Ticket
    entry: Entry
    open_positions: tuple[int, ...]
    earlier: tuple[Ticket, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class LastSlip:
    """The slip a guest may still ask for."""

    ticket: Ticket
    entry: Entry
    balance_after_minor: int | None
    printed: bool


class TillStore:
    """Used from the flow's thread only. What records raises `JournalFull` (nothing was recorded) or `JournalBroken`."""

    def __init__(
        self,
        terminal: TerminalStore,
        journal: Journal,
        cashiers: Cashiers,
        held: HeldTickets,
        *,
        drawer: Drawer | None = None,
        display: Display | None = None,
    ) -> None:
        self.terminal = terminal
        self.menu = TillMenu(terminal)
        self.cashiers = cashiers
        self.held = held
        self._journal = journal
        self._board = terminal.board
        self._papers = terminal.papers
        self._drawer = drawer
        self._display = display
        self._ledger = Ledger(journal)
        self._last: LastSlip | None = None
        self._shown: tuple[str, ...] = ()
        self._names: dict[str, str] = {}

    @property
    def terminal_id(self) -> str:
        return self._journal.terminal

    @property
    def catalogue(self) -> Catalogue | None:
        """The catalogue the next tray is rung up with; see `TillMenu.catalogue`."""
        return self.menu.catalogue

    @property
    def timezone(self) -> ZoneInfo:
        return self.terminal.timezone

    @property
    def has_printer(self) -> bool:
        return self._papers.has_printer

    @property
    def acknowledged(self) -> int:
        """The last entry head office is known to have."""
        return self.terminal.acknowledged

    def look(self, day: date, *, between_trays: bool) -> None:
        """See what the bridge has brought; the menu changes between two trays only."""
        self._board.look()
        if between_trays:
            self._names = {cashier.cashier_id: cashier.name for cashier in self.cashiers.all()}
            self.menu.look(day)

    def meal_id(self, now: datetime) -> str | None:
        """The meal service that runs at `now`."""
        return self.terminal.meal_id(now)

    def cashier_names(self) -> Mapping[str, str]:
        """The cashiers' names by id."""
        return self._names

    def show_guest(self, lines: tuple[str, ...]) -> None:
        """Show the guest these lines, if there is a display and they are others than before."""
        if self._display is not None and lines != self._shown:
            self._shown = lines
            self._display.show(lines)

    # Cashiers

    def sign(self, cashier_id: str | None, method: str, now: datetime) -> None:
        """Record who is at the till now; None: nobody."""
        day = self.terminal.business_day(now)
        changed = CashierChanged(
            self.terminal_id, self._store_id(), now, day, cashier_id, SignInMethod(method), self._shift_number()
        )
        self.terminal.record(CASHIER, shift.cashier_to_payload(changed), [], now, day)

    # Sales

    def sell(
        self,
        basket: Basket,
        guest: Guest | None,
        tenders: tuple[Tender, ...],
        cashier_id: str | None,
        tr: Translator,
        now: datetime,
        *,
        training: bool,
        authorisation: Authorisation | None = None,
    ) -> Sold:
        """Record the sale, then have its slips printed and the drawer opened. A training sale changes nothing else.

        Whether the account may pay its part has been decided; `authorisation` says by whom.
        """
        kind = TRAINING if training else TICKET
        counts = [(f"{kind}_count", 1)]
        pickup_number = None
        if not training:
            counts += self.terminal.meals_sold(basket, guest)
        if not training and any(line.article.kitchen for line in basket.lines):
            pickup_number, counted = self.terminal.pickup_count(basket.on)
            counts.append(counted)
        ticket = make_ticket(
            basket,
            terminal=self.terminal_id,
            number=self._journal.next_number(kind),
            time_utc=now,
            business_day=basket.on,
            language=tr.language,
            guest_id=guest.guest_id if guest else None,
            tenders=tenders,
            pickup_number=pickup_number,
            cashier_id=cashier_id,
            shift=self._shift_number(),
            training=training,
            authorisation=authorisation,
        )
        return self._sold(kind, ticket, counts, basket.catalogue, guest, tr, now)

    def reverse(
        self,
        found: Found,
        kind: TicketKind,
        positions: tuple[int, ...] | None,
        pay_back: TenderKind | None,
        cashier_id: str | None,
        tr: Translator,
        now: datetime,
    ) -> Sold:
        """Take back all of a ticket (a void) or the lines at `positions` (from 0), dated into the running shift."""
        catalogue = self._catalogue()
        ticket = make_reversal(
            found.ticket,
            found.entry.epoch,
            kind,
            None if positions is None else [position + 1 for position in positions],
            pay_back,
            earlier=found.earlier,
            terminal=self.terminal_id,
            number=self._journal.next_number(TICKET),
            time_utc=now,
            business_day=self.terminal.business_day(now),
            cashier_id=cashier_id,
            shift=self._shift_number(),
            cash_rounding_minor=catalogue.cash_rounding_minor,
        )
        counts = [(f"{TICKET}_count", 1), (f"{_reversal_key(found.ticket.number)}{ticket.number}", 1)]
        counts += self._meals_back(found, whole=ticket.kind is TicketKind.VOID)
        guest = None
        if ticket.guest_id is not None:
            with suppress(AccountsMissing):
                guest = self.terminal.accounts.by_id(ticket.guest_id, ticket.business_day)
        return self._sold(TICKET, ticket, counts, catalogue, guest, tr, now)

    def _meals_back(self, found: Found, *, whole: bool) -> list[tuple[str, int]]:
        """The delta that gives back the promised meal of a sale all of which is voided."""
        original = found.ticket
        if not whole or original.guest_id is None or original.meal_id is None:
            return []
        key = promised_meal_key(original.guest_id, original.business_day, original.meal_id)
        movements = self._journal.movements(key, above_seq=found.entry.seq - 1)
        return [(key, -one.delta_minor) for one in movements if one.seq == found.entry.seq and one.key == key]

    def _sold(
        self,
        kind: str,
        ticket: Ticket,
        counts: list[tuple[str, int]],
        catalogue: Catalogue,
        guest: Guest | None,
        tr: Translator,
        now: datetime,
    ) -> Sold:
        entry = self.terminal.record(kind, to_payload(ticket), [*deltas(ticket), *counts], now, ticket.business_day)
        self._ledger.add(ticket)
        has_cash = any(tender.kind is TenderKind.CASH for tender in ticket.tenders)
        if has_cash and not ticket.training:
            self.open_drawer()
        balance_after_minor = None
        if guest is not None:
            spent = sum(t.amount_minor for t in ticket.tenders if t.guest_id == guest.guest_id)
            balance_after_minor = guest.balance_minor - spent
        printed = self._papers.sale(ticket, entry, catalogue, tr, balance_after_minor) is not None
        self._last = LastSlip(ticket, entry, balance_after_minor, printed)
        return Sold(
            ticket, entry, balance_after_minor, printed, self._papers.electronic(ticket, entry, catalogue.store)
        )

    def last_sale(self) -> Found | None:
        """The last ticket that was sold and not a reversal, with what of it still stands."""
        entry = self._journal.last(TICKET)
        while entry is not None:
            found = self._found(entry)
            if found is not None and not found.ticket.is_reversal:
                return found
            entry = find_ticket(self._journal, entry.payload["number"] - 1)
        return None

    def find(self, number: int) -> Found | None:
        """The ticket of that number, None if this till's journal has none."""
        entry = find_ticket(self._journal, number)
        return self._found(entry) if entry is not None else None

    def was_pruned(self, number: int) -> bool:
        """Whether the ticket of that number is so old that only an archive has it."""
        return was_pruned(self._journal, number)

    def _found(self, entry: Entry) -> Found | None:
        try:
            ticket = from_payload(entry.payload)
            if ticket.is_reversal:
                return Found(ticket, entry, ())
            earlier = tuple(self._reversals(ticket.number))
            left = remaining(ticket, earlier)
        except SalesError as error:
            log.error("entry %d cannot be read: %s", entry.seq, error)
            return None
        return Found(ticket, entry, tuple(position - 1 for position in left.positions), earlier)

    def _reversals(self, number: int) -> list[Ticket]:
        found = []
        for movement in self._journal.movements(_reversal_key(number)):
            entry = find_ticket(self._journal, int(movement.key.rpartition(":")[2]))
            if entry is not None:
                found.append(from_payload(entry.payload))
        return found

    # Slips

    def last_slip(self) -> LastSlip | None:
        """The last ticket's slip; after a restart that of the last entry, which is taken for printed."""
        if self._last is None:
            entry = self._journal.last(TICKET)
            found = self._found(entry) if entry is not None else None
            if found is not None:
                self._last = LastSlip(found.ticket, found.entry, None, printed=True)
        return self._last

    def print_last(self, tr: Translator, *, duplicate: bool) -> None:
        """Print the last ticket's slip, the first time or marked as a duplicate."""
        last = self.last_slip()
        if last is None:
            return
        store = self._catalogue().store
        if duplicate:
            self._papers.duplicate(last.ticket, last.entry, store, tr)
        else:
            self._papers.slip(last.ticket, last.entry, store, tr, last.balance_after_minor)
            self._last = LastSlip(last.ticket, last.entry, last.balance_after_minor, printed=True)

    def print_again(self, found: Found, tr: Translator) -> None:
        """Print an earlier ticket's slip, marked as a duplicate."""
        self._papers.duplicate(found.ticket, found.entry, self._catalogue().store, tr)

    # Money of guests

    def top_up(
        self,
        guest: Guest,
        amount_minor: int,
        tender: TenderKind,
        given_minor: int,
        cashier_id: str | None,
        tr: Translator,
        now: datetime,
    ) -> Moved:
        """Record money onto the guest's account."""
        change_minor = given_minor - amount_minor
        return self._move(
            AccountMovementKind.TOP_UP, guest, amount_minor, tender, (given_minor, change_minor), cashier_id, tr, now
        )

    def pay_out(self, guest: Guest, amount_minor: int, cashier_id: str | None, tr: Translator, now: datetime) -> Moved:
        """Record cash off the guest's account."""
        return self._move(AccountMovementKind.PAYOUT, guest, amount_minor, TenderKind.CASH, (0, 0), cashier_id, tr, now)

    def _move(
        self,
        kind: AccountMovementKind,
        guest: Guest,
        amount_minor: int,
        tender: TenderKind,
        cash: tuple[int, int],
        cashier_id: str | None,
        tr: Translator,
        now: datetime,
    ) -> Moved:
        store = self._catalogue().store
        day = self.terminal.business_day(now)
        movement = AccountMovement(
            kind=kind,
            terminal=self.terminal_id,
            store=store.id,
            number=self._journal.next_number(ACCOUNT),
            time_utc=now,
            business_day=day,
            currency=store.currency,
            language=tr.language,
            guest_id=guest.guest_id,
            amount_minor=amount_minor,
            tender=tender,
            given_minor=cash[0],
            change_minor=cash[1],
            cashier_id=cashier_id,
            shift=self._shift_number(),
        )
        counted = (f"{ACCOUNT}_count", 1)
        payload = account_movement.to_payload(movement)
        self.terminal.record(ACCOUNT, payload, [*account_movement.deltas(movement), counted], now, day)
        self._ledger.add(movement)
        if tender is TenderKind.CASH:
            self.open_drawer()
        balance_after_minor = guest.balance_minor + movement.signed_minor
        self._papers.account(movement, store, tr, balance_after_minor)
        return Moved(movement, guest, balance_after_minor)

    # The drawer

    def open_drawer(self) -> None:
        """Have the drawer opened, if there is one."""
        if self._drawer is not None:
            self._drawer.open_drawer()

    def move_cash(
        self, kind: CashMovementKind, amount_minor: int, reason: str, cashier_id: str | None, now: datetime
    ) -> CashMovement:
        """Record cash in or out, or the drawer opened for nothing; then open it."""
        store = self._catalogue().store
        day = self.terminal.business_day(now)
        movement = CashMovement(
            kind,
            self.terminal_id,
            store.id,
            self._journal.next_number(CASH),
            now,
            day,
            store.currency,
            amount_minor,
            reason,
            cashier_id,
            self._shift_number(),
        )
        counted = (f"{CASH}_count", 1)
        payload = cash_movement.to_payload(movement)
        self.terminal.record(CASH, payload, [*cash_movement.deltas(movement), counted], now, day)
        self._ledger.add(movement)
        self.open_drawer()
        return movement

    # Shifts

    @property
    def shift(self) -> OpenShift | None:
        """The running shift."""
        return self._ledger.shift

    @property
    def shifts_since_z(self) -> int:
        """How many shifts were closed since the last Z report."""
        return len(self._ledger.closed)

    def totals_of_shift(self) -> Totals:
        """What the running shift comes to."""
        return self._ledger.totals_of_shift()

    def totals_since_z(self) -> Totals:
        """What everything since the last Z report comes to."""
        return self._ledger.totals()

    def open_shift(self, float_minor: int, cashier_id: str | None, now: datetime) -> None:
        """Begin a shift with that much in the drawer."""
        store, day = self._catalogue().store, self.terminal.business_day(now)
        number = self._journal.next_number("shift")
        opened = ShiftOpened(self.terminal_id, store.id, number, now, day, store.currency, float_minor, cashier_id)
        self.terminal.record(SHIFT_OPEN, shift.opened_to_payload(opened), [("shift_count", 1)], now, day)
        self._ledger.open(opened)

    def close_shift(self, counted_minor: int, cashier_id: str | None, tr: Translator, now: datetime) -> ShiftClosed:
        """End the running shift with what was counted. Raises LookupError when none runs."""
        running = self.shift
        if running is None:
            raise LookupError("no shift is open")
        catalogue, day = self._catalogue(), self.terminal.business_day(now)
        totals = self.totals_of_shift()
        expected_minor = running.float_minor + totals.cash_minor
        closed = ShiftClosed(
            self.terminal_id,
            catalogue.store.id,
            running.number,
            now,
            day,
            catalogue.store.currency,
            counted_minor,
            expected_minor,
            counted_minor - expected_minor,
            totals,
            cashier_id,
        )
        self.terminal.record(SHIFT_CLOSE, shift.closed_to_payload(closed), [], now, day)
        self._ledger.close(closed)
        self.terminal.link.shift_has_ended()
        self._papers.shift(closed, catalogue, tr)
        return closed

    def close_day(self, cashier_id: str | None, tr: Translator, now: datetime) -> Closing:
        """Record the Z report over all shifts since the last one. Raises LookupError when there is none to close."""
        shifts = self._ledger.closed
        if self.shift is not None or not shifts:
            raise LookupError("a Z report needs closed shifts and no open one")
        catalogue, day = self._catalogue(), self.terminal.business_day(now)
        totals = self.totals_since_z()
        float_minor = sum(closed.float_minor for closed in shifts)
        counted_minor = sum(closed.counted_minor for closed in shifts)
        report = Closing(
            terminal=self.terminal_id,
            store=catalogue.store.id,
            number=self._journal.next_number(Z_REPORT),
            time_utc=now,
            business_day=day,
            currency=catalogue.store.currency,
            shifts=(shifts[0].shift, shifts[-1].shift),
            totals=totals,
            float_minor=float_minor,
            counted_minor=counted_minor,
            difference_minor=counted_minor - float_minor - totals.cash_minor,
            perpetual_minor=self._journal.sum("turnover"),
            cashier_id=cashier_id,
        )
        self.terminal.record(Z_REPORT, closing.to_payload(report), [(f"{Z_REPORT}_count", 1)], now, day)
        self._ledger.begin_anew()
        self._papers.z_report(report, catalogue, tr)
        return report

    def print_shift(self, closed: ShiftClosed, tr: Translator) -> None:
        self._papers.shift(closed, self._catalogue(), tr)

    def print_z(self, report: Closing, tr: Translator) -> None:
        self._papers.z_report(report, self._catalogue(), tr)

    def print_x(self, totals: Totals, cashier_id: str | None, tr: Translator, now: datetime) -> None:
        """Print how the running shift stands; without one, how things stand since the last Z report."""
        running = self.shift
        last = self._ledger.closed[-1].shift if self._ledger.closed else 1
        self._papers.x_report(
            totals,
            self._catalogue(),
            tr,
            terminal=self.terminal_id,
            shift=running.number if running else last,
            now=now,
            float_minor=running.float_minor if running else 0,
            cashier_id=cashier_id,
        )

    # The menu

    def mark(self, article_id: str, sold_out: bool, cashier_id: str | None, now: datetime) -> None:
        """Record that an article is sold out, or there again; every other terminal hears of it by head office."""
        day = self.terminal.business_day(now)
        said = Availability(self.terminal_id, self._store_id(), now, day, article_id, sold_out, cashier_id)
        self.terminal.record(AVAILABILITY, availability.to_payload(said), [], now, day)
        self._board.look()

    def _shift_number(self) -> int | None:
        return self.shift.number if self.shift else None

    def _store_id(self) -> str:
        return self._catalogue().store.id

    def _catalogue(self) -> Catalogue:
        if self.catalogue is None:
            raise LookupError("no catalogue is here yet")
        return self.catalogue


def _reversal_key(number: int) -> str:
    return f"reversal:{number}:"
