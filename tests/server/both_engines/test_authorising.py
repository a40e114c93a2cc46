"""Authorisations on a real broker: who is answered, where, and when nobody is."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import connection, connections, transaction

from journal.keys import SigningKey, sign_document
from mqtt_bridge import wire
from server.core.keys import HeadOfficeKeys
from server.core.models import Counter
from server.fleet.models import Terminal
from server.guests.models import ACCOUNTS, Guest, Hold
from server.spool.authorising import Authorising
from server.spool.connection import Connection
from server.spool.worker import Spool
from tests.waiting import wait_until


@pytest.fixture
def spool(spool: Spool, make_till, line) -> Spool:
    """One that answers already: what is asked before that is lost."""
    answered_again(line("early"), make_till("early"))
    return spool


def left_alone(wired, till, *documents: dict) -> None:
    """Every one of `documents` is passed over, and the next question is answered all the same."""
    for document in documents:
        wired.authorise(document)
    probe = till.request(None)
    wired.authorise(probe)
    assert wired.authorised().request == probe["request"]


def test_a_request_is_answered_signed_and_the_answer_is_a_hold(spool, till, house, line):
    wired = line(till.code)
    asked = till.request(house.anna, 700)
    wired.authorise(asked)

    answer = wired.authorised()

    assert (answer.terminal, answer.epoch, answer.request) == (till.code, till.epoch, asked["request"])
    assert (answer.granted, answer.reason, answer.balance_minor, answer.held_minor) == (True, "", 2000, 0)
    assert (answer.lifetime_s, bool(answer.at)) == (120, True)
    assert Hold.objects.get().amount_minor == 700


def test_a_message_that_comes_twice_is_answered_twice_alike_and_holds_once(spool, till, house, line):
    wired = line(till.code)
    asked = till.request(house.anna, 3000)

    wired.authorise(asked)
    wired.authorise(asked)

    assert [wired.authorised().granted, wired.authorised().granted] == [True, True]
    assert Hold.objects.count() == 1


def test_a_probe_is_answered_and_leaves_nothing(spool, till, line):
    wired = line(till.code)
    wired.authorise(till.request(None))

    assert wired.authorised().granted
    assert not Hold.objects.exists()


def test_the_ticket_of_a_granted_sale_ends_the_hold(spool, till, house, line, balance):
    wired = line(till.code)
    asked = till.request(house.anna, 450)
    wired.authorise(asked)
    assert wired.authorised().granted
    till.sell(house.anna, request=asked["request"])
    wired.up(till)
    assert wired.ack().upto == 2

    wired.authorise(asked)

    assert wired.authorised().reason == "spent"
    assert (Hold.objects.get().state, balance(house.anna)) == (Hold.State.CONSUMED, 1550)


def test_only_the_terminal_s_own_key_can_ask(spool, make_till, house, line):
    one, other = make_till("till-1"), make_till("till-2")
    wired = line("till-1")
    stranger = SigningKey.generate()
    unsigned = {name: value for name, value in one.request(house.anna).items() if name != "signature"}
    altered = one.request(house.anna, 450) | {"amount_minor": 1}

    left_alone(
        wired,
        one,
        unsigned,
        altered,
        sign_document(stranger, wire.AUTHORISE_CONTEXT, unsigned),
        sign_document(one.key, wire.ACK_CONTEXT, unsigned),
        other.request(house.anna),
        one.request(house.anna, terminal="till-9"),
        one.request(house.anna, epoch=2),
        one.request(house.anna, amount_minor=-1),
        one.request(house.anna, meals=2),
    )

    assert not Hold.objects.exists()


def test_a_terminal_that_asks_on_another_s_topic_is_passed_over(spool, make_till, house, line):
    one, other = make_till("till-1"), make_till("till-2")
    wired_one, wired_other = line("till-1"), line("till-2")

    left_alone(wired_other, other, one.request(house.anna))
    left_alone(wired_one, one)

    assert not Hold.objects.exists()
    assert (wired_one.waiting("authorised"), wired_other.waiting("authorised")) == (0, 0)


def test_the_answer_goes_to_the_terminal_s_own_topic_whatever_the_message_asks_for(spool, make_till, house, line):
    one = make_till("till-1")
    make_till("till-2")
    wired_one, wired_other = line("till-1"), line("till-2")

    wired_one.authorise(one.request(house.anna), response_topic=wire.topic("main", "till-2", "authorised"))

    assert wired_one.authorised().granted
    left_alone(wired_one, one)
    assert wired_other.waiting("authorised") == 0


def test_a_terminal_switched_off_at_head_office_hears_so(spool, till, house, line):
    Terminal.objects.update(active=False)
    wired = line(till.code)

    wired.authorise(till.request(house.anna))

    answer = wired.authorised()
    assert (answer.granted, answer.reason) == (False, "switched_off")


def test_rubbish_ends_nothing(spool, till, line):
    wired = line(till.code)
    for payload in (b"", b"\xff", b"[]", b'{"v":1}', b"{" * 10000):
        wired.send("authorise", payload)

    left_alone(wired, till)


def test_what_is_held_reaches_other_terminals(spool, make_till, house, line):
    one, other = make_till("till-1"), make_till("till-2")
    wired_one, wired_other = line("till-1"), line("till-2")
    wired_other.ask(other)
    assert wired_other.document("accounts")["full"]

    wired_one.authorise(one.request(house.anna, 700))

    guests = wired_other.document("accounts")["guests"]
    assert [(guest["name"], guest["balance_minor"], guest["held_minor"]) for guest in guests] == [
        ("Anna Example", 2000, 700)
    ]


def test_a_spool_whose_main_loop_stands_still_knows_and_answers_when_it_turns_again(spool, till, house, line):
    wired = line(till.code)
    with somebody_holds(lambda: Counter.objects.select_for_update().get(pk=ACCOUNTS)):
        till.sell(house.anna)
        wired.up(till)
        wait_until(lambda: not spool.is_alive(), "the spool knows that its main loop stands still")

    answered_again(wired, till)


def test_nobody_is_answered_while_terminals_may_be_told_nothing(alone, till, house, line):
    wired = line(till.code)
    answered_again(wired, till)
    alone.may_answer.clear()
    unheard = till.request(house.anna)
    alone.take_up(wired, unheard)
    alone.may_answer.set()

    assert unheard["request"] not in answered_again(wired, till)
    assert not Hold.objects.exists()


def test_a_request_that_waited_for_the_database_is_dropped(alone, till, house, line):
    """Somebody holds the guest for longer than an answer is worth waiting for; what came meanwhile is too old."""
    wired = line(till.code)
    answered_again(wired, till)
    late = till.request(house.anna, 200)
    with somebody_holds(lambda: Guest.objects.select_for_update().get(pk=house.anna.pk)):
        alone.take_up(wired, till.request(house.anna, 100))
        wired.authorise(late)
        worthless_s = time.monotonic() + wire.AUTHORISE_EXPIRY_S
        wait_until(lambda: time.monotonic() > worthless_s, "an answer is worth nothing any more")

    assert late["request"] not in answered_again(wired, till)
    assert not Hold.objects.filter(request=late["request"]).exists()


def test_a_database_that_only_reads_answers_no_probe(alone, till, house, line):
    """Else a terminal would take head office for well and have its next guest wait in vain."""
    wired = line(till.code)
    answered_again(wired, till)
    with only_reads():
        alone.take_up(wired, till.request(house.anna))
        unheard = [till.request(None), till.request(None)]
        for probe in unheard:
            alone.take_up(wired, probe)
        alone.may_answer.clear()
        alone.take_up(wired, till.request(None))
    alone.may_answer.set()

    assert not {probe["request"] for probe in unheard} & answered_again(wired, till)
    assert not Hold.objects.exists()
    wired.authorise(till.request(house.anna))
    assert wired.authorised().granted


class Alone:
    """The authorising thread without a spool: it is told whether it may answer, and tells when it takes up a request."""

    def __init__(self, port: int, keys: HeadOfficeKeys) -> None:
        self.may_answer = threading.Event()
        self.may_answer.set()
        self._taken_up = threading.Event()
        self.thread = Authorising(
            lambda: Connection("127.0.0.1", port, "authorise.all", "+", at_once=True), keys, self._is_alive
        )

    def _is_alive(self) -> bool:
        may_answer = self.may_answer.is_set()
        self._taken_up.set()
        return may_answer

    def take_up(self, wired, document: dict) -> None:
        """Send a request and return when it is being dealt with. Everything sent earlier has to be answered."""
        self._taken_up.clear()
        wired.authorise(document)
        assert self._taken_up.wait(15)


@pytest.fixture
def alone(broker, keys: HeadOfficeKeys, transactional_db: None) -> Iterator[Alone]:
    made = Alone(broker.port, keys)
    made.thread.start()
    yield made
    made.thread.stop()


@contextmanager
def somebody_holds(lock: Callable[[], object]) -> Iterator[None]:
    """Another connection holds a lock (on SQLite always that of all writers) as long as this lasts."""
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock()
            held.set()
            release.wait(60)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(15)
    try:
        yield
    finally:
        release.set()
        holder.join(15)


@contextmanager
def only_reads() -> Iterator[None]:
    """A database that fails every write of other connections: a standby on PostgreSQL, a broken disk on SQLite."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            try:
                yield
            finally:
                cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
            return
        for table, moment in (("guests_hold", "INSERT"), ("fleet_terminal", "UPDATE")):
            cursor.execute(
                f"CREATE TRIGGER broken_{table} BEFORE {moment} ON {table} BEGIN SELECT RAISE(FAIL, 'disk I/O error'); END"
            )
        try:
            yield
        finally:
            for table in ("guests_hold", "fleet_terminal"):
                cursor.execute(f"DROP TRIGGER broken_{table}")


def answered_again(wired, till) -> set[str]:
    """Ask until the newest question is answered; returns which ones were. What was sent earlier is over then."""
    answered: set[str] = set()

    def newest() -> bool:
        probe = till.request(None)
        wired.authorise(probe)
        with suppress(queue.Empty):
            while probe["request"] not in answered:
                answered.add(wired.authorised(0.3).request)
        return probe["request"] in answered

    wait_until(newest, "head office answers")
    return answered
