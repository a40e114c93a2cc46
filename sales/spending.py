"""Whether an account can pay."""

from sales.errors import SalesError


class InsufficientBalance(SalesError):
    """The account cannot pay the amount; all figures in minor units, `missing_minor` is what a top-up would need."""

    def __init__(self, balance_minor: int, amount_minor: int, missing_minor: int) -> None:
        super().__init__(f"the balance of {balance_minor} lacks {missing_minor} to pay {amount_minor}")
        self.balance_minor = balance_minor
        self.amount_minor = amount_minor
        self.missing_minor = missing_minor


def check_spend(balance_minor: int, amount_minor: int, credit_limit_minor: int) -> None:
    """Raise `InsufficientBalance` when spending the amount would take the balance below minus the credit limit.

    All in minor units. Raises ValueError when the amount or the credit limit is negative.
    """
    if amount_minor < 0 or credit_limit_minor < 0:
        raise ValueError("neither the amount nor the credit limit can be negative")
    missing_minor = amount_minor - credit_limit_minor - balance_minor
    if amount_minor and missing_minor > 0:
        raise InsufficientBalance(balance_minor, amount_minor, missing_minor)
