"""The lines of a ticket on its slip: articles, set menus, and what was taken off."""

from collections.abc import Iterator

from sales.article import Unit
from sales.figures import format_weight
from sales.kinds import AdjustmentKind, LineKind
from sales.slip_writer import SlipWriter
from sales.ticket_record import Ticket, TicketAdjustment, TicketLine

WHOLE_TICKET = "ticket"
"""The id of the parts of a discount on the whole ticket: lines carry them, the slip shows their sum below the lines."""


def tax_letters(ticket: Ticket) -> dict[int, str]:
    """Return the letter that stands for each rate of tax of the ticket, A for the lowest."""
    return {tax.rate_bp: chr(ord("A") + index) for index, tax in enumerate(ticket.taxes)}


class LineWriter:
    """Writes what was sold. The amounts at the right edge, less discounts on the whole ticket, sum to the total."""

    def __init__(self, writer: SlipWriter, ticket: Ticket) -> None:
        self._writer = writer
        self._paper = writer.paper
        self._translate = writer.translate
        self._ticket = ticket
        self._letters = tax_letters(ticket)

    def lines(self) -> None:
        """Every article and set menu in the order of the ticket."""
        written: set[int] = set()
        for sold in self._ticket.lines:
            if sold.menu is None:
                self._line(sold)
            elif sold.menu not in written:
                written.add(sold.menu)
                self._menu(sold.menu)

    def _menu(self, place: int) -> None:
        """A set menu: its name, what it is made of, its price and what it saves."""
        menu = self._ticket.menus[place - 1]
        writer = self._writer
        self._paper.text(menu.name, bold=True)
        for sold in self._ticket.lines:
            if sold.menu == place:
                self._line(sold, indent="  ")
        price_minor, saved_minor = abs(menu.price_minor), abs(menu.saved_minor)
        if saved_minor and not self._ticket.is_reversal:
            words = self._translate("{price} instead of {full}, saves {saved}")
            text = words.format(
                price=writer.figure(price_minor),
                full=writer.figure(price_minor + saved_minor),
                saved=writer.figure(saved_minor),
            )
            self._paper.text(text, indent="  ")

    def _line(self, sold: TicketLine, indent: str = "") -> None:
        """One article with its amount and rate of tax; below it how the amount came about."""
        figure, quantity = self._writer.figure, abs(sold.quantity)
        several = quantity > 1
        changes = [a for a in sold.adjustments if a.kind is not AdjustmentKind.SET_MENU]
        before_minor = sold.amount_minor - sum(change.amount_minor for change in changes)
        letter = self._letters[sold.rate_bp]
        name = f"{quantity} x {sold.name}" if several else sold.name
        self._paper.pair(name, f"{figure(before_minor)} {letter}", indent=indent)
        times = f"{quantity} x " if several else ""
        below = indent + "  "
        if sold.unit is Unit.PER_100_G and sold.weight_g is not None:
            weighed = (
                f"{format_weight(sold.weight_g, self._writer.language)} x {self._writer.money(sold.unit_minor)}/100 g"
            )
            base = f" + {figure(sold.base_minor)}" if sold.base_minor else ""
            self._paper.text(weighed + base, indent=below)
        elif sold.menu is None and (several or any(option.price_minor for option in sold.options)):
            self._paper.text(f"{times}{figure(sold.unit_minor)}", indent=below)
        for option in sold.options:
            price = f" {times}{figure(option.price_minor)}" if option.price_minor else ""
            self._paper.text(f"+ {option.name}{price}", indent=below)
        for change in changes:
            if change.id != WHOLE_TICKET:
                self._paper.pair(self._named(change), f"{figure(change.amount_minor)} {letter}", indent=below)

    def whole_ticket(self) -> None:
        """Discounts on the whole ticket, below a subtotal; nothing when there is none."""
        by_name: dict[str, int] = {}
        for change in self._changes():
            if change.id == WHOLE_TICKET:
                name = self._named(change)
                by_name[name] = by_name.get(name, 0) + change.amount_minor
        if not by_name:
            return
        subtotal_minor = self._ticket.total_minor - sum(by_name.values())
        self._paper.pair(self._translate("Subtotal"), self._writer.money(subtotal_minor))
        for name, amount_minor in by_name.items():
            self._paper.pair(name, self._writer.money(amount_minor))

    def _changes(self) -> Iterator[TicketAdjustment]:
        for sold in self._ticket.lines:
            yield from sold.adjustments

    def _named(self, change: TicketAdjustment) -> str:
        name = change.name or self._translate("Discount")
        return f"{name}: {change.reason}" if change.reason else name


def has_fee(ticket: Ticket) -> bool:
    """Tell whether the ticket charges an admission fee."""
    return any(line.kind is LineKind.FEE for line in ticket.lines)
