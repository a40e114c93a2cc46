"""The spool on a real broker: it acknowledges what it has committed, and keeps terminals up to date."""

import time

from masterdata.revision import verify_manifest
from mqtt_bridge import wire
from server.catalog.models import Price
from server.fleet.models import Terminal
from server.sales.models import Ticket
from server.spool.lock import SpoolLock
from server.spool.models import Quarantine
from tests.waiting import wait_until

AT_ONCE_S = 2.0
"""How soon a change at head office must be on its way to terminals; the clock starts at its commit."""


def test_a_terminal_asks_sells_and_reads_a_signed_acknowledgement(spool, till, house, line):
    wired = line(till.code)
    till.sell(house.anna)

    nonce = wired.ask(till)
    assert (wired.ack().upto, wired.document("accounts")["full"]) == (0, True)
    wired.up(till)
    ack = wired.ack()

    assert (ack.upto, ack.head, ack.nonce, ack.need, ack.alarm) == (2, till.entries[-1].hash, nonce, None, None)
    assert Ticket.objects.count() == 1


def test_messages_that_come_twice_or_out_of_order_are_answered_and_count_once(spool, till, house, line, balance):
    wired = line(till.code)
    for _ in range(3):
        till.sell(house.anna)

    wired.up(till, 3, 4)
    assert (wired.ack().need, Ticket.objects.count()) == (1, 0)
    for _ in range(2):
        wired.up(till)
        assert wired.ack().upto == 4

    assert Ticket.objects.count() == 3
    assert balance(house.anna) == 650


def test_an_ask_anybody_could_have_sent_raises_no_alarm(spool, till, house, line):
    wired = line(till.code)
    wired.up(till)
    assert wired.ack().upto == 1
    till.entries[0] = till.sign("open", {"run_id": "not the terminal's"})

    wired.ask(till)

    ack = wired.ack()
    assert (ack.alarm, ack.upto) == (None, 1)
    assert ack.head != till.entries[0].hash


def test_acknowledgement_numbers_rise(spool, till, line):
    wired = line(till.code)
    numbers = []
    for _ in range(3):
        wired.up(till)
        numbers.append(wired.ack().number)
    assert numbers == sorted(set(numbers))


def test_rubbish_on_every_topic_is_kept_aside_and_the_next_sale_still_counts(spool, till, house, line):
    wired = line(till.code)
    for leaf in ("up", "ask", "state"):
        wired.send(leaf, b"\x00\xff{not json on " + leaf.encode())
    wired.send("up", wire.encode(wire.Up(terminal="kiosk-2", epoch=1, entries=till.documents())))
    wired.send("up", b'{"v":1,"terminal":"kiosk-1","epoch":9223372036854775808,"entries":[{}]}')
    till.sell(house.anna)
    wired.up(till)

    assert wired.ack().upto == 2
    wait_until(lambda: Quarantine.objects.count() == 5, "five messages in quarantine")
    assert any("wrote on the topic of" in reason for reason in Quarantine.objects.values_list("reason", flat=True))


def test_a_sale_at_one_terminal_reaches_the_accounts_of_another(spool, make_till, house, line):
    one, two = make_till("kiosk-1"), make_till("kiosk-2")
    wired_one, wired_two = line("kiosk-1"), line("kiosk-2")
    wired_two.ask(two)
    version = wired_two.document("accounts")["version"]
    one.sell(house.anna)
    wired_one.up(one)
    wired_one.ack()
    committed = time.monotonic()

    document = wired_two.document("accounts")

    assert time.monotonic() - committed < AT_ONCE_S
    assert (document["full"], document["base_version"], document["upto"]) == (False, version, 0)
    assert [(guest["name"], guest["balance_minor"]) for guest in document["guests"]] == [("Anna Example", 1550)]


def test_the_seller_s_own_accounts_carry_the_mark_that_belongs_to_the_balance(spool, till, house, line):
    wired = line(till.code)
    wired.ask(till)
    wired.document("accounts")
    till.sell(house.anna)
    wired.up(till)

    document = wired.document("accounts")

    assert document["upto"] == 2
    assert [guest["balance_minor"] for guest in document["guests"]] == [1550]


def test_a_guest_blocked_in_the_back_office_is_blocked_at_terminals_at_once(spool, till, house, line):
    wired = line(till.code)
    wired.ask(till)
    wired.document("accounts")
    house.ben.blocked = True
    house.ben.save()
    committed = time.monotonic()

    document = wired.document("accounts")

    assert time.monotonic() - committed < AT_ONCE_S
    assert [(guest["name"], guest["blocked"]) for guest in document["guests"]] == [("Ben Example", True)]


def test_a_new_price_is_announced_and_stays_on_the_broker(spool, till, house, line, keys):
    wired = line(till.code)
    first = wired.document("revision")
    price = Price.objects.get()
    price.amount_minor = 475
    price.save()
    committed = time.monotonic()
    newest = wired.document("revision")

    assert time.monotonic() - committed < AT_ONCE_S
    assert verify_manifest(newest, keys.revision.public.to_base64()).revision == first["revision"] + 1
    assert line(till.code).document("revision") == newest


def test_birth_and_last_will_show_in_the_list_of_terminals(spool, till, line):
    wired = line(till.code)
    state = {
        "terminal": till.code,
        "software": "0.1.0",
        "epoch": 1,
        "head_seq": 9,
        "upto": 0,
        "at": "2026-11-20T11:00:00Z",
    }

    wired.send("state", wire.encode(wire.State(online=True, **state)), retain=True)
    wait_until(lambda: Terminal.objects.get().online, "the terminal is online")
    assert (Terminal.objects.get().software, till.enrolment.unsent) == ("0.1.0", 9)
    assert Terminal.objects.get().last_seen is not None

    wired.send("state", wire.encode(wire.State(online=False, **state)), retain=True)
    wait_until(lambda: not Terminal.objects.get().online, "the terminal is offline")


def test_after_the_broker_was_killed_the_spool_comes_back_by_itself(spool, broker, till, house, line):
    broker.kill()
    wait_until(lambda: not spool.connected.is_set(), "the spool notices")
    till.sell(house.anna)
    broker.start()
    wait_until(spool.connected.is_set, "the spool is back")
    wired = line(till.code)

    wired.document("revision")
    wired.up(till)

    assert wired.ack().upto == 2


def test_a_terminal_switched_off_at_head_office_gets_no_answer(spool, make_till, house, line):
    off, on = make_till("kiosk-1"), make_till("kiosk-2")
    Terminal.objects.filter(code="kiosk-1").update(active=False)
    wired_off, wired_on = line("kiosk-1"), line("kiosk-2")

    wired_off.up(off)
    wait_until(lambda: Quarantine.objects.filter(terminal="kiosk-1").exists(), "its entry in quarantine")
    wired_on.up(on)

    assert wired_on.ack().upto == 1
    assert off.enrolment.upto == 0


def test_a_second_spool_stands_by_until_the_first_is_gone(tmp_path, transactional_db):
    import threading

    from django.db import connections

    first, second = SpoolLock("+", tmp_path), SpoolLock("+", tmp_path)
    answers = []

    def elsewhere() -> None:
        answers.append(second.take())
        second.release()
        connections.close_all()

    assert first.take()
    for release in (False, True):
        if release:
            first.release()
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert answers == [False, True]
