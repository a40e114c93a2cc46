"""Guests, badges, cashiers, the ledger of accounts, and holds. A balance is the sum of a guest's ledger entries."""

from server.guests.models.badges import Badge
from server.guests.models.cashiers import Cashier, CashierBadge
from server.guests.models.guests import ACCOUNTS, Guest, new_guest_id, touch_guest, touch_guests
from server.guests.models.holds import Hold
from server.guests.models.ledger import AppendOnlyError, AppendOnlyQuerySet, LedgerEntry

__all__ = [
    "ACCOUNTS",
    "AppendOnlyError",
    "AppendOnlyQuerySet",
    "Badge",
    "Cashier",
    "CashierBadge",
    "Guest",
    "Hold",
    "LedgerEntry",
    "new_guest_id",
    "touch_guest",
    "touch_guests",
]
