"""Tickets that take back what the canteen sold."""

from sales.kinds import TicketKind
from sales.reversal import make_reversal
from sales.tender import TenderKind
from sales.ticket import Ticket
from tests.sales.canteen import DAY, NOON


def taken_back(
    ticket: Ticket, kind: TicketKind = TicketKind.REFUND, back: TenderKind | None = TenderKind.CASH
) -> Ticket:
    """All of a ticket taken back by Jonas at till-1, as ticket 99."""
    return make_reversal(
        ticket, 1, kind, None, back, terminal="till-1", number=99, time_utc=NOON, business_day=DAY, cashier_id="jonas"
    )
