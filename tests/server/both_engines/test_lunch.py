"""A lunch with everything tills do, as it arrives at head office: every sum is the sum of what the tills said."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from journal.keys import SigningKey
from sales.account_movement import AccountMovementKind
from sales.cash_movement import CashMovementKind
from sales.kinds import TicketKind
from sales.order_state import OrderStage
from sales.tender import Tender, TenderKind
from server.fleet.enrolment import enrol
from server.guests.models import Guest, LedgerEntry
from server.menus.models import MenuEntry
from server.replication.models import PublishRequest
from server.reporting.service import (
    portions,
    shares_by_payer,
    tickets_by_meal,
    tills,
    top_ups,
    turnover_by_category,
)
from server.reporting.today import stores_today
from server.sales.debts import debts
from server.sales.meals import meals_used, used_twice
from server.sales.models import (
    AccountMovement,
    CashierChange,
    CashMovement,
    Closing,
    KitchenOrder,
    Payment,
    Shift,
    Ticket,
    TicketCharge,
    TicketLine,
    TrainingCount,
)
from server.sales.portions import portions_sold
from server.spool.decisions import decide
from server.spool.intake import take_in
from server.spool.models import Decision, Quarantine
from tests.server.lunch import DAY, MORNING, Lane, furnish, lane_of, random_lunch

TICKETS = 2000
MESSAGE = 50


@pytest.fixture
def guests(house) -> list[Guest]:
    return furnish(house.store)


@pytest.fixture
def make_lane(house, guests, keys) -> Callable[[str], Lane]:
    def make(code: str) -> Lane:
        key = SigningKey.generate()
        enrolment = enrol({"terminal": code, "public_key": key.public.to_base64()}, keys, house.store.code)
        return lane_of(code, enrolment.epoch, key, house.store)

    return make


@pytest.fixture
def lane(make_lane) -> Lane:
    return make_lane("till-1")


def arrive(lane: Lane, first: int = 1, last: int | None = None) -> None:
    take_in(lane.code, lane.epoch, lane.documents(first, last))


def check_sums() -> str:
    out = StringIO()
    try:
        call_command("check_sums", stdout=out)
    except SystemExit:
        pytest.fail(out.getvalue())
    return out.getvalue()


def refused_sums() -> str:
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("check_sums", stdout=out)
    assert stopped.value.code == 1
    return out.getvalue()


def everything() -> dict[str, object]:
    """All that a replay could change."""
    return {
        "balances": dict(Guest.objects.values_list("pk", "balance_minor")),
        "ledger": LedgerEntry.objects.count(),
        **{
            model.__name__: list(model.objects.order_by("pk").values())
            for model in (
                *(Ticket, TicketLine, TicketCharge, Payment, Shift, Closing, AccountMovement, CashMovement),
                *(CashierChange, KitchenOrder, TrainingCount),
            )
        },
    }


def test_two_thousand_random_tickets_of_three_tills_agree_with_what_the_tills_said(make_lane, guests, house):
    chance = random.Random(3)
    lanes = [make_lane(code) for code in ("till-1", "till-2", "kiosk-7")]
    for lane in lanes[:2]:
        lane.open_shift()
    sales = {lane.code: random_lunch(lane, guests, TICKETS, chance) for lane in lanes}
    while sum(lane.counts["ticket"] for lane in lanes) < TICKETS:
        lane = chance.choice(lanes)
        next(sales[lane.code])
        if lane is not lanes[2] and chance.random() < 0.005:
            lane.close_shift(missing_minor=chance.randint(0, 200))
            lane.open_shift("jonas")
    for lane in lanes[:2]:
        lane.close_shift()
        lane.z_report()

    mixed = [(lane, first) for lane in lanes for first in range(1, len(lane.entries) + 1, MESSAGE)]
    chance.shuffle(mixed)
    while mixed:
        waiting = []
        for lane, first in mixed:
            documents = lane.documents(max(1, first - chance.randint(0, 9)), first + MESSAGE - 1)
            chance.shuffle(documents)
            if take_in(lane.code, lane.epoch, documents).need:
                waiting.append((lane, first))
        mixed = waiting

    assert not Quarantine.objects.exists()
    said: Counter[str] = Counter()
    for lane in lanes:
        said.update(lane.sums)
    sums = {key: value for key, value in said.items() if value}
    known = Counter()
    for guest in Guest.objects.filter(pk__in=[guest.pk for guest in guests]):
        known[f"account:{guest.pk}"] = guest.balance_minor
        assert guest.balance_minor == sum(entry.amount_minor for entry in guest.ledger.all())
    for code, sold in portions_sold(house.store.pk, DAY).items():
        known[f"portion:{DAY}:{code}"] = sold
    for debt in debts(DAY, DAY):
        known[f"payer:{debt.payer_code}"] += debt.gross_minor
    for guest_id, uses in meals_used([guest.pk for guest in guests], DAY).items():
        for use in uses:
            known[f"meal:{guest_id}:{DAY}:{use.meal_code}"] = use.count
    known["turnover"] = sum(row.turnover_minor for row in tickets_by_meal(house.store, DAY, DAY))
    for ticket in Ticket.objects.all():
        known["rounding"] += ticket.rounding_minor
        known["tender:cash"] -= ticket.change_minor
    for payment in Payment.objects.all():
        known[f"tender:{payment.kind}"] += payment.amount_minor
    for row in top_ups(house.store, DAY, DAY):
        known[f"tender:{row.tender}"] += row.top_ups_minor - row.payouts_minor
        known["top_ups"] += row.top_ups_minor
        known["payouts"] += row.payouts_minor
    assert {key: value for key, value in known.items() if value} == sums
    assert Ticket.objects.count() >= TICKETS
    assert {"sale", "void", "refund"} == set(Ticket.objects.values_list("kind", flat=True))
    assert TicketLine.objects.filter(menu__isnull=False).exists()

    printed = check_sums()
    assert "0 tickets disagree" in printed
    assert printed.count(" Z 1: ") == 2
    before = everything()
    for lane in lanes:
        arrive(lane)
    assert everything() == before
    assert check_sums() == printed


def test_food_fee_and_share_make_what_the_issue_says_and_the_second_tray_costs_all_of_it(lane, guests, house):
    guest = guests[0]
    lane.sell(lane.basket(guest, "stew"))
    lane.sell(lane.basket(guest, "stew", meals_used=1))

    arrive(lane)

    first, second = Ticket.objects.order_by("number")
    assert (first.total_minor, first.charges_minor, first.share_reason, first.payer_code) == (
        *(1030, 300),
        *("applied", "works"),
    )
    assert (second.total_minor, second.charges_minor, second.share_reason) == (1030, 0, "second_meal")
    assert [payment.amount_minor for payment in Payment.objects.order_by("pk")] == [730, 1030]
    assert [(line.kind, line.amount_minor) for line in first.lines.all()] == [("article", 620), ("fee", 410)]
    (use,) = meals_used([guest.pk, guests[1].pk], DAY)[guest.pk]
    assert (use.meal_code, use.count, use.first_terminal, use.first_at) == ("lunch", 1, "till-1", first.time_utc)
    (share,) = shares_by_payer(house.store, DAY, DAY)
    assert (share.payer_code, share.name, share.tickets, share.amount_minor) == ("works", "Works", 1, 300)


def test_a_top_up_a_meal_and_a_payout_leave_the_price_of_the_meal_as_turnover(lane, guests, house):
    guest = guests[0]
    lane.open_shift()
    lane.move_account(guest, AccountMovementKind.TOP_UP, 5000)
    lane.sell(lane.basket(guest, "stew"))
    lane.move_account(guest, AccountMovementKind.PAYOUT, 4270)
    totals = lane.close_shift()

    arrive(lane)

    guest.refresh_from_db()
    assert guest.balance_minor == 0
    assert [entry.kind for entry in guest.ledger.order_by("pk")] == ["payment", "top_up", "refund"]
    (row,) = top_ups(house.store, DAY, DAY)
    assert (row.tender, row.top_ups_minor, row.payouts_minor) == ("cash", 5000, 4270)
    (meal,) = tickets_by_meal(house.store, DAY, DAY)
    assert meal.turnover_minor - meal.charges_minor == 730
    closed = Shift.objects.get()
    assert (closed.expected_minor, closed.difference_minor) == (10000 + 5000 - 4270, 0)
    assert totals.turnover_minor == 1030
    check_sums()


def test_a_refund_after_the_closing_belongs_to_the_new_day_and_shift(lane, guests, house):
    lane.open_shift()
    sold = lane.sell(lane.basket(guests[0], "stew", "juice"))
    lane.close_shift()
    lane.z_report()
    lane.day += timedelta(days=1)
    lane.now += timedelta(days=1)
    lane.open_shift("jonas")
    lane.take_back(sold)
    lane.close_shift()
    lane.z_report()

    arrive(lane)

    tomorrow = DAY + timedelta(days=1)
    assert [row.turnover_minor for row in tickets_by_meal(house.store, DAY, DAY)] == [sold.total_minor]
    assert [row.turnover_minor for row in tickets_by_meal(house.store, tomorrow, tomorrow)] == [-sold.total_minor]
    assert list(Closing.objects.order_by("number").values_list("turnover_minor", "perpetual_minor", "first_shift")) == [
        (sold.total_minor, sold.total_minor, 1),
        (-sold.total_minor, 0, 2),
    ]
    assert sum(debt.gross_minor for debt in debts(DAY, tomorrow)) == 0
    assert [debt.gross_minor for debt in debts(tomorrow, tomorrow)] != []
    assert portions_sold(house.store.pk, DAY) == {"stew": 0, "juice": 0}
    assert portions_sold(house.store.pk, tomorrow) == {}
    assert meals_used([guests[0].pk], DAY) == {}
    guests[0].refresh_from_db()
    assert guests[0].balance_minor == 0
    check_sums()


def test_training_changes_nothing_but_its_count(lane, guests, house):
    lane.open_shift()
    lane.sell(lane.basket(guests[0], "stew"), training=True)
    lane.sell(lane.basket(guests[0], "stew"), training=True)
    lane.close_shift()

    arrive(lane)

    assert not Ticket.objects.exists()
    assert not LedgerEntry.objects.filter(guest=guests[0]).exists()
    assert not KitchenOrder.objects.exists()
    assert portions_sold(house.store.pk, DAY) == {}
    assert meals_used([guests[0].pk], DAY) == {}
    (till,) = tills(house.store, DAY)
    assert (till.training, till.tickets, till.turnover_minor) == (2, 0, 0)
    check_sums()


@pytest.mark.parametrize(("kind", "training"), [("ticket", True), ("training", False)])
def test_training_and_sales_cannot_pass_for_each_other(lane, guests, kind, training):
    lane.sell(lane.basket(guests[0], "stew"), training=training)
    payload = lane.entries.pop().payload
    lane.write(kind, payload)

    arrive(lane)

    assert not Ticket.objects.exists()
    assert not TrainingCount.objects.exists()
    assert "entry of kind" in Quarantine.objects.get().reason


def test_a_void_gives_money_share_meal_and_portions_back_and_takes_the_order_from_the_kitchen(lane, guests, house):
    sold = lane.sell(lane.basket(guests[0], "stew"))
    arrive(lane)
    assert KitchenOrder.objects.get().cancelled is False

    lane.take_back(sold)
    arrive(lane)

    guests[0].refresh_from_db()
    assert guests[0].balance_minor == 0
    assert sorted(guests[0].ledger.values_list("kind", "amount_minor")) == [("payment", -730), ("refund", 730)]
    assert sum(debt.gross_minor for debt in debts(DAY, DAY)) == 0
    assert meals_used([guests[0].pk], DAY) == {}
    assert portions_sold(house.store.pk, DAY) == {"stew": 0}
    assert KitchenOrder.objects.get().cancelled is True
    void = Ticket.objects.get(kind="void")
    assert (void.reverses_terminal, void.reverses_epoch, void.reverses_number) == ("till-1", lane.epoch, 1)


def test_a_void_that_comes_before_its_sale_ends_the_same(make_lane, guests, house):
    here, there = make_lane("till-1"), make_lane("till-2")
    sold = here.sell(here.basket(guests[0], "stew"))
    there.epoch = here.epoch
    there.take_back(sold)

    arrive(there)
    arrive(here)

    assert meals_used([guests[0].pk], DAY) == {}
    assert KitchenOrder.objects.get().cancelled is True
    assert portions_sold(house.store.pk, DAY) == {"stew": 0}
    check_sums()


def test_after_a_void_the_next_sale_is_the_first_meal(make_lane, guests):
    here, there = make_lane("till-1"), make_lane("till-2")
    sold = here.sell(here.basket(guests[0], "stew"))
    here.take_back(sold)
    there.now += timedelta(minutes=5)
    there.sell(there.basket(guests[0], "stew"))

    arrive(there)
    arrive(here)

    (use,) = meals_used([guests[0].pk], DAY)[guests[0].pk]
    assert (use.count, use.first_terminal) == (1, "till-2")


def test_a_meal_used_at_two_tills_that_knew_nothing_of_each_other_is_listed(make_lane, guests):
    for code in ("till-2", "till-1"):
        lane = make_lane(code)
        lane.now -= timedelta(minutes=int(code[-1]))
        lane.sell(lane.basket(guests[0], "stew"))
        arrive(lane)

    (use,) = used_twice(DAY, DAY)
    assert (use.guest_id, use.meal_code, use.count, use.first_terminal) == (guests[0].pk, "lunch", 2, "till-2")
    assert "had lunch of 2026-11-20 2 times" in check_sums()


def test_a_share_paid_in_cash_reaches_terminals_as_a_changed_guest(lane, guests):
    before = guests[0].replica_version
    lane.sell(lane.basket(guests[0], "stew"), Tender(TenderKind.CASH, 1000))

    arrive(lane)

    guests[0].refresh_from_db()
    assert guests[0].balance_minor == 0
    assert guests[0].replica_version > before


@pytest.mark.parametrize("states_first", [False, True])
@pytest.mark.parametrize("turned", [False, True])
def test_an_order_is_as_far_as_was_said_last_in_whatever_order_it_arrives(make_lane, guests, states_first, turned):
    till, kitchen, hatch = make_lane("till-1"), make_lane("kitchen-1"), make_lane("hatch-1")
    sold = till.sell(till.basket(guests[0], "stew"))
    till.sell(till.basket(guests[0], "pasta"))
    kitchen.now = till.now + timedelta(minutes=4)
    kitchen.say_state(sold, till.epoch, OrderStage.READY)
    ready_at = kitchen.now
    hatch.now = kitchen.now + timedelta(minutes=2)
    hatch.say_state(sold, till.epoch, OrderStage.COLLECTED)

    screens = [hatch, kitchen] if turned else [kitchen, hatch]
    for lane in [*screens, till] if states_first else [till, *screens]:
        arrive(lane)

    order = KitchenOrder.objects.get()
    assert (order.state, order.ready_at, order.collected_at) == ("collected", ready_at, hatch.now)
    assert (order.ticket.number, order.ordered_at, order.pickup_number) == (1, sold.time_utc, sold.pickup_number)
    assert [line.article_code for line in order.ticket.lines.filter(kind="article")] == ["stew"]


def test_an_order_taken_back_from_ready_is_open_again(lane, guests):
    sold = lane.sell(lane.basket(guests[0], "stew"))
    lane.say_state(sold, lane.epoch, OrderStage.READY)
    lane.say_state(sold, lane.epoch, OrderStage.OPEN)

    arrive(lane)

    assert list(KitchenOrder.objects.values_list("state", "ready_at")) == [("open", None)]


@pytest.mark.parametrize("turned", [False, True])
def test_what_was_said_last_of_an_article_stands_on_the_menu_and_is_published(make_lane, house, turned):
    first, second = make_lane("till-1"), make_lane("till-2")
    MenuEntry.objects.create(store=house.store, date=DAY, article=house.soup, planned_portions=80)
    first.say_available("soup", True)
    first.say_available("pasta", True)
    second.say_available("soup", False, after_s=60)
    PublishRequest.objects.all().delete()

    for lane in (second, first) if turned else (first, second):
        arrive(lane)

    assert dict(MenuEntry.objects.filter(date=DAY).values_list("article__code", "sold_out")) == {
        "soup": False,
        "pasta": True,
    }
    assert [request.store for request in PublishRequest.objects.all()] == [house.store]
    shown = {row.article_code: row for row in portions(house.store, DAY)}
    assert (shown["soup"].planned, shown["soup"].left, shown["soup"].sold_out) == (80, 80, False)
    assert shown["pasta"].sold_out is True


def test_a_shift_whose_opening_waits_in_quarantine_is_whole_when_it_was_taken_in(lane, guests, house):
    house.store.code = "renamed"
    house.store.save()
    lane.open_shift()
    arrive(lane)
    house.store.code = "hall"
    house.store.save()
    lane.sell(lane.basket(guests[0], "stew"))
    lane.close_shift(missing_minor=25)
    arrive(lane)
    assert Shift.objects.get().float_minor is None
    check_sums()

    decide(Quarantine.objects.all(), Decision.Action.TAKE_IN, "maria")

    opened = Shift.objects.get()
    assert (opened.float_minor, opened.opened_by, opened.difference_minor) == (10000, "marie", -25)
    check_sums()


def test_of_several_marks_in_one_message_the_last_one_counts(lane, house):
    MenuEntry.objects.create(store=house.store, date=DAY, article=house.soup)
    for sold_out in (True, False, True):
        lane.say_available("soup", sold_out)

    arrive(lane)

    assert MenuEntry.objects.get().sold_out is True


def test_a_shift_that_reports_other_figures_than_its_tickets_is_found(lane, guests):
    lane.open_shift()
    lane.sell(lane.basket(guests[0], "stew"))
    lane.tally.add(lane.sell(lane.basket(guests[1], "juice"), training=True))
    lane.close_shift()
    lane.z_report()

    arrive(lane)

    printed = refused_sums()
    assert "till-1/1 shift 1: 1 tickets, 10.30 EUR: training is 2, not 1" in printed


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda: TicketLine.objects.filter(kind="fee").update(amount_minor=411), "lines 1031"),
        (lambda: Payment.objects.update(amount_minor=729), "payments 729"),
        (lambda: Ticket.objects.update(charges_minor=299), "charges 299"),
        (lambda: TicketCharge.objects.get().rates.filter(rate_bp=1900).update(covered_minor=1), "covered"),
        (lambda: TicketCharge.objects.get().rates.all().delete(), "covered 0, owed 0"),
        (lambda: Ticket.objects.get().taxes.filter(rate_bp=700).update(gross_minor=0), "1 tickets disagree"),
        (lambda: Ticket.objects.get().taxes.filter(rate_bp=700).update(net_minor=1), "THERE ARE DIFFERENCES"),
    ],
)
def test_a_cent_that_went_astray_is_found(lane, guests, change, found):
    lane.sell(lane.basket(guests[0], "stew"))
    arrive(lane)
    check_sums()

    change()

    assert found in refused_sums()


def test_errors_that_cancel_out_in_the_sums_are_found_ticket_by_ticket(lane, guests):
    for _ in range(2):
        lane.sell(lane.basket(guests[3], "pudding"))
    arrive(lane)
    more, less = Payment.objects.order_by("pk")
    Payment.objects.filter(pk=more.pk).update(amount_minor=more.amount_minor + 1)
    Payment.objects.filter(pk=less.pk).update(amount_minor=less.amount_minor - 1)

    assert "2 tickets disagree within themselves" in refused_sums()


def test_check_sums_of_one_day_leaves_others_alone(lane, guests):
    lane.sell(lane.basket(guests[0], "stew"))
    arrive(lane)
    Payment.objects.update(amount_minor=1)

    out = StringIO()
    call_command("check_sums", "--day", "2026-11-21", stdout=out)

    assert "everything agrees" in out.getvalue()


def test_payers_owe_by_their_own_vat_rule(lane, guests):
    lane.sell(lane.basket(guests[0], "stew"))
    lane.sell(lane.basket(guests[2], "stew"))
    arrive(lane)

    rows = [(debt.payer_code, debt.rate_bp, debt.gross_minor) for debt in debts(date(2026, 11, 1), date(2026, 11, 30))]
    assert [row for row in rows if row[0] == "centre"] == [("centre", 700, 555)]
    assert sum(gross for payer, _rate, gross in rows if payer == "works") == 300
    assert {rate for payer, rate, _gross in rows if payer == "works"} == {700, 1900}
    out = StringIO()
    call_command("payer_debts", "--from", "2026-11-01", "--to", "2026-11-30", "--payer", "centre", stdout=out)
    assert "Centre (centre)" in out.getvalue()
    assert "5.55" in out.getvalue()
    assert "Works" not in out.getvalue()


def test_the_day_is_shown_by_article_service_category_and_till(lane, guests, house):
    MenuEntry.objects.create(store=house.store, date=DAY, article=house.soup, planned_portions=3, position=1)
    lane.open_shift()
    lane.sell(lane.basket(guests[0], "soup", "soup", "juice"))
    lane.sell(lane.basket(guests[3], "pudding"), cashier="jonas")
    lane.take_back(lane.sell(lane.basket(guests[1], "soup")), TicketKind.VOID)
    lane.sign_in("jonas")
    lane.move_cash(CashMovementKind.NO_SALE, 0)

    arrive(lane)

    shown = [(row.article_code, row.sold, row.left) for row in portions(house.store, DAY)]
    assert shown[0] == ("soup", 2, 1)
    assert sorted(shown[1:]) == [("juice", 1, None), ("pudding", 1, None)]
    by_category = {
        (row.meal_code, row.category_code): row.amount_minor for row in turnover_by_category(house.store, DAY, DAY)
    }
    assert set(by_category) == {("lunch", ""), ("lunch", "mains"), ("lunch", "extras")}
    assert by_category["lunch", ""] == 410
    (till,) = tills(house.store, DAY)
    assert (till.terminal_code, till.tickets, till.voids, till.open_shift, till.cashier_code) == (
        *("till-1", 3, 1),
        *(1, "jonas"),
    )
    assert till.turnover_minor == sum(by_category.values()) == Ticket.objects.get(number=1).total_minor + 240
    today = next(row for row in stores_today(MORNING) if row.store == house.store)
    assert (today.tickets, today.turnover_minor) == (3, till.turnover_minor)
