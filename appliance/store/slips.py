"""Slips: from a ticket to the lines a printer takes."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol
from zoneinfo import ZoneInfo

from appliance.i18n import Translator
from hal.contracts.receipt_printer import (
    PrintColumns,
    PrintCut,
    PrintFeed,
    PrintLine,
    PrintQr,
    PrintRule,
    PrintText,
)
from sales.catalogue import Store
from sales.errors import SalesError
from sales.slip import Columns, Cut, Feed, Qr, Rule, SlipLayout, SlipLine, Text, render_slip
from sales.ticket import Ticket

log = logging.getLogger(__name__)


class Printer(Protocol):
    """What of `hal.supervisor.PrinterHandle` is needed here."""

    def submit(self, lines: Sequence[PrintLine], *, marker: Sequence[PrintLine] | None = None) -> str:
        """Queue a slip; never blocks. Returns its job id."""


class SlipDesk:
    """Has slips printed; without a printer it only says so."""

    def __init__(self, printer: Printer | None, address: Sequence[str], layout: SlipLayout) -> None:
        self._printer = printer
        self._address = tuple(address)
        self._layout = layout

    def print(
        self, ticket: Ticket, store: Store, tr: Translator, balance_after_minor: int | None, proof: str
    ) -> str | None:
        """Queue the ticket's slip and return its job, or None when there is no printer or no slip can be made.

        The sale is already durable, so a slip that cannot be made is logged and never raised.
        """
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
                balance_after_minor,
                proof=proof,
                timezone=ZoneInfo(store.timezone),
            )
        except (SalesError, ValueError):
            log.exception("ticket %d: its slip cannot be made", ticket.number)
            return None
        return self._printer.submit([print_line(line) for line in lines], marker=reprint_marker(tr))


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
