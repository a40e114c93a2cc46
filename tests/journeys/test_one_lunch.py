"""One lunch service: a till, a kiosk and the kitchen side by side, from the first sign-in to the Z report at head office."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bench.house import RunningHouse
from journal.reader import JournalReader
from tests.journeys.office import Office
from tests.journeys.screen import Screen, Target
from tests.waiting import wait_until
from workbench.house import House, Options
from workbench.network import Link
from workbench.station import KIOSK, KITCHEN, TILL, Station

pytestmark = pytest.mark.timeout(400)

MARIE, THOMAS, BLOCKED, ANNA, LENA = "04CA51E1", "04A7B8C9", "04D00D1E", "04A1B2C3", "04E1E2E3"
SAME_BADGE_S = 3.0
FLOAT, COUNTED = "200", 20000
SIDE, DRINK, WATER = "Fries", "Water", "Mineral water 0.5 l"


@dataclass
class Desk:
    """Somebody at one terminal."""

    station: Station
    screen: Screen

    def badge_until(self, number: str, text: str) -> None:
        """Hold the badge to the reader until the screen says `text`; a reader takes the same badge again only later."""
        last_s = 0.0

        def seen() -> bool:
            nonlocal last_s
            if time.monotonic() - last_s > SAME_BADGE_S + 5:
                last_s = time.monotonic()
                self.station.badge_reader.present(number)
            return self.screen.find(text) is not None

        wait_until(seen, f"{text!r} after the badge {number}")

    def key(self, label: str) -> None:
        """Touch the key that says exactly this, once it stands still."""
        before: Target | None = None

        def found() -> Any:
            nonlocal before
            fits = [target for target in self.screen.targets() if target.touch and label in target.texts]
            last, before = before, min(fits, key=lambda target: target.width * target.height, default=None)
            return before if before == last else None

        self.screen.press(wait_until(found, f"the key {label!r}"))

    def type(self, digits: str) -> None:
        for digit in digits:
            self.key(digit)


@dataclass
class Service:
    """The house in service."""

    running: RunningHouse
    office: Office
    till: Desk
    kiosk: Desk
    kitchen: Desk

    def journal(self, kind: str) -> list[dict[str, Any]]:
        """What the till has recorded of that kind."""
        return self.journal_of(self.till.station, kind)

    def journal_of(self, station: Station, kind: str) -> list[dict[str, Any]]:
        """What a terminal has recorded of that kind."""
        with JournalReader(station.folder / "journal.sqlite") as reader:
            return [entry.payload for entry in reader.entries(0, 1000) if entry.kind == kind]

    def head(self, station: Station) -> int:
        with JournalReader(station.folder / "journal.sqlite") as reader:
            return reader.head().seq

    def has_all(self) -> bool:
        """Whether head office has every entry of every terminal."""
        rows = dict(
            self.office.rows(
                "SELECT t.code, e.upto FROM fleet_enrolment e JOIN fleet_terminal t ON t.id = e.terminal_id"
            )
        )
        return all(rows.get(name) == self.head(found) for name, found in self.running.house.stations.items())

    def dishes(self, *, kitchen: bool) -> list[tuple[str, str]]:
        """Key label and full English name of today's dishes that are not sold out and need no choice."""
        today = datetime.now(ZoneInfo("Europe/Berlin")).date().isoformat()
        rows = self.office.rows(
            "SELECT a.name, COALESCE(k.label, '{}') FROM catalog_article a JOIN catalog_category c ON c.id = a.category_id"
            " JOIN menus_menuentry m ON m.article_id = a.id AND m.date = ? AND NOT m.sold_out"
            " LEFT JOIN catalog_quickkey k ON k.article_id = a.id AND k.page = 1"
            " WHERE c.code = 'mains' AND a.kitchen = ?"
            " AND NOT EXISTS (SELECT 1 FROM catalog_optiongroup g WHERE g.article_id = a.id AND g.minimum > 0) ORDER BY a.plu",
            today,
            kitchen,
        )
        return [(json.loads(label).get("en", ""), json.loads(name)["en"]) for name, label in rows]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("lunch")
    running = RunningHouse(House(Options(folder, (TILL, KITCHEN, KIOSK))))
    with ExitStack() as stack:
        stack.callback(running.close)
        running.do(running.house.start())
        desks = [
            Desk(station, stack.enter_context(closing(Screen(station.screen_socket, 60))))
            for station in running.house.stations.values()
        ]
        till, kitchen, kiosk = desks
        yield Service(running, Office(running.house.office_folder), till, kiosk, kitchen)


def test_one_lunch(service: Service) -> None:
    till, office = service.till, service.office
    balances = office.balances()
    label = next(label for label, _name in service.dishes(kitchen=False) if label in ("Spaghetti", "Curry", "Lasagne"))
    name = dict(service.dishes(kitchen=False))[label]

    till.screen.see("Hold your badge")
    till.badge_until(MARIE, "Float")
    till.type(FLOAT)
    till.key("OK")

    _subsidised_meals(service, label)
    _blocked_badge(service)
    _top_up(service)
    _kitchen_order(service)
    _sold_out(service, label, name)
    _without_network(service)
    _close(service)
    _head_office_agrees(service, balances)


def _subsidised_meals(service: Service, label: str) -> None:
    """Fries, then the main, then water are the menu: 6.20 + 4.10 - 3.00. The second one the guest pays alone."""
    till = service.till
    for key in (SIDE, label, DRINK):
        till.key(key)
    till.screen.see("saves 2.00")
    till.badge_until(THOMAS, "7.30 €")
    till.screen.see("Share of Werk Nord")
    for key in (label, DRINK, SIDE):
        till.key(key)
    till.screen.see("saves 2.00")
    till.badge_until(THOMAS, "Second meal")
    till.key("Account")
    till.screen.see("0.60 €")
    first, second = service.journal("ticket")
    assert (first["total_minor"], first["share_reason"]) == (1030, "applied")
    assert [menu["price_minor"] for menu in first["menus"]] == [620]
    assert (second["total_minor"], second["share_reason"], second["charges"]) == (1030, "second_meal", [])


def _blocked_badge(service: Service) -> None:
    till = service.till
    till.key(DRINK)
    till.screen.see(WATER)
    till.badge_until(BLOCKED, "This badge is blocked")
    assert len(service.journal("ticket")) == 2
    kicks = till.station.printer.drawer_kicks
    till.key("exact")
    wait_until(lambda: till.station.printer.drawer_kicks > kicks, "the drawer opens")


def _top_up(service: Service) -> None:
    till = service.till
    till.badge_until(LENA, "Lena")
    till.key("More")
    till.key("Top up")
    till.type("50")
    till.key("OK")
    till.key("Cash, exact")
    till.screen.see("65.40 €")


def _kitchen_order(service: Service) -> None:
    """A dish of the kitchen ordered at the kiosk is cooked from the screen and the slip, and is shown as ready."""
    kiosk, kitchen = service.kiosk, service.kitchen
    kiosk.screen.see("What would you like today?")
    kiosk.badge_until(ANNA, "Hello Anna")
    kiosk.key("Mains")
    names = [name for _label, name in service.dishes(kitchen=True)]
    dish = wait_until(lambda: next((n for n in names if kiosk.screen.find(n, touch=True)), ""), "a dish of the kitchen")
    kiosk.screen.touch(dish)
    kiosk.screen.touch("Add for")
    kiosk.screen.touch("Pay")
    kiosk.screen.touch("Pay ")
    kiosk.screen.see("Your number")
    number = next(
        text for target in kiosk.screen.targets() for text in target.texts if text.isdigit() and len(target.texts) == 1
    )
    kiosk.screen.touch("QR code")
    kiosk.screen.see("Scan this with your phone")
    kiosk.screen.touch("Done")
    slip = wait_until(lambda: kiosk.station.devices["kitchen"].slips, "the kitchen's slip")[0]
    assert dish in " ".join(slip.text.split())
    assert kiosk.station.printer.slips == []
    kitchen.screen.see(number)
    kitchen.screen.see(f"1 × {dish}")
    kitchen.key("Ready")
    kitchen.screen.see("Collected", touch=True)
    wait_until(
        lambda: service.office.rows("SELECT state FROM sales_kitchenorder WHERE state = 'ready'"), "head office knows"
    )


def _sold_out(service: Service, label: str, name: str) -> None:
    """One touch in the kitchen, and nobody can take it any more at till and kiosk."""
    service.kitchen.screen.touch(name)
    wait_until(lambda: service.journal_of(service.kitchen.station, "availability"), "the kitchen has said so")
    till = service.till
    wait_until(lambda: till.screen.find(label, touch=True) is None, "the till's key is off")
    till.screen.see("sold out")
    kiosk = service.kiosk
    kiosk.screen.touch("Order as a guest")
    kiosk.key("Mains")
    wait_until(
        lambda: any({name, "Sold out"} <= set(target.texts) for target in kiosk.screen.targets()), "the kiosk's tile is"
    )
    kiosk.screen.touch("Start again")


def _without_network(service: Service) -> None:
    till = service.till
    wait_until(service.has_all, "head office has everything so far")
    service.running.do(service.running.house.set_network(Link.CUT))
    till.screen.see("Local mode")
    for sale in (1, 2):
        till.key(DRINK)
        till.key("exact")
        till.screen.see(f"{sale} unsent")
    service.running.do(service.running.house.set_network(Link.UP))
    till.screen.see("Connected")
    till.screen.see("0 unsent")


def _close(service: Service) -> None:
    """Blind count, difference, Z."""
    till = service.till
    till.key("More")
    till.key("Close shift")
    till.screen.see("Count the drawer")
    till.key("200.00")
    till.type("1")
    till.key("Counted: close the shift")
    till.screen.see("Difference")
    till.key("Done")
    till.key("More")
    till.key("Z report")
    till.screen.see("Z report 1")


def _head_office_agrees(service: Service, before: dict[str, int]) -> None:
    office = service.office
    wait_until(service.has_all, "head office has everything")
    assert office.one("SELECT COUNT(*) FROM spool_quarantine") == 0
    tickets = office.rows(
        "SELECT f.code, t.total_minor, t.charges_minor FROM sales_ticket t"
        " JOIN fleet_terminal f ON f.id = t.terminal_id ORDER BY f.code, t.seq"
    )
    at_till = [(total, charges) for code, total, charges in tickets if code == "till-1"]
    assert at_till[:2] == [(1030, 300), (1030, 0)]
    assert len(tickets) == 6
    ((turnover_minor, counted_minor, difference_minor, totals),) = office.rows(
        "SELECT turnover_minor, counted_minor, difference_minor, totals FROM sales_closing"
    )
    assert turnover_minor == sum(total for total, _charges in at_till)
    cash_minor = sum(total for total, _charges in at_till[2:]) + 5000
    assert (counted_minor, difference_minor) == (COUNTED, COUNTED - int(FLOAT) * 100 - cash_minor)
    closed = json.loads(totals)
    ((shift,),) = office.rows("SELECT totals FROM sales_shift")
    assert json.loads(shift) == closed, "one shift is the Z report"
    assert closed["top_ups"] == [{"tender": "cash", "amount_minor": 5000}]
    assert closed["subsidies"] == [{"payer_id": "werk-nord", "amount_minor": 300}]
    assert office.rows("SELECT payer_code, amount_minor FROM sales_ticketcharge") == [("werk-nord", 300)]

    after = office.balances()
    assert office.ledger_sums() == after
    assert after[office.guest_of(THOMAS)] == before[office.guest_of(THOMAS)] - 730 - 1030
    assert after[office.guest_of(LENA)] == before[office.guest_of(LENA)] + 5000
    (kiosk_minor,) = [total for code, total, _charges in tickets if code == "kiosk-1"]
    assert after[office.guest_of(ANNA)] == before[office.guest_of(ANNA)] - kiosk_minor
    service.running.do(service.running.house.office("check_sums"))
