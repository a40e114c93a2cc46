"""What head office knows of its terminals, and what it finds after they sold without a line."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from journal.keys import SigningKey
from mqtt_bridge import wire
from sales.authorisation import Authorisation, AuthorisationOutcome
from sales.tender import Tender, TenderKind
from sales.ticket import make_ticket, to_payload
from server.fleet.enrolment import enrol
from server.fleet.models import Terminal
from server.fleet.status import skew_words, statuses, sums, transfer_words
from server.guests.ledger import post
from server.guests.models import LedgerEntry
from server.reporting.double_use import double_uses, mark_seen, unseen
from server.reporting.overdrawn import explain, overdrawn_guests
from server.spool import answers, quarantine
from server.spool.intake import take_in
from tests.server.lunch import DAY, furnish, lane_of

HOUR = timedelta(hours=1)


def iso(moment):
    return moment.isoformat(timespec="milliseconds")


def tell(till, retained=False, **more):
    fields = {"online": True, "software": "1.2", "head_seq": len(till.entries), "upto": 0, "at": iso(timezone.now())}
    state = wire.State(terminal=till.code, epoch=till.epoch, **(fields | more))
    answers.note_state(wire.Topic("main", till.code, "state"), state, retained)


def ask(till):
    head = till.entries[-1].head
    answers.meet(
        wire.Ask(
            terminal=till.code,
            epoch=till.epoch,
            nonce="0" * 32,
            head_seq=head.seq,
            head_hash=head.hash,
            accounts_version=0,
        )
    )


def status(code):
    return statuses(Terminal.objects.filter(code=code).prefetch_related("enrolments"))[0]


def test_a_terminal_tells_how_it_is(till, house):
    since = timezone.now() - HOUR
    till.sell(house.anna)
    till.sell(house.anna)
    take_in(till.code, till.epoch, till.documents(1, 2))
    tell(
        till,
        mode="local",
        unsent=1,
        unsent_minor=450,
        oldest_unsent_at=iso(since),
        disk_used_percent=81,
        transfer="every 30 min",
    )
    found = status(till.code)
    assert (found.state, found.unsent, found.unsent_minor, found.upto, found.told) == ("local", 1, 450, 2, 3)
    assert abs(found.oldest_unsent_at - since) < timedelta(seconds=1)
    assert (found.disk, found.disk_full, found.sends, found.clock) == ("81 %", True, "every 30 min", "right")

    take_in(till.code, till.epoch, till.documents())
    assert (status(till.code).unsent, status(till.code).unsent_minor, status(till.code).oldest_unsent_at) == (
        0,
        0,
        None,
    )


def test_a_last_will_says_only_that_the_line_is_gone(till):
    tell(till, mode="connected", disk_used_percent=40, unsent_minor=7)
    before = Terminal.objects.get()
    tell(till, online=False, at=iso(timezone.now() - HOUR))
    after = Terminal.objects.get()
    assert (after.online, after.disk_used_percent, after.unsent_minor) == (False, 40, 7)
    assert (after.last_seen, after.clock_skew_s) == (before.last_seen, before.clock_skew_s)
    assert status(till.code).state == "silent"


def test_a_retained_state_measures_no_clock(till):
    tell(till, retained=True, at=iso(timezone.now() - 5 * HOUR), mode="connected")
    assert (Terminal.objects.get().clock_skew_s, Terminal.objects.get().mode) == (None, "connected")


@pytest.mark.parametrize("told", ["", "tomorrow", "2026-11-20T10:00:00", "0001-01-01T00:00:00Z"])
def test_any_time_a_terminal_tells_is_taken(till, told):
    tell(till, at=told, oldest_unsent_at=told, unsent=1)
    found = Terminal.objects.get()
    assert found.online
    assert (found.clock_skew_s is None) == (not told.endswith("Z"))


def test_a_wrong_clock_is_measured_by_fresh_entries_and_refuses_nothing(house, keys):
    """The lane's entries are dated into the morning of another day."""
    furnish(house.store)
    key = SigningKey.generate()
    enrolment = enrol({"terminal": "till-1", "public_key": key.public.to_base64()}, keys, house.store.code)
    lane = lane_of("till-1", enrolment.epoch, key, house.store)
    lane.open_shift()
    ask(lane)
    assert take_in(lane.code, lane.epoch, lane.documents()).accepted == len(lane.entries)
    assert Terminal.objects.get().clock_skew_s is None

    told = len(lane.entries)
    lane.now = timezone.now() + 26 * HOUR
    lane.sign_in("jonas")
    taken = take_in(lane.code, lane.epoch, lane.documents(told + 1))
    assert taken.accepted == 1
    found = status("till-1")
    assert found.clock_off
    assert abs(found.terminal.clock_skew_s - 26 * 3600) < 60
    assert found.clock == "26 h fast"


@pytest.mark.parametrize(
    ("skew_s", "words"),
    [(None, "–"), (2, "right"), (-90, "90 s slow"), (240, "4 min fast"), (-7200, "2 h slow"), (172800, "2 days fast")],
)
def test_clocks_are_told_in_words(skew_s, words):
    assert skew_words(skew_s) == words


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("immediate", "at once"),
        ("every 15 min", "every 15 min"),
        ("times 10:30 15:00", "at 10:30, 15:00"),
        ("times (9 a day)", "at times of day"),
        ("service_end", "at the end of a meal service"),
        ("carrier pigeon", "carrier pigeon"),
    ],
)
def test_when_a_terminal_sends_is_told_in_words(told, words):
    assert transfer_words(told) == words


def test_the_fleet_is_counted_by_how_it_is(make_till, house):
    connected, local, silent, stopped, off = (make_till(f"kiosk-{number}") for number in range(1, 6))
    for till in (connected, local, silent, stopped):
        tell(till, mode="local" if till is local else "connected", unsent=1, unsent_minor=100)
    tell(silent, online=False)
    quarantine.put("{}", "x", terminal=stopped.code)
    row = stopped.enrolment
    row.alarm = "The journal has two branches at entry 7: its key is in use twice."
    row.save()
    Terminal.objects.filter(code=off.code).update(active=False)

    found = statuses(Terminal.objects.order_by("code").prefetch_related("enrolments"))
    assert [each.state for each in found] == ["online", "local", "silent", "alarm", "off"]
    assert [each.quarantined for each in found] == [0, 0, 0, 1, 0]
    assert len(found[3].alarm.steps) == 4
    fleet = sums(found)
    assert (fleet.connected, fleet.local, fleet.silent, fleet.alarms) == (1, 1, 1, 1)
    assert (fleet.unsent, fleet.unsent_minor) == (4, 400)


@pytest.fixture
def lanes(house, keys):
    """Two tills that do not hear of each other, and the guests of a payer."""
    people = furnish(house.store)
    made = []
    for code in ("till-1", "till-2"):
        key = SigningKey.generate()
        enrolment = enrol({"terminal": code, "public_key": key.public.to_base64()}, keys, house.store.code)
        made.append(lane_of(code, enrolment.epoch, key, house.store))
    return (*made, people)


def send(*lanes):
    for lane in lanes:
        take_in(lane.code, lane.epoch, lane.documents())


def sell_locally(lane, guest, *articles):
    basket = lane.basket(guest, *articles)
    head = lane._head()
    head.pop("store")
    number = lane._count("ticket")
    ticket = make_ticket(
        basket,
        **head,
        number=number,
        language="en",
        tenders=(Tender(TenderKind.ACCOUNT, basket.to_pay_minor, guest.pk),),
        pickup_number=number,
        authorisation=Authorisation(f"{number:032x}", AuthorisationOutcome.LOCAL),
    )
    lane.write("ticket", to_payload(ticket))
    return ticket


def test_a_meal_had_twice_is_found_with_where_and_what_it_cost_and_can_be_seen(lanes):
    one, other, people = lanes
    one.sell(one.basket(people[0], "stew"))
    other.now += timedelta(minutes=3)
    sell_locally(other, people[0], "pasta")
    one.sell(one.basket(people[1], "stew"))
    send(one, other)

    assert unseen(DAY, DAY) == 1
    (found,) = double_uses(DAY, DAY)
    assert (found.guest, found.day, found.meal, found.count, found.too_much_minor) == (people[0], DAY, "Lunch", 2, 300)
    assert [(use.ticket.terminal.code, use.local) for use in found.uses] == [("till-1", False), ("till-2", True)]
    assert not mark_seen(people[1].pk, DAY, "lunch", "marie")
    assert mark_seen(people[0].pk, DAY, "lunch", "marie")
    assert (unseen(DAY, DAY), double_uses(DAY, DAY)[0].seen_by) == (0, "marie")

    other.sell(other.basket(people[0], "stew"))
    send(other)
    assert unseen(DAY, DAY) == 1
    assert (double_uses(DAY, DAY)[0].count, double_uses(DAY, DAY)[0].seen_at) == (3, None)


def test_a_meal_that_was_given_back_was_not_had_twice(lanes):
    one, other, people = lanes
    one.take_back(one.sell(one.basket(people[0], "stew")))
    other.sell(other.basket(people[0], "stew"))
    send(one, other)
    assert (unseen(DAY, DAY), double_uses(DAY, DAY)) == (0, [])


def test_an_overdrawn_account_names_the_terminals_behind_it(lanes):
    one, other, people = lanes
    guest, rich, owing = people[3], people[7], people[11]
    post([LedgerEntry(guest=guest, amount_minor=700, kind=LedgerEntry.Kind.TOP_UP, time_utc=one.now - HOUR)])
    post([LedgerEntry(guest=rich, amount_minor=9000, kind=LedgerEntry.Kind.TOP_UP, time_utc=one.now - HOUR)])
    owing.credit_limit_minor = 2000
    owing.save()
    for each in (rich, owing):
        one.sell(one.basket(each, "stew"))
    within = one.sell(one.basket(guest, "soup"))
    other.now += timedelta(minutes=5)
    beyond = sell_locally(other, guest, "stew", "pudding")
    send(one, other)

    (found,) = explain(list(overdrawn_guests()))
    assert found.guest == guest
    assert found.beyond_minor == within.total_minor + beyond.total_minor - 700
    assert [(row.terminal, row.tickets, row.amount_minor, row.local_minor) for row in found.terminals] == [
        ("till-2", 1, beyond.total_minor, beyond.total_minor)
    ]


@pytest.mark.django_db(transaction=True)
def test_a_terminal_tells_how_it_is_while_its_entries_come_from_a_stick(till, house):
    """A stick is read by the web server, with a database connection of its own."""
    failed, together = [], threading.Barrier(2)

    def read_stick() -> None:
        together.wait(15)
        try:
            for seq in range(1, len(till.entries) + 1):
                take_in(till.code, till.epoch, till.documents(seq, seq))
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    for _ in range(30):
        till.sell(house.ben)
    reading = threading.Thread(target=read_stick)
    reading.start()
    together.wait(15)
    told = len(till.entries)
    while reading.is_alive():
        told += 1
        tell(till, head_seq=told)
    reading.join(60)

    assert failed == []
    assert (till.enrolment.upto, till.enrolment.head_seq) == (len(till.entries), told)
