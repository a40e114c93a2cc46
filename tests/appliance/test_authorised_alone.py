"""Head office is asked where no cashier stands: at the kiosk and at the pass-through."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from appliance.flows import intents
from appliance.flows.intents import ChangeLine, ConfirmPayment, Finish, Pay, QuickAdd
from appliance.presenters.views import AttractScreen, CheckoutScreen, DoneScreen, OrderScreen, Tone
from appliance.presenters.views_technician import TechnicianScreen
from hal.events import BadgePresented
from mqtt_bridge.local_socket import Link
from sales.offline import OfflineKind, OfflinePolicy
from tests.appliance.asking import settle
from tests.appliance.canteen import ANNA, ANNA_ID, BEN, CATALOGUE, Canteen, Diner, badge, guest
from tests.appliance.gate import MENU, Gate, Open
from tests.appliance.till_canteen import CARLA, CARLA_ID, MENU_CATALOGUE
from tools.stand_in import Verdict


def at_checkout(diner: Diner, number: str = ANNA, *dishes: str) -> None:
    diner.badge(number)
    diner.touch(*(QuickAdd(dish) for dish in dishes or ("spaghetti",)), Pay())


def answer(diner: Diner | Gate, **verdict: Any) -> None:
    diner.bridge.decide = lambda _asked: Verdict(**verdict)


def hesitate(diner: Diner | Gate) -> None:
    """Head office hears and does not answer."""
    diner.bridge.decide = lambda _asked: None


def test_a_kiosk_asks_and_the_ticket_says_so(diner: Diner) -> None:
    at_checkout(diner)
    diner.touch(ConfirmPayment())
    (asked,) = diner.bridge.holds()
    assert (asked.guest, asked.amount_minor, asked.meals) == (ANNA_ID, 395, 0)
    assert diner.tickets()[0]["authorisation"] == {"request": asked.request, "outcome": "granted"}


def test_too_little_money_is_said_with_figures_and_the_order_stays(diner: Diner) -> None:
    answer(diner, granted=False, reason="balance", balance_minor=250, held_minor=0)
    at_checkout(diner)
    diner.touch(ConfirmPayment())
    assert diner.notice.title == "Balance too low"
    assert diner.notice.text.startswith("1.45 € is missing.")
    assert diner.checkout.guest is not None
    assert diner.checkout.guest.balance == "2.50 €"
    assert diner.checkout.confirm_label == ""
    assert diner.tickets() == []


@pytest.mark.parametrize(("reason", "title"), [("blocked", "Account blocked"), ("unknown_guest", "Unknown badge")])
def test_a_guest_who_does_not_count_leaves_the_order(diner: Diner, reason: str, title: str) -> None:
    answer(diner, granted=False, reason=reason)
    at_checkout(diner)
    diner.touch(ConfirmPayment())
    assert diner.notice.title == title
    assert diner.checkout.guest is None
    assert [name for _, name, _ in diner.basket()] == ["Spaghetti with lentil bolognese"]


@pytest.mark.parametrize("reason", ["switched_off", "spent", "anything new"])
def test_any_other_refusal_charges_nothing(diner: Diner, reason: str) -> None:
    answer(diner, granted=False, reason=reason)
    at_checkout(diner)
    diner.touch(ConfirmPayment())
    assert diner.notice.title == "Not possible here"
    assert diner.tickets() == []


def test_a_meal_used_elsewhere_shows_the_new_total_first(canteen: Canteen) -> None:
    canteen.publish(MENU_CATALOGUE)
    canteen.send_guests(guest(CARLA_ID, "Carla Roth", 5000, [badge(CARLA)], category="staff", payer="nord"))
    diner = canteen.open()
    answer(diner, granted=False, reason="meal_used", balance_minor=5000)
    at_checkout(diner, CARLA, "roast")
    assert diner.checkout.confirm_label == "Pay 7.30 €"
    diner.touch(ConfirmPayment())
    assert diner.notice.text.startswith("Your subsidised meal has been used already. This one costs 10.30 €")
    assert diner.tickets() == []
    answer(diner, balance_minor=5000)
    diner.touch(intents.DismissNotice(), ConfirmPayment())
    assert diner.done.rows[0].amount == "10.30 €"
    assert diner.tickets()[0]["meals_used"] == 0


def test_a_slow_answer_is_mentioned_and_a_second_touch_sells_nothing_more(diner: Diner) -> None:
    at_checkout(diner)
    hesitate(diner)
    for touch in (ConfirmPayment(), ConfirmPayment(), ChangeLine(0, 1)):
        diner.flow.handle(touch)
    assert diner.checkout.confirm_label == "Pay 3.95 €"
    diner.clock.pass_s(0.2)
    diner.flow.tick()
    assert diner.checkout.confirm_label == "One moment, please"
    diner.bridge.send(Link(False))
    settle(diner.flow, diner.bus)
    assert isinstance(diner.view.screen, DoneScreen)
    assert [line["quantity"] for ticket in diner.tickets() for line in ticket["lines"]] == [1]
    assert diner.tickets()[0]["authorisation"]["outcome"] == "local"


@pytest.mark.parametrize("touch", [intents.Back(), intents.StartAgain(), intents.Finish()])
def test_a_change_of_mind_after_paying_does_not_hide_what_was_paid(diner: Diner, touch: intents.Intent) -> None:
    at_checkout(diner)
    hesitate(diner)
    for one in (ConfirmPayment(), touch):
        diner.flow.handle(one)
    diner.bridge.send(Link(False))
    settle(diner.flow, diner.bus)
    assert isinstance(diner.view.screen, DoneScreen)
    assert len(diner.tickets()) == 1


def test_the_next_diners_badge_begins_the_next_order(diner: Diner) -> None:
    at_checkout(diner)
    hesitate(diner)
    diner.flow.handle(ConfirmPayment())
    diner.flow.handle(BadgePresented("badge", BEN, diner.clock.monotonic))
    assert isinstance(diner.view.screen, CheckoutScreen)
    diner.bridge.send(Link(False))
    settle(diner.flow, diner.bus)
    assert len(diner.tickets()) == 1
    assert isinstance(diner.view.screen, OrderScreen)
    assert diner.order.guest is not None
    assert diner.order.guest.greeting == "Hello Ben"


def test_an_order_that_is_being_paid_is_not_cleared(diner: Diner) -> None:
    at_checkout(diner)
    diner.wait(59.5)
    hesitate(diner)
    diner.flow.handle(ConfirmPayment())
    diner.clock.pass_s(1)
    diner.flow.tick()
    assert isinstance(diner.view.screen, CheckoutScreen)
    diner.bridge.send(Link(False))
    settle(diner.flow, diner.bus)
    assert len(diner.tickets()) == 1


def test_a_kiosk_without_its_bridge_sells_at_once(diner: Diner) -> None:
    diner.bridge.close()
    at_checkout(diner)
    diner.touch(ConfirmPayment())
    assert diner.tickets()[0]["authorisation"]["outcome"] == "local"


def test_cut_off_a_kiosk_says_what_may_be_spent(canteen: Canteen) -> None:
    canteen.send_guests(guest(ANNA_ID, "Anna Keller", 9000, [badge(ANNA)]))
    diner = canteen.open()
    diner.bridge.send(Link(False))
    for number in range(2):
        at_checkout(diner, ANNA, *["spaghetti"] * 6)
        diner.touch(ConfirmPayment())
        if not number:
            diner.touch(Finish())
            diner.wait(4)
    assert len(diner.tickets()) == 1
    assert diner.notice.text.startswith("Only 30.00 € may be spent while the connection is down; 6.30 € are left.")


def test_cut_off_a_kiosk_feeds_a_pupil_first(canteen: Canteen) -> None:
    categories = tuple(
        replace(category, offline=OfflinePolicy(OfflineKind.FEED_FIRST)) for category in CATALOGUE.guest_categories
    )
    mains = tuple(replace(category, is_meal=category.id == "mains") for category in CATALOGUE.categories)
    canteen.publish(replace(CATALOGUE, revision=8, guest_categories=categories, categories=mains))
    canteen.send_guests(guest(ANNA_ID, "Anna Keller", 0, [badge(ANNA)]))
    diner = canteen.open()
    diner.bridge.send(Link(False))
    at_checkout(diner, ANNA, "spaghetti", "water")
    diner.touch(ConfirmPayment())
    assert diner.notice.title == "Only the meal"
    diner.touch(intents.DismissNotice(), intents.Back(), ChangeLine(1, -1), Pay())
    assert diner.checkout.confirm_label == "Pay 3.95 €"
    diner.touch(ConfirmPayment())
    assert {row.label: row.amount for row in diner.done.rows}["New balance"] == "−3.95 €"


def test_a_pass_through_asks_for_meal_and_money(open_gate: Open) -> None:
    gate = open_gate()
    assert gate.badge(CARLA).tone is Tone.GOOD
    assert [(asked.amount_minor, asked.meals) for asked in gate.bridge.holds()] == [(780, 1)]
    assert gate.tickets()[0].authorisation is not None


@pytest.mark.parametrize(
    ("verdict", "title"),
    [
        ({"reason": "balance", "balance_minor": 100}, "Balance too low"),
        ({"reason": "blocked"}, "Account blocked"),
        ({"reason": "meal_used"}, "Already served"),
        ({"reason": "unknown_guest"}, "Unknown badge"),
        ({"reason": "switched_off"}, "Not possible here"),
    ],
)
def test_a_pass_through_says_why_not(open_gate: Open, verdict: dict[str, Any], title: str) -> None:
    gate = open_gate()
    answer(gate, granted=False, **verdict)
    screen = gate.badge(CARLA)
    assert (screen.tone, screen.title) == (Tone.REFUSED, title)
    assert gate.tickets() == []


def test_badges_in_a_row_are_answered_in_order(open_gate: Open) -> None:
    gate = open_gate()
    hesitate(gate)
    for number in (CARLA, ANNA):
        gate.flow.handle(BadgePresented("badge", number, gate.canteen.clock.monotonic))
    assert gate.tickets() == []
    gate.canteen.clock.pass_s(0.2)
    gate.flow.tick()
    assert gate.screen.title == "One moment, please"
    gate.bridge.send(Link(False))
    settle(gate.flow, gate.bus)
    assert [ticket.guest_id for ticket in gate.tickets()] == [CARLA_ID, "anna"]


def test_a_badge_left_on_the_reader_is_one_meal(open_gate: Open) -> None:
    gate = open_gate()
    hesitate(gate)
    for _ in range(3):
        gate.flow.handle(BadgePresented("badge", CARLA, gate.canteen.clock.monotonic))
    gate.bridge.send(Link(False))
    settle(gate.flow, gate.bus)
    assert len(gate.tickets()) == 1
    assert gate.screen.tone is Tone.GOOD


def test_cut_off_a_pass_through_keeps_to_the_limit(open_gate: Open, bare: Canteen) -> None:
    categories = tuple(replace(one, offline=OfflinePolicy(limit_minor=500)) for one in MENU.guest_categories)
    gate = open_gate(connected=False)
    bare.publish(replace(MENU, revision=8, guest_categories=categories))
    screen = gate.badge(CARLA)
    assert screen.reason == "Only 5.00 € may be spent while the connection is down; 5.00 € are left."


def test_the_technician_is_let_in_by_knocking_and_goes_by_itself(diner: Diner) -> None:
    diner.touch(*[intents.Knock()] * 4)
    assert isinstance(diner.view.screen, AttractScreen)
    diner.touch(intents.Knock())
    screen = diner.view.screen
    assert isinstance(screen, TechnicianScreen)
    assert screen.mode.startswith("Connected since")
    assert screen.tone is Tone.GOOD
    diner.wait(121)
    assert isinstance(diner.view.screen, AttractScreen)
    diner.touch(*[intents.Knock()] * 5)
    diner.badge(ANNA)
    assert isinstance(diner.view.screen, OrderScreen)


def test_knocks_far_apart_lead_nowhere(diner: Diner) -> None:
    for _ in range(6):
        diner.touch(intents.Knock())
        diner.wait(1)
    assert isinstance(diner.view.screen, AttractScreen)
