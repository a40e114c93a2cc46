"""From tickets and movements to their totals."""

from typing import assert_never

from sales.account_movement import AccountMovement, AccountMovementKind
from sales.cash_movement import CashMovement, CashMovementKind
from sales.kinds import AdjustmentKind, TicketKind
from sales.tender import TenderKind
from sales.ticket_record import Ticket
from sales.totals import PaidBy, Totals, TotalsRow, add_up

_PAID_BY = {TenderKind.ACCOUNT: PaidBy.ACCOUNT, TenderKind.CASH: PaidBy.CASH, TenderKind.CARD: PaidBy.CARD}
_PRICE_CHANGES = (AdjustmentKind.DISCOUNT, AdjustmentKind.OVERRIDE)


class Tally:
    """Adds up what happens; `totals` may be asked for at any moment."""

    def __init__(self) -> None:
        self._parts: list[Totals] = []

    def add(self, record: Ticket | AccountMovement | CashMovement) -> None:
        """Take one more record in; of a training ticket only that there was one."""
        match record:
            case Ticket():
                self._parts.append(_of_ticket(record))
            case AccountMovement():
                self._parts.append(_of_account_movement(record))
            case CashMovement():
                self._parts.append(_of_cash_movement(record))
            case _:
                assert_never(record)

    def totals(self) -> Totals:
        """Return what everything added so far comes to."""
        self._parts = [add_up(self._parts)]
        return self._parts[0]


def _of_ticket(ticket: Ticket) -> Totals:
    if ticket.training:
        return Totals(training=1)
    sales = 0 if ticket.is_reversal else 1
    reversed_ = (1, ticket.total_minor)
    return Totals(
        tickets=sales,
        rows=_rows(ticket, sales),
        taxes=ticket.taxes,
        turnover_minor=ticket.total_minor,
        rounding_minor=ticket.rounding_minor,
        subsidies=tuple((charge.payer_id, charge.amount_minor) for charge in ticket.charges),
        discounts_minor=sum(
            adjustment.amount_minor
            for line in ticket.lines
            for adjustment in line.adjustments
            if adjustment.kind in _PRICE_CHANGES
        ),
        voids=reversed_ if ticket.kind is TicketKind.VOID else (0, 0),
        refunds=reversed_ if ticket.kind is TicketKind.REFUND else (0, 0),
        cashiers=() if ticket.cashier_id is None else ((ticket.cashier_id, sales, ticket.total_minor),),
        first_number=ticket.number,
        last_number=ticket.number,
    )


def _rows(ticket: Ticket, sales: int) -> tuple[TotalsRow, ...]:
    """One row for each way the ticket was paid and each payer."""
    paid: dict[tuple[str | None, PaidBy], int] = {}
    for tender in ticket.tenders:
        key = (ticket.payer_id, _PAID_BY[tender.kind])
        paid[key] = paid.get(key, 0) + tender.amount_minor
    if ticket.change_minor:
        paid[ticket.payer_id, PaidBy.CASH] -= ticket.change_minor
    for charge in ticket.charges:
        key = (charge.payer_id, PaidBy.PAYER)
        paid[key] = paid.get(key, 0) + charge.amount_minor
    return tuple(
        TotalsRow(ticket.meal_id, ticket.guest_category_id, payer_id, tender, sales, amount_minor)
        for (payer_id, tender), amount_minor in paid.items()
    )


def _of_account_movement(movement: AccountMovement) -> Totals:
    moved = ((movement.tender, movement.amount_minor),)
    if movement.kind is AccountMovementKind.TOP_UP:
        return Totals(top_ups=moved)
    return Totals(payouts=moved)


def _of_cash_movement(movement: CashMovement) -> Totals:
    match movement.kind:
        case CashMovementKind.DROP:
            return Totals(drops_minor=movement.amount_minor)
        case CashMovementKind.PAY_IN:
            return Totals(pay_ins_minor=movement.amount_minor)
        case CashMovementKind.PAY_OUT:
            return Totals(pay_outs_minor=movement.amount_minor)
        case CashMovementKind.NO_SALE:
            return Totals(no_sales=1)
        case _:
            assert_never(movement.kind)
