"""Taking back a sale: all of it as a void, or chosen lines as a refund.

A reversal is the difference between what stands after it and what stood before, so that the reversals of a whole sale sum to
exactly minus the sale, per rate of tax and to the cent. A payer goes on paying its share of what is left, as far as that reaches:
what is taken back goes to the guest first.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sales.kinds import TicketKind
from sales.money import cash_round
from sales.sharing import cover, owed, taxes_of
from sales.tax import RatePart, TaxLine
from sales.tender import Tender, TenderKind
from sales.ticket_record import Ticket, TicketCharge, TicketError, TicketLine, TicketMenu, TicketRef


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
        gone.update(_comparable(_negative(line)) for line in reversal.lines)
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


def make_reversal(
    original: Ticket,
    epoch_of_original: int,
    kind: TicketKind,
    line_positions: Sequence[int] | None = None,
    pay_back: TenderKind | None = None,
    *,
    earlier: Sequence[Ticket] = (),
    terminal: str,
    number: int,
    time_utc: datetime,
    business_day: date,
    cashier_id: str | None = None,
    shift: int | None = None,
    cash_rounding_minor: int = 1,
) -> Ticket:
    """Return the ticket that takes back lines of `original`, dated into the current business day and shift.

    `line_positions` count from 1; None takes back all that is left after the `earlier` reversals. `pay_back` is how the
    guest gets the money; None pays back as it was paid, which needs all of an untouched sale. Cash is rounded to
    `cash_rounding_minor`. The subsidised meal is given back when nothing of the sale is left.

    Raises `TicketError` when the ticket is no sale, for lines it does not have or that were taken back already, for a void of
    less than all, and when there is no account to pay back to.
    """
    if original.kind is not TicketKind.SALE or kind is TicketKind.SALE:
        raise TicketError("a void or refund takes back a sale, and nothing else")
    before = remaining(original, earlier).positions
    chosen = set(before if line_positions is None else line_positions)
    if not chosen or len(chosen) < len(line_positions or ()) or not chosen <= set(before):
        raise TicketError(f"of ticket {original.number}, lines {list(before)} can be taken back, not {line_positions}")
    after = [position for position in before if position not in chosen]
    whole = len(chosen) == len(original.lines)
    if kind is TicketKind.VOID and not whole:
        raise TicketError("a void takes back all of a sale; lines are refunded")
    if pay_back is None and not whole:
        raise TicketError("a part of a sale is paid back in cash, by card or to the account")
    lines, menus = _taken_back(original, chosen)
    charges = _charges(original, earlier, after)
    total_minor = sum(line.amount_minor for line in lines)
    to_pay_minor = total_minor - sum(charge.amount_minor for charge in charges)
    if pay_back is None:
        tenders, rounding_minor = _as_paid(original), -original.rounding_minor
    else:
        tenders = _paid_back(original, pay_back, to_pay_minor, cash_rounding_minor)
        rounding_minor = sum(tender.amount_minor for tender in tenders) - to_pay_minor
    return Ticket(
        kind=kind,
        reverses=TicketRef(original.terminal, epoch_of_original, original.number),
        reverses_day=original.business_day,
        terminal=terminal,
        store=original.store,
        number=number,
        time_utc=time_utc,
        business_day=business_day,
        currency=original.currency,
        catalogue_revision=original.catalogue_revision,
        service=original.service,
        meal_id=original.meal_id,
        language=original.language,
        cashier_id=cashier_id,
        shift=shift,
        training=original.training,
        guest_id=original.guest_id,
        guest_category_id=original.guest_category_id,
        payer_id=original.payer_id,
        lines=lines,
        menus=menus,
        taxes=_taxes(original, earlier, after, lines, charges),
        charges=charges,
        share_reason=original.share_reason,
        meals_used=0 if after else -original.meals_used,
        tenders=tenders,
        total_minor=total_minor,
        rounding_minor=rounding_minor,
        change_minor=0,
        pickup_number=original.pickup_number,
    )


def _check_refers(original: Ticket, reversal: Ticket) -> None:
    ref = reversal.reverses
    if ref is None or (ref.terminal, ref.number) != (original.terminal, original.number):
        raise TicketError(f"ticket {reversal.number} takes back nothing of ticket {original.number}")


def _comparable(line: TicketLine) -> TicketLine:
    return replace(line, menu=None)


def _negative(line: TicketLine) -> TicketLine:
    return replace(
        line,
        quantity=-line.quantity,
        amount_minor=-line.amount_minor,
        adjustments=tuple(replace(change, amount_minor=-change.amount_minor) for change in line.adjustments),
    )


def _taken_back(original: Ticket, chosen: Collection[int]) -> tuple[tuple[TicketLine, ...], tuple[TicketMenu, ...]]:
    """The lines turned round, and the set menus all of which is among them; the rest of a menu is no menu."""
    kept = {line.menu for position, line in enumerate(original.lines, start=1) if position not in chosen}
    gone = [place for place in range(1, len(original.menus) + 1) if place not in kept]
    places = {place: index for index, place in enumerate(gone, start=1)}
    lines = [
        replace(_negative(original.lines[position - 1]), menu=places.get(original.lines[position - 1].menu or 0))
        for position in sorted(chosen)
    ]
    menus = [original.menus[place - 1] for place in gone]
    return tuple(lines), tuple(TicketMenu(menu.name, -menu.price_minor, -menu.saved_minor) for menu in menus)


def _as_paid(original: Ticket) -> tuple[Tender, ...]:
    cash = [tender.amount_minor for tender in original.tenders if tender.kind is TenderKind.CASH]
    others = [
        Tender(tender.kind, -tender.amount_minor, tender.guest_id)
        for tender in original.tenders
        if tender.kind is not TenderKind.CASH
    ]
    back = [Tender(TenderKind.CASH, original.change_minor - sum(cash))] if cash else []
    return (*others, *back)


def _paid_back(original: Ticket, kind: TenderKind, to_pay_minor: int, step_minor: int) -> tuple[Tender, ...]:
    if to_pay_minor == 0:
        return ()
    if kind is TenderKind.CASH:
        return (Tender(kind, cash_round(to_pay_minor, step_minor)),)
    if kind is TenderKind.CARD:
        return (Tender(kind, to_pay_minor),)
    accounts = [tender.guest_id for tender in original.tenders if tender.guest_id is not None]
    guest_id = next(iter(accounts), original.guest_id)
    if guest_id is None:
        raise TicketError(f"ticket {original.number} has no guest whose account could be paid back to")
    return (Tender(kind, to_pay_minor, guest_id),)


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


def _charges(original: Ticket, earlier: Iterable[Ticket], after: Sequence[int]) -> tuple[TicketCharge, ...]:
    """What the reversal takes off the payers' debts; below zero, though the parts at single rates may move either way."""
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


def _taxes(
    original: Ticket,
    earlier: Iterable[Ticket],
    after: Iterable[int],
    lines: Iterable[TicketLine],
    charges: Iterable[TicketCharge],
) -> tuple[TaxLine, ...]:
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
