"""What a shift or a day comes to. Totals add up: those of all shifts are those of the day, figure by figure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sales.record import RecordError
from sales.tax import TaxLine
from sales.tender import TenderKind

_K = TypeVar("_K")
_Counted = tuple[int, int]


class PaidBy(StrEnum):
    """Out of what a part of the turnover was paid: a tender, or what a payer owes."""

    ACCOUNT = "account"
    CASH = "cash"
    CARD = "card"
    PAYER = "payer"


@dataclass(frozen=True)
class TotalsRow:
    """What one guest category of one payer paid in one meal service and one way, in minor units.

    `meal_id` is None outside any service, `payer_id` None for guests nobody pays for. `tickets` counts sales, each once per
    row it has a part in; the amount is less what voids and refunds took back, and cash is less change.
    """

    meal_id: str | None
    guest_category_id: str
    payer_id: str | None
    tender: PaidBy
    tickets: int
    amount_minor: int


@dataclass(frozen=True)
class Totals:
    """The figures of a shift or a day, in minor units; amounts of voids and refunds are below zero.

    `tickets` counts sales. `turnover_minor` is net of voids and refunds and contains neither `top_ups` and `payouts`
    (tender, amount), which move what is owed to guests, nor the cash rounding; it contains `subsidies` (payer, amount),
    which payers owe. `discounts_minor` is what discounts and prices set by hand changed, below zero for less. `voids` and
    `refunds` are (count, amount), `cashiers` (cashier, sales, turnover). `first_number` and `last_number` are those of
    the tickets, None without any. `training` counts training tickets, which change nothing else.

    Raises `RecordError` unless rows sum to turnover and rounding, taxes to the turnover, and subsidies to the payers' rows.
    """

    tickets: int = 0
    rows: tuple[TotalsRow, ...] = ()
    taxes: tuple[TaxLine, ...] = ()
    turnover_minor: int = 0
    rounding_minor: int = 0
    subsidies: tuple[tuple[str, int], ...] = ()
    top_ups: tuple[tuple[TenderKind, int], ...] = ()
    payouts: tuple[tuple[TenderKind, int], ...] = ()
    discounts_minor: int = 0
    voids: _Counted = (0, 0)
    refunds: _Counted = (0, 0)
    drops_minor: int = 0
    pay_ins_minor: int = 0
    pay_outs_minor: int = 0
    no_sales: int = 0
    cashiers: tuple[tuple[str, int, int], ...] = ()
    first_number: int | None = None
    last_number: int | None = None
    training: int = 0

    def __post_init__(self) -> None:
        _agree("the rows", sum(row.amount_minor for row in self.rows), self.turnover_minor + self.rounding_minor)
        _agree("the taxes", sum(tax.gross_minor for tax in self.taxes), self.turnover_minor)
        _agree("the subsidies", sum(amount for _, amount in self.subsidies), self.paid_minor(PaidBy.PAYER))

    def __add__(self, other: "Totals") -> "Totals":
        return add_up((self, other))

    def paid_minor(self, tender: PaidBy) -> int:
        """Return what was paid this way, less change, voids and refunds."""
        return sum(row.amount_minor for row in self.rows if row.tender is tender)

    @property
    def cash_minor(self) -> int:
        """What the drawer should hold beyond the float."""
        return (
            self.paid_minor(PaidBy.CASH)
            + dict(self.top_ups).get(TenderKind.CASH, 0)
            - dict(self.payouts).get(TenderKind.CASH, 0)
            + self.pay_ins_minor
            - self.pay_outs_minor
            - self.drops_minor
        )


def add_up(parts: Iterable[Totals]) -> Totals:
    """Return the totals of all parts together; of none, zeros."""
    parts = tuple(parts)

    def total(figure: Callable[[Totals], int]) -> int:
        return sum(figure(part) for part in parts)

    numbers = [number for part in parts for number in (part.first_number, part.last_number) if number is not None]
    rows = _merged(
        ((row.meal_id, row.guest_category_id, row.payer_id, row.tender), (row.tickets, row.amount_minor))
        for part in parts
        for row in part.rows
    )
    taxes = _merged((tax.rate_bp, (tax.gross_minor, tax.net_minor, tax.tax_minor)) for p in parts for tax in p.taxes)
    return Totals(
        tickets=total(lambda part: part.tickets),
        rows=tuple(
            TotalsRow(*key, *figures) for key, figures in sorted(rows.items(), key=lambda item: _order(item[0]))
        ),
        taxes=tuple(TaxLine(rate_bp, *figures) for rate_bp, figures in sorted(taxes.items())),
        turnover_minor=total(lambda part: part.turnover_minor),
        rounding_minor=total(lambda part: part.rounding_minor),
        subsidies=_amounts(entry for part in parts for entry in part.subsidies),
        top_ups=_amounts(entry for part in parts for entry in part.top_ups),
        payouts=_amounts(entry for part in parts for entry in part.payouts),
        discounts_minor=total(lambda part: part.discounts_minor),
        voids=(total(lambda part: part.voids[0]), total(lambda part: part.voids[1])),
        refunds=(total(lambda part: part.refunds[0]), total(lambda part: part.refunds[1])),
        drops_minor=total(lambda part: part.drops_minor),
        pay_ins_minor=total(lambda part: part.pay_ins_minor),
        pay_outs_minor=total(lambda part: part.pay_outs_minor),
        no_sales=total(lambda part: part.no_sales),
        cashiers=tuple(
            (cashier_id, sales, turnover_minor)
            for cashier_id, (sales, turnover_minor) in sorted(
                _merged((who, (sales, turnover)) for part in parts for who, sales, turnover in part.cashiers).items()
            )
        ),
        first_number=min(numbers, default=None),
        last_number=max(numbers, default=None),
        training=total(lambda part: part.training),
    )


def _agree(what: str, sum_minor: int, expected_minor: int) -> None:
    if sum_minor != expected_minor:
        raise RecordError(f"{what} of the totals sum to {sum_minor}, not {expected_minor}")


def _merged(entries: Iterable[tuple[_K, tuple[int, ...]]]) -> dict[_K, tuple[int, ...]]:
    result: dict[_K, tuple[int, ...]] = {}
    for key, figures in entries:
        known = result.get(key)
        result[key] = figures if known is None else tuple(map(sum, zip(known, figures, strict=True)))
    return result


def _amounts(entries: Iterable[tuple[_K, int]]) -> tuple[tuple[_K, int], ...]:
    merged = _merged((key, (amount_minor,)) for key, amount_minor in entries)
    return tuple(sorted(((key, figures[0]) for key, figures in merged.items()), key=lambda entry: str(entry[0])))


def _order(key: tuple[str | None, str, str | None, PaidBy]) -> tuple[str, ...]:
    return tuple(part or "" for part in key)
