"""Head office is asked before an account pays at the till, and what becomes of it: granted, refused, or no answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from appliance.flows import intents
from appliance.flows.till.functions import Function
from appliance.presenters.views import Tone
from appliance.store.authoriser import AuthorisationAnswered, Outcome
from hal.events import BadgePresented
from mqtt_bridge import wire
from mqtt_bridge.local_socket import Authorised, Link, Mark
from sales.offline import OfflineKind, OfflinePolicy
from tests.appliance.asking import settle
from tests.appliance.canteen import ANNA, DAY, badge, guest
from tests.appliance.till_canteen import CARLA, CARLA_ID, EMIL, MENU_CATALOGUE, Counter, Till
from tests.waiting import wait_until
from tools.stand_in import Verdict


def answer(till: Till, **verdict: Any) -> None:
    """From now on head office says this."""
    till.bridge.decide = lambda _asked: Verdict(**verdict)


def authorisations(till: Till) -> list[Any]:
    return [ticket["authorisation"] for ticket in till.entries("ticket")]


@pytest.fixture
def open_till(till: Till) -> Till:
    till.open_shift()
    return till


def test_head_office_is_asked_for_the_money_and_the_meal_and_the_ticket_says_so(open_till: Till) -> None:
    till = open_till
    till.ring("roast")
    till.badge(CARLA)
    (asked,) = till.bridge.holds()
    assert (asked.guest, asked.amount_minor, asked.day) == (CARLA_ID, 730, DAY)
    assert (asked.meal, asked.meals, asked.replaces) == ("lunch", 1, None)
    assert authorisations(till) == [{"request": asked.request, "outcome": "granted"}]
    assert till.paid()["New balance"] == "42.70 €"
    assert till.journal.sum("local:carla") == 0


def test_cash_asks_nobody(open_till: Till) -> None:
    till = open_till
    till.ring("roast")
    till.touch(intents.CashGiven(1000))
    assert till.bridge.holds() == []
    assert authorisations(till) == [None]


def test_training_asks_nobody(open_till: Till) -> None:
    till = open_till
    till.do(Function.TRAINING)
    till.ring("roast")
    till.badge(ANNA)
    assert till.bridge.holds() == []
    assert till.entries("training")[0]["authorisation"] is None


def test_training_refuses_by_what_is_known_here(open_till: Till) -> None:
    till = open_till
    till.do(Function.TRAINING)
    till.ring(*["roast"] * 4)
    till.badge(ANNA)
    assert "1.40 € is missing" in till.strips()
    assert till.entries("training") == []


def test_too_little_money_is_said_with_head_offices_figures(open_till: Till) -> None:
    till = open_till
    answer(till, granted=False, reason="balance", balance_minor=500, held_minor=120)
    till.ring("roast")
    till.badge(ANNA)
    assert "2.40 € is missing on the account" in till.strips()
    assert till.screen.ticket.guest is not None
    assert (till.screen.ticket.guest.balance, till.screen.ticket.guest.tone) == ("3.80", Tone.REFUSED)
    assert till.entries("ticket") == []
    till.bridge.decide = lambda _asked: Verdict(balance_minor=2340)
    till.touch(intents.PayByAccount())
    assert till.paid()["Paid"] == "6.20 €"


def test_money_put_in_elsewhere_a_moment_ago_pays(counter: Counter) -> None:
    counter.send_guests(guest("anna", "Anna Keller", 100, [badge(ANNA)]))
    till = counter.start()
    till.open_shift()
    answer(till, balance_minor=2100)
    till.ring("roast")
    till.badge(ANNA)
    assert till.paid()["New balance"] == "14.80 €"


def test_a_block_at_head_office_takes_the_guest_off_the_tray(open_till: Till) -> None:
    till = open_till
    answer(till, granted=False, reason="blocked")
    till.ring("roast")
    till.badge(ANNA)
    assert "This account is blocked." in till.strips()
    assert till.screen.ticket.guest is None
    till.touch(intents.CashGiven(None))
    assert till.paid()["Paid"] == "6.20 €"


@pytest.mark.parametrize(
    ("reason", "words"),
    [("unknown_guest", "not known here"), ("switched_off", "does not allow"), ("spent", "does not allow")],
)
def test_other_refusals_are_said_too(open_till: Till, reason: str, words: str) -> None:
    till = open_till
    answer(till, granted=False, reason=reason)
    till.ring("roast")
    till.badge(ANNA)
    assert words in till.strips()
    assert till.entries("ticket") == []


def test_a_meal_used_elsewhere_changes_the_price_before_it_is_paid(open_till: Till) -> None:
    till = open_till
    answer(till, granted=False, reason="meal_used", balance_minor=5000)
    till.ring("roast")
    till.badge(CARLA)
    assert "The guest's prices have just changed." in till.strips()
    assert "Second meal today: the first one was subsidised." in till.strips()
    assert till.due == "10.30"
    assert till.entries("ticket") == []
    answer(till, balance_minor=5000)
    till.touch(intents.PayByAccount())
    assert [(asked.amount_minor, asked.meals) for asked in till.bridge.holds()] == [(730, 1), (1030, 0)]
    assert till.entries("ticket")[0]["meals_used"] == 0


def test_a_meal_without_anything_to_pay_is_asked_for(counter: Counter) -> None:
    terms = (replace(MENU_CATALOGUE.meal_terms[0], fee_minor=0, fee_tax_class_id=None, share_minor=900),)
    counter.publish(replace(MENU_CATALOGUE, revision=8, meal_terms=terms))
    till = counter.start()
    till.open_shift()
    till.ring("roast")
    till.badge(CARLA)
    assert [(asked.amount_minor, asked.meals) for asked in till.bridge.holds()] == [(0, 1)]
    assert till.paid()["Paid"] == "0.00 €"


def test_two_parts_from_the_account_are_held_as_one(counter: Counter) -> None:
    counter.send_guests(guest("emil", "Emil Ott", 900, [badge(EMIL)]))
    till = counter.start()
    till.open_shift()
    till.ring("roast", "omelette")
    till.badge(EMIL)
    assert "1.70 € is missing" in till.strips()
    till.follow("Pay a part")
    till.touch(intents.CashGiven(100))
    answer(till, balance_minor=1200)
    till.touch(intents.PayByAccount())
    refused, first, second = till.bridge.holds()
    assert refused.amount_minor == 1070
    assert (first.amount_minor, first.replaces) == (900, None)
    assert (second.amount_minor, second.replaces) == (970, first.request)
    assert authorisations(till) == [{"request": second.request, "outcome": "granted"}]


def test_taking_a_payment_back_lets_go_of_the_money(counter: Counter) -> None:
    counter.send_guests(guest("emil", "Emil Ott", 300, [badge(EMIL)]))
    till = counter.start()
    till.open_shift()
    till.ring("roast")
    till.badge(EMIL)
    till.follow("Pay a part")
    held = till.bridge.holds()[-1]
    till.touch(intents.Undo(), intents.CashGiven(None))
    settle(till.flow, till.bus)
    assert authorisations(till) == [None]
    wait_until(lambda: released(till, held), "the money is held no more")


def part_paid_long_ago(counter: Counter) -> Till:
    """A tray of 7.30 € of which 3.00 € were paid from an account longer ago than head office holds money."""
    counter.send_guests(guest("emil", "Emil Ott", 300, [badge(EMIL)]))
    till = counter.start()
    till.open_shift()
    till.ring("roast")
    till.badge(EMIL)
    till.follow("Pay a part")
    counter.clock.pass_s(121)
    return till


def test_money_that_is_held_no_more_is_asked_for_again_before_the_sale(counter: Counter) -> None:
    till = part_paid_long_ago(counter)
    held = till.bridge.holds()[-1]
    till.touch(intents.CashGiven(None))
    again = till.bridge.holds()[-1]
    assert (again.amount_minor, again.replaces) == (300, held.request)
    assert authorisations(till) == [{"request": again.request, "outcome": "granted"}]


def test_money_that_is_gone_meanwhile_is_paid_otherwise(counter: Counter) -> None:
    till = part_paid_long_ago(counter)
    answer(till, granted=False, reason="balance")
    till.touch(intents.CashGiven(None))
    assert till.entries("ticket") == []
    assert "3.00 € is missing" in till.strips()
    assert till.due == "3.00"
    till.touch(intents.CashGiven(None))
    (ticket,) = till.entries("ticket")
    assert {tender["kind"] for tender in ticket["tenders"]} == {"cash"}
    assert ticket["authorisation"] is None


def released(till: Till, held: wire.Authorise) -> bool:
    """Whether head office was told that this money is held no more."""
    return any(asked.kind == "release" and asked.replaces == held.request for asked in till.bridge.asked)


# While head office is being asked


class Hesitation:
    """A head office that answers when it is let go."""

    def __init__(self, till: Till, verdict: Verdict) -> None:
        self._till, self._verdict = till, verdict
        self.asked: list[wire.Authorise] = []
        till.bridge.decide = self._keep

    def _keep(self, asked: wire.Authorise) -> Verdict | None:
        if asked.kind == "probe":
            return Verdict()
        self.asked.append(asked)
        return None

    def let_go(self) -> None:
        till = self._till
        wait_until(lambda: self.asked, "something is asked")
        till.bridge.decide = lambda _asked: self._verdict
        till.bridge.send(Authorised(till.bridge.answer(self.asked.pop(0), self._verdict)))
        settle(till.flow, till.bus)


def press(till: Till, *touches: intents.Intent) -> None:
    """Touch without waiting for anything."""
    for touch in touches:
        till.flow.handle(touch)


def test_nothing_is_said_of_a_quick_answer_and_a_slow_one_is_mentioned(open_till: Till) -> None:
    till = open_till
    slow = Hesitation(till, Verdict(balance_minor=2340))
    till.badge(ANNA)
    till.ring("roast")
    press(till, intents.PayByAccount())
    assert till.flow.is_asking
    assert till.screen.ticket.due_label == "To pay"
    till.counter.clock.pass_s(0.2)
    till.flow.tick()
    assert till.screen.ticket.due_label == "Asking head office"
    slow.let_go()
    assert till.paid()["Paid"] == "6.20 €"


def test_what_is_touched_meanwhile_is_for_the_next_tray(open_till: Till) -> None:
    till = open_till
    slow = Hesitation(till, Verdict(balance_minor=2340))
    till.badge(ANNA)
    till.ring("roast")
    press(till, intents.PayByAccount(), intents.PayByAccount(), intents.QuickAdd("pie"), intents.QuickAdd("water"))
    till.flow.handle(BadgePresented("badge", ANNA, till.counter.clock.monotonic))
    assert till.lines() == [("1", "Roast", "6.20")]
    slow.let_go()
    (ticket,) = till.entries("ticket")
    assert [line["article_id"] for line in ticket["lines"]] == ["roast"]
    assert [name for _, name, _ in till.lines()] == ["Pie", "Water"]


def test_the_next_guests_badge_waits_its_turn(open_till: Till) -> None:
    till = open_till
    slow = Hesitation(till, Verdict(balance_minor=5000))
    till.badge(ANNA)
    till.ring("roast")
    press(till, intents.PayByAccount())
    till.flow.handle(BadgePresented("badge", CARLA, till.counter.clock.monotonic))
    press(till, intents.QuickAdd("pie"))
    slow.let_go()
    assert [ticket["guest_id"] for ticket in till.entries("ticket")] == ["anna"]
    assert till.screen.ticket.guest is not None
    assert till.screen.ticket.guest.name == "Carla Roth"
    assert [name for _, name, _ in till.lines()] == ["Pie"]


def test_what_was_kept_may_itself_ask(open_till: Till) -> None:
    """Two trays paid so fast that the second badge comes before the first answer."""
    till = open_till
    slow = Hesitation(till, Verdict(balance_minor=5000))
    till.badge(ANNA)
    till.ring("roast")
    press(till, intents.PayByAccount(), intents.QuickAdd("pie"))
    till.flow.handle(BadgePresented("badge", CARLA, till.counter.clock.monotonic))
    press(till, intents.QuickAdd("water"))
    slow.let_go()
    assert [ticket["guest_id"] for ticket in till.entries("ticket")] == ["anna", CARLA_ID]
    assert [name for _, name, _ in till.lines()] == ["Water"]


def test_a_refusal_leaves_the_tray_as_it_was_and_what_was_touched_follows(open_till: Till) -> None:
    till = open_till
    slow = Hesitation(till, Verdict(granted=False, reason="balance", balance_minor=100))
    till.badge(ANNA)
    till.ring("roast")
    press(till, intents.PayByAccount(), intents.ShowPage(1))
    slow.let_go()
    assert till.entries("ticket") == []
    assert till.lines() == [("1", "Roast", "6.20")]
    press(till, intents.CashGiven(None))
    assert till.paid()["Paid"] == "6.20 €"


def test_a_line_that_breaks_while_head_office_is_asked_sells_at_once(open_till: Till) -> None:
    till = open_till
    Hesitation(till, Verdict())
    till.badge(ANNA)
    till.ring("roast")
    press(till, intents.PayByAccount())
    till.bridge.send(Link(False))
    settle(till.flow, till.bus)
    (authorisation,) = authorisations(till)
    assert authorisation["outcome"] == "local"
    assert till.journal.sum("local:anna") == 620


def test_an_authoriser_that_says_nothing_at_all_keeps_nobody_waiting(open_till: Till) -> None:
    till = open_till
    Hesitation(till, Verdict())
    till.badge(ANNA)
    till.ring("roast")
    press(till, intents.PayByAccount(), intents.QuickAdd("pie"))
    till.counter.clock.pass_s(4)
    till.flow.tick()
    assert not till.flow.is_asking
    assert authorisations(till)[0]["outcome"] == "local"
    assert [name for _, name, _ in till.lines()] == ["Pie"]


def test_an_answer_to_something_else_sells_nothing(open_till: Till) -> None:
    till = open_till
    Hesitation(till, Verdict())
    till.badge(ANNA)
    till.ring("roast")
    press(till, intents.PayByAccount())
    till.flow.handle(AuthorisationAnswered("f" * 32, Outcome.GRANTED, "", 9000, 0))
    assert till.flow.is_asking
    assert till.entries("ticket") == []


# What is not at head office yet


def test_money_put_in_here_counts_before_head_office_knows(counter: Counter) -> None:
    counter.send_guests(guest("emil", "Emil Ott", 100, [badge(EMIL)]))
    till = counter.start()
    till.open_shift()
    till.badge(EMIL)
    till.do(Function.TOP_UP)
    till.type("20")
    till.choose("Cash, exact")
    till.badge(EMIL)
    till.ring("roast")
    till.touch(intents.PayByAccount())
    assert till.paid()["New balance"] == "14.80 €"
    assert authorisations(till)[0]["outcome"] == "local"


def test_what_was_sold_here_counts_before_head_office_knows(counter: Counter) -> None:
    counter.send_guests(guest("emil", "Emil Ott", 1000, [badge(EMIL)]))
    till = counter.start()
    till.open_shift()
    for _ in range(2):
        till.ring("roast")
        till.badge(EMIL)
    assert len(till.entries("ticket")) == 1
    assert "2.40 € is missing" in till.strips()
    held = till.bridge.holds()[-1]
    wait_until(lambda: released(till, held), "the money is held no more")
    till.bridge.send(Mark(1, till.journal.head.seq, 0))
    counter.send_guests(guest("emil", "Emil Ott", 1000, [badge(EMIL)]), upto=till.journal.head.seq)
    till.wait(3)
    till.touch(intents.PayByAccount())
    assert len(till.entries("ticket")) == 2


def test_what_head_office_holds_for_a_sale_here_counts_once(counter: Counter) -> None:
    counter.send_guests(guest("emil", "Emil Ott", 1000, [badge(EMIL)]))
    till = counter.start()
    till.open_shift()
    till.ring("roast")
    till.badge(EMIL)
    answer(till, balance_minor=1000, held_minor=620)
    till.ring("pie")
    till.badge(EMIL)
    assert till.paid()["New balance"] == "1.30 €"


def test_what_was_sold_without_head_office_counts_beside_what_it_holds(counter: Counter) -> None:
    counter.send_guests(guest("emil", "Emil Ott", 1000, [badge(EMIL)]))
    till = counter.start(connected=False)
    till.open_shift()
    till.ring("roast")
    till.badge(EMIL)
    till.bridge.send(Link(connected=True))
    answer(till, balance_minor=1000, held_minor=200)
    till.ring("pie")
    till.badge(EMIL)
    assert "0.70 € is missing" in till.strips()
    assert len(till.entries("ticket")) == 1


def test_a_part_that_is_paid_stays_held_whatever_becomes_of_the_rest(counter: Counter) -> None:
    counter.send_guests(guest("emil", "Emil Ott", 900, [badge(EMIL)]))
    till = counter.start(connected=False)
    till.open_shift()
    till.ring("pie")
    till.badge(EMIL)
    till.bridge.send(Link(connected=True))
    answer(till, balance_minor=900)
    till.ring("roast", "omelette")
    till.badge(EMIL)
    till.follow("Pay a part")
    answer(till, balance_minor=5000, held_minor=4900)
    till.touch(intents.PayByAccount())
    assert "is missing" in till.strips()
    till.touch(intents.CashGiven(None))
    assert authorisations(till)[-1] == {"request": till.bridge.holds()[-1].request, "outcome": "granted"}
    assert till.bridge.holds()[-1].replaces == till.bridge.holds()[-2].request


# Cut off


def start_cut_off(counter: Counter) -> Till:
    """A till that has waited for head office in vain, with an open shift."""
    till = counter.start(connected=False)
    till.wait(9)
    till.open_shift()
    return till


@pytest.fixture
def cut_off(counter: Counter) -> Till:
    return start_cut_off(counter)


def test_cut_off_the_till_sells_by_what_it_knows(cut_off: Till) -> None:
    till = cut_off
    till.ring("roast")
    till.badge(ANNA)
    assert till.paid()["New balance"] == "17.20 €"
    assert authorisations(till)[0]["outcome"] == "local"
    assert till.bridge.holds() == []
    assert "Local mode since" in till.screen.status.mode


def test_cut_off_no_more_than_the_limit_is_spent(cut_off: Till) -> None:
    till = cut_off
    till.ring(*["omelette"] * 4)
    till.badge(CARLA)
    assert till.paid()["Paid"] == "19.10 €"
    till.ring(*["omelette"] * 3)
    till.badge(CARLA)
    till.touch(intents.PayByAccount())
    assert "Without a connection 10.90 € of 30.00 € are left." in till.strips()
    assert len(till.entries("ticket")) == 1
    till.follow("Pay a part")
    assert till.due == "6.70"
    till.touch(intents.CashGiven(None))
    assert till.journal.sum(f"local:{CARLA_ID}") == 3000
    till.ring("pie")
    till.badge(CARLA)
    assert "0.00 € are left" in till.strips()


def test_what_only_local_mode_refuses_goes_with_it(cut_off: Till) -> None:
    till = cut_off
    till.ring(*["omelette"] * 7)
    till.badge(CARLA)
    till.touch(intents.PayByAccount())
    assert "Without a connection" in till.strips()
    till.bridge.send(Link(connected=True))
    till.wait(1)
    assert till.screen.status.mode == "Connected"
    assert "Without a connection" not in till.strips()


def test_the_limit_counts_one_outage(counter: Counter, cut_off: Till) -> None:
    till = cut_off
    till.ring(*["omelette"] * 6)
    till.badge(CARLA)
    counter.send_guests(upto=till.journal.head.seq)
    till.ring("pie")
    till.badge(CARLA)
    assert len(till.entries("ticket")) == 2


def test_a_refund_does_not_let_the_limit_be_spent_again(cut_off: Till) -> None:
    till = cut_off
    till.ring(*["omelette"] * 6)
    till.badge(CARLA)
    assert len(till.entries("ticket")) == 1
    till.do(Function.VOID_LAST)
    till.touch(intents.PadDone())
    assert [ticket["kind"] for ticket in till.entries("ticket")] == ["sale", "void"]
    till.ring("omelette")
    till.badge(CARLA)
    assert "1.90 € of 30.00 € are left" in till.strips()


def test_cut_off_no_balance_is_paid_out(cut_off: Till) -> None:
    till = cut_off
    till.badge(ANNA)
    till.do(Function.PAYOUT)
    assert "A balance is paid out only at a till that is connected to head office" in till.strips()
    assert till.entries("account") == []


# Paying out


def test_what_is_paid_out_is_held_until_head_office_has_its_entry(open_till: Till) -> None:
    till = open_till
    till.badge(ANNA)
    till.do(Function.PAYOUT)
    till.type("5")
    (asked,) = till.bridge.holds()
    assert (asked.guest, asked.amount_minor, asked.meals) == ("anna", 500, 0)
    assert till.paid()["Paid out"] == "5.00 €"
    till.wait(3)
    assert not [asked for asked in till.bridge.asked if asked.kind == "release"]
    till.bridge.send(Mark(1, till.journal.head.seq, 0))

    def let_go() -> bool:
        till.wait(3)
        return released(till, asked)

    wait_until(let_go, "the money is held no more")


@pytest.mark.parametrize(
    ("verdict", "problem"),
    [
        (Verdict(granted=False, reason="balance", balance_minor=400), "The account holds 4.00 €."),
        (Verdict(balance_minor=450, held_minor=50), "The account holds 4.00 €."),
    ],
)
def test_no_more_is_paid_out_than_head_office_knows_of(open_till: Till, verdict: Verdict, problem: str) -> None:
    till = open_till
    till.bridge.decide = lambda _asked: verdict
    till.badge(ANNA)
    till.do(Function.PAYOUT)
    till.type("5")
    assert till.pad.problem == problem
    assert till.entries("account") == []


def test_nothing_is_paid_out_when_no_answer_comes(open_till: Till) -> None:
    till = open_till
    slow = Hesitation(till, Verdict())
    till.badge(ANNA)
    till.do(Function.PAYOUT)
    press(till, *(intents.Typed(one) for one in "5"), intents.PadDone())
    assert till.flow.is_asking
    till.bridge.send(Link(connected=False))
    settle(till.flow, till.bus)
    assert "A balance is paid out only at a till that is connected to head office" in till.strips()
    assert till.entries("account") == []
    assert len(slow.asked) <= 1


# Feed first

PUPILS = replace(
    MENU_CATALOGUE,
    revision=9,
    guest_categories=tuple(
        replace(category, offline=OfflinePolicy(OfflineKind.FEED_FIRST, 3000)) if category.id == "student" else category
        for category in MENU_CATALOGUE.guest_categories
    ),
)


@pytest.fixture
def school(counter: Counter) -> Till:
    """Cut off, with a pupil who has nothing on the account."""
    counter.publish(PUPILS)
    counter.send_guests(guest("anna", "Anna Keller", 0, [badge(ANNA)]))
    return start_cut_off(counter)


def test_a_pupil_eats_and_the_debt_is_shown(school: Till) -> None:
    till = school
    till.ring("roast")
    till.badge(ANNA)
    assert till.paid()["New balance"] == "−6.20 €"
    assert "Meal given. The account now owes 6.20 €." in till.strips()


def test_one_meal_in_a_service(school: Till) -> None:
    till = school
    for _ in range(2):
        till.ring("roast")
        till.badge(ANNA)
    assert len(till.entries("ticket")) == 1
    assert "12.40 € is missing" in till.strips()


def test_a_meal_paid_in_cash_was_the_meal(school: Till) -> None:
    till = school
    till.ring("roast", "pie")
    till.badge(ANNA)
    till.touch(intents.CashGiven(1000))
    till.ring("roast")
    till.badge(ANNA)
    assert len(till.entries("ticket")) == 1
    assert "6.20 € is missing" in till.strips()


def test_two_meals_on_one_tray_are_not_promised(school: Till) -> None:
    till = school
    till.ring("roast", "omelette")
    till.badge(ANNA)
    assert till.entries("ticket") == []
    assert "is missing" in till.strips()


def test_what_lies_beside_the_meal_is_not_promised(school: Till) -> None:
    till = school
    till.ring("roast", "pie")
    till.badge(ANNA)
    assert "The guest can have the meal. 2.50 € beside it is not covered" in till.strips()
    till.touch(intents.Undo(), intents.PayByAccount())
    assert till.paid()["Paid"] == "6.20 €"


def test_a_set_menu_is_one_meal(school: Till) -> None:
    till = school
    till.touch(intents.PressSetMenu("menu-a"))
    till.badge(ANNA)
    assert till.paid()["New balance"] == "−6.70 €"


def test_a_meal_that_was_voided_can_be_had(school: Till) -> None:
    till = school
    till.ring("roast")
    till.badge(ANNA)
    till.do(Function.VOID_LAST)
    till.touch(intents.PadDone())
    till.ring("omelette")
    till.badge(ANNA)
    assert [ticket["kind"] for ticket in till.entries("ticket")] == ["sale", "void", "sale"]


def test_connected_nothing_is_promised(counter: Counter) -> None:
    counter.publish(PUPILS)
    counter.send_guests(guest("anna", "Anna Keller", 0, [badge(ANNA)]))
    till = counter.start()
    till.open_shift()
    till.ring("roast")
    till.badge(ANNA)
    assert till.entries("ticket") == []
    assert "6.20 € is missing" in till.strips()
