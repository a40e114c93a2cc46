"""The figures of a shift: turnover apart from what is none, and the sum of shifts is the Z."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sales.account import deltas
from sales.account_movement import AccountMovement
from sales.account_movement import deltas as account_deltas
from sales.cash_movement import CashMovement, CashMovementKind
from sales.catalogue import GUEST_CATEGORY
from sales.closing import Closing, PaidBy, Tally, Totals, TotalsRow
from sales.discount import Discount
from sales.funding import Diner
from sales.kinds import TicketKind
from sales.tender import TenderKind
from sales.ticket import Ticket
from tests.sales.canteen import DAY, GUEST, NOON, account, card, cash
from tests.sales.records import HEAD, cash_movement, payout, top_up
from tests.sales.service import EMPLOYEE, HAD_LUNCH, LUNCH, lunch_tray, ring_up
from tests.sales.taken_back import taken_back

Record = Ticket | AccountMovement | CashMovement
VISITOR = Diner(GUEST_CATEGORY)


def tally(*records: Record) -> Totals:
    """What these come to."""
    result = Tally()
    for record in records:
        result.add(record)
    return result.totals()


def test_nothing_comes_to_nothing() -> None:
    assert tally() == Totals()
    assert Totals().cash_minor == 0


def test_a_top_up_a_meal_and_a_payout_leave_the_price_of_the_meal_as_turnover_and_in_the_drawer() -> None:
    basket = lunch_tray("schnitzel", diner=VISITOR)
    basket.override_price(0, 730, "Large portion")
    totals = tally(top_up(5000), ring_up(basket, account(730)), payout(4270))
    assert totals.turnover_minor == 730
    assert totals.top_ups == ((TenderKind.CASH, 5000),)
    assert totals.payouts == ((TenderKind.CASH, 4270),)
    assert totals.paid_minor(PaidBy.ACCOUNT) == 730
    assert totals.cash_minor == 730


def test_a_share_is_turnover_that_the_payer_owes() -> None:
    meal = ring_up(lunch_tray("schnitzel"))
    assert (meal.total_minor, meal.to_pay_minor) == (1030, 730)
    totals = tally(meal)
    assert totals.turnover_minor == 1030
    assert totals.subsidies == (("werk-nord", 300),)
    assert (totals.paid_minor(PaidBy.ACCOUNT), totals.paid_minor(PaidBy.PAYER)) == (730, 300)
    assert totals.cash_minor == 0


def test_a_ticket_is_split_by_service_category_payer_and_tender() -> None:
    staff = ring_up(lunch_tray("schnitzel"), account(500), cash(500))
    again = ring_up(lunch_tray("schnitzel", diner=HAD_LUNCH), card(1030), number=18)
    visitor = ring_up(lunch_tray("roll", diner=VISITOR, meal_id=None), cash(200), number=19, cashier_id="jonas")
    assert staff.change_minor == 270
    totals = tally(staff, again, visitor)
    assert totals.rows == (
        TotalsRow(None, "guest", None, PaidBy.CASH, 1, 107),
        TotalsRow(LUNCH, "staff", "werk-nord", PaidBy.ACCOUNT, 1, 500),
        TotalsRow(LUNCH, "staff", "werk-nord", PaidBy.CARD, 1, 1030),
        TotalsRow(LUNCH, "staff", "werk-nord", PaidBy.CASH, 1, 230),
        TotalsRow(LUNCH, "staff", "werk-nord", PaidBy.PAYER, 1, 300),
    )
    assert totals.tickets == 3
    assert totals.subsidies == (("werk-nord", 300),)
    assert totals.cashiers == (("jonas", 1, 107), ("marie", 2, 2060))
    assert (totals.first_number, totals.last_number) == (17, 19)
    assert totals.cash_minor == 337


def test_cash_in_and_out_of_the_drawer_is_expected_and_is_no_turnover() -> None:
    kinds = CashMovementKind
    totals = tally(
        ring_up(lunch_tray("roll", diner=VISITOR), cash(200)),
        cash_movement(kinds.PAY_IN, 1000),
        cash_movement(kinds.PAY_OUT, 250),
        cash_movement(kinds.DROP, 500),
        cash_movement(kinds.NO_SALE),
    )
    assert totals.turnover_minor == 107
    assert totals.cash_minor == 107 + 1000 - 250 - 500
    assert totals.no_sales == 1


def test_a_card_top_up_leaves_the_drawer_alone() -> None:
    assert tally(top_up(5000, TenderKind.CARD)).cash_minor == 0


@pytest.mark.parametrize("kind", [TicketKind.VOID, TicketKind.REFUND])
def test_what_is_taken_back_is_gone_from_turnover_tax_share_and_drawer(kind: TicketKind) -> None:
    meal = ring_up(lunch_tray("schnitzel", "coffee"), cash(1000))
    totals = tally(meal, taken_back(meal, kind))
    counted = (1, -meal.total_minor)
    assert (totals.voids, totals.refunds) == ((counted, (0, 0)) if kind is TicketKind.VOID else ((0, 0), counted))
    assert totals.turnover_minor == 0
    assert totals.cash_minor == 0
    assert totals.tickets == 1
    assert totals.subsidies == (("werk-nord", 0),)
    assert all(row.amount_minor == 0 for row in totals.rows)
    assert all(tax.gross_minor == tax.net_minor == tax.tax_minor == 0 for tax in totals.taxes)
    assert totals.cashiers == (("jonas", 0, -meal.total_minor), ("marie", 1, meal.total_minor))


def test_a_refund_after_the_closing_lies_in_the_next_one() -> None:
    meal = ring_up(lunch_tray("schnitzel", diner=VISITOR), cash(620))
    first = tally(meal)
    closed = Closing(
        **HEAD,
        number=1,
        currency="EUR",
        shifts=(1, 1),
        totals=first,
        float_minor=10_000,
        counted_minor=10_620,
        difference_minor=0,
        perpetual_minor=620,
        cashier_id="marie",
    )
    refund = replace(taken_back(meal), time_utc=NOON + timedelta(days=1), business_day=DAY + timedelta(days=1), shift=2)
    second = tally(refund)
    assert closed.totals.turnover_minor == 620
    assert second.turnover_minor == -620
    assert second.refunds == (1, -620)
    assert second.cash_minor == -620
    assert refund.business_day != closed.business_day


def test_training_changes_nothing_but_its_own_count() -> None:
    sale, lesson = ring_up(lunch_tray("schnitzel")), ring_up(lunch_tray("schnitzel"), training=True, number=18)
    assert tally(sale, lesson) == replace(tally(sale), training=1)


def test_discounts_and_prices_set_by_hand_are_summed_and_set_menus_are_not_among_them() -> None:
    basket = lunch_tray("roll", "coffee", diner=VISITOR)
    basket.add("burger", option_ids=["ketchup"])
    assert basket.total_minor == 750
    assert tally(ring_up(basket, cash(750))).discounts_minor == 0
    basket.add("schnitzel")
    basket.discount_line(3, Discount("Staff day", percent_bp=1000, amount_minor=None))
    assert tally(ring_up(basket, cash(5000))).discounts_minor == -62


# Random days --------------------------------------------------------------------------------------------------------


@st.composite
def sales(draw: st.DrawFn) -> Ticket:
    """Any tray of any diner, with or without discount, paid in any mixture."""
    diner = draw(st.sampled_from([VISITOR, EMPLOYEE, HAD_LUNCH]))
    basket = lunch_tray(diner=diner, meal_id=draw(st.sampled_from([LUNCH, None])))
    for article_id in draw(
        st.lists(st.sampled_from(["schnitzel", "roll", "coffee", "burger"]), min_size=1, max_size=6)
    ):
        basket.add(article_id, option_ids=["pepper"] if article_id == "burger" else [])
    if draw(st.booleans()):
        basket.discount(Discount("Happy hour", percent_bp=draw(st.integers(1, 9000)), amount_minor=None))
    by_account = draw(st.integers(0, basket.to_pay_minor))
    by_card = draw(st.integers(0, basket.to_pay_minor - by_account))
    rest = basket.to_pay_minor - by_account - by_card
    tenders = [account(by_account), card(by_card), cash(rest + draw(st.integers(0, 500)) if rest else 0)]
    return ring_up(
        basket,
        *tenders,
        number=draw(st.integers(1, 999)),
        cashier_id=draw(st.sampled_from(["marie", "jonas", None])),
        training=draw(st.sampled_from([False, False, False, True])),
    )


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Whatever a till writes."""
    amount_minor = draw(st.integers(1, 20_000))
    what = draw(st.sampled_from(["sale", "sale", "sale", "back", "top-up", "payout", "cash"]))
    if what == "sale":
        return draw(sales())
    if what == "back":
        sale = draw(sales())
        kind, back = (
            draw(st.sampled_from([TicketKind.VOID, TicketKind.REFUND])),
            draw(st.sampled_from(["cash", "card"])),
        )
        return taken_back(sale, kind, TenderKind(back))
    if what == "top-up":
        return top_up(amount_minor, draw(st.sampled_from([TenderKind.CASH, TenderKind.CARD])))
    if what == "payout":
        return payout(amount_minor)
    kind = draw(st.sampled_from(CashMovementKind))
    return cash_movement(kind, 0 if kind is CashMovementKind.NO_SALE else amount_minor)


@given(st.lists(records(), max_size=12), st.data())
@settings(max_examples=100, deadline=None)
def test_the_sum_of_shifts_is_the_z(day: list[Record], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(day)), max_size=3)))
    bounds = [0, *cuts, len(day)]
    shifts = [tally(*day[start:end]) for start, end in pairwise(bounds)]
    assert sum(shifts, Totals()) == tally(*day)


@given(st.lists(records(), max_size=10))
@settings(max_examples=100, deadline=None)
def test_the_figures_of_a_day_are_those_of_its_journal(day: list[Record]) -> None:
    totals = tally(*day)
    booked: dict[str, int] = {}
    for record in day:
        changes = (
            deltas(record)
            if isinstance(record, Ticket)
            else account_deltas(record)
            if isinstance(record, AccountMovement)
            else []
        )
        for key, delta in changes:
            booked[key] = booked.get(key, 0) + delta
    moved = sum(record.drawer_minor for record in day if isinstance(record, CashMovement))
    assert totals.turnover_minor == booked.get("turnover", 0)
    assert totals.cash_minor == booked.get("tender:cash", 0) + moved
    assert sum(amount for _, amount in totals.subsidies) == booked.get("payer:werk-nord", 0)
    assert sum(amount for _, amount in totals.top_ups) == booked.get("top_ups", 0)
    assert sum(amount for _, amount in totals.payouts) == booked.get("payouts", 0)
    assert totals.paid_minor(PaidBy.ACCOUNT) - sum(
        record.signed_minor for record in day if isinstance(record, AccountMovement)
    ) == -booked.get(f"account:{GUEST}", 0)


@given(st.lists(records(), max_size=6), st.lists(records(), max_size=6))
@settings(max_examples=50, deadline=None)
def test_totals_add_up_in_any_order(one: list[Record], other: list[Record]) -> None:
    assert tally(*one) + tally(*other) == tally(*other) + tally(*one) == tally(*other, *one)
