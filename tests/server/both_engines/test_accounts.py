"""Balances are sums, and terminals hear of every change together with their own mark."""

from io import StringIO

import pytest
from django.core.management import call_command

from journal.keys import verify_document
from masterdata.accounts_file import AccountsReader, AccountsReplica
from masterdata.badges import badge_hash
from mqtt_bridge import wire
from server.core.models import Counter
from server.guests.ledger import post
from server.guests.models import ACCOUNTS, AppendOnlyError, Guest, LedgerEntry
from server.guests.replica import accounts_document, begin_history
from server.spool.decisions import decide
from server.spool.feed import Feed
from server.spool.intake import take_in
from server.spool.models import Decision, Quarantine


def by_name(document):
    return {guest["name"]: guest for guest in document["guests"]}


def test_a_first_document_is_full_signed_and_carries_the_mark_of_its_moment(till, house, keys):
    till.sell(house.anna)
    take_in(till.code, till.epoch, till.documents())

    document = accounts_document(till.enrolment.pk, None, keys)

    verify_document(keys.ack.public, wire.ACCOUNTS_CONTEXT, document)
    assert (document["full"], document["base_version"], document["epoch"], document["upto"]) == (True, 0, 1, 2)
    anna = by_name(document)["Anna Example"]
    assert (anna["id"], anna["category"], anna["balance_minor"]) == (house.anna.pk, "staff", 1550)
    assert (anna["credit_limit_minor"], anna["blocked"], anna["removed"]) == (1000, False, False)
    (badge,) = anna["badges"]
    assert (badge["hash"], badge["blocked"]) == (badge_hash(keys.badge, "04a2-3f"), False)
    assert (badge["valid_from"], badge["valid_to"]) == (None, None)


def test_the_next_document_holds_only_who_changed(till, house, keys):
    version = accounts_document(till.enrolment.pk, None, keys)["version"]
    assert accounts_document(till.enrolment.pk, version, keys)["guests"] == []

    house.ben.blocked = True
    house.ben.save()

    document = accounts_document(till.enrolment.pk, version, keys)
    assert (document["full"], document["base_version"]) == (False, version)
    assert document["version"] > version
    assert {name: guest["blocked"] for name, guest in by_name(document).items()} == {"Ben Example": True}


def test_a_badge_that_is_blocked_or_taken_away_reaches_terminals(till, house, keys):
    version = accounts_document(till.enrolment.pk, None, keys)["version"]
    badge = house.anna.badges.get()
    badge.blocked = True
    badge.save()
    document = accounts_document(till.enrolment.pk, version, keys)
    assert by_name(document)["Anna Example"]["badges"][0]["blocked"] is True

    badge.delete()
    document = accounts_document(till.enrolment.pk, document["version"], keys)
    assert by_name(document)["Anna Example"]["badges"] == []


def test_a_version_head_office_never_gave_gets_everything(till, house, keys):
    assert accounts_document(till.enrolment.pk, 10**6, keys)["full"] is True


@pytest.mark.parametrize("change", ["leaves", "moves"])
def test_a_guest_who_leaves_or_moves_is_removed_without_a_name(till, house, keys, change):
    version = accounts_document(till.enrolment.pk, None, keys)["version"]
    if change == "leaves":
        house.ben.left = True
    else:
        house.ben.store = house.other_store
    house.ben.save()

    document = accounts_document(till.enrolment.pk, version, keys)

    assert [(guest["id"], guest["removed"], guest["name"]) for guest in document["guests"]] == [
        (house.ben.pk, True, "")
    ]
    assert "Ben Example" not in by_name(accounts_document(till.enrolment.pk, None, keys))


def test_saving_a_guest_opened_long_ago_keeps_the_balance_moved_meanwhile(house, balance):
    stale = Guest.objects.get(pk=house.anna.pk)
    post([LedgerEntry(guest=house.anna, amount_minor=500, kind=LedgerEntry.Kind.TOP_UP)])

    stale.name = "Anna Renamed"
    stale.save()

    assert balance(house.anna) == 2500
    assert house.anna.name == "Anna Renamed"


def test_the_ledger_cannot_be_changed(house):
    entry = house.anna.ledger.get()
    entry.amount_minor = 1
    for attempt in (
        entry.save,
        entry.delete,
        LedgerEntry.objects.all().delete,
        lambda: LedgerEntry.objects.update(amount_minor=1),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()


def test_rebalance_finds_a_balance_that_is_not_the_sum_and_repairs_it(house, balance):
    out = StringIO()
    call_command("rebalance", "--check", stdout=out)
    assert "0 balances differ" in out.getvalue()

    Guest.objects.filter(pk=house.anna.pk).update(balance_minor=1)
    with pytest.raises(SystemExit) as stopped:
        call_command("rebalance", "--check", stdout=out)
    assert stopped.value.code == 1
    assert f"guest {house.anna.pk}: cached 1, ledger 2000" in out.getvalue()

    call_command("rebalance", stdout=out)
    assert balance(house.anna) == 2000


class Replica:
    """The accounts of one terminal, kept from the documents it is sent."""

    def __init__(self, folder, till, keys):
        self._path, self._till, self._keys = folder / "accounts.sqlite", till, keys
        self._file = AccountsReplica(self._path)
        self.reader = AccountsReader(self._path, keys.badge)

    def ask(self, since=0):
        """Ask with the version held and apply the answer, as a terminal and a feed of history `since` do."""
        sent = []
        feed = Feed(self._keys, lambda _topic, payload, _retain: sent.append(wire.document(payload)), since)
        feed.join(self._till.enrolment, self._file.version, "main")
        self._file.apply(sent[0])

    def close(self):
        self._file.close()


@pytest.fixture
def replica(tmp_path, till, keys):
    made = Replica(tmp_path, till, keys)
    yield made
    made.close()


def test_a_badge_handed_to_a_guest_of_another_store_pays_from_nobody_here(house, replica):
    replica.ask()
    house.ben.store = house.other_store
    house.ben.save()
    replica.ask()
    badge = house.anna.badges.get()
    badge.guest = house.ben
    badge.save()

    replica.ask()

    assert replica.reader.guest_by_badge(badge.number) is None


def test_a_guest_category_with_a_new_code_reaches_terminals(house, replica):
    replica.ask()
    house.anna.category.code = "employees"
    house.anna.category.save()

    replica.ask()

    assert replica.reader.guest(house.anna.pk).guest_category_id == "employees"


def test_what_a_backup_has_undone_is_undone_on_terminals_too(house, replica):
    replica.ask()
    backup = Counter.objects.get(pk=ACCOUNTS).value
    post([LedgerEntry(guest=house.anna, amount_minor=5000, kind=LedgerEntry.Kind.TOP_UP)])
    replica.ask()
    Guest.objects.filter(pk=house.anna.pk).update(balance_minor=2000, replica_version=backup)
    Counter.objects.filter(pk=ACCOUNTS).update(value=backup)

    since = begin_history()
    for _ in range(3):
        house.ben.save()
    replica.ask(since)

    assert replica.reader.guest(house.anna.pk).balance_minor == 2000
    assert replica.reader.version >= since


def test_a_sale_in_quarantine_is_named_until_somebody_has_dealt_with_it(till, house, keys):
    till.sell(house.anna)
    house.store.code = "renamed"
    house.store.save()
    take_in(till.code, till.epoch, till.documents())
    document = accounts_document(till.enrolment.pk, None, keys)
    assert (document["upto"], document["quarantined"]) == (2, [2])
    assert by_name(document)["Anna Example"]["balance_minor"] == 2000

    decided = decide(Quarantine.objects.all(), Decision.Action.SET_ASIDE, "mara", "the store was renamed")
    assert [one.problem for one in decided] == [""]

    later = accounts_document(till.enrolment.pk, document["version"], keys)
    assert later["quarantined"] == []
    assert later["version"] > document["version"]


def test_a_new_history_has_versions_no_earlier_one_has_given(house):
    first = begin_history()
    house.ben.save()

    assert begin_history() > first + 1
