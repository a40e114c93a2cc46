"""Paying by account: what is charged, recorded, printed and shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.flows.intents import (
    ChangeLine,
    ChooseLanguage,
    ChooseService,
    ConfirmPayment,
    Finish,
    OrderAsGuest,
    Pay,
    QuickAdd,
)
from appliance.presenters.views import AttractScreen, CheckoutScreen, DoneScreen, Tone
from sales.ticket import from_payload
from tests.appliance.canteen import ANNA, ANNA_ID, BEN, CATALOGUE, DAY, NOON, Canteen, Diner, badge, guest


def eat(diner: Diner, number: str = ANNA, article_id: str = "spaghetti") -> None:
    diner.badge(number)
    diner.touch(QuickAdd(article_id), Pay(), ConfirmPayment())


def test_from_the_badge_to_the_number_in_three_touches(diner: Diner) -> None:
    eat(diner)
    done = diner.done
    assert (done.title, done.pickup_label, done.pickup_number) == ("Thank you, enjoy your meal!", "Your number", "101")
    assert [(row.label, row.amount) for row in done.rows] == [("Paid", "3.95 €"), ("New balance", "19.45 €")]
    assert done.slip_text == "Please show this number."


def test_what_is_recorded_is_what_was_shown(diner: Diner) -> None:
    eat(diner)
    (payload,) = diner.tickets()
    ticket = from_payload(payload)
    assert (ticket.terminal, ticket.store, ticket.number, ticket.pickup_number) == ("kiosk-1", "park", 1, 101)
    assert (ticket.guest_id, ticket.guest_category_id, ticket.total_minor) == (ANNA_ID, "student", 395)
    assert (ticket.business_day, ticket.catalogue_revision, ticket.language) == (DAY, 7, "en")
    assert diner.journal.sum(f"account:{ANNA_ID}") == -395
    assert diner.journal.sum("turnover") == 395


def test_take_away_keeps_the_price_and_changes_the_tax(diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"), Pay())
    rows = {row.label: row.amount for row in diner.checkout.rows}
    assert rows == {
        "Total": "3.95 €",
        "including VAT 19 %": "0.63 €",
        "Balance": "23.40 €",
        "Balance afterwards": "19.45 €",
    }
    diner.touch(ChooseService("take_away"), ChooseService("nonsense"))
    assert {row.label: row.amount for row in diner.checkout.rows}["including VAT 7 %"] == "0.26 €"
    assert [choice.name for choice in diner.checkout.services if choice.chosen] == ["Take away"]
    diner.touch(ConfirmPayment())
    assert diner.tickets()[0]["service"] == "take_away"


def test_numbers_have_no_gap_and_the_balance_follows(diner: Diner) -> None:
    for expected in ("101", "102", "103"):
        eat(diner)
        assert diner.done.pickup_number == expected
        diner.touch(Finish())
    assert [payload["number"] for payload in diner.tickets()] == [1, 2, 3]
    diner.badge(ANNA)
    banner = diner.order.guest
    assert banner is not None
    assert banner.balance == "11.55 €"


def test_pick_up_numbers_begin_anew_every_day_and_ticket_numbers_do_not(canteen: Canteen) -> None:
    diner = canteen.open()
    eat(diner)
    diner.touch(Finish())
    canteen.clock.pass_s(24 * 3600)
    diner.wait(1)
    eat(diner)
    assert (diner.done.pickup_number, diner.tickets()[-1]["number"]) == ("101", 2)


def test_a_meal_after_midnight_belongs_to_the_day_before(canteen: Canteen) -> None:
    canteen.clock.now = datetime(2026, 11, 21, 2, 59, tzinfo=UTC)
    diner = canteen.open()
    eat(diner)
    assert from_payload(diner.tickets()[0]).business_day == DAY


def test_a_balance_that_does_not_suffice_says_what_is_missing_and_charges_nothing(diner: Diner) -> None:
    diner.badge(BEN)
    diner.touch(QuickAdd("spaghetti"), Pay())
    assert diner.checkout.problem == "1.95 € is missing. Top up at the counter, or take something off."
    assert diner.checkout.confirm_label == ""
    diner.touch(ConfirmPayment())
    assert (diner.notice.title, diner.notice.tone) == ("Balance too low", Tone.REFUSED)
    assert diner.tickets() == []
    assert isinstance(diner.view.screen, CheckoutScreen)


def test_the_credit_limit_is_used_to_its_last_cent(canteen: Canteen) -> None:
    canteen.send_guests(guest(ANNA_ID, "Anna Keller", 200, [badge(ANNA)], credit_limit_minor=195))
    diner = canteen.open()
    eat(diner)
    assert {row.label: row.amount for row in diner.done.rows}["New balance"] == "−1.95 €"
    diner.touch(Finish())
    diner.scan("4006381333931")
    diner.badge(ANNA)
    diner.touch(Pay())
    assert diner.checkout.problem.startswith("1.20 € is missing")


def test_without_a_badge_nothing_is_paid_and_the_way_is_shown(diner: Diner) -> None:
    diner.touch(OrderAsGuest(), QuickAdd("spaghetti"), Pay(), ConfirmPayment())
    assert diner.notice.title == "Badge needed"
    assert diner.tickets() == []


def test_a_double_tap_on_pay_charges_once(diner: Diner) -> None:
    eat(diner)
    diner.touch(ConfirmPayment(), ConfirmPayment())
    assert len(diner.tickets()) == 1


def test_a_balance_is_not_counted_twice_when_head_office_catches_up(canteen: Canteen) -> None:
    diner = canteen.open()
    eat(diner)
    diner.touch(Finish())
    sold_seq = diner.journal.head.seq
    canteen.send_guests(guest(ANNA_ID, "Anna Keller", 1945, [badge(ANNA)]), upto=sold_seq)
    eat(diner)
    assert {row.label: row.amount for row in diner.done.rows}["New balance"] == "15.50 €"


def test_a_sale_head_office_has_put_into_quarantine_is_still_paid(canteen: Canteen) -> None:
    diner = canteen.open()
    eat(diner)
    diner.touch(Finish())
    sold_seq = diner.journal.head.seq
    canteen.send_guests(guest(ANNA_ID, "Anna Keller", 2340, [badge(ANNA)]), upto=sold_seq, quarantined=[sold_seq])
    eat(diner)
    assert {row.label: row.amount for row in diner.done.rows}["New balance"] == "15.50 €"


def test_after_a_new_enrolment_all_own_sales_count_above_the_old_mark(canteen: Canteen) -> None:
    diner = canteen.open()
    eat(diner)
    diner.touch(Finish())
    canteen.send_guests(guest(ANNA_ID, "Anna Keller", 2340, [badge(ANNA)]), epoch=9, upto=5000)
    diner.badge(ANNA)
    banner = diner.order.guest
    assert banner is not None
    assert banner.balance == "19.45 €"


def test_money_spent_elsewhere_during_the_order_is_seen_before_paying(canteen: Canteen) -> None:
    diner = canteen.open()
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"), Pay())
    canteen.send_guests(guest(ANNA_ID, "Anna Keller", 100, [badge(ANNA)]))
    diner.touch(ConfirmPayment())
    assert diner.notice.text == "2.95 € is missing. Top up at the counter, or take something off."
    assert diner.tickets() == []


def test_nothing_is_charged_that_was_not_on_the_screen(canteen: Canteen) -> None:
    diner = canteen.open()
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"), Pay())
    canteen.send_guests(guest(ANNA_ID, "Anna Keller", 2340, [badge(ANNA)], category="guest"))
    diner.touch(ConfirmPayment())
    assert diner.checkout.confirm_label == "Pay 4.95 €"
    assert diner.tickets() == []
    diner.touch(ConfirmPayment())
    assert isinstance(diner.view.screen, DoneScreen)


def test_the_next_badge_begins_the_next_order_and_a_lingering_one_does_not(diner: Diner) -> None:
    eat(diner)
    diner.badge(ANNA)
    assert isinstance(diner.view.screen, DoneScreen)
    diner.badge(BEN)
    banner = diner.order.guest
    assert banner is not None
    assert (banner.initials, diner.basket()) == ("BO", [])


def test_the_next_diner_is_not_spoken_to_in_the_language_of_the_last(diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"), Pay(), ChooseLanguage("de"), ConfirmPayment())
    diner.badge(BEN)
    assert diner.order.basket.pay_label == "Pay"


def test_the_thank_you_screen_leaves_by_itself(diner: Diner) -> None:
    eat(diner)
    diner.wait(14)
    assert isinstance(diner.view.screen, DoneScreen)
    diner.wait(1.5)
    assert isinstance(diner.view.screen, AttractScreen)


def test_new_prices_come_between_two_orders_and_never_within_one(canteen: Canteen) -> None:
    diner = canteen.open()
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"))
    dearer = tuple(replace(price, amount_minor=price.amount_minor + 100) for price in CATALOGUE.prices)
    canteen.publish(replace(CATALOGUE, revision=8, prices=dearer, published_at=NOON - timedelta(minutes=1)))
    diner.wait(5)
    diner.touch(QuickAdd("spaghetti"), Pay(), ConfirmPayment())
    assert diner.tickets()[0]["total_minor"] == 790
    assert diner.tickets()[0]["catalogue_revision"] == 7
    diner.touch(Finish())
    diner.badge(ANNA)
    assert diner.tile("spaghetti").price == "4.95"
    assert diner.order.basket.age == "Prices of 12:27"


def test_a_terminal_that_starts_again_goes_on_where_it_was(canteen: Canteen) -> None:
    diner = canteen.open()
    eat(diner)
    canteen.stack.close()
    again = canteen.open()
    eat(again)
    assert again.done.pickup_number == "102"
    assert {row.label: row.amount for row in again.done.rows}["New balance"] == "15.50 €"


def test_one_sale_with_a_clock_ahead_does_not_date_those_that_follow(canteen: Canteen) -> None:
    canteen.clock.now += timedelta(days=300)
    diner = canteen.open()
    eat(diner)
    diner.touch(Finish())
    canteen.clock.now -= timedelta(days=300)
    diner.wait(1)
    assert "The clock is wrong" in diner.view.status.text
    eat(diner)
    assert [payload["number"] for payload in diner.tickets()] == [1, 2]
    assert from_payload(diner.tickets()[1]).business_day == DAY


@pytest.mark.parametrize("back", [timedelta(hours=3), timedelta(days=400)])
def test_a_wrong_clock_is_told_and_selling_goes_on_in_sequence(canteen: Canteen, back: timedelta) -> None:
    diner = canteen.open()
    eat(diner)
    diner.touch(Finish())
    assert diner.view.status.text == ""
    canteen.clock.now -= back
    diner.wait(1)
    assert diner.view.status.tone is Tone.ATTENTION
    assert "The clock is wrong: orders go on, in order" in diner.view.status.text
    diner.badge(ANNA)
    diner.touch(QuickAdd("spaghetti"), QuickAdd("water"), ChangeLine(1, -1), Pay(), ConfirmPayment())
    assert diner.done.pickup_number == "102"
    assert [payload["number"] for payload in diner.tickets()] == [1, 2]
    assert from_payload(diner.tickets()[1]).business_day == DAY


def test_a_clock_before_the_menu_was_published_is_noticed_at_once(canteen: Canteen) -> None:
    canteen.clock.now = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    diner = canteen.open()
    assert "The clock is wrong" in diner.view.status.text
    eat(diner)
    assert isinstance(diner.view.screen, DoneScreen)


def test_an_order_that_would_pay_the_guest_is_sent_to_the_counter_and_charges_nothing(canteen: Canteen) -> None:
    """Returning a deposit alone: nothing an account can pay."""
    returned = tuple(replace(one, amount_minor=-25) if one.article_id == "water" else one for one in CATALOGUE.prices)
    canteen.publish(replace(CATALOGUE, revision=8, prices=returned, published_at=NOON - timedelta(minutes=1)))
    diner = canteen.open()
    eat(diner, article_id="water")
    assert isinstance(diner.view.screen, CheckoutScreen)
    assert diner.view.screen.problem == "This order cannot be paid here. Please ask at the counter."
    assert diner.view.screen.confirm_label == ""
    assert diner.tickets() == []
