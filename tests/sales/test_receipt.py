"""Who gets a slip without asking, by the law of the country and the choice of the store."""

from dataclasses import replace

import pytest

from sales.funding import Diner
from sales.kinds import TicketKind
from sales.receipt import ReceiptRule, receipt_rule
from sales.ticket import Ticket
from tests.sales.canteen import cash
from tests.sales.service import SERVICE, lunch_tray, ring_up
from tests.sales.taken_back import taken_back

ALWAYS, OFFERED, ON_REQUEST = ReceiptRule.ALWAYS, ReceiptRule.OFFERED, ReceiptRule.ON_REQUEST


def sale(*article_ids: str, weight_g: int | None = None, **changes: bool) -> Ticket:
    """What a guest without a badge buys."""
    basket = lunch_tray(*article_ids, diner=Diner())
    if weight_g is not None:
        basket.add("salad", weight_g=weight_g)
    return ring_up(basket, cash(10000), **changes)


def rule(country: str, ticket: Ticket, chosen: ReceiptRule = ReceiptRule.BY_COUNTRY) -> ReceiptRule:
    return receipt_rule(replace(SERVICE.store, country=country, receipt=chosen), ticket)


@pytest.mark.parametrize(
    ("country", "expected"),
    [("FR", ON_REQUEST), ("DE", OFFERED), ("AT", OFFERED), ("ES", ALWAYS), ("CH", ON_REQUEST), ("IT", ALWAYS)],
)
def test_a_plate_of_the_day(country: str, expected: ReceiptRule) -> None:
    assert rule(country, sale("schnitzel")) is expected


@pytest.mark.parametrize(("country", "expected"), [("FR", ALWAYS), ("DE", OFFERED), ("CH", ON_REQUEST)])
def test_what_was_weighed_is_always_printed_in_france(country: str, expected: ReceiptRule) -> None:
    assert rule(country, sale("roll", weight_g=342)) is expected


def test_in_france_a_bill_from_25_euros_on_is_printed() -> None:
    four = sale("schnitzel", "schnitzel", "schnitzel", "schnitzel")
    assert four.total_minor == 2480
    assert rule("FR", four) is ON_REQUEST
    assert rule("FR", sale("schnitzel", "schnitzel", "schnitzel", "schnitzel", "roll")) is ALWAYS


@pytest.mark.parametrize("chosen", [ALWAYS, OFFERED, ON_REQUEST])
@pytest.mark.parametrize("country", ["FR", "DE", "ES"])
def test_a_store_may_choose_for_itself(country: str, chosen: ReceiptRule) -> None:
    assert rule(country, sale("schnitzel"), chosen) is chosen


def test_what_is_taken_back_and_training_are_always_printed() -> None:
    meal = sale("schnitzel")
    for kind in (TicketKind.VOID, TicketKind.REFUND):
        assert rule("FR", taken_back(meal, kind)) is ALWAYS
    assert rule("FR", sale("schnitzel", training=True), ON_REQUEST) is ALWAYS
