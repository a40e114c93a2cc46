"""Slips and kitchen slips: from a ticket to the lines a printer takes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from appliance.i18n import Translator
from appliance.store.slip_book import Owed, Paper, SlipBook
from hal.contracts.receipt_printer import (
    PrintColumns,
    PrintCut,
    PrintFeed,
    PrintLine,
    PrintQr,
    PrintRule,
    PrintText,
)
from hal.events import Event
from journal.entry import Entry
from sales.catalogue import Catalogue, Store
from sales.errors import SalesError
from sales.slip import Columns, Cut, Feed, Qr, Rule, SlipLayout, SlipLine, Text, render_slip
from sales.slip_kitchen import render_kitchen_slip
from sales.ticket import Ticket

log = logging.getLogger(__name__)

WORTH_PRINTING_FOR = timedelta(hours=1)
"""After that the diner is gone; a new roll of paper should not begin with the slips of last week."""


class Printer(Protocol):
    """What of `hal.supervisor.PrinterHandle` is needed here."""

    def submit(
        self, lines: Sequence[PrintLine], *, marker: Sequence[PrintLine] | None = None, again: bool = False
    ) -> str:
        """Queue a slip; never blocks. Returns its job id."""

    def cancel(self, job_id: str) -> bool:
        """Forget a job; returns False when it is not in the queue."""


class SlipDesk:
    """Has papers printed, for guests and for the kitchen; without a printer it only says so."""

    def __init__(
        self,
        printer: Printer | None,
        address: Sequence[str],
        layout: SlipLayout,
        book: SlipBook,
        *,
        kitchen: Printer | None = None,
        kitchen_layout: SlipLayout | None = None,
    ) -> None:
        self._printer = printer
        self._address = tuple(address)
        self._layout = layout
        self._book = book
        self._kitchen = kitchen
        self._kitchen_layout = kitchen_layout or SlipLayout()

    @property
    def settled_seq(self) -> int:
        """The entry up to which it is decided what is printed."""
        return self._book.settled_seq

    @property
    def left(self) -> tuple[tuple[int, Paper], ...]:
        """What an earlier run did not get out of the printers: entries and papers, oldest first."""
        return self._book.left

    def print(
        self,
        ticket: Ticket,
        entry: Entry,
        store: Store,
        tr: Translator,
        balance_after_minor: int | None,
        *,
        again: bool = False,
        served_by: str = "",
    ) -> str | None:
        """Queue the slip of the ticket in `entry` and return its job, or None when there is no printer or no slip.

        `again`: an earlier run of the terminal may have put some of it on paper, so this copy says that it is another.
        `served_by` is the name of the cashier.
        The sale is already durable, so a slip that cannot be made is logged and never raised.
        """
        self._forget_old(ticket.time_utc)
        job_id = self._submit(ticket, entry, store, tr, balance_after_minor, again, served_by=served_by)
        if job_id is not None:
            self._book.owe(job_id, Owed(entry.seq, ticket.time_utc))
        return job_id

    @property
    def has_printer(self) -> bool:
        """Whether there is a printer for guests at all."""
        return self._printer is not None

    def print_duplicate(self, ticket: Ticket, entry: Entry, store: Store, tr: Translator, served_by: str) -> str | None:
        """Queue another copy of a slip, marked as a duplicate; it is owed to nobody. Returns as `print`."""
        return self._submit(ticket, entry, store, tr, None, again=False, duplicate=True, served_by=served_by)

    def print_for_kitchen(
        self, ticket: Ticket, entry: Entry, catalogue: Catalogue, tr: Translator, *, again: bool = False
    ) -> str | None:
        """Queue what the kitchen cooks from; returns the job, None when nothing is to be prepared or printed."""
        if self._kitchen is None:
            return None
        zone = ZoneInfo(catalogue.store.timezone)
        try:
            lines = render_kitchen_slip(ticket, catalogue, self._kitchen_layout, tr.message, tr.language, timezone=zone)
        except (SalesError, ValueError):
            log.exception("ticket %d: the kitchen's slip cannot be made", ticket.number)
            return None
        if not lines:
            return None
        job_id = self._kitchen.submit([print_line(line) for line in lines], marker=reprint_marker(tr), again=again)
        self._book.owe(job_id, Owed(entry.seq, ticket.time_utc, Paper.KITCHEN))
        return job_id

    def print_paper(
        self, make: Callable[[SlipLayout, tuple[str, ...]], Sequence[SlipLine]], tr: Translator
    ) -> str | None:
        """Queue a paper that is no sale, such as a report; `make` gets the layout and the address. Returns as `print`."""
        if self._printer is None:
            return None
        try:
            lines = make(self._layout, self._address)
        except (SalesError, ValueError):
            log.exception("a paper cannot be made")
            return None
        return self._printer.submit([print_line(line) for line in lines], marker=reprint_marker(tr))

    def heard(self, event: Event) -> None:
        """Take what a printer says about its jobs."""
        self._book.heard(event)

    def settle(self, seq: int) -> None:
        """What of the entries up to `seq` is to be printed without being asked for is in a printer's queue."""
        self._book.settle(seq)

    def forget(self, seq: int, paper: Paper) -> None:
        """A paper that an earlier run left is not printed any more."""
        self._book.forget(seq, paper)

    def _submit(
        self,
        ticket: Ticket,
        entry: Entry,
        store: Store,
        tr: Translator,
        balance_after_minor: int | None,
        again: bool,
        duplicate: bool = False,
        served_by: str = "",
    ) -> str | None:
        if self._printer is None:
            return None
        try:
            lines = render_slip(
                ticket,
                store.name,
                self._address,
                self._layout,
                tr.message,
                tr.language,
                None if store.hide_balance else balance_after_minor,
                duplicate,
                proof=entry.hash[:12],
                timezone=ZoneInfo(store.timezone),
                served_by=served_by,
            )
        except (SalesError, ValueError):
            log.exception("ticket %d: its slip cannot be made", ticket.number)
            return None
        return self._printer.submit([print_line(line) for line in lines], marker=reprint_marker(tr), again=again)

    def _forget_old(self, now: datetime) -> None:
        for job_id in self._book.owed_since_before(now - WORTH_PRINTING_FOR):
            for printer in (self._printer, self._kitchen):
                if printer is not None:
                    printer.cancel(job_id)
            self._book.settle_job(job_id)


def reprint_marker(tr: Translator) -> tuple[PrintLine, ...]:
    """What heads a slip that is printed again because the first attempt did not come out whole."""
    return (PrintText(tr.say("PRINTED AGAIN"), "center", bold=True, size=2), PrintRule())


def print_line(line: SlipLine) -> PrintLine:
    """The printer's line for a slip's line."""
    match line:
        case Text():
            return PrintText(line.text, line.align, line.bold, line.size)
        case Columns():
            return PrintColumns(line.left, line.right, line.bold)
        case Rule():
            return PrintRule()
        case Qr():
            return PrintQr(line.data)
        case Feed():
            return PrintFeed(line.lines)
        case Cut():
            return PrintCut()
