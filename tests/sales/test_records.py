"""What a till writes down beside tickets: read again exactly, refused when it cannot be."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sales import account_movement, availability, cash_movement, closing, order_state, shift
from sales.account_movement import AccountMovementKind
from sales.availability import Availability
from sales.cash_movement import CashMovementKind
from sales.closing import Closing, Totals
from sales.errors import SalesError
from sales.fields import PayloadError
from sales.order_state import OrderStage, OrderState
from sales.shift import CashierChanged, ShiftClosed, ShiftOpened, SignInMethod
from sales.tally import Tally
from sales.tender import TenderKind
from sales.ticket_record import TicketRef
from tests.sales.canteen import GUEST, card, cash, sell, tray
from tests.sales.records import HEAD, payout, top_up
from tests.sales.records import cash_movement as moved


@dataclass(frozen=True)
class Kind:
    """One kind of record with an example and its codec."""

    name: str
    record: Any
    write: Callable[[Any], dict[str, Any]]
    read: Callable[[object], Any]


def a_day() -> Totals:
    """Some of everything."""
    tally = Tally()
    for record in (
        sell(tray("roll", "coffee"), cash(300)),
        sell(tray("schnitzel"), card(620)),
        top_up(5000),
        payout(4270),
        moved(CashMovementKind.DROP, 2000),
        moved(CashMovementKind.NO_SALE),
    ):
        tally.add(record)
    return tally.totals()


TOTALS = a_day()
EXPECTED = 10_000 + TOTALS.cash_minor
CLOSED = ShiftClosed(
    **HEAD,
    shift=2,
    currency="EUR",
    counted_minor=EXPECTED - 120,
    expected_minor=EXPECTED,
    difference_minor=-120,
    totals=TOTALS,
    cashier_id="marie",
)
CLOSING = Closing(
    **HEAD,
    number=12,
    currency="EUR",
    shifts=(1, 2),
    totals=TOTALS,
    float_minor=10_000,
    counted_minor=EXPECTED + 5,
    difference_minor=5,
    perpetual_minor=123_456,
    cashier_id=None,
)
KINDS = (
    Kind("top-up", top_up(5000), account_movement.to_payload, account_movement.from_payload),
    Kind("payout", payout(4270, cashier_id=None), account_movement.to_payload, account_movement.from_payload),
    Kind("drop", moved(CashMovementKind.DROP, 20000), cash_movement.to_payload, cash_movement.from_payload),
    Kind("no sale", moved(CashMovementKind.NO_SALE), cash_movement.to_payload, cash_movement.from_payload),
    Kind(
        "shift opened",
        ShiftOpened(**HEAD, shift=2, currency="EUR", float_minor=10_000, cashier_id="marie"),
        shift.opened_to_payload,
        shift.opened_from_payload,
    ),
    Kind("shift closed", CLOSED, shift.closed_to_payload, shift.closed_from_payload),
    Kind(
        "cashier",
        CashierChanged(**HEAD, cashier_id=None, method=SignInMethod.PIN, shift=2),
        shift.cashier_to_payload,
        shift.cashier_from_payload,
    ),
    Kind("Z", CLOSING, closing.to_payload, closing.from_payload),
    Kind(
        "sold out",
        Availability(**HEAD, article_id="schnitzel", sold_out=True, cashier_id="marie"),
        availability.to_payload,
        availability.from_payload,
    ),
    Kind(
        "order",
        OrderState(**HEAD, of=TicketRef("kiosk-1", 1, 17), pickup_number=42, state=OrderStage.READY),
        order_state.to_payload,
        order_state.from_payload,
    ),
)
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])


def _floats(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_floats, value.values()))
    return any(map(_floats, value)) if isinstance(value, list) else isinstance(value, float)


@EVERY_KIND
def test_every_record_is_read_again_exactly(kind: Kind) -> None:
    payload = kind.write(kind.record)
    assert kind.read(json.loads(json.dumps(payload))) == kind.record
    assert payload["schema"] == 1
    assert not _floats(payload)


@EVERY_KIND
def test_a_field_that_is_missing_is_named(kind: Kind) -> None:
    payload = kind.write(kind.record)
    for name in payload:
        with pytest.raises(PayloadError) as caught:
            kind.read({key: value for key, value in payload.items() if key != name})
        assert caught.value.field == name


@EVERY_KIND
def test_a_field_of_another_kind_is_named(kind: Kind) -> None:
    payload = kind.write(kind.record)
    for name in payload:
        with pytest.raises(PayloadError) as caught:
            kind.read({**payload, name: 1.5})
        assert caught.value.field.startswith(name)


@EVERY_KIND
def test_an_unknown_field_and_another_schema_are_refused(kind: Kind) -> None:
    payload = kind.write(kind.record)
    with pytest.raises(PayloadError, match="colour: is not a field of this schema"):
        kind.read({**payload, "colour": "red"})
    with pytest.raises(PayloadError, match="this release reads schema 1, not 2"):
        kind.read({**payload, "schema": 2})
    with pytest.raises(PayloadError, match="must be an object, not list"):
        kind.read([payload])


@EVERY_KIND
def test_a_time_without_its_zone_and_a_terminal_nobody_could_name_are_refused(kind: Kind) -> None:
    with pytest.raises(SalesError, match="time_utc must be given in UTC"):
        replace(kind.record, time_utc=HEAD["time_utc"].replace(tzinfo=None))
    with pytest.raises(PayloadError, match="terminal 'Till/1' must match"):
        kind.read({**kind.write(kind.record), "terminal": "Till/1"})


def test_a_field_deep_in_the_totals_is_named() -> None:
    payload = closing.to_payload(CLOSING)
    payload["totals"]["rows"][1]["tender"] = "cheque"
    with pytest.raises(PayloadError, match=r"totals\.rows\[1\]\.tender: must be one of account, cash, card, payer"):
        closing.from_payload(payload)


def test_totals_whose_figures_do_not_agree_are_refused() -> None:
    payload = closing.to_payload(CLOSING)
    payload["totals"]["cash_minor"] += 1
    with pytest.raises(PayloadError, match=r"totals\.cash_minor: is .*, the figures make"):
        closing.from_payload(payload)
    payload = closing.to_payload(CLOSING)
    payload["totals"]["turnover_minor"] += 1
    with pytest.raises(PayloadError, match="totals: the rows of the totals sum to"):
        closing.from_payload(payload)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"amount_minor": 0, "given_minor": 0}, "amount_minor begins at 1"),
        ({"amount_minor": -5}, "amount_minor begins at 1"),
        ({"given_minor": 4900}, "must be 5000 for this top_up"),
        ({"given_minor": 6000}, "must be 5000 for this top_up"),
        ({"given_minor": 4900, "change_minor": -100}, "only cash gives change"),
        ({"tender": TenderKind.CARD, "given_minor": 6000, "change_minor": 1000}, "only cash gives change"),
        ({"tender": TenderKind.ACCOUNT}, "not from an account"),
        ({"kind": AccountMovementKind.PAYOUT}, "must be 0 for this payout"),
        ({"guest_id": "G 1"}, "guest_id 'G 1' must match"),
        ({"cashier_id": ""}, "cashier_id '' must match"),
        ({"number": 0}, "number begins at 1"),
        ({"shift": 0}, "shift begins at 1"),
        ({"currency": "eur"}, "not an ISO 4217 code"),
    ],
)
def test_a_top_up_that_cannot_be_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(SalesError, match=words):
        replace(top_up(5000), **change)


def test_a_top_up_may_be_paid_with_a_larger_note() -> None:
    movement = top_up(4270, given_minor=5000, change_minor=730)
    assert account_movement.deltas(movement) == [(f"account:{GUEST}", 4270), ("tender:cash", 4270), ("top_ups", 4270)]


def test_a_payout_takes_from_account_and_drawer_and_is_no_turnover() -> None:
    expected = [(f"account:{GUEST}", -4270), ("tender:cash", -4270), ("payouts", 4270)]
    assert account_movement.deltas(payout(4270)) == expected


@pytest.mark.parametrize(
    ("kind", "amount_minor", "changes", "drawer_minor"),
    [
        (CashMovementKind.DROP, 20000, ("drops", 20000), -20000),
        (CashMovementKind.PAY_IN, 1000, ("pay_ins", 1000), 1000),
        (CashMovementKind.PAY_OUT, 250, ("pay_outs", 250), -250),
        (CashMovementKind.NO_SALE, 0, ("no_sales", 1), 0),
    ],
)
def test_what_a_cash_movement_changes(
    kind: CashMovementKind, amount_minor: int, changes: tuple[str, int], drawer_minor: int
) -> None:
    movement = moved(kind, amount_minor)
    assert cash_movement.deltas(movement) == [changes]
    assert movement.drawer_minor == drawer_minor


@pytest.mark.parametrize(("kind", "amount_minor"), [(CashMovementKind.DROP, 0), (CashMovementKind.PAY_IN, -1)])
def test_a_cash_movement_moves_something_and_a_no_sale_nothing(kind: CashMovementKind, amount_minor: int) -> None:
    with pytest.raises(SalesError, match="must be 0 for no_sale, else above 0"):
        moved(kind, amount_minor)
    with pytest.raises(SalesError, match="must be 0 for no_sale, else above 0"):
        moved(CashMovementKind.NO_SALE, 100)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"difference_minor": 0}, "is no difference of 0"),
        ({"shifts": (0, 2)}, "shifts run from a first"),
        ({"shifts": (3, 2)}, "shifts run from a first"),
        ({"number": 0}, "number begins at 1"),
    ],
)
def test_a_closing_that_cannot_be_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(SalesError, match=words):
        replace(CLOSING, **change)


def test_a_shift_begins_with_its_float_and_its_difference_follows_from_the_count() -> None:
    assert CLOSED.float_minor == 10_000
    with pytest.raises(SalesError, match="is no difference of"):
        replace(CLOSED, counted_minor=CLOSED.counted_minor + 1)
    with pytest.raises(SalesError, match="a float cannot be below zero"):
        ShiftOpened(**HEAD, shift=1, currency="EUR", float_minor=-1, cashier_id=None)
    with pytest.raises(SalesError, match="nobody can count"):
        replace(CLOSED, counted_minor=-1)


def test_an_article_nobody_could_sell_cannot_be_sold_out() -> None:
    with pytest.raises(SalesError, match="not an article id"):
        Availability(**HEAD, article_id="../etc", sold_out=True, cashier_id=None)


def test_an_order_without_a_number_to_call_is_refused() -> None:
    with pytest.raises(SalesError, match="pickup_number begins at 1"):
        OrderState(**HEAD, of=TicketRef("kiosk-1", 1, 17), pickup_number=0, state=OrderStage.OPEN)
