"""The same small canteen with a till in it: cashiers, payers, set menus, a drawer, a display and printers at the wire."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

from appliance.flows import intents
from appliance.flows.intents import Intent, OpenFunction
from appliance.flows.till.desk import Services, Settings
from appliance.flows.till.flow import TillFlow
from appliance.flows.till.functions import PERMISSIONS, Function
from appliance.i18n import Translators
from appliance.presenters import views
from appliance.presenters.views_till import (
    Action,
    CountPanel,
    KeysPanel,
    ListPanel,
    PadPanel,
    ReportPanel,
    SignInScreen,
    TillScreen,
)
from appliance.store.accounts import Accounts
from appliance.store.board import Board
from appliance.store.cashiers import Cashiers, cashier_names
from appliance.store.catalogues import CatalogueShelf
from appliance.store.head_office import HeadOfficeLink
from appliance.store.papers import Papers
from appliance.store.pin_tries import PinTries
from appliance.store.slip_book import SlipBook
from appliance.store.slips import SlipDesk
from appliance.store.terminal_store import TerminalStore
from appliance.store.till_held import HeldTickets
from appliance.store.till_store import TillStore
from hal.bus import EventBus
from hal.contracts.receipt_printer import PrintColumns, PrintLine, PrintQr, PrintText
from hal.events import BadgePresented, BarcodeScanned, DrawerFailed, HealthChanged
from hal.health import READY, Reason
from journal.store import Journal
from masterdata.accounts_file import AccountsReader, AccountsReplica
from masterdata.badges import badge_hash
from masterdata.board_file import BoardReader, board_path, write_board
from masterdata.pins import hash_pin
from mqtt_bridge.local_socket import Link, LocalSocket
from sales.catalogue import Category, Store
from sales.funding import MealTerms, Payer
from sales.menus import MenuSlot, SetMenu, SetMenuPrice
from sales.quick_keys import QuickKey, QuickKeyLayout
from sales.receipt import ReceiptRule
from sales.slip import SlipLayout
from tests.appliance.asking import settle
from tests.appliance.canteen import (
    ANNA,
    BADGE_KEY,
    BEN,
    CATALOGUE,
    DAY,
    NOON,
    SINCE,
    Canteen,
    article,
    badge,
    guest,
    price,
)
from tools.stand_in import StandIn

Kind = TypeVar("Kind")

MARIE, JONAS, BOSS = "C1000001", "C2000002", "C9000009"
CARLA, DORA, EMIL = "04CA0001", "04D0DA02", "04E31103"
CARLA_ID, DORA_ID, EMIL_ID = "carla", "dora", "emil"
ALL = frozenset({*PERMISSIONS.values(), "sell", "name_search"})
PIN = "2468"
_PIN_HASH = hash_pin(PIN)

MENU_CATALOGUE = replace(
    CATALOGUE,
    store=Store("park", "Mensa am Park", "Werk", "EUR", "DE", "Europe/Berlin", ("de", "en", "fr", "es")),
    categories=tuple(replace(category, is_meal=category.id == "mains") for category in CATALOGUE.categories),
    articles=(
        *CATALOGUE.articles,
        article("roast", plu=12, barcodes=("4000000000075",)),
        article("pie", plu=77, category_id="sides"),
        article("omelette", kitchen=True),
    ),
    prices=(
        *CATALOGUE.prices,
        price("roast", 620),
        price("pie", 250),
        price("omelette", 450),
        price("staff-soup", 100, guest_category_id="student"),
        price("staff-soup", 90, guest_category_id="staff"),
    ),
    guest_categories=(
        *CATALOGUE.guest_categories,
        replace(CATALOGUE.guest_categories[0], id="staff", name={"en": "Staff"}),
    ),
    payers=(Payer("nord", {"en": "Werk Nord"}),),
    meal_terms=(MealTerms("staff-lunch", "staff", "nord", "lunch", 410, "food", 300, SINCE, None),),
    set_menus=(
        SetMenu(
            "menu-a",
            {"en": "Menu A"},
            (
                MenuSlot({"en": "Main"}, frozenset({"roast"}), frozenset()),
                MenuSlot({"en": "Drink"}, frozenset({"water"}), frozenset()),
            ),
            (SetMenuPrice(None, 670),),
        ),
    ),
)
LAYOUT = QuickKeyLayout(
    "counter",
    "Counter",
    3,
    2,
    ("till-1",),
    (
        QuickKey(0, 0, 0, "roast", None),
        QuickKey(0, 0, 1, "water", None, {"en": "H2O"}, "drinks"),
        QuickKey(0, 1, 2, None, "menu-a"),
        QuickKey(1, 0, 0, "burger", None),
    ),
)


def cashier(
    cashier_id: str, name: str, badge_number: str, permissions: frozenset[str], **changes: Any
) -> dict[str, Any]:
    return {
        "id": cashier_id,
        "name": name,
        "language": "",
        "pin_hash": _PIN_HASH,
        "badges": [badge_hash(BADGE_KEY, badge_number)],
        "permissions": sorted(permissions),
        "blocked": False,
        **changes,
    }


CASHIERS = (
    cashier("marie", "Marie", MARIE, ALL),
    cashier("jonas", "Jonas", JONAS, frozenset({"sell"})),
    cashier("boss", "Petra", BOSS, ALL, pin_hash=""),
)


def till_guests(balance_minor: int = 5000) -> tuple[dict[str, Any], ...]:
    staff = {"category": "staff", "payer": "nord"}
    return (
        guest(CARLA_ID, "Carla Roth", balance_minor, [badge(CARLA)], **staff),
        guest(DORA_ID, "Dora Lang", balance_minor, [badge(DORA)], **staff),
        guest(EMIL_ID, "Emil Ott", 200, [badge(EMIL), badge("04BB0001", blocked=True)], **staff),
        guest("anna", "Anna Keller", 2340, [badge(ANNA)]),
        guest("ben", "Ben Ott", 900, [badge(BEN)], blocked=True),
    )


@dataclass
class Paper:
    """A printer that never fails: what came out of it."""

    slips: list[list[PrintLine]] = field(default_factory=list)
    name: str = "job"

    def submit(
        self, lines: Sequence[PrintLine], *, marker: Sequence[PrintLine] | None = None, again: bool = False
    ) -> str:
        self.slips.append(list(lines))
        return f"{self.name}-{len(self.slips)}"

    def cancel(self, job_id: str) -> bool:
        return False

    def text(self, number: int = -1) -> str:
        parts = []
        for line in self.slips[number]:
            match line:
                case PrintText():
                    parts.append(line.text)
                case PrintColumns():
                    parts.append(f"{line.left} {line.right}")
                case PrintQr():
                    parts.append(f"[QR {line.data}]")
        return "\n".join(parts)


@dataclass
class Kicks:
    """A drawer: how often it was opened."""

    opened: int = 0

    def open_drawer(self) -> None:
        self.opened += 1


@dataclass
class Lines:
    """A customer display: what it shows."""

    shown: tuple[str, ...] = ("", "")

    def show(self, lines: Sequence[str]) -> None:
        self.shown = tuple(lines)


class Counter(Canteen):
    """The folder of a till."""

    terminal: ClassVar[str] = "till-1"

    def publish(self, catalogue: Any = MENU_CATALOGUE) -> None:
        super().publish(catalogue)

    def send_guests(
        self,
        *guests: dict[str, Any],
        epoch: int = 1,
        upto: int = 0,
        quarantined: Sequence[int] = (),
        cashiers: Sequence[dict[str, Any]] = CASHIERS,
    ) -> None:
        self.version += 1
        document = {
            "v": 2,
            "terminal": self.terminal,
            "server": "main",
            "full": True,
            "base_version": 0,
            "version": self.version,
            "epoch": epoch,
            "upto": upto,
            "as_of": (NOON - timedelta(minutes=10) + timedelta(seconds=self.version)).isoformat(),
            "guests": list(guests or till_guests()),
            "cashiers": list(cashiers),
            "quarantined": list(quarantined),
        }
        with AccountsReplica(self.folder / "accounts.sqlite") as replica:
            replica.apply(document)

    def send_board(self, *articles: tuple[str, bool, int | None], upto: int = 0) -> None:
        """What the bridge does with a board."""
        self.version += 1
        write_board(
            board_path(self.folder),
            {
                "v": 1,
                "terminal": self.terminal,
                "epoch": 1,
                "upto": upto,
                "version": self.version,
                "as_of": datetime(2026, 11, 20, 11, 0, self.version, tzinfo=UTC).isoformat(),
                "business_day": DAY.isoformat(),
                "availability": [{"article": a, "sold_out": gone, "left": left} for a, gone, left in articles],
                "orders": [],
            },
        )

    def journal(self) -> Journal:
        path = self.folder / "journal.sqlite"
        if not path.exists():
            Journal.create(path, self.terminal, 1, self.key)
        return Journal.open(
            path,
            self.key,
            business_day=DAY,
            now_utc=self.clock.now,
            software="test",
            reserve_bytes=self.reserve_bytes,
        )

    def start(
        self,
        *,
        printer: bool = True,
        kitchen: bool = False,
        connected: bool = True,
        devices: dict[str, str] | None = None,
    ) -> Till:
        """Start the till's process on the folder."""
        paper, kitchen_paper, drawer, display = Paper(), Paper(), Kicks(), Lines()
        journal = self.stack.enter_context(closing(self.journal()))
        bridge = self.stack.enter_context(closing(StandIn(self.folder)))
        link = self.stack.enter_context(
            closing(HeadOfficeLink(LocalSocket.for_terminal(self.folder), self.clock.now_utc()))
        )
        shelf = CatalogueShelf(self.folder / "catalogues")
        reader = AccountsReader(self.folder / "accounts.sqlite", BADGE_KEY)
        slips = SlipDesk(
            paper if printer else None,
            ("Parkweg 4",),
            SlipLayout(),
            self.stack.enter_context(closing(SlipBook(self.folder / "slips.sqlite", 1, journal.head.seq))),
            kitchen=kitchen_paper if kitchen else None,
        )
        store = TerminalStore(
            journal,
            shelf,
            Accounts(reader, journal),
            Papers(slips, "https://office.example", Translators()("en"), cashier_names(reader)),
            link,
            Board(BoardReader(board_path(self.folder)), journal),
            pickup_start=101,
        )
        tries = self.stack.enter_context(closing(PinTries(self.folder / "sign_in.sqlite")))
        till_store = TillStore(
            store,
            journal,
            Cashiers(reader, tries, self.clock.now_utc),
            self.stack.enter_context(closing(HeldTickets(self.folder / "till.sqlite", shelf.of_revision))),
            drawer=drawer,
            display=display,
        )
        devices = devices or {"badge": "badge_reader", "printer": "receipt_printer", "drawer": "cash_drawer"}
        asks, bus = self.asker(bridge)
        flow = TillFlow(Services(till_store, Translators(), Settings("en", devices), asks), self.clock)
        till = Till(flow, journal, bridge, self, paper, kitchen_paper, drawer, display, bus)
        if connected:
            bridge.send(Link(True))
        for name in devices:
            flow.handle(HealthChanged(name, READY))
        till.wait(0)
        return till


@dataclass
class Till:
    """Somebody at the till: what they do, and what they see."""

    flow: TillFlow
    journal: Journal
    bridge: StandIn
    counter: Counter
    paper: Paper
    kitchen: Paper
    drawer: Kicks
    display: Lines
    bus: EventBus[Any]

    def touch(self, *touches: Intent) -> None:
        for touch in touches:
            self.flow.handle(touch)
            settle(self.flow, self.bus)

    def do(self, function: Function) -> None:
        self.touch(OpenFunction(function))

    def type(self, text: str, *, done: bool = True) -> None:
        for letter in text:
            self.touch(intents.Typed(letter))
        if done:
            self.touch(intents.PadDone())

    def ring(self, *article_ids: str) -> None:
        self.touch(*(intents.QuickAdd(article_id) for article_id in article_ids))

    def badge(self, number: str) -> None:
        """A badge on the reader, later than any one before."""
        self.wait(4)
        self.badge_at_once(number)

    def badge_at_once(self, number: str) -> None:
        self.flow.handle(BadgePresented("badge", number, self.counter.clock.monotonic))
        settle(self.flow, self.bus)

    def scan(self, code: str) -> None:
        self.flow.handle(BarcodeScanned("scanner", code, self.counter.clock.monotonic))

    def drawer_fails(self) -> None:
        self.flow.handle(DrawerFailed("drawer", Reason.TIMEOUT))

    def wait(self, seconds: float) -> None:
        while seconds > 0.5:
            self.counter.clock.pass_s(0.5)
            self.flow.tick()
            self.bridge.drain()
            seconds -= 0.5
        self.counter.clock.pass_s(seconds)
        self.flow.tick()

    def open_shift(self, float_minor: str = "100") -> None:
        """Sign Marie in and open the shift, which is asked for by itself."""
        self.badge(MARIE)
        self.type(float_minor)

    def stop(self) -> None:
        """The process ends; its files stay."""
        self.counter.stack.close()

    @property
    def view(self) -> views.View:
        return self.flow.view()

    @property
    def screen(self) -> TillScreen:
        return self._screen(TillScreen)

    @property
    def sign_in(self) -> SignInScreen:
        return self._screen(SignInScreen)

    def panel(self, kind: type[Kind]) -> Kind:
        screen = self.view.screen
        assert isinstance(screen, TillScreen | SignInScreen)
        assert isinstance(screen.panel, kind), f"{type(screen.panel).__name__} is open"
        return screen.panel

    @property
    def keys(self) -> KeysPanel:
        return self.panel(KeysPanel)

    @property
    def pad(self) -> PadPanel:
        return self.panel(PadPanel)

    @property
    def list(self) -> ListPanel:
        return self.panel(ListPanel)

    @property
    def count(self) -> CountPanel:
        return self.panel(CountPanel)

    def report(self) -> dict[str, str]:
        return {row.label: row.amount for row in self.panel(ReportPanel).rows}

    def choose(self, label: str) -> None:
        """Touch the row, or the main key of the list, with that label."""
        confirm = (self.list.confirm,) if self.list.confirm else ()
        self.touch(self._action((*self.list.rows, *confirm), label))

    def follow(self, label: str) -> None:
        """Touch the way on that a strip offers."""
        actions = [action for strip in self.screen.ticket.strips for action in strip.actions]
        self.touch(self._action(actions, label))

    def lines(self) -> list[tuple[str, str, str]]:
        return [(line.quantity, line.name, line.amount) for line in self.screen.ticket.lines]

    def strips(self) -> str:
        return "\n".join(strip.text for strip in self.screen.ticket.strips)

    @property
    def due(self) -> str:
        return self.screen.ticket.due

    def paid(self) -> dict[str, str]:
        card = self.screen.paid
        assert card is not None, f"nothing is paid; {self.strips()!r}"
        return {row.label: row.amount for row in card.rows}

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return [entry.payload for entry in self.journal.entries(0, 10_000) if entry.kind == kind]

    def _action(self, actions: Sequence[Action], label: str) -> Intent:
        found = next((action for action in actions if action.label == label), None)
        assert found is not None, f"no {label!r} among {[action.label for action in actions]}"
        assert found.intent is not None, f"{label!r} cannot be touched"
        return found.intent

    def _screen(self, kind: type[Kind]) -> Kind:
        screen = self.view.screen
        assert isinstance(screen, kind), f"{type(screen).__name__} is shown"
        return screen


__all__ = ["LAYOUT", "Category", "Counter", "ReceiptRule", "Till"]
