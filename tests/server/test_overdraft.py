"""Terminals that come and go attack one guest's account, with everybody's real files and rules and no broker in between.

Head office takes journals in and holds money as it does behind the spool; the terminals have their journals, replicas and rules.
Requests, answers, entries, acknowledgements and accounts arrive, are late, or never come.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from appliance.flows.authorising import Spending, judge
from appliance.i18n import Translators
from appliance.store.accounts import Accounts, Guest
from appliance.store.authoriser import AuthorisationAnswered, Outcome
from appliance.store.board import Board
from appliance.store.catalogues import CatalogueShelf
from appliance.store.head_office import HeadOfficeLink
from appliance.store.papers import Papers
from appliance.store.slip_book import SlipBook
from appliance.store.slips import SlipDesk
from appliance.store.terminal_store import TerminalStore
from journal.keys import SigningKey
from journal.store import Journal
from masterdata import catalogue_file
from masterdata.accounts_file import AccountsGap, AccountsReader, AccountsReplica
from masterdata.board_file import BoardReader, board_path
from mqtt_bridge import wire
from mqtt_bridge.local_socket import LocalSocket, Mark
from sales.account_movement import AccountMovement, AccountMovementKind, deltas, to_payload
from sales.basket import Basket
from sales.errors import SalesError
from sales.slip import SlipLayout
from sales.tender import TenderKind
from server.catalog import models as catalog
from server.core.keys import HeadOfficeKeys
from server.fleet.enrolment import enrol
from server.fleet.models import Enrolment, Terminal
from server.guests import models
from server.guests.holds import asking, decide, sweep
from server.guests.ledger import post
from server.guests.replica import accounts_document
from server.replication.catalogue import build_catalogue
from server.spool.answers import meet
from server.spool.intake import take_in
from tests.server.conftest import NOON, TODAY, House

TILLS, LIMIT_MINOR, CREDIT_MINOR, SOUP_MINOR = 3, 900, 1000, 450
STEPS, GUESTS = 40, 8


@dataclass
class Till:
    """A terminal that can be cut off."""

    code: str
    journal: Journal
    store: TerminalStore
    replica: AccountsReplica
    bridge: LocalSocket
    connected: bool = True
    late: list[wire.Authorise] = field(default_factory=list)

    @property
    def enrolment(self) -> Enrolment:
        return Enrolment.objects.select_related("terminal__store").get(terminal__code=self.code)

    def guest(self, guest_id: str) -> Guest:
        found = self.store.accounts.by_id(guest_id, TODAY)
        assert found is not None
        return found


@pytest.fixture
def tills(house: House, keys: HeadOfficeKeys, tmp_path: Path) -> Iterator[list[Till]]:
    catalog.GuestCategory.objects.update(offline_limit_minor=LIMIT_MINOR)
    with ExitStack() as stack:
        yield [_till(f"till-{number}", house, keys, tmp_path / str(number), stack) for number in range(TILLS)]


def _till(code: str, house: House, keys: HeadOfficeKeys, folder: Path, stack: ExitStack) -> Till:
    key = SigningKey.generate()
    enrolment = enrol({"terminal": code, "public_key": key.public.to_base64()}, keys, house.store.code, "till")
    folder.mkdir()
    catalogues = folder / "catalogues"
    catalogue_file.build(build_catalogue(house.store, 1, NOON, TODAY), catalogues)
    catalogue_file.set_current(catalogues, 1)
    replica = stack.enter_context(AccountsReplica(folder / "accounts.sqlite"))
    Journal.create(folder / "journal.sqlite", code, enrolment.epoch, key)
    journal = stack.enter_context(
        Journal.open(
            folder / "journal.sqlite", key, business_day=TODAY, now_utc=NOON, software="test", reserve_bytes=65536
        )
    )
    bridge = stack.enter_context(closing(LocalSocket.for_bridge(folder)))
    link = stack.enter_context(closing(HeadOfficeLink(LocalSocket.for_terminal(folder), NOON)))
    book = stack.enter_context(closing(SlipBook(folder / "slips.sqlite", enrolment.epoch, 0)))
    translators = Translators()
    shelf = CatalogueShelf(catalogues)
    store = TerminalStore(
        journal,
        shelf,
        Accounts(AccountsReader(folder / "accounts.sqlite", keys.badge), journal),
        Papers(SlipDesk(None, (), SlipLayout(), book), "https://office.example", translators("en")),
        link,
        Board(BoardReader(board_path(folder)), journal),
    )
    shelf.adopt()
    return Till(code, journal, store, replica, bridge)


class Attack:
    """Everything that may happen to one guest's account, drawn from a seed."""

    def __init__(self, tills: list[Till], keys: HeadOfficeKeys, guest: models.Guest, seed: int) -> None:
        self._tills, self._keys, self._guest = tills, keys, guest
        self._choose = random.Random(seed)
        self._later = timedelta()
        self.sold = {"granted": 0, "local": 0, "refused": 0}

    def step(self) -> None:
        """Let one thing happen."""
        till = self._choose.choice(self._tills)
        steps: dict[Callable[[Till], None], int] = {
            self._sell: 10,
            self._cut_or_heal: 4,
            self._deliver: 4,
            self._send_accounts: 3,
            self._top_up_here: 1,
            self._top_up_there: 1,
            self._late_request: 1,
            self._time_passes: 2,
        }
        self._choose.choices(list(steps), list(steps.values()))[0](till)

    def settle(self) -> None:
        """Everything that was sold arrives."""
        for till in self._tills:
            till.connected = True
            self._deliver(till, whole=True)

    def _sell(self, till: Till) -> None:
        """Head office is asked, or is not; the question or its answer gets lost now and then."""
        quantity = self._choose.randint(1, 3)
        store = till.store
        guest = till.guest(self._guest.pk)
        assert store.catalogue is not None
        basket = Basket(store.catalogue, guest.diner, TODAY)
        basket.add("soup", quantity)
        spending = Spending(guest, basket, basket.to_pay_minor)
        request = wire.Authorise(
            terminal=till.code,
            epoch=till.journal.epoch,
            request=secrets.token_hex(16),
            kind="hold",
            guest=guest.guest_id,
            amount_minor=basket.to_pay_minor,
            day=TODAY,
            meal=None,
            meals=0,
            replaces=None,
        )
        answer = AuthorisationAnswered(request.request, Outcome.LOCAL)
        luck = self._choose.random()
        if till.connected and luck < 0.15:
            till.late.append(request)
        elif till.connected:
            said = decide(asking(till.code, till.journal.epoch), request)
            if luck > 0.3:
                outcome = Outcome.GRANTED if said.granted else Outcome.REFUSED
                answer = AuthorisationAnswered(
                    request.request, outcome, said.reason, said.balance_minor, said.held_minor
                )
        try:
            settled = judge(answer, spending, store)
        except SalesError:
            self.sold["refused"] += 1
            return
        self.sold[answer.outcome.value] += 1
        store.sell(basket, settled.guest, settled.authorisation, Translators()("en"), NOON)

    def _cut_or_heal(self, till: Till) -> None:
        till.connected = not till.connected
        Terminal.objects.filter(code=till.code).update(online=till.connected)
        if till.connected:
            self._ask(till)

    def _deliver(self, till: Till, *, whole: bool = False) -> None:
        """Some of the journal arrives, whatever of it has been there before; the acknowledgement may get lost."""
        if not till.connected:
            return
        self._ask(till)
        upto = till.enrolment.upto
        entries = till.journal.entries(max(0, upto - self._choose.randint(0, 2)), 1000)
        last = len(entries) if whole else self._choose.randint(0, len(entries))
        take_in(till.code, till.journal.epoch, [entry.to_json_dict() for entry in entries[:last]])
        if whole or self._choose.random() < 0.5:
            till.bridge.send(Mark(till.journal.epoch, till.enrolment.upto, 0))
            till.store.link.listen(NOON)

    def _send_accounts(self, till: Till) -> None:
        if not till.connected:
            return
        document = accounts_document(till.enrolment.pk, self._choose.choice((None, till.replica.version)), self._keys)
        try:
            till.replica.apply(document)
        except AccountsGap:
            till.replica.apply(accounts_document(till.enrolment.pk, None, self._keys))
        till.store.accounts.look()

    def _top_up_here(self, till: Till) -> None:
        """Cash is taken at the till."""
        movement = AccountMovement(
            kind=AccountMovementKind.TOP_UP,
            terminal=till.code,
            store="hall",
            number=till.journal.next_number("account"),
            time_utc=NOON,
            business_day=TODAY,
            currency="EUR",
            language="en",
            guest_id=self._guest.pk,
            amount_minor=500,
            tender=TenderKind.CASH,
            given_minor=500,
            change_minor=0,
            cashier_id=None,
            shift=None,
        )
        till.store.record("account", to_payload(movement), [*deltas(movement), ("account_count", 1)], NOON, TODAY)

    def _top_up_there(self, _till: Till) -> None:
        top_up(self._guest, 700)

    def _late_request(self, till: Till) -> None:
        """A request that nobody waits for any more still arrives."""
        if till.late:
            decide(asking(till.code, till.journal.epoch), till.late.pop(0))

    def _time_passes(self, _till: Till) -> None:
        """Holds expire; whoever is connected has told how far its journal goes."""
        for till in self._tills:
            if till.connected:
                self._ask(till)
        self._later += timedelta(minutes=5)
        sweep(timezone.now() + self._later)

    def _ask(self, till: Till) -> None:
        head = till.journal.head
        meet(
            wire.Ask(
                terminal=till.code,
                epoch=till.journal.epoch,
                nonce=secrets.token_hex(16),
                head_seq=head.seq,
                head_hash=head.hash,
                accounts_version=0,
            )
        )


def top_up(guest: models.Guest, amount_minor: int) -> None:
    post([models.LedgerEntry(guest=guest, amount_minor=amount_minor, kind=models.LedgerEntry.Kind.TOP_UP)])


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(2))
def test_no_overdraft_beyond_credit_and_the_limit_of_every_till(
    house: House, keys: HeadOfficeKeys, tills: list[Till], seed: int
) -> None:
    total: dict[str, int] = {}
    for number in range(GUESTS):
        guest = models.Guest.objects.create(
            company=house.store.company,
            name=f"Guest {number}",
            category=house.anna.category,
            credit_limit_minor=CREDIT_MINOR,
        )
        top_up(guest, 2000)
        attack = Attack(tills, keys, guest, seed * GUESTS + number)
        for till in tills:
            till.connected = True
            attack._send_accounts(till)
        for _ in range(STEPS):
            attack.step()
        attack.settle()
        guest.refresh_from_db()
        assert guest.balance_minor == sum(entry.amount_minor for entry in guest.ledger.all())
        assert guest.balance_minor >= -(CREDIT_MINOR + TILLS * LIMIT_MINOR), (seed, number)
        for name, count in attack.sold.items():
            total[name] = total.get(name, 0) + count
    assert all(count > GUESTS for count in total.values()), total
