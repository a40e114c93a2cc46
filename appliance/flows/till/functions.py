"""The till's functions behind `intents.OpenFunction`, and what a cashier must be allowed for each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

SELL = "sell"
"""Without it a cashier can sign in and read, but not ring anything up."""
NAME_SEARCH = "name_search"


class Function(StrEnum):
    MORE = "more"
    RECALL = "recall"
    OTHER_CASH = "other_cash"
    SERVICE = "service"
    GUEST_AWAY = "guest_away"
    OPTIONS = "options"
    DISCOUNT_PERCENT = "discount_percent"
    DISCOUNT_AMOUNT = "discount_amount"
    PRICE = "price"
    TOP_UP = "top_up"
    PAYOUT = "payout"
    VOID_LAST = "void_last"
    REFUND = "refund"
    REPRINT = "reprint"
    NO_SALE = "no_sale"
    DROP = "drop"
    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    SOLD_OUT = "sold_out"
    OPEN_SHIFT = "open_shift"
    CLOSE_SHIFT = "close_shift"
    X_REPORT = "x_report"
    Z_REPORT = "z_report"
    TRAINING = "training"
    TECHNICIAN = "technician"
    SIGN_OUT = "sign_out"


PERMISSIONS: Mapping[Function, str] = {
    Function.DISCOUNT_PERCENT: "discount",
    Function.DISCOUNT_AMOUNT: "discount",
    Function.PRICE: "price",
    Function.TOP_UP: "top_up",
    Function.PAYOUT: "payout",
    Function.VOID_LAST: "void",
    Function.REFUND: "refund",
    Function.REPRINT: "reprint",
    Function.NO_SALE: "no_sale",
    Function.DROP: "cash_movement",
    Function.PAY_IN: "cash_movement",
    Function.PAY_OUT: "cash_movement",
    Function.SOLD_OUT: "sold_out",
    Function.OPEN_SHIFT: "shift",
    Function.CLOSE_SHIFT: "shift",
    Function.X_REPORT: "x_report",
    Function.Z_REPORT: "z_report",
    Function.TRAINING: "training",
}
"""Functions that are not here are open to everybody who may sell."""

NEEDS_SHIFT = frozenset(
    {
        Function.TOP_UP,
        Function.PAYOUT,
        Function.VOID_LAST,
        Function.REFUND,
        Function.NO_SALE,
        Function.DROP,
        Function.PAY_IN,
        Function.PAY_OUT,
        Function.CLOSE_SHIFT,
    }
)
"""What moves money, and so belongs into a shift."""

NOT_IN_TRAINING = NEEDS_SHIFT | {Function.OPEN_SHIFT, Function.Z_REPORT, Function.SOLD_OUT, Function.RECALL}
"""What would leave a trace outside the training."""
