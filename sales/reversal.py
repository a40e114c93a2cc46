"""Taking back a sale: all of it as a void, or chosen lines as a refund.

A reversal is the difference between what stands after it and what stood before, so that the reversals of a whole sale sum to
exactly minus the sale, per rate of tax and to the cent. A payer goes on paying its share of what is left, as far as that reaches:
what is taken back goes to the guest first.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from sales.kinds import TicketKind
from sales.money import cash_round
from sales.standing import Remaining, charges_taken_back, negative, remaining, taxes_taken_back
from sales.tender import Tender, TenderKind
from sales.ticket_record import Ticket, TicketError, TicketLine, TicketMenu, TicketRef

__all__ = ["Remaining", "make_reversal", "remaining"]


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
    ref = TicketRef(original.terminal, epoch_of_original, original.number)
    if any(one.reverses != ref for one in earlier):
        raise TicketError(f"not all of the earlier reversals take back ticket {original.number} of epoch {ref.epoch}")
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
    charges = charges_taken_back(original, earlier, after)
    total_minor = sum(line.amount_minor for line in lines)
    to_pay_minor = total_minor - sum(charge.amount_minor for charge in charges)
    if pay_back is None:
        tenders, rounding_minor = _as_paid(original), -original.rounding_minor
    else:
        tenders = _paid_back(original, pay_back, to_pay_minor, cash_rounding_minor)
        rounding_minor = sum(tender.amount_minor for tender in tenders) - to_pay_minor
    return Ticket(
        kind=kind,
        reverses=ref,
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
        taxes=taxes_taken_back(original, earlier, after, lines, charges),
        charges=charges,
        share_reason=original.share_reason,
        meals_used=0 if after else -original.meals_used,
        tenders=tenders,
        total_minor=total_minor,
        rounding_minor=rounding_minor,
        change_minor=0,
        pickup_number=original.pickup_number,
    )


def _taken_back(original: Ticket, chosen: Collection[int]) -> tuple[tuple[TicketLine, ...], tuple[TicketMenu, ...]]:
    """The lines turned round, and the set menus all of which is among them; the rest of a menu is no menu."""
    kept = {line.menu for position, line in enumerate(original.lines, start=1) if position not in chosen}
    gone = [place for place in range(1, len(original.menus) + 1) if place not in kept]
    places = {place: index for index, place in enumerate(gone, start=1)}
    lines = [
        replace(negative(original.lines[position - 1]), menu=places.get(original.lines[position - 1].menu or 0))
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
