"""A small canteen and a diner in front of its kiosk: real files in a folder, a real journal, a real socket, turned clocks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from appliance.flows.intents import Intent
from appliance.flows.kiosk import KioskFlow, Services, Settings
from appliance.i18n import Translators
from appliance.presenters import views
from appliance.store.accounts import Accounts
from appliance.store.authoriser import Authoriser
from appliance.store.board import Board
from appliance.store.catalogues import CatalogueShelf
from appliance.store.head_office import HeadOfficeLink
from appliance.store.papers import Papers
from appliance.store.slip_book import SlipBook
from appliance.store.slips import Printer, SlipDesk
from appliance.store.terminal_store import TerminalStore
from hal.bus import EventBus
from hal.events import BadgePresented, BarcodeScanned, HealthChanged
from hal.health import READY, Health
from journal.keys import SigningKey
from journal.store import Journal
from masterdata import catalogue_file
from masterdata.accounts_file import AccountsReader, AccountsReplica
from masterdata.badges import badge_hash, short_badge_hash
from masterdata.board_file import BoardReader, board_path
from mqtt_bridge.local_socket import Link, LocalSocket
from sales.catalogue import (
    Allergen,
    Allergens,
    Article,
    Catalogue,
    Category,
    GuestCategory,
    Option,
    OptionGroup,
    Price,
    ServicePeriod,
    Store,
    Unit,
)
from sales.receipt import ReceiptRule
from sales.slip import SlipLayout
from sales.tax import TaxClass, TaxRate
from tests.appliance.asking import asker, settle
from tools.stand_in import StandIn

Kind = TypeVar("Kind")

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 11, 28, tzinfo=UTC)
SINCE = date(2024, 1, 1)
BADGE_KEY = b"k" * 32
ANNA, BEN = "04A23F01", "04B7C802"
ANNA_ID, BEN_ID = "5f0c1d2e3a4b4c5d8e9f0a1b2c3d4e5f", "6f0c1d2e3a4b4c5d8e9f0a1b2c3d4e5f"
LOST, OLD, CLOSED_ACCOUNT = "04DEAD03", "040LD004", "04C10505"

SIDE = OptionGroup(
    "side",
    {"en": "Side", "de": "Beilage"},
    1,
    1,
    (Option("rice", {"en": "Rice", "de": "Reis"}, 0), Option("fries", {"en": "Fries", "de": "Pommes"}, 80)),
)
EXTRAS = OptionGroup(
    "extras", {"en": "Extras"}, 0, 2, tuple(Option(name, {"en": name.title()}, 50) for name in ("onion", "egg", "dip"))
)


def article(article_id: str, **changes: Any) -> Article:
    plain = Article(
        id=article_id,
        plu=None,
        barcodes=(),
        name={"en": article_id.replace("-", " ").capitalize()},
        description={},
        category_id="mains",
        unit=Unit.PIECE,
        tax_class_id="food",
        allergens=Allergens(stated=False),
    )
    return replace(plain, **changes)


ARTICLES = (
    article(
        "spaghetti",
        name={"en": "Spaghetti with lentil bolognese", "de": "Spaghetti mit Linsenbolognese"},
        description={"en": "Carrots, celery, thyme"},
        allergens=Allergens(True, frozenset({Allergen.CELERY, Allergen.GLUTEN})),
        diets=frozenset({"vegan"}),
        picture="spaghetti",
        notes=("contains preservatives",),
    ),
    article("chicken", option_groups=(SIDE, EXTRAS)),
    article("pollock", portions_left=2),
    article("burger", sold_out=True, barcodes=("4000000000044",)),
    article("goose", days=frozenset({date(2026, 11, 11)}), barcodes=("4000000000051",)),
    article("salad-bar", unit=Unit.PER_100_G, category_id="sides", barcodes=("4000000000068",)),
    article(
        "water", category_id="drinks", barcodes=("4006381333931",), allergens=Allergens(True), tax_class_id="drinks"
    ),
    article("staff-soup", category_id="sides"),
)


def price(article_id: str, amount_minor: int, **changes: Any) -> Price:
    return replace(Price(article_id, None, None, amount_minor, 0, SINCE, None), **changes)


CATALOGUE = Catalogue(
    revision=7,
    published_at=datetime(2026, 11, 20, 6, 0, tzinfo=UTC),
    store=Store(
        "park",
        "Mensa am Park",
        "Werk",
        "EUR",
        "DE",
        "Europe/Berlin",
        ("de", "en", "fr", "es"),
        receipt=ReceiptRule.ALWAYS,
    ),
    categories=(
        Category("drinks", {"en": "Drinks", "de": "Getränke"}, "drinks", 3),
        Category("mains", {"en": "Mains", "de": "Hauptgerichte"}, "mains", 1),
        Category("sides", {"en": "Sides"}, "sides", 2),
        Category("empty", {"en": "Nothing here"}, "sweets", 4),
    ),
    articles=ARTICLES,
    prices=(
        price("spaghetti", 495),
        price("spaghetti", 395, guest_category_id="student"),
        price("chicken", 540),
        price("pollock", 580),
        price("burger", 610),
        price("goose", 1490),
        price("salad-bar", 99),
        price("water", 120),
        price("staff-soup", 100, guest_category_id="guest"),
    ),
    tax_classes=(
        TaxClass("food", {"en": "Food"}, (TaxRate(SINCE, 1900, 700),)),
        TaxClass("drinks", {"en": "Drinks"}, (TaxRate(SINCE, 1900, 1900),)),
    ),
    guest_categories=(GuestCategory("guest", {"en": "Guest"}), GuestCategory("student", {"en": "Student"})),
    service_periods=(ServicePeriod("lunch", {"en": "Lunch", "de": "Mittagessen"}, "11:00", "14:00"),),
    cash_rounding_minor=1,
)


def guest(
    guest_id: str, name: str, balance_minor: int, badges: Sequence[dict[str, Any]], **changes: Any
) -> dict[str, Any]:
    return {
        "id": guest_id,
        "name": name,
        "category": "student",
        "balance_minor": balance_minor,
        "credit_limit_minor": 0,
        "blocked": False,
        "badges": list(badges),
        "removed": False,
        **changes,
    }


def badge(number: str, **changes: Any) -> dict[str, Any]:
    hashes = {"hash": badge_hash(BADGE_KEY, number), "short_hash": short_badge_hash(BADGE_KEY, number)}
    return {**hashes, "blocked": False, "valid_to": None, **changes}


GUESTS = (
    guest(ANNA_ID, "Anna Keller", 2340, [badge(ANNA), badge(LOST, blocked=True), badge(OLD, valid_to="2026-11-19")]),
    guest(BEN_ID, "Ben Ott", 200, [badge(BEN)]),
    guest("7f0c", "Cleo Park", 900, [badge(CLOSED_ACCOUNT)], blocked=True),
)


class TurnedClock:
    """Both clocks, turned by hand."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now, self.monotonic = now, 1000.0

    def now_utc(self) -> datetime:
        return self.now

    def monotonic_s(self) -> float:
        return self.monotonic

    def pass_s(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.monotonic += seconds


@dataclass
class Canteen:
    """One terminal's folder and what it is made of; `open` starts the terminal's process on it."""

    terminal: ClassVar[str] = "kiosk-1"

    folder: Path
    stack: ExitStack
    clock: TurnedClock = field(default_factory=TurnedClock)
    key: SigningKey = field(default_factory=SigningKey.generate)
    version: int = 0
    reserve_bytes: int = 1024 * 1024

    def publish(self, catalogue: Catalogue = CATALOGUE) -> None:
        directory = self.folder / "catalogues"
        catalogue_file.build(catalogue, directory)
        catalogue_file.set_current(directory, catalogue.revision)

    def send_guests(
        self, *guests: dict[str, Any], epoch: int = 1, upto: int = 0, quarantined: Sequence[int] = ()
    ) -> None:
        """What the bridge does with a full accounts document."""
        self.version += 1
        document = {
            "v": 2,
            "terminal": "kiosk-1",
            "server": "main",
            "full": True,
            "base_version": 0,
            "version": self.version,
            "epoch": epoch,
            "upto": upto,
            "as_of": (NOON - timedelta(minutes=10) + timedelta(seconds=self.version)).isoformat(),
            "guests": list(guests or GUESTS),
            "cashiers": [],
            "quarantined": list(quarantined),
        }
        with AccountsReplica(self.folder / "accounts.sqlite") as replica:
            replica.apply(document)

    def journal(self) -> Journal:
        path = self.folder / "journal.sqlite"
        if not path.exists():
            Journal.create(path, "kiosk-1", 1, self.key)
        return Journal.open(
            path,
            self.key,
            business_day=DAY,
            now_utc=self.clock.now,
            software="test",
            reserve_bytes=self.reserve_bytes,
        )

    def parts(
        self, printer: Printer | None = None, kitchen: Printer | None = None
    ) -> tuple[Journal, StandIn, TerminalStore]:
        """What a terminal of any role begins with: its journal, the bridge's end of its socket, its files."""
        journal = self.stack.enter_context(closing(self.journal()))
        bridge = self.stack.enter_context(closing(StandIn(self.folder)))
        link = self.stack.enter_context(
            closing(HeadOfficeLink(LocalSocket.for_terminal(self.folder), self.clock.now_utc()))
        )
        book = self.stack.enter_context(closing(SlipBook(self.folder / "slips.sqlite", 1, journal.head.seq)))
        address = ("Parkweg 4", "70173 Stuttgart")
        translators = Translators()
        store = TerminalStore(
            journal,
            CatalogueShelf(self.folder / "catalogues"),
            Accounts(AccountsReader(self.folder / "accounts.sqlite", BADGE_KEY), journal),
            Papers(
                SlipDesk(printer, address, SlipLayout(), book, kitchen=kitchen),
                "https://office.example",
                translators("en"),
            ),
            link,
            Board(BoardReader(board_path(self.folder)), journal),
            pickup_start=101,
        )
        return journal, bridge, store

    def asker(self, bridge: StandIn) -> tuple[Authoriser, EventBus[Any]]:
        """What a terminal asks head office with, and the bus over which the answers come."""
        return asker(self.stack, self.folder, self.terminal, self.key, bridge, self.clock.now_utc)

    def open(
        self,
        printer: Printer | None = None,
        devices: dict[str, str] | None = None,
        kitchen: Printer | None = None,
    ) -> Diner:
        """A kiosk."""
        journal, bridge, store = self.parts(printer, kitchen)
        devices = {"badge": "badge_reader", "scanner": "barcode_scanner"} if devices is None else devices
        asks, bus = self.asker(bridge)
        flow = KioskFlow(Services(store, Translators(), Settings("en", 45, 60, 15, devices), asks), self.clock)
        diner = Diner(flow, journal, bridge, self.clock, bus)
        bridge.send(Link(True))
        for name in devices:
            diner.health(name, READY)
        diner.wait(0)
        return diner


@dataclass
class Diner:
    """Somebody at the kiosk: what they do, and what they see."""

    flow: KioskFlow
    journal: Journal
    bridge: StandIn
    clock: TurnedClock
    bus: EventBus[Any]

    def touch(self, *touches: Intent) -> None:
        for touch in touches:
            self.flow.handle(touch)
            settle(self.flow, self.bus)

    def badge(self, number: str) -> None:
        self.flow.handle(BadgePresented("badge", number, self.clock.monotonic))

    def scan(self, code: str) -> None:
        self.flow.handle(BarcodeScanned("scanner", code, self.clock.monotonic))

    def health(self, device: str, health: Health) -> None:
        self.flow.handle(HealthChanged(device, health))

    def wait(self, seconds: float) -> None:
        """Time passes, ticked twice a second as the screens do."""
        while seconds > 0.5:
            self.clock.pass_s(0.5)
            self.flow.tick()
            if self.bridge.fileno() >= 0:
                self.bridge.drain()
            seconds -= 0.5
        self.clock.pass_s(seconds)
        self.flow.tick()

    @property
    def view(self) -> views.View:
        return self.flow.view()

    @property
    def attract(self) -> views.AttractScreen:
        return self._screen(views.AttractScreen)

    @property
    def order(self) -> views.OrderScreen:
        return self._screen(views.OrderScreen)

    @property
    def checkout(self) -> views.CheckoutScreen:
        return self._screen(views.CheckoutScreen)

    @property
    def done(self) -> views.DoneScreen:
        return self._screen(views.DoneScreen)

    @property
    def closed(self) -> views.ClosedScreen:
        return self._screen(views.ClosedScreen)

    @property
    def notice(self) -> views.Notice:
        notice = self.view.notice
        assert notice is not None, "no notice is shown"
        return notice

    @property
    def sheet(self) -> views.ArticleSheet:
        sheet = self.view.sheet
        assert sheet is not None, "no article lies open"
        return sheet

    def basket(self) -> list[tuple[str, str, str]]:
        screen = self.view.screen
        lines = screen.basket.lines if isinstance(screen, views.OrderScreen) else self.checkout.lines
        return [(line.quantity, line.name, line.amount) for line in lines]

    def tile(self, article_id: str) -> views.Tile:
        return next(tile for tile in self.order.tiles if tile.article_id == article_id)

    def tickets(self) -> list[dict[str, Any]]:
        return [entry.payload for entry in self.journal.entries(0, 1000) if entry.kind == "ticket"]

    def _screen(self, kind: type[Kind]) -> Kind:
        screen = self.view.screen
        assert isinstance(screen, kind), f"{type(screen).__name__} is shown"
        return screen
