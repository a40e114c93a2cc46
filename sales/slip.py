"""What is printed for a ticket: ticket + layout -> lines. A slip can always be derived again."""

import re
from collections.abc import Sequence
from datetime import UTC, tzinfo

from sales.kinds import TicketKind
from sales.paper import Columns, Cut, Feed, Qr, Rule, SlipLine, Text
from sales.slip_lines import LineWriter
from sales.slip_payment import PaymentWriter
from sales.slip_writer import WIDTHS, SlipLayout, SlipWriter, Translate
from sales.tax import Service
from sales.tender import TenderKind
from sales.ticket_record import Ticket

__all__ = [
    "WIDTHS",
    "Columns",
    "Cut",
    "Feed",
    "Qr",
    "Rule",
    "SlipLayout",
    "SlipLine",
    "Text",
    "Translate",
    "qr_data",
    "render_slip",
]

_PROOF = re.compile(r"[0-9a-f]{12}")


def qr_data(ticket: Ticket, proof: str) -> str:
    """Return what the QR code of a slip says: `RF1:<terminal>:<number>:<business day>:<total><currency>:<proof>`.

    `proof` is the first 12 hexadecimal digits of the hash of the journal entry; raises ValueError for anything else.
    """
    if not _PROOF.fullmatch(proof):
        raise ValueError(f"the proof must be the first 12 hexadecimal digits of the entry's hash, not {proof!r}")
    total = f"{ticket.total_minor}{ticket.currency}"
    return f"RF1:{ticket.terminal}:{ticket.number}:{ticket.business_day.isoformat()}:{total}:{proof}"


def render_slip(
    ticket: Ticket,
    store_name: str,
    address: Sequence[str],
    layout: SlipLayout,
    translate: Translate,
    language: str,
    balance_after_minor: int | None = None,
    duplicate: bool = False,
    *,
    proof: str,
    timezone: tzinfo = UTC,
    served_by: str = "",
) -> tuple[SlipLine, ...]:
    """Return the lines of the slip, none wider than the layout.

    `translate` turns the English words of slips into those of `language`, which also decides on the decimal mark and the
    order of the date. `balance_after_minor` is printed when given. A second print of the same ticket passes `duplicate` and
    is marked, as is training, which gets no QR code. `proof` goes into the QR code, see `qr_data`. The time is shown in
    `timezone`, the store's; without one it says UTC. `served_by` is the name of the cashier, if there was one.
    """
    code = qr_data(ticket, proof)
    writer = SlipWriter(layout, ticket.currency, translate, language, timezone)
    writer.marks(duplicate=duplicate, training=ticket.training)
    writer.heading(store_name, address)
    if ticket.is_reversal:
        _reversal(writer, ticket)
        writer.rule()
    _head(writer, ticket, served_by)
    writer.rule()
    lines = LineWriter(writer, ticket)
    lines.lines()
    writer.rule()
    lines.whole_ticket()
    payment = PaymentWriter(writer, ticket)
    payment.payment()
    if balance_after_minor is not None and not ticket.training:
        writer.paper.pair(translate("New balance"), writer.money(balance_after_minor))
    writer.rule()
    payment.taxes()
    if ticket.is_reversal and any(tender.kind is TenderKind.CASH for tender in ticket.tenders):
        writer.signature(translate("Received"))
    if not ticket.is_reversal:
        writer.footer()
    if layout.qr and not ticket.training:
        writer.paper.add(Qr(code))
    writer.marks(duplicate=duplicate, training=ticket.training)
    return writer.end()


def _reversal(writer: SlipWriter, ticket: Ticket) -> None:
    """That this takes back what was sold, and which ticket."""
    translate = writer.translate
    writer.paper.headline(translate("VOID") if ticket.kind is TicketKind.VOID else translate("REFUND"))
    if ticket.reverses is not None:
        words = translate("of ticket {number}, {terminal}")
        sold = words.format(number=ticket.reverses.number, terminal=ticket.reverses.terminal)
        if ticket.reverses_day not in (None, ticket.business_day):
            sold += f", {writer.day(ticket.reverses_day)}"
        writer.paper.text(sold, "center")


def _head(writer: SlipWriter, ticket: Ticket, served_by: str) -> None:
    """When, where, which ticket, who served, and the number to be called by."""
    translate, paper = writer.translate, writer.paper
    service = translate("Eat in") if ticket.service is Service.EAT_IN else translate("Take-away")
    paper.pair(translate("Ticket {number}").format(number=ticket.number), writer.moment(ticket.time_utc))
    paper.pair(ticket.terminal, service)
    writer.served_by(served_by)
    if ticket.pickup_number is not None and not ticket.is_reversal:
        paper.text(translate("Pick-up number"), "center")
        paper.headline(str(ticket.pickup_number))
