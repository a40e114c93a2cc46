"""What a terminal prints: sale slips by the receipt policy, kitchen slips, slips of accounts, reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from appliance.i18n import Translator
from appliance.store.business_day import business_day
from appliance.store.slip_book import Paper
from appliance.store.slips import SlipDesk
from hal.events import Event
from journal.entry import Entry
from sales.account_movement import AccountMovement
from sales.catalogue import Catalogue, Store
from sales.closing import Closing, Totals
from sales.receipt import ReceiptRule, receipt_rule
from sales.shift import ShiftClosed
from sales.slip import SlipLayout
from sales.slip_account import render_account_slip
from sales.slip_report import ReportNames, ReportPaper, render_shift, render_x, render_z
from sales.ticket import Ticket


class Papers:
    """Never blocks and never raises: what is on paper follows from what is in the journal, not the other way round."""

    def __init__(
        self,
        desk: SlipDesk,
        head_office_url: str,
        kitchen_tr: Translator,
        names: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """`head_office_url` is where electronic slips are shown; `kitchen_tr` speaks the kitchen's language.

        `names` gives the cashiers' names by id.
        """
        self._desk = desk
        self._head_office_url = head_office_url.rstrip("/")
        self._kitchen_tr = kitchen_tr
        self._names = names

    @property
    def has_printer(self) -> bool:
        """Whether slips can be printed at all."""
        return self._desk.has_printer

    @property
    def settled_seq(self) -> int:
        """The entry up to which it is decided what is printed."""
        return self._desk.settled_seq

    @property
    def left(self) -> tuple[tuple[int, Paper], ...]:
        """What an earlier run did not get out of the printers: entries and papers, oldest first."""
        return self._desk.left

    def heard(self, event: Event) -> None:
        """Take what a printer says about its jobs."""
        self._desk.heard(event)

    def settle(self, seq: int) -> None:
        """What of the entries up to `seq` is to be printed without being asked for is in a printer's queue."""
        self._desk.settle(seq)

    def forget(self, seq: int, paper: Paper) -> None:
        """A paper that an earlier run left is not printed any more."""
        self._desk.forget(seq, paper)

    def served_by(self, cashier_id: str | None) -> str:
        """The name of the cashier, empty for nobody."""
        return "" if cashier_id is None else self._names().get(cashier_id, cashier_id)

    def sale(
        self, ticket: Ticket, entry: Entry, catalogue: Catalogue, tr: Translator, balance_after_minor: int | None
    ) -> str | None:
        """Print what the store's rule wants printed without being asked, and the kitchen's slip.

        Returns the job of the guest's slip, None when none comes.
        """
        self.cook(ticket, entry, catalogue)
        job_id = None
        if receipt_rule(catalogue.store, ticket) is ReceiptRule.ALWAYS:
            job_id = self.slip(ticket, entry, catalogue.store, tr, balance_after_minor)
        self._desk.settle(entry.seq)
        return job_id

    def slip(
        self,
        ticket: Ticket,
        entry: Entry,
        store: Store,
        tr: Translator,
        balance_after_minor: int | None,
        *,
        again: bool = False,
    ) -> str | None:
        """Print the slip; returns its job, None when none comes. `again` as in `SlipDesk.print`."""
        served_by = self.served_by(ticket.cashier_id)
        return self._desk.print(ticket, entry, store, tr, balance_after_minor, again=again, served_by=served_by)

    def cook(self, ticket: Ticket, entry: Entry, catalogue: Catalogue, *, again: bool = False) -> str | None:
        """Print what the kitchen has to prepare; returns the job, None when there is nothing or nowhere to print it."""
        if ticket.training:
            return None
        return self._desk.print_for_kitchen(ticket, entry, catalogue, self._kitchen_tr, again=again)

    def duplicate(self, ticket: Ticket, entry: Entry, store: Store, tr: Translator) -> None:
        """Print the slip again, marked."""
        self._desk.print_duplicate(ticket, entry, store, tr, self.served_by(ticket.cashier_id))

    def electronic(self, ticket: Ticket, entry: Entry, store: Store) -> str:
        """Where the guest finds the slip, when the rule is to offer it; else empty."""
        if not self._head_office_url or ticket.training or receipt_rule(store, ticket) is not ReceiptRule.OFFERED:
            return ""
        return f"{self._head_office_url}/r/{ticket.terminal}/{entry.epoch}/{ticket.number}/{entry.hash[:12]}"

    def account(self, movement: AccountMovement, store: Store, tr: Translator, balance_after_minor: int) -> None:
        """Print the slip of a top-up or a payout."""
        served_by = self.served_by(movement.cashier_id)
        self._desk.print_paper(
            lambda layout, address: render_account_slip(
                movement,
                store.name,
                address,
                layout,
                tr.message,
                tr.language,
                None if store.hide_balance else balance_after_minor,
                timezone=ZoneInfo(store.timezone),
                served_by=served_by,
            ),
            tr,
        )

    def shift(self, closed: ShiftClosed, catalogue: Catalogue, tr: Translator) -> None:
        """Print the count of a shift."""
        self._desk.print_paper(lambda layout, _: render_shift(self._report(catalogue, layout, tr), closed), tr)

    def z_report(self, closing: Closing, catalogue: Catalogue, tr: Translator) -> None:
        """Print a Z report."""
        self._desk.print_paper(lambda layout, _: render_z(self._report(catalogue, layout, tr), closing), tr)

    def x_report(
        self,
        totals: Totals,
        catalogue: Catalogue,
        tr: Translator,
        *,
        terminal: str,
        shift: int,
        now: datetime,
        float_minor: int,
        cashier_id: str | None,
    ) -> None:
        """Print how the running shift stands."""
        zone = ZoneInfo(catalogue.store.timezone)
        self._desk.print_paper(
            lambda layout, _: render_x(
                self._report(catalogue, layout, tr),
                totals,
                terminal=terminal,
                shift=shift,
                time_utc=now,
                business_day=business_day(now, zone),
                currency=catalogue.store.currency,
                float_minor=float_minor,
                cashier_id=cashier_id,
            ),
            tr,
        )

    def _report(self, catalogue: Catalogue, layout: SlipLayout, tr: Translator) -> ReportPaper:
        store = catalogue.store
        names = ReportNames(
            meals={period.id: tr.pick(period.name) for period in catalogue.service_periods},
            categories={category.id: tr.pick(category.name) for category in catalogue.guest_categories},
            payers={payer.id: tr.pick(payer.name) for payer in catalogue.payers},
            cashiers=dict(self._names()),
        )
        return ReportPaper(store.name, layout, tr.message, tr.language, ZoneInfo(store.timezone), names)
