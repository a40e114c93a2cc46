"""Holds: what head office says to a terminal that asks for a guest's money, and what becomes of it."""

import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import close_old_connections, connections, transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mqtt_bridge import wire
from mqtt_bridge.session import KEEPALIVE_S
from sales.ticket import from_payload, to_payload
from server.fleet.models import Enrolment, Terminal
from server.guests import holds
from server.guests.ledger import post
from server.guests.models import Guest, Hold, LedgerEntry
from server.guests.replica import accounts_document
from server.spool.feed import Feed
from server.spool.intake import take_in
from tests.server.conftest import TODAY, Till


def decide(till: Till, guest: Guest | None, amount_minor: int = 450, **changes) -> holds.Decision:
    request = wire.from_document(wire.Authorise, till.request(guest, amount_minor, **changes))
    return holds.decide(holds.asking(till.code, till.epoch), request)


def deliver(till: Till, first: int = 1) -> None:
    take_in(till.code, till.epoch, till.documents(first))


def state(request: str) -> str:
    return Hold.objects.get(request=request).state


def connected(*tills: Till) -> None:
    """The terminals are on the line, and head office has everything they told of."""
    Terminal.objects.filter(code__in=[till.code for till in tills]).update(online=True)


@pytest.fixture
def two(make_till: Callable[[str], Till]) -> tuple[Till, Till]:
    return make_till("till-1"), make_till("till-2")


def test_money_is_held_once_and_what_is_left_is_there_for_others(house, two):
    one, other = two

    assert decide(one, house.anna, 2500) == holds.Decision(True, "", 2000, 0, 120)
    assert decide(other, house.anna, 600) == holds.Decision(False, "balance", 2000, 2500, 0)
    assert decide(other, house.anna, 500) == holds.Decision(True, "", 2000, 2500, 120)


def test_a_terminal_cannot_be_granted_the_same_money_twice_either(house, till):
    assert decide(till, house.anna, 3000).granted
    assert decide(till, house.anna, 1).reason == "balance"


def test_the_same_request_gets_the_same_answer_and_holds_nothing_more(house, till):
    request = secrets.token_hex(16)

    first, again = (decide(till, house.anna, 3000, request=request) for _ in range(2))

    assert first == again
    assert first.granted
    assert Hold.objects.count() == 1


def test_a_refused_request_stays_refused_though_there_is_money_now(house, till):
    request = secrets.token_hex(16)
    assert decide(till, house.anna, 3001, request=request).reason == "balance"
    post([LedgerEntry(guest=house.anna, amount_minor=1000, kind=LedgerEntry.Kind.TOP_UP)])

    assert decide(till, house.anna, 3001, request=request).reason == "balance"
    assert decide(till, house.anna, 3001).granted


def test_a_request_takes_the_place_of_an_earlier_one_of_the_same_terminal_only(house, two):
    one, other = two
    earlier = secrets.token_hex(16)
    assert decide(one, house.anna, 3000, request=earlier).granted

    assert decide(other, house.anna, 3000, replaces=earlier).reason == "balance"
    assert state(earlier) == Hold.State.OPEN
    assert decide(one, house.anna, 2999, replaces=earlier).granted
    assert state(earlier) == Hold.State.RELEASED


def test_money_that_is_held_stays_held_when_there_is_not_enough_for_more(house, two):
    one, other = two
    earlier = secrets.token_hex(16)
    assert decide(one, house.anna, 2000, request=earlier).granted

    assert decide(one, house.anna, 3001, replaces=earlier).reason == "balance"
    assert state(earlier) == Hold.State.OPEN
    assert decide(other, house.anna, 1001).reason == "balance"


def test_a_released_hold_is_there_for_others_at_once_and_its_request_is_spent(house, two):
    one, other = two
    request = secrets.token_hex(16)
    decide(one, house.anna, 3000, request=request)

    assert decide(one, None, kind="release", replaces=request).granted

    assert decide(other, house.anna, 3000).granted
    assert decide(one, house.anna, 3000, request=request).reason == "spent"


def test_a_ticket_consumes_its_hold_with_the_balance(house, two, balance):
    one, other = two
    request = secrets.token_hex(16)
    decide(one, house.anna, 450, request=request)
    one.sell(house.anna, request=request)

    deliver(one)

    assert (state(request), balance(house.anna)) == (Hold.State.CONSUMED, 1550)
    assert decide(other, house.anna, 2550).granted
    assert decide(one, house.anna, 450, request=request).reason == "spent"


def test_a_request_that_comes_after_its_ticket_is_refused(house, till):
    request = secrets.token_hex(16)
    till.sell(house.anna, request=request)
    deliver(till)

    assert state(request) == Hold.State.TOMBSTONE
    assert decide(till, house.anna, 450, request=request).reason == "spent"


def test_tickets_that_come_twice_or_many_at_a_time_end_their_holds_once(house, till, balance):
    requests = [secrets.token_hex(16) for _ in range(3)]
    for request in requests[:2]:
        decide(till, house.anna, 450, request=request)
    for request in requests:
        till.sell(house.anna, request=request)

    deliver(till)
    deliver(till)

    assert [state(request) for request in requests] == ["consumed", "consumed", "tombstone"]
    assert balance(house.anna) == 650


def test_a_ticket_from_before_authorisations_is_taken_in_as_ever(house, till, balance):
    payload = till.ticket(house.anna)
    ticket = replace(from_payload(payload), authorisation=None)
    till.write("ticket", to_payload(ticket))
    deliver(till)

    assert (Hold.objects.count(), balance(house.anna)) == (0, 1550)


def test_blocked_unknown_and_foreign_guests_get_nothing(house, till):
    house.ben.blocked = True
    house.ben.save()
    house.anna.store = house.other_store
    house.anna.save()

    assert decide(till, house.ben, 0).reason == "blocked"
    assert decide(till, house.anna, 0).reason == "unknown_guest"
    house.anna.pk = "nobody"
    assert decide(till, house.anna, 0).reason == "unknown_guest"
    house.ben.left, house.ben.blocked = True, False
    house.ben.save()
    assert decide(till, house.ben, 0).reason == "unknown_guest"


def test_a_terminal_that_is_switched_off_is_told_so(house, till):
    Terminal.objects.update(active=False)

    assert decide(till, house.anna) == decide(till, None) == holds.Decision(False, "switched_off")
    assert not Hold.objects.exists()


def test_a_key_that_was_replaced_is_switched_off(house, till, make_till):
    make_till(till.code)

    assert decide(till, house.anna).reason == "switched_off"


def test_a_revoked_enrolment_is_switched_off(house, till):
    Enrolment.objects.update(revoked_at=timezone.now())

    assert decide(till, house.anna).reason == "switched_off"


def test_a_subsidised_meal_is_granted_once_a_service(house, two):
    one, other = two
    meal = {"meal": "lunch", "meals": 1, "day": TODAY.isoformat()}

    assert decide(one, house.anna, 100, **meal).granted
    assert decide(other, house.anna, 100, **meal).reason == "meal_used"
    assert decide(other, house.anna, 100, **meal | {"meal": "dinner"}).granted
    assert decide(other, house.anna, 100, **meal | {"day": "2026-11-21"}).granted
    assert decide(other, house.anna, 100, **meal | {"meals": 0}).granted


def test_a_meal_that_was_sold_is_used(house, two):
    one, other = two
    meal = {"meal": "lunch", "meals": 1}
    payload = one.ticket(house.anna)
    one.write("ticket", payload | {"meal_id": "lunch", "meals_used": 1})
    deliver(one)

    assert decide(other, house.anna, 100, **meal).reason == "meal_used"
    assert decide(other, house.ben, 100, **meal).granted


def test_an_expired_hold_ends_once_its_terminal_can_have_sold_nothing_with_it(house, two):
    one, other = two
    request = secrets.token_hex(16)
    decide(one, house.anna, 3000, request=request)
    later = timezone.now() + timedelta(minutes=5)

    assert holds.sweep(later) == 0
    assert decide(other, house.anna, 1).reason == "balance"
    connected(one)
    Enrolment.objects.filter(terminal__code=one.code).update(head_seq=2)
    assert holds.sweep(later) == 0
    Enrolment.objects.filter(terminal__code=one.code).update(upto=2)
    assert holds.sweep(timezone.now()) == 0
    assert holds.sweep(later) == 1

    assert state(request) == Hold.State.RELEASED
    assert decide(other, house.anna, 3000).granted


def test_only_the_spool_of_a_terminal_s_shard_ends_its_holds(house, till, keys):
    """Of terminals of another shard it cannot tell: their spool may be down, and with it the news that they are cut off."""
    request = secrets.token_hex(16)
    decide(till, house.anna, 3000, request=request)
    connected(till)
    Enrolment.objects.filter(terminal__code=till.code).update(head_seq=F("upto"))
    Hold.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    feed, own = (Feed(keys, lambda *_message: None, 0, shard) for shard in ("other", till.enrolment.terminal.shard))

    feed.turn()
    assert state(request) == Hold.State.OPEN
    own.turn()
    assert state(request) == Hold.State.RELEASED


def test_a_hold_outlives_a_connection_that_broke_unnoticed():
    assert holds.GRACE_S > 1.5 * KEEPALIVE_S


def test_a_terminal_that_is_never_heard_of_again_holds_nothing_for_longer_than_a_day(house, till):
    decide(till, house.anna, 3000)

    assert holds.sweep(timezone.now() + holds.LONGEST + timedelta(minutes=1), shard="other") == 1


def test_a_sale_whose_hold_is_gone_still_counts(house, till, balance):
    request = secrets.token_hex(16)
    decide(till, house.anna, 450, request=request)
    holds.sweep(timezone.now() + holds.LONGEST * 2)
    till.sell(house.anna, request=request)
    deliver(till)

    assert (state(request), balance(house.anna)) == (Hold.State.CONSUMED, 1550)


def test_old_requests_are_forgotten_and_open_holds_are_not(house, till):
    decide(till, house.anna, 100)
    decide(till, house.anna, 100000)
    holds.forget(timezone.now() + holds.KEPT + timedelta(days=1))

    assert [hold.state for hold in Hold.objects.all()] == [Hold.State.OPEN]


def test_terminals_hear_what_is_held_for_others(house, two, keys):
    one, other = two

    def held(till: Till, base: int | None = None) -> dict[str, int]:
        guests = accounts_document(till.enrolment.pk, base, keys)["guests"]
        return {guest["name"]: guest["held_minor"] for guest in guests}

    version = accounts_document(one.enrolment.pk, None, keys)["version"]
    request = secrets.token_hex(16)
    decide(one, house.anna, 700, request=request)
    decide(other, house.anna, 200)

    assert (held(one), held(other)) == (
        {"Anna Example": 200, "Ben Example": 0},
        {"Anna Example": 700, "Ben Example": 0},
    )
    assert held(one, version) == {}
    holds.sweep()
    assert held(one, version) == {"Anna Example": 200}
    version = accounts_document(one.enrolment.pk, None, keys)["version"]
    one.sell(house.anna, request=request)
    deliver(one)
    assert held(other, version) == {"Anna Example": 0}


def test_the_end_of_a_hold_is_told_even_if_its_guest_did_not_pay(house, two, keys):
    one, other = two
    request = secrets.token_hex(16)
    decide(one, house.ben, 300, request=request)
    holds.sweep()
    version = accounts_document(other.enrolment.pk, None, keys)["version"]
    one.sell(house.anna, request=request)
    deliver(one)

    guests = accounts_document(other.enrolment.pk, version, keys)["guests"]
    assert {guest["name"]: guest["held_minor"] for guest in guests} == {"Anna Example": 0, "Ben Example": 0}


STEPS = ("ask", "buy", "buy", "sell", "release", "again", "sweep", "deliver")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1), st.integers(2, 6)), min_size=8, max_size=30))
def test_whatever_two_terminals_do_with_granted_money_no_account_is_overdrawn(house, two, steps):
    """A terminal sells only what was granted; entries arrive whenever they do."""
    try:
        with transaction.atomic():
            _play(house, two, steps)
            transaction.set_rollback(True)
    finally:
        for till in two:
            del till.entries[1:]


def _play(house, tills: tuple[Till, Till], steps: list[tuple[str, int, int]]) -> None:
    guest = house.anna
    granted: list[dict[str, int]] = [{}, {}]
    delivered = [0, 0]
    for step, which, quantity in steps:
        till, open_requests = tills[which], granted[which]
        if step in ("ask", "buy"):
            request = secrets.token_hex(16)
            if decide(till, guest, 450 * quantity, request=request).granted:
                open_requests[request] = quantity
        newest = next(reversed(open_requests), "")
        if step in ("sell", "buy") and newest:
            till.sell(guest, open_requests.pop(newest), request=newest)
            Enrolment.objects.filter(terminal__code=till.code).update(head_seq=len(till.entries))
        elif step == "again" and newest:
            assert decide(till, guest, 450 * open_requests[newest], request=newest).granted
        elif step == "release" and newest:
            del open_requests[newest]
            decide(till, None, kind="release", replaces=newest)
        elif step == "sweep":
            # The lifetime of every hold is over: what was not sold is not sold any more.
            granted = [{}, {}]
            connected(*tills)
            holds.sweep(timezone.now() + timedelta(minutes=5))
        elif step == "deliver":
            deliver(till, delivered[which] + 1)
            delivered[which] = len(till.entries)
    for till in tills:
        deliver(till)
    guest.refresh_from_db()
    assert guest.balance_minor >= -guest.credit_limit_minor


@pytest.mark.django_db(transaction=True)
def test_terminals_that_ask_at_the_same_moment_share_the_balance(house, make_till):
    """Four terminals of four spools, each with a database connection of its own, want all there is."""
    tills = [make_till(f"till-{number}") for number in range(4)]
    senders = [holds.asking(till.code, till.epoch) for till in tills]
    together, granted, failed = threading.Barrier(len(tills)), [], []

    def ask(till: Till, sender: holds.Sender) -> None:
        try:
            together.wait(15)
            for _ in range(10):
                request = wire.from_document(wire.Authorise, till.request(house.anna, 200))
                if holds.decide(sender, request).granted:
                    granted.append(request.request)
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=pair) for pair in zip(tills, senders, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    close_old_connections()

    assert failed == []
    assert len(granted) == 15
    assert sum(Hold.objects.filter(state="open").values_list("amount_minor", flat=True)) == 3000


@pytest.mark.django_db(transaction=True)
def test_of_two_who_want_the_last_money_at_the_same_moment_one_gets_it(house, make_till):
    tills = [make_till(f"till-{number}") for number in range(2)]
    together, failed = threading.Barrier(len(tills)), []
    answers: list[list[holds.Decision]] = [[], []]

    def ask(till: Till, heard: list[holds.Decision]) -> None:
        try:
            for _ in range(40):
                request = secrets.token_hex(16)
                together.wait(15)
                heard.append(decide(till, house.anna, 3000, request=request))
                together.wait(15)
                if heard[-1].granted:
                    assert decide(till, None, kind="release", replaces=request).granted
        except Exception as error:
            failed.append(error)
            together.abort()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=pair) for pair in zip(tills, answers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert failed == []
    one_each = {holds.Decision(True, "", 2000, 0, 120), holds.Decision(False, "balance", 2000, 3000, 0)}
    assert [set(pair) for pair in zip(*answers, strict=True)] == [one_each] * 40


@pytest.mark.django_db(transaction=True)
def test_a_request_that_meets_its_own_ticket_waits_for_it_and_is_spent(house, till):
    request, heard = secrets.token_hex(16), []

    def ask() -> None:
        try:
            heard.append(decide(till, house.anna, 450, request=request))
        finally:
            connections.close_all()

    asker = threading.Thread(target=ask)
    with transaction.atomic():
        holds.spend(till.enrolment.terminal, {request: till.epoch})
        asker.start()
        asker.join(0.3)
    asker.join(60)

    assert heard == [holds.Decision(False, "spent", 2000, 0, 0)]


@pytest.mark.django_db(transaction=True)
def test_requests_are_answered_after_a_rollback_and_by_a_new_connection(house, till):
    for _ in range(2):
        connections.close_all()
        with transaction.atomic():
            assert decide(till, house.anna, 1).granted
            transaction.set_rollback(True)
        assert decide(till, house.anna, 1).granted

    assert Hold.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_asking_and_selling_at_the_same_moment_neither_overdraws_nor_deadlocks(house, make_till, balance):
    """Every terminal asks, sells and delivers as fast as it can, while expired holds are swept."""
    tills = [make_till(f"till-{number}") for number in range(3)]
    together, failed, done = threading.Barrier(len(tills) + 1), [], threading.Event()

    def lunch(till: Till) -> None:
        sender = holds.asking(till.code, till.epoch)
        together.wait(15)
        for _ in range(8):
            request = wire.from_document(wire.Authorise, till.request(house.anna, 450))
            if holds.decide(sender, request).granted:
                till.sell(house.anna, request=request.request)
                deliver(till)

    def sweep() -> None:
        together.wait(15)
        while not done.is_set():
            holds.sweep()

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    sellers = [threading.Thread(target=guarded, args=(lambda till=till: lunch(till),)) for till in tills]
    sweeper = threading.Thread(target=guarded, args=(sweep,))
    for thread in (*sellers, sweeper):
        thread.start()
    for thread in sellers:
        thread.join(60)
    done.set()
    sweeper.join(60)

    assert failed == []
    assert balance(house.anna) == 2000 - 6 * 450
    assert not Hold.objects.filter(state="open").exists()
