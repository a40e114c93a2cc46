"""Records of a till as the tests of the trade know them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sales.account_movement import AccountMovement, AccountMovementKind
from sales.cash_movement import CashMovement, CashMovementKind
from sales.tender import TenderKind
from tests.sales.canteen import GUEST

TODAY = date(2025, 11, 21)
AFTERNOON = datetime(2025, 11, 21, 13, 2, 7, 5, tzinfo=UTC)
HEAD: dict[str, Any] = {"terminal": "till-1", "store": "werk-nord", "time_utc": AFTERNOON, "business_day": TODAY}


def top_up(amount_minor: int, tender: TenderKind = TenderKind.CASH, **changes: Any) -> AccountMovement:
    """Money onto the account of the guest, paid with the exact amount."""
    plain = AccountMovement(
        kind=AccountMovementKind.TOP_UP,
        **HEAD,
        number=3,
        currency="EUR",
        language="en",
        guest_id=GUEST,
        amount_minor=amount_minor,
        tender=tender,
        given_minor=amount_minor,
        change_minor=0,
        cashier_id="marie",
        shift=1,
    )
    return replace(plain, **changes)


def payout(amount_minor: int, **changes: Any) -> AccountMovement:
    """Money off the account of the guest, in cash."""
    return replace(top_up(amount_minor), kind=AccountMovementKind.PAYOUT, given_minor=0, **changes)


def cash_movement(kind: CashMovementKind, amount_minor: int = 0, **changes: Any) -> CashMovement:
    """Cash into the drawer or out of it."""
    plain = CashMovement(
        kind=kind,
        **HEAD,
        number=5,
        currency="EUR",
        amount_minor=amount_minor,
        reason="Change from the bank",
        cashier_id="marie",
        shift=1,
    )
    return replace(plain, **changes)
