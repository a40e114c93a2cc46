"""What terminals' journals say, in columns for reports: tickets, shifts, movements of money, orders. Written by the spool."""

from server.sales.models.kitchen import AvailabilityMark, KitchenOrder, OrderChange
from server.sales.models.ticket import (
    ChargeRate,
    Payment,
    Service,
    Ticket,
    TicketCharge,
    TicketLine,
    TicketTax,
)
from server.sales.models.till import AccountMovement, CashierChange, CashMovement, Closing, Shift, TrainingCount

__all__ = [
    "AccountMovement",
    "AvailabilityMark",
    "CashMovement",
    "CashierChange",
    "ChargeRate",
    "Closing",
    "KitchenOrder",
    "OrderChange",
    "Payment",
    "Service",
    "Shift",
    "Ticket",
    "TicketCharge",
    "TicketLine",
    "TicketTax",
    "TrainingCount",
]
