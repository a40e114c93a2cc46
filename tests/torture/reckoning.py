"""The end of a run: is everything at head office that was sold, once, and does the money agree? Recomputed without our own code."""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.torture.facts import CREDIT_MINOR, MOST_NAPS, OFFLINE_LIMIT_MINOR
from tests.torture.head_office import refectory
from tests.torture.house import House, Till, movements
from tests.torture.services import run

MOST_SHOWN = 10


def differences(house: House) -> list[str]:
    """What is wrong, one line each; empty where everything agrees."""
    found = []
    for till in house.tills:
        found += [f"{till.name}: {text}" for text in (*_entries(house, till), *_witnessed(till), *_chain(house, till))]
    for check in (_money, _commands, _leftovers, _deadlines, _overdraft):
        found += list(check(house))
    return found


def _entries(house: House, till: Till) -> Iterator[str]:
    """Head office holds exactly the entries and the tickets of the journal."""
    own = {(seq, hash) for seq, hash in till.journal("seq, hash")}
    rows = house.office.rows(
        "SELECT j.seq, j.hash FROM spool_journalentry j JOIN fleet_terminal t ON t.id = j.terminal_id"
        f" WHERE t.code = '{till.name}'"
    )
    yield from _compare("entries", Counter(own), Counter((seq, hash) for seq, hash in rows))
    tickets: Counter[tuple[int, int, int]] = Counter()
    for seq, kind, payload in till.journal():
        if kind == "ticket":
            ticket = json.loads(payload)
            tickets[seq, ticket["number"], ticket["total_minor"]] += 1
    rows = house.office.rows(
        "SELECT s.seq, s.number, s.total_minor FROM sales_ticket s JOIN fleet_terminal t ON t.id = s.terminal_id"
        f" WHERE t.code = '{till.name}'"
    )
    yield from _compare("tickets", tickets, Counter((seq, number, total) for seq, number, total in rows))


def _witnessed(till: Till) -> Iterator[str]:
    """The journal holds all that the till said to be sold, once, and more only where the till was killed before it could say so."""
    sold: dict[int, tuple[int, int, dict[str, int]]] = {}
    moved: Counter[tuple[str, int]] = Counter()
    for seq, kind, payload in till.journal():
        entry = json.loads(payload)
        if kind == "ticket":
            if entry["number"] in sold:
                yield f"ticket {entry['number']} is in the journal twice"
            accounts = {guest: amount for guest, amount in movements(kind, payload).items() if amount}
            sold[entry["number"]] = (seq, entry["total_minor"], accounts)
        elif kind == "account":
            moved[entry["guest_id"], entry["amount_minor"]] += 1
    if sorted(sold) != list(range(1, len(sold) + 1)):
        yield "the tickets' numbers have gaps"
    seen: Counter[int] = Counter()
    for line in till.seen():
        if "top_up" in line:
            moved[line["top_up"], line["amount_minor"]] -= 1
        if "ticket" not in line:
            continue
        seen[line["ticket"]] += 1
        accounts = {guest: amount for guest, amount in line["accounts"].items() if amount}
        if sold.get(line["ticket"]) != (line["seq"], line["total_minor"], accounts):
            yield f"ticket {line['ticket']} was seen as {line}, the journal has {sold.get(line['ticket'])}"
    if twice := [number for number, count in seen.items() if count > 1]:
        yield f"tickets {twice[:MOST_SHOWN]} were sold twice"
    if missing := [what for what, count in moved.items() if count < 0]:
        yield f"top-ups that were seen are not in the journal: {missing[:MOST_SHOWN]}"
    unseen: list[Any] = sorted(sold.keys() - seen.keys()) + list(moved.elements())
    ends = till.terminal.starts - 1
    if len(unseen) > ends:
        yield f"not seen as done, but the till ended only {ends} times: tickets and top-ups {unseen}"


def _chain(house: House, till: Till) -> Iterator[str]:
    """Journal and proof of delivery verify with nothing but public keys, and head office has signed for all of it."""
    log = house.logs / "commands.log"
    own, theirs = till.configuration.with_suffix(".public"), house.folder / "head-office.public"
    own.write_text(run(refectory("journal", "show-key", str(till.folder / "journal.key")), log))
    theirs.write_text(json.loads((till.folder / "enrolment.json").read_text())["ack_public_key"])
    journal = ("--journal", str(till.folder / "journal.sqlite"), "--proof", str(till.folder / "bridge.sqlite"))
    try:
        run(refectory("verify", *journal, "--terminal-key", str(own), "--head-office-key", str(theirs)), log)
    except RuntimeError as error:
        yield str(error)


def _money(house: House) -> Iterator[str]:
    """Every balance is what it was, plus head office's top-ups, plus what the journals say."""
    expected = Counter(house.opening)
    for till in house.tills:
        for _seq, kind, payload in till.journal():
            for guest, amount_minor in movements(kind, payload).items():
                expected[guest] += amount_minor
    notes: Counter[str] = Counter()
    rows = house.office.rows("SELECT note, guest_id, amount_minor FROM guests_ledgerentry WHERE note LIKE 'torture %'")
    for note, guest, amount_minor in rows:
        notes[note] += 1
        expected[guest] += amount_minor
        told = house.top_ups[note]
        if (told.guest, told.amount_minor) != (guest, amount_minor):
            yield f"the top-up {note} is of {guest}, {amount_minor}; told was {told}"
    for note, top_up in house.top_ups.items():
        if notes[note] > 1 or (top_up.known and not notes[note]):
            yield f"the top-up {note} is there {notes[note]} times"
    balances = Counter(dict(house.office.rows("SELECT id, balance_minor FROM guests_guest")))
    wrong = {guest for guest in {*balances, *expected} if balances[guest] != expected[guest]}
    for guest in sorted(wrong)[:MOST_SHOWN]:
        yield f"guest {guest}: balance {balances[guest]}, by the journals it is {expected[guest]}"
    sums = Counter(
        dict(house.office.rows("SELECT guest_id, SUM(amount_minor) FROM guests_ledgerentry GROUP BY guest_id"))
    )
    if any(balances[guest] != sums[guest] for guest in {*balances, *sums}):
        yield "balances differ from the ledger"


def _commands(house: House) -> Iterator[str]:
    """Head office's own proofs."""
    for words in (("check_sums",), ("rebalance", "--check")):
        try:
            house.office.command(*words)
        except RuntimeError as error:
            yield str(error)


def _leftovers(house: House) -> Iterator[str]:
    """Nothing was put aside, no alarm was raised, nothing is held for a sale any more."""
    for terminal, seq, reason in house.office.rows("SELECT terminal, seq, reason FROM spool_quarantine")[:MOST_SHOWN]:
        yield f"quarantine: {terminal} entry {seq}: {reason}"
    for (alarm,) in house.office.rows("SELECT alarm FROM fleet_enrolment WHERE alarm <> ''"):
        yield f"alarm: {alarm}"
    ((held,),) = house.office.rows("SELECT COUNT(*) FROM guests_hold WHERE state = 'open'")
    if held:
        yield f"{held} holds are still open"


def _deadlines(house: House) -> Iterator[str]:
    """No guest waited for head office's word beyond the deadline; every question had its one answer."""
    for till in house.tills:
        late = [line for line in till.seen() if line.get("naps", 0) > MOST_NAPS or line.get("outcome") == "none"]
        if late:
            yield f"{till.name}: {len(late)} payments waited beyond the deadline: {late[:MOST_SHOWN]}"


def _overdraft(house: House) -> Iterator[str]:
    """No guest whom all tills attack was ever deeper in debt than credit plus the limit of every till.

    On top of that comes what head office knew no more after a backup was put back, until terminals had sent it again.
    """
    people = json.loads((house.folder / "people.json").read_text())
    for number in people["hot"]:
        guest = people["guest_of"][number]
        lost = sum(loss.spent_minor[guest] + loss.topped_up_minor[guest] for loss in house.losses)
        bound = CREDIT_MINOR + len(house.tills) * OFFLINE_LIMIT_MINOR + lost
        balance = lowest = 0
        for (amount_minor,) in house.office.rows(
            f"SELECT amount_minor FROM guests_ledgerentry WHERE guest_id = '{guest}' ORDER BY id"
        ):
            balance += amount_minor
            lowest = min(lowest, balance)
        house.remarks.append(f"lowest balance of attacked guest {number}: {lowest}, bound {-bound} (cents)")
        if lowest < -bound:
            yield f"guest {guest} was {-lowest} in debt; at most {bound} is allowed"


def _compare(what: str, own: Counter[Any], there: Counter[Any]) -> Iterator[str]:
    if missing := own - there:
        yield f"{sum(missing.values())} {what} are not at head office: {sorted(missing)[:MOST_SHOWN]}"
    if more := there - own:
        yield f"{sum(more.values())} {what} at head office are not in the journal: {sorted(more)[:MOST_SHOWN]}"


def distribution(house: House) -> str:
    """How long payments by account took, in milliseconds, by how they ended."""
    took: dict[str, list[float]] = {}
    for till in house.tills:
        for line in till.seen():
            if "settled_ms" in line:
                took.setdefault(line["outcome"], []).append(line["settled_ms"])
    rows = []
    for outcome, values in sorted(took.items()):
        values.sort()
        p99 = values[int(0.99 * (len(values) - 1))]
        rows.append(
            f"{outcome}: {len(values)}, median {statistics.median(values):.0f}, p99 {p99:.0f}, most {values[-1]:.0f} ms"
        )
    return "; ".join(rows)
