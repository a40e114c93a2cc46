"""A terminal's disk was copied and both went on: what the copy sold is real, and counts once, when somebody decides so."""

import json
import threading
from copy import deepcopy
from dataclasses import replace

import pytest
from django.db import connections

from journal.keys import SigningKey
from server.fleet.enrolment import enrol
from server.fleet.models import Enrolment, Terminal
from server.guests.models import Guest
from server.sales.closings import check_closings
from server.sales.models import Ticket
from server.spool.decisions import decide, possible
from server.spool.intake import take_in
from server.spool.models import Decision, JournalEntry, Quarantine, Trouble
from tests.server.lunch import furnish, lane_of

TAKE_IN, BRANCH, SET_ASIDE = Decision.Action.TAKE_IN, Decision.Action.BRANCH, Decision.Action.SET_ASIDE


@pytest.fixture
def copied(till, house):
    """The terminal, and its copy made after entry 2; both were started again, and the terminal's own entries are here."""
    till.sell(house.anna)
    copy = replace(till, entries=list(till.entries))
    copy.write("open", {"run_id": "of the copy"})
    till.sell(house.anna)
    till.sell(house.anna)
    take_in(till.code, till.epoch, till.documents())
    return till, copy


def send(till):
    return take_in(till.code, till.epoch, till.documents())


def everything(*others):
    return Quarantine.objects.exclude(trouble__in=others).order_by("seq")


def problems(decisions):
    return [decision.problem for decision in decisions if decision.problem]


def test_the_whole_branch_is_kept_however_it_comes(copied, house):
    till, copy = copied
    for _ in range(6):
        copy.sell(house.anna)
    taken = take_in(till.code, till.epoch, copy.documents(1, 5))
    assert (taken.need, taken.enrolment.upto, taken.accepted) == (None, 4, 0)
    assert "two branches at entry 3" in taken.enrolment.alarm
    assert send_part(copy, 6, 9).enrolment.upto == 4

    assert list(everything().values_list("seq", "trouble", "passed")) == [
        (seq, "fork", False) for seq in range(3, len(copy.entries) + 1)
    ]


def send_part(till, first, last):
    return take_in(till.code, till.epoch, till.documents(first, last))


def test_a_copys_sales_count_once_when_taken_in_under_a_branch(copied, house, balance):
    till, copy = copied
    copy.sell(house.anna, 2)
    copy.sell(house.anna)
    send(copy)
    assert balance(house.anna) == 2000 - 3 * 450

    decisions = decide(everything(), BRANCH, "Marie", "bought a new disk")
    assert problems(decisions) == []
    assert balance(house.anna) == 2000 - 6 * 450
    branch = Enrolment.objects.get(branch_of__isnull=False)
    assert (branch.branch_of, branch.epoch, branch.branched_after, branch.upto) == (till.enrolment, 2, 2, 5)
    assert branch.head_hash == copy.entries[-1].hash
    assert list(Ticket.objects.filter(epoch=2).values_list("seq", "number", "total_minor").order_by("seq")) == [
        (4, 2, 900),
        (5, 3, 450),
    ]
    assert [(row.by, row.note, row.item.resolved) for row in Decision.objects.all()] == [
        ("Marie", "bought a new disk", True)
    ] * 3

    Enrolment.objects.update(alarm="")
    decide(everything(), BRANCH, "Marie")
    send(copy)
    assert take_in(till.code, till.epoch, copy.documents(4)).need is None
    send(till)
    assert till.enrolment.alarm == ""
    assert balance(house.anna) == 2000 - 6 * 450
    assert Quarantine.objects.filter(resolved=False).count() == 0
    assert (till.enrolment.upto, till.enrolment.head_hash) == till.entries[-1].head


def test_a_branch_is_nobodys_enrolment(copied, house, keys, make_till):
    till, copy = copied
    copy.sell(house.anna)
    send(copy)
    decide(everything(), BRANCH, "Marie")

    assert Terminal.objects.get().enrolment == till.enrolment
    assert take_in(till.code, 2, till.documents()).enrolment is None
    key = SigningKey.generate().public.to_base64()
    assert enrol({"terminal": till.code, "public_key": key}, keys, house.store.code).epoch == 3
    assert Terminal.objects.get().enrolment.epoch == 3


def test_later_entries_go_on_with_the_branch_and_another_copy_opens_another(copied, house, balance):
    _till, copy = copied
    copy.sell(house.anna)
    send(copy)
    second = replace(copy, entries=list(copy.entries))
    decide(everything(), BRANCH, "Marie")
    copy.sell(house.ben)
    second.sell(house.anna)
    send(copy)
    send(second)

    assert problems(decide(everything(), BRANCH, "Marie")) == []
    branches = Enrolment.objects.filter(branch_of__isnull=False).order_by("epoch")
    assert [(row.epoch, row.branched_after, row.upto) for row in branches] == [(2, 2, 5), (3, 4, 5)]
    assert (balance(house.anna), balance(house.ben)) == (2000 - 5 * 450, -450)


def test_an_entry_whose_forerunner_is_missing_waits_for_it(copied, house, balance):
    _till, copy = copied
    for _ in range(3):
        copy.sell(house.anna)
    send(copy)
    first, middle, last = everything().filter(seq__gt=3)
    decide(everything().filter(seq=3), BRANCH, "Marie")
    decide([middle], SET_ASIDE, "Marie", "by mistake")

    assert problems(decide([first, last], BRANCH, "Marie")) == ["Entry 5 of this branch is not here yet."]
    assert balance(house.anna) == 2000 - 4 * 450
    middle.refresh_from_db()
    assert possible(middle) == [BRANCH]
    assert problems(decide([middle, last], BRANCH, "Marie")) == []
    assert balance(house.anna) == 2000 - 6 * 450


def test_a_branch_goes_on_past_an_entry_that_cannot_be_read_yet(copied, house, balance):
    _till, copy = copied
    stranger = Guest(id="f" * 32, company=house.store.company, name="Later", category=house.anna.category)
    copy.sell(stranger)
    copy.sell(house.anna)
    send(copy)

    assert problems(decide(everything(), BRANCH, "Marie")) == [f"guest {stranger.pk} is not known"]
    assert balance(house.anna) == 2000 - 4 * 450
    waiting = Quarantine.objects.get(resolved=False)
    assert (waiting.trouble, waiting.epoch, waiting.seq, possible(waiting)) == ("guest", 2, 4, [TAKE_IN, SET_ASIDE])

    stranger.save(force_insert=True)
    assert problems(decide([waiting], TAKE_IN, "Marie")) == []
    assert (balance(stranger), Ticket.objects.get(guest=stranger).epoch) == (-450, 2)


def test_what_nobody_signed_cannot_be_taken_in(copied, house):
    till, copy = copied
    copy.entries.pop()
    copy.write("ticket", copy.ticket(house.anna), SigningKey.generate())
    send(copy)
    forged = Quarantine.objects.get()
    assert (forged.trouble, forged.hash, possible(forged)) == (Trouble.SIGNATURE, "", [SET_ASIDE])

    for action in (TAKE_IN, BRANCH):
        assert problems(decide([forged], action, "Marie")) == ["This entry cannot be taken in that way."]
    Quarantine.objects.update(trouble=Trouble.FORK, hash=copy.entries[-1].hash)
    assert problems(decide([Quarantine.objects.get()], BRANCH, "Marie")) == [
        "The entry is not signed with this terminal's key."
    ]
    assert JournalEntry.objects.count() == len(till.entries)


def test_setting_aside_needs_a_reason_and_books_nothing(till, house, balance):
    till.write("weather", {})
    send(till)
    item = Quarantine.objects.get()
    with pytest.raises(ValueError, match="Say why"):
        decide([item], SET_ASIDE, "Marie", "  ")
    decide([item], SET_ASIDE, "Marie", "test of the wire")
    item.refresh_from_db()
    assert (item.resolved, item.decisions.get().note, balance(house.anna)) == (True, "test of the wire", 2000)


def test_what_came_again_since_is_known_to_be_held(till, house, balance):
    Terminal.objects.update(active=False)
    till.sell(house.anna)
    send(till)
    Terminal.objects.update(active=True)
    assert set(everything().values_list("trouble", flat=True)) == {"terminal"}
    assert possible(Quarantine.objects.last()) == [SET_ASIDE]

    send(till)
    assert possible(Quarantine.objects.last()) == [TAKE_IN, SET_ASIDE]
    assert problems(decide(everything(), TAKE_IN, "Marie")) == []
    assert balance(house.anna) == 2000 - 450


def test_the_missing_entry_is_remembered_until_it_comes(till, house):
    for _ in range(3):
        till.sell(house.anna)
    send_part(till, 1, 1)
    send_part(till, 3, 4)
    assert till.enrolment.need == 2
    send_part(till, 2, 2)
    assert till.enrolment.need is None


def test_voids_and_refunds_of_a_copy_find_the_sale_they_take_back(house, keys):
    guests = furnish(house.store)
    key = SigningKey.generate()
    enrolment = enrol({"terminal": "till-1", "public_key": key.public.to_base64()}, keys, house.store.code)
    lane = lane_of("till-1", enrolment.epoch, key, house.store)
    lane.open_shift()
    early = lane.sell(lane.basket(guests[0], "stew"))
    fork = len(lane.entries)
    own = list(lane.entries)
    mine = lane.sell(lane.basket(guests[1], "stew"))
    take_in(lane.code, lane.epoch, lane.documents())

    lane.entries, lane.counts["ticket"] = own, early.number
    sold = lane.sell(lane.basket(guests[2], "pasta"))
    lane.take_back(sold)
    lane.take_back(early)
    take_in(lane.code, lane.epoch, lane.documents(fork + 1))
    assert sold.number == mine.number
    assert problems(decide(everything(), BRANCH, "Marie")) == []

    voids = Ticket.objects.filter(kind="void").order_by("seq").values_list("epoch", "reverses_epoch", "reverses_number")
    assert list(voids) == [(2, 2, sold.number), (2, 1, early.number)]
    for guest, owed in ((guests[0], 0), (guests[1], 1), (guests[2], 0)):
        guest.refresh_from_db()
        assert bool(guest.balance_minor) == bool(owed)
    kept = JournalEntry.objects.filter(epoch=2).order_by("seq")
    assert [json.loads(row.raw)["hash"] for row in kept] == [entry.hash for entry in lane.entries[fork:]]


def test_a_shift_that_was_open_when_the_disk_was_copied_agrees_in_both(house, keys):
    guests = furnish(house.store)
    key = SigningKey.generate()
    enrolment = enrol({"terminal": "till-1", "public_key": key.public.to_base64()}, keys, house.store.code)
    lane = lane_of("till-1", enrolment.epoch, key, house.store)
    lane.open_shift()
    lane.sell(lane.basket(guests[0], "stew"))
    lane.sell(lane.basket(guests[0], "pasta"), training=True)
    lane.close_shift()
    lane.open_shift()
    lane.sell(lane.basket(guests[1], "stew"))
    fork = len(lane.entries)
    copy = deepcopy(lane)
    for each, guest in ((lane, guests[2]), (copy, guests[3])):
        each.sell(each.basket(guest, "pasta"))
        each.close_shift(missing_minor=100)
        each.z_report()
    take_in(lane.code, lane.epoch, lane.documents())
    take_in(copy.code, copy.epoch, copy.documents(fork + 1))
    assert problems(decide(everything(), BRANCH, "Marie")) == []

    checked = [(row.what, row.tickets, row.difference) for row in check_closings()]
    assert checked == [
        ("till-1/1 shift 1", 1, ""),
        ("till-1/1 shift 2", 2, ""),
        ("till-1/2 shift 2", 2, ""),
        ("till-1/1 Z 1", 3, ""),
        ("till-1/2 Z 1", 3, ""),
    ]


def test_more_of_a_branch_that_was_taken_in_is_an_alarm_again(copied, house):
    till, copy = copied
    for _ in range(3):
        copy.sell(house.anna)
    send_part(copy, 1, 5)
    decide(everything(), BRANCH, "Marie")
    Enrolment.objects.update(alarm="")
    send_part(copy, 6, 6)
    assert "two branches" in till.enrolment.alarm
    assert problems(decide(everything(), BRANCH, "Marie")) == []
    assert Enrolment.objects.get(branch_of__isnull=False).upto == 6


@pytest.mark.django_db(transaction=True)
def test_a_branch_is_taken_in_while_its_terminal_goes_on_sending(copied, house, balance):
    till, copy = copied
    for _ in range(12):
        copy.sell(house.anna)
    send(copy)
    items, failed, together = list(everything()), [], threading.Barrier(2)

    def go_on() -> None:
        together.wait(15)
        try:
            for _ in items:
                till.sell(house.ben)
                send_part(till, len(till.entries), len(till.entries))
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    sending = threading.Thread(target=go_on)
    sending.start()
    together.wait(15)
    decisions = [decide([item], BRANCH, "Marie")[0] for item in items]
    sending.join(60)

    assert failed == []
    assert problems(decisions) == []
    assert balance(house.ben) == -450 * len(items)
