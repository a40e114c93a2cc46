"""What is printed for a ticket: ticket + layout -> lines. A slip can always be derived again."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from sales.catalogue import Unit
from sales.figures import format_rate, format_weight
from sales.money import format_minor
from sales.paper import Columns, Cut, Feed, Paper, Qr, Rule, SlipLine, Text
from sales.tax import Service
from sales.tender import TenderKind
from sales.ticket_record import Ticket, TicketLine

__all__ = [
    "Columns",
    "Cut",
    "Feed",
    "Qr",
    "Rule",
    "SlipLayout",
    "SlipLine",
    "Text",
    "qr_data",
    "render_slip",
]

WIDTHS = (32, 42, 48)
_PROOF = re.compile(r"[0-9a-f]{12}")
_TIMES = {"de": "%d.%m.%Y %H:%M", "fr": "%d/%m/%Y %H:%M", "es": "%d/%m/%Y %H:%M"}
_TIME = "%Y-%m-%d %H:%M"

Translate = Callable[[str], str]


@dataclass(frozen=True)
class SlipLayout:
    """How a slip looks: its width in columns (32, 42 or 48), what stands above and below the sale, and the QR code."""

    columns: int = 42
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    qr: bool = True
    feed_lines: int = 3

    def __post_init__(self) -> None:
        if self.columns not in WIDTHS:
            raise ValueError(f"a slip has 32, 42 or 48 columns, not {self.columns}")
        if self.feed_lines < 0:
            raise ValueError(f"feed_lines cannot be negative, it is {self.feed_lines}")


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
) -> tuple[SlipLine, ...]:
    """Return the lines of the slip, none wider than the layout.

    `translate` turns the English words of this module into those of `language`, which also decides on the decimal mark
    and the order of the date. `balance_after_minor` is printed when given. A second print of the same ticket passes
    `duplicate` and is marked. `proof` goes into the QR code, see `qr_data`. The time is shown in `timezone`, the
    store's; without one it says UTC.
    """
    writer = _Writer(ticket, Paper(layout.columns), translate, language)
    paper = writer.paper
    if duplicate:
        paper.headline(translate("DUPLICATE"))
    paper.headline(store_name)
    for line in (*address, *layout.header):
        paper.text(line, "center")
    paper.add(Rule())
    writer.head(timezone)
    paper.add(Rule())
    for sold in ticket.lines:
        writer.line(sold)
    paper.add(Rule())
    writer.payment()
    if balance_after_minor is not None:
        paper.pair(translate("New balance"), writer.money(balance_after_minor))
    paper.add(Rule())
    writer.taxes()
    if layout.footer:
        paper.add(Rule())
    for line in layout.footer:
        paper.text(line, "center")
    if layout.qr:
        paper.add(Qr(qr_data(ticket, proof)))
    if duplicate:
        paper.headline(translate("DUPLICATE"))
    if layout.feed_lines:
        paper.add(Feed(layout.feed_lines))
    paper.add(Cut())
    return paper.lines


class _Writer:
    """Writes the parts of one ticket on one paper."""

    def __init__(self, ticket: Ticket, paper: Paper, translate: Translate, language: str) -> None:
        self.ticket = ticket
        self.paper = paper
        self.translate = translate
        self.language = language
        self._letters = {tax.rate_bp: _letter(index) for index, tax in enumerate(ticket.taxes)}

    def money(self, amount_minor: int) -> str:
        """An amount with its currency."""
        return format_minor(amount_minor, self.ticket.currency, self.language, group="")

    def figure(self, amount_minor: int) -> str:
        """An amount without its currency."""
        return format_minor(amount_minor, self.ticket.currency, self.language, symbol=False, group="")

    def head(self, timezone: tzinfo) -> None:
        """When, where, which ticket, and the number to be called by."""
        ticket, translate = self.ticket, self.translate
        service = translate("Eat in") if ticket.service is Service.EAT_IN else translate("Take-away")
        self.paper.pair(translate("Ticket {number}").format(number=ticket.number), self._time(timezone))
        self.paper.pair(ticket.terminal, service)
        self.paper.text(translate("Pick-up number"), "center")
        self.paper.headline(str(ticket.pickup_number))

    def _time(self, timezone: tzinfo) -> str:
        local: datetime = self.ticket.time_utc.astimezone(timezone)
        text = local.strftime(_TIMES.get(self.language, _TIME))
        return f"{text} UTC" if timezone is UTC else text

    def line(self, sold: TicketLine) -> None:
        """One article with its amount and rate of tax; below it how the amount came about."""
        several = sold.quantity > 1
        name = f"{sold.quantity} x {sold.name}" if several else sold.name
        self.paper.pair(name, f"{self.figure(sold.amount_minor)} {self._letters[sold.rate_bp]}")
        times = f"{sold.quantity} x " if several else ""
        if sold.unit is Unit.PER_100_G and sold.weight_g is not None:
            weighed = f"{format_weight(sold.weight_g, self.language)} x {self.money(sold.unit_minor)}/100 g"
            base = f" + {self.figure(sold.base_minor)}" if sold.base_minor else ""
            self.paper.text(weighed + base, indent="  ")
        elif several or any(option.price_minor for option in sold.options):
            self.paper.text(f"{times}{self.figure(sold.unit_minor)}", indent="  ")
        for option in sold.options:
            price = f" {times}{self.figure(option.price_minor)}" if option.price_minor else ""
            self.paper.text(f"+ {option.name}{price}", indent="  ")

    def payment(self) -> None:
        """The total, what cash rounding makes of it, who paid, and the change."""
        ticket, translate, pair = self.ticket, self.translate, self.paper.pair
        pair(translate("Total"), self.money(ticket.total_minor), bold=True)
        if ticket.rounding_minor:
            pair(translate("Cash rounding"), self.money(ticket.rounding_minor))
            pair(translate("To pay"), self.money(ticket.total_minor + ticket.rounding_minor), bold=True)
        words = {
            TenderKind.ACCOUNT: translate("Badge account"),
            TenderKind.CASH: translate("Cash"),
            TenderKind.CARD: translate("Card"),
        }
        for tender in ticket.tenders:
            pair(words[tender.kind], self.money(tender.amount_minor))
        if ticket.change_minor:
            pair(translate("Change"), self.money(ticket.change_minor))

    def taxes(self) -> None:
        """Net, tax and gross of every rate, under the letter the lines carry."""
        translate = self.translate
        self.paper.table(
            (translate("VAT"), translate("Net"), translate("Tax"), translate("Gross")),
            [
                (
                    f"{self._letters[tax.rate_bp]} {format_rate(tax.rate_bp, self.language)}",
                    self.figure(tax.net_minor),
                    self.figure(tax.tax_minor),
                    self.figure(tax.gross_minor),
                )
                for tax in self.ticket.taxes
            ],
        )


def _letter(index: int) -> str:
    return chr(ord("A") + index)
