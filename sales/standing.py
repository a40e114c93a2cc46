"""What stands of a sale: its lines, what payers owe and the taxes, after some of it was taken back."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sales.sharing import cover, owed, taxes_of
from sales.tax import RatePart, TaxLine
from sales.ticket_record import Ticket, TicketCharge, TicketError, TicketLine


@dataclass(frozen=True)
class Remaining:
    """What stands of a sale after reversals: the places of its lines, from 1, and their amounts in minor units."""

    positions: tuple[int, ...]
    total_minor: int
    to_pay_minor: int


def remaining(original: Ticket, reversals: Iterable[Ticket]) -> Remaining:
    """Return what is left of a sale; raises `TicketError` when `reversals` take back what it did not sell."""
    gone: Counter[TicketLine] = Counter()
    to_pay_minor = original.to_pay_minor
    for reversal in reversals:
        _check_refers(original, reversal)
        gone.update(_comparable(negative(line)) for line in reversal.lines)
        to_pay_minor += reversal.to_pay_minor
    positions = []
    for position, line in enumerate(original.lines, start=1):
        if gone[_comparable(line)]:
            gone[_comparable(line)] -= 1
        else:
            positions.append(position)
    if gone.total():
        raise TicketError(f"more was taken back of ticket {original.number} than it sold")
    total_minor = sum(original.lines[position - 1].amount_minor for position in positions)
    return Remaining(tuple(positions), total_minor, to_pay_minor)


def _check_refers(original: Ticket, reversal: Ticket) -> None:
    ref = reversal.reverses
    if ref is None or (ref.terminal, ref.number) != (original.terminal, original.number):
        raise TicketError(f"ticket {reversal.number} takes back nothing of ticket {original.number}")


def _comparable(line: TicketLine) -> TicketLine:
    return replace(line, menu=None)


def negative(line: TicketLine) -> TicketLine:
    """Return the line turned round, as a reversal carries it."""
    return replace(
        line,
        quantity=-line.quantity,
        amount_minor=-line.amount_minor,
        adjustments=tuple(replace(change, amount_minor=-change.amount_minor) for change in line.adjustments),
    )


def _charges_on(original: Ticket, positions: Iterable[int]) -> tuple[TicketCharge, ...]:
    """What payers owe when only these lines stand."""
    gross_by_rate: dict[int, int] = defaultdict(int)
    for position in positions:
        line = original.lines[position - 1]
        gross_by_rate[line.rate_bp] += line.amount_minor
    charges = []
    for charge in original.charges:
        amount_minor = max(min(charge.amount_minor, sum(gross_by_rate.values())), 0)
        covers = cover(gross_by_rate, amount_minor)
        for part in covers:
            gross_by_rate[part.rate_bp] -= part.gross_minor
        own_rate_bp = charge.parts[0].rate_bp if charge.tax_class_id is not None and charge.parts else None
        charges.append(replace(charge, covers=covers, parts=owed(covers, own_rate_bp)))
    return tuple(charges)


def charges_taken_back(original: Ticket, earlier: Iterable[Ticket], after: Sequence[int]) -> tuple[TicketCharge, ...]:
    """Return what leaving only the lines `after` takes off the payers' debts.

    The amounts are below zero, though the parts at single rates may move either way: a payer pays its share of what is left.
    """
    standing = [charge for ticket in (original, *earlier) for charge in ticket.charges]
    charges = []
    for left in _charges_on(original, after):
        same = [charge for charge in standing if charge.payer_id == left.payer_id]
        covers: dict[int, int] = defaultdict(int)
        for part in left.covers:
            covers[part.rate_bp] += part.gross_minor
        for charge in same:
            for part in charge.covers:
                covers[part.rate_bp] -= part.gross_minor
        change = replace(
            left,
            covers=tuple(RatePart(rate_bp, gross) for rate_bp, gross in sorted(covers.items()) if gross),
            parts=_difference(left.parts, [part for charge in same for part in charge.parts]),
        )
        if change.covers or change.parts:
            charges.append(change)
    return tuple(charges)


def taxes_taken_back(
    original: Ticket,
    earlier: Iterable[Ticket],
    after: Iterable[int],
    lines: Iterable[TicketLine],
    charges: Iterable[TicketCharge],
) -> tuple[TaxLine, ...]:
    """Return what leaving only the lines `after` takes off the taxes, at every rate the reversal's lines and charges name."""
    left = [original.lines[position - 1] for position in after]
    taxes = taxes_of(
        [(line.rate_bp, line.amount_minor) for line in left],
        [(charge.covers, charge.parts) for charge in _charges_on(original, after)],
    )
    rates = {line.rate_bp for line in lines}
    for charge in charges:
        rates |= {part.rate_bp for part in charge.covers} | {part.rate_bp for part in charge.parts}
    return _difference(taxes, [tax for ticket in (original, *earlier) for tax in ticket.taxes], rates)


def _difference(
    after: Iterable[TaxLine], before: Iterable[TaxLine], rates: Collection[int] = ()
) -> tuple[TaxLine, ...]:
    """`after` less `before` by rate; a rate where nothing changes is left out unless it is among `rates`."""
    sums: dict[int, list[int]] = {rate_bp: [0, 0, 0] for rate_bp in rates}
    for sign, taxes in ((1, after), (-1, before)):
        for tax in taxes:
            entry = sums.setdefault(tax.rate_bp, [0, 0, 0])
            for index, figure in enumerate((tax.gross_minor, tax.net_minor, tax.tax_minor)):
                entry[index] += sign * figure
    return tuple(
        TaxLine(rate_bp, *figures) for rate_bp, figures in sorted(sums.items()) if any(figures) or rate_bp in rates
    )
