"""What becomes of journal entries that arrive: once, in order, verified, and never a stop."""

from dataclasses import replace

import pytest

from journal.keys import SigningKey, verify_document
from mqtt_bridge import wire
from server.guests.models import LedgerEntry
from server.sales.models import Ticket
from server.spool.answers import acknowledge
from server.spool.decisions import decide
from server.spool.intake import take_in
from server.spool.models import Decision, JournalEntry, Quarantine
from server.spool.quarantine import entry_text, put


def arrive(till, documents):
    return take_in(till.code, till.epoch, documents)


def test_a_sale_is_a_ticket_with_lines_taxes_payments_and_a_movement_of_the_account(till, house, balance):
    entry = till.sell(house.anna, quantity=2)

    arrive(till, till.documents())

    ticket = Ticket.objects.get()
    assert (ticket.total_minor, ticket.number, ticket.store, ticket.guest) == (900, 1, house.store, house.anna)
    assert ticket.hash == entry.hash
    assert [(line.name, line.quantity, line.amount_minor, line.rate_bp) for line in ticket.lines.all()] == [
        ("Soup", 2, 900, 1900)
    ]
    assert [(tax.gross_minor, tax.net_minor, tax.tax_minor) for tax in ticket.taxes.all()] == [(900, 756, 144)]
    assert [(payment.kind, payment.amount_minor) for payment in ticket.payments.all()] == [("account", 900)]
    assert LedgerEntry.objects.get(ticket=ticket).amount_minor == -900
    assert balance(house.anna) == 1100
    assert (till.enrolment.upto, till.enrolment.head_hash) == (2, entry.hash)


@pytest.mark.parametrize(
    "ranges",
    [
        [(1, 6)],
        [(1, 6), (1, 6), (1, 6)],
        [(1, 3), (2, 5), (4, 6)],
        [(1, 2), (1, 4), (3, 6), (2, 6)],
        [(1, 1), (2, 2), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (6, 6)],
    ],
)
@pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned round"])
def test_every_sale_counts_once_however_messages_overlap(till, house, balance, ranges, turned):
    for _ in range(5):
        till.sell(house.anna)

    for first, last in ranges:
        documents = till.documents(first, last)
        arrive(till, documents[::-1] if turned else documents)

    assert till.enrolment.upto == 6
    assert Ticket.objects.count() == 5
    assert JournalEntry.objects.count() == 6
    assert balance(house.anna) == 2000 - 5 * 450
    assert not Quarantine.objects.exists()


def test_after_a_gap_the_missing_entry_is_asked_for_and_nothing_beyond_it_counts(till, house, balance):
    for _ in range(3):
        till.sell(house.anna)

    taken = arrive(till, till.documents(1, 2) + till.documents(4))

    assert (taken.need, till.enrolment.upto, balance(house.anna)) == (3, 2, 1550)
    assert arrive(till, till.documents(3)).need is None
    assert (till.enrolment.upto, balance(house.anna)) == (4, 650)


def test_an_entry_signed_by_another_key_is_kept_aside_and_moves_nothing(till, house, balance):
    arrive(till, till.documents())
    forged = till.sign("ticket", till.ticket(house.anna), SigningKey.generate())

    arrive(till, [forged.to_json_dict()])

    assert (till.enrolment.upto, balance(house.anna)) == (1, 2000)
    assert "names key" in Quarantine.objects.get().reason
    assert till.enrolment.alarm == ""


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("payload", {"schema": 1}, "was changed"),
        ("hash", "0" * 64, "was changed"),
        ("business_day", "2026-11-19", "was changed"),
        ("signature", "A" * 86 + "==", "signature is wrong"),
        ("seq", -1, "seq"),
        ("prev_hash", 7, "prev_hash"),
    ],
)
def test_a_changed_entry_does_not_move_the_mark_and_the_genuine_one_still_does(
    till, house, balance, field, value, reason
):
    genuine = till.sell(house.anna)
    arrive(till, till.documents(1, 1))

    arrive(till, [{**genuine.to_json_dict(), field: value}])

    assert till.enrolment.upto == 1
    assert reason in Quarantine.objects.get().reason
    arrive(till, till.documents())
    assert (till.enrolment.upto, balance(house.anna)) == (2, 1550)


def test_what_comes_before_a_forged_entry_counts_and_what_comes_after_waits(till, house):
    till.sell(house.anna)
    forged = replace(till.sign("ticket", till.ticket(house.anna)), signature="A" * 86 + "==")
    genuine = till.sell(house.ben)
    till.sell(house.ben)

    arrive(till, [*till.documents(1, 2), forged.to_json_dict(), *till.documents(4)])

    assert till.enrolment.upto == 2
    arrive(till, till.documents(3))
    assert till.enrolment.upto == 4
    assert JournalEntry.objects.get(seq=3).hash == genuine.hash


def test_a_cloned_journal_raises_an_alarm_that_the_ack_carries(till, house, keys, balance):
    clone = replace(till, entries=list(till.entries))
    till.sell(house.anna)
    clone.sell(house.anna, quantity=4)
    arrive(till, till.documents())

    arrive(clone, clone.documents(2))

    assert balance(house.anna) == 1550
    assert "two branches at entry 2" in till.enrolment.alarm
    assert "two branches" in (acknowledge(till.enrolment, keys).alarm or "")
    assert Quarantine.objects.get().passed is False


def test_a_fork_is_noticed_one_entry_later_as_well(till, house):
    clone = replace(till, entries=list(till.entries))
    till.sell(house.anna)
    arrive(till, till.documents())
    clone.sell(house.ben)
    clone.sell(house.ben)

    arrive(clone, clone.documents(3))

    assert "two branches at entry 3" in till.enrolment.alarm
    assert till.enrolment.upto == 2


def test_genuine_entries_nobody_can_read_go_to_the_quarantine_and_the_mark_passes_them(till, house, keys, balance):
    stranger = house.ben
    payload = till.ticket(stranger)
    payload["guest_id"] = payload["tenders"][0]["guest_id"] = "nobody"
    till.write("ticket", payload)
    till.write("ticket", {"schema": 99})
    till.write("weather", {"rain": True})
    till.sell(house.anna)

    arrive(till, till.documents())

    assert (till.enrolment.upto, balance(house.anna)) == (5, 1550)
    reasons = dict(Quarantine.objects.values_list("seq", "reason"))
    assert sorted(reasons) == [2, 3, 4]
    assert "guest nobody is not known" in reasons[2]
    assert "schema" in reasons[3]
    assert "weather" in reasons[4]
    ack = acknowledge(till.enrolment, keys)
    assert (ack.upto, ack.quarantined) == (5, [2, 3, 4])
    verify_document(keys.ack.public, wire.ACK_CONTEXT, wire.document(wire.encode(ack)))


def test_a_sale_dated_into_another_day_than_its_entry_goes_to_the_quarantine(till, house, balance):
    till.write("ticket", {**till.ticket(house.anna), "business_day": "2026-11-19"})

    arrive(till, till.documents())

    assert (till.enrolment.upto, balance(house.anna)) == (2, 2000)
    assert "business day 2026-11-19 in an entry of 2026-11-20" in Quarantine.objects.get().reason


def test_a_value_the_database_cannot_hold_does_not_keep_others_out(till, house, balance):
    payload = till.ticket(house.anna)
    payload["lines"][0]["name"] = "Soup\x00"
    till.write("ticket", payload)
    till.sell(house.ben)

    arrive(till, till.documents())

    assert till.enrolment.upto == 3
    assert balance(house.ben) == -450
    kept = Ticket.objects.filter(seq=2).exists()
    assert kept != Quarantine.objects.filter(seq=2, passed=True).exists()
    assert balance(house.anna) == (1550 if kept else 2000)


def test_a_quarantined_sale_counts_once_after_its_guest_was_added(till, house, keys, balance):
    payload = till.ticket(house.ben)
    payload["guest_id"] = payload["tenders"][0]["guest_id"] = "late-guest"
    till.write("ticket", payload)
    arrive(till, till.documents())
    late = house.ben
    late.pk, late.name, late._state.adding = "late-guest", "Late Guest", True
    late.save()

    item = Quarantine.objects.get()
    for _ in range(2):
        decide([item], Decision.Action.TAKE_IN, "maria")

    assert balance(late) == -450
    assert acknowledge(till.enrolment, keys).quarantined == []


def test_an_unknown_terminal_or_epoch_is_kept_aside_and_not_answered(till, house):
    till.sell(house.anna)

    assert take_in("kiosk-9", 1, till.documents()).enrolment is None
    assert take_in(till.code, 2, till.documents()).enrolment is None

    assert Quarantine.objects.count() == 4
    assert not JournalEntry.objects.exists()


def test_the_same_rubbish_again_and_again_is_kept_once(till):
    for _ in range(3):
        arrive(till, [{"seq": 1}, {"seq": True}])

    assert Quarantine.objects.count() == 2
    assert till.enrolment.upto == 0


def test_a_reason_no_database_can_hold_stops_nothing(till, house, balance):
    till.write("ticket", till.ticket(house.anna) | {"a\x00b": 1})
    till.sell(house.anna)

    take_in(till.code, till.epoch, till.documents())

    assert till.enrolment.upto == 3
    assert balance(house.anna) == 1550
    assert Quarantine.objects.get(seq=2).reason == "payload: a\\x00b: is not a field of this schema"


def test_an_entry_the_database_still_refuses_stays_in_quarantine(till, house, balance):
    document = till.sell(house.anna).to_json_dict()
    document["payload"] = {**document["payload"], "number": 2**63}
    put(entry_text(document), "kind 'ticket' is not known", terminal=till.code, epoch=till.epoch, seq=2, passed=True)

    (decision,) = decide([Quarantine.objects.get()], Decision.Action.TAKE_IN, "maria")

    assert "the database refused it" in decision.problem
    assert not Quarantine.objects.get().resolved
    assert balance(house.anna) == 2000
