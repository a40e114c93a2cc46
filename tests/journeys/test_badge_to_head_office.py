"""The thread: badge, order, pay with the broker down, slip, broker up, ticket and balance at head office, exactly once."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image

from bench.house import RunningHouse
from tests.journeys.office import Office
from tests.journeys.screen import Screen
from tests.waiting import wait_until
from workbench.house import House, Options
from workbench.station import KIOSK

pytestmark = pytest.mark.timeout(300)

BLOCK = """
from server.guests.models import Badge
badge = Badge.objects.get(number="{badge}")
badge.blocked = {blocked}
badge.save()
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    running = RunningHouse(House(Options(tmp_path_factory.mktemp("house"), (replace(KIOSK, size=(1280, 800)),))))
    try:
        running.do(running.house.start())
        yield running
    finally:
        running.close()


@pytest.fixture
def screen(running: RunningHouse) -> Iterator[Screen]:
    screen = Screen(running.house.kiosk.screen_socket)
    yield screen
    screen.close()


def add_first_dish(screen: Screen) -> None:
    """Add the first dish that can be had, by its sheet."""
    screen.see("Your basket is empty")
    dish = next(
        target
        for target in screen.targets()
        if target.touch and any(re.fullmatch(r"\d+\.\d\d", text) for text in target.texts) and "Pay" not in target.texts
    )
    screen.touch(max(dish.texts, key=len))
    screen.touch("Add for")
    wait_until(lambda: screen.find("Your basket is empty") is None, "the dish is in the basket")


def read_picture(png: bytes) -> str:
    """The lines of a slip as another program reads them off its picture."""
    command = ["tesseract", "-", "-", "--psm", "6"]
    return subprocess.run(command, input=png, capture_output=True, check=True).stdout.decode()


def minor(amount: str) -> int:
    return int(re.sub(r"\D", "", amount))


def test_a_meal_paid_while_the_broker_is_down_reaches_head_office_exactly_once(
    running: RunningHouse, screen: Screen
) -> None:
    house = running.house
    office = Office(house.office_folder)
    badge = house.badges[0]["number"]
    guest = office.guest_of(badge)
    before = office.balances()[guest]

    screen.see("What would you like today?")
    running.do(house.children["broker"].stop())
    house.kiosk.badge_reader.present(badge)
    screen.see("Hello ")
    add_first_dish(screen)
    screen.touch("Pay")
    screen.see("Your order")
    screen.touch("Pay ")
    screen.see("Your number")
    screen.see("Local mode")
    screen.touch("Paper")

    slip = wait_until(lambda: house.kiosk.printer.slips, "the slip is printed")[0]
    screen.touch_if_there("Done")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(slip.png)))
    _, terminal, number, day, total, proof = code.text.split(":")
    assert (terminal, number) == ("kiosk-1", "1")
    assert len(proof) == 12
    paid = minor(total)
    assert 0 < paid < before
    after_minor = before - paid
    for seen in (slip.text, read_picture(slip.png)):
        assert "Mensa am Park" in seen
        assert re.search(rf"Total\s+{paid // 100}\.{paid % 100:02d}", seen), seen
        assert re.search(rf"New balance\s+{after_minor // 100}\.{after_minor % 100:02d}", seen), seen
    assert office.tickets() == []
    assert office.balances()[guest] == before

    running.do(house.children["broker"].start())
    ((_, ticket_number, ticket_total),) = wait_until(office.tickets, "the ticket arrives")
    assert (ticket_number, ticket_total) == (1, paid)
    assert office.rows("SELECT business_day, substr(hash, 1, 12) FROM sales_ticket") == [(day, proof)]
    assert office.balances()[guest] == office.ledger_sums()[guest] == after_minor
    assert office.one("SELECT COUNT(*) FROM spool_quarantine") == 0

    wait_until(lambda: screen.find("Local mode") is None, "the kiosk is connected again")
    screen.see("What would you like today?")

    def greeted() -> bool:
        """The reader takes the same badge again only after a moment."""
        house.kiosk.badge_reader.present(badge)
        return screen.find("Hello ") is not None

    wait_until(greeted, "the guest is greeted")
    screen.see(f"{after_minor // 100}.{after_minor % 100:02d} €")
    screen.touch("Start again")
    assert office.tickets() == [(2, 1, paid)]


def test_a_badge_blocked_at_head_office_is_refused_at_the_kiosk(running: RunningHouse, screen: Screen) -> None:
    house = running.house
    badge = house.badges[1]["number"]
    screen.see("What would you like today?")
    running.do(house.office("shell", "-c", BLOCK.format(badge=badge, blocked=True)))

    def refused() -> bool:
        """An order that the badge could still begin is left again."""
        screen.touch_if_there("Start again")
        house.kiosk.badge_reader.present(badge)
        return screen.find("This badge has been blocked") is not None

    wait_until(refused, "the badge is refused")
    running.do(house.office("shell", "-c", BLOCK.format(badge=badge, blocked=False)))

    def left() -> bool:
        screen.touch_if_there("OK")
        screen.touch_if_there("Start again")
        return screen.find("What would you like today?") is not None

    wait_until(left, "the kiosk waits for the next guest")


def test_paper_out_in_the_middle_of_a_slip_gives_one_whole_slip(running: RunningHouse, screen: Screen) -> None:
    house = running.house
    printed = len(house.kiosk.printer.slips)
    house.kiosk.printer.paper_out_after_bytes(200)
    screen.see("What would you like today?")
    house.kiosk.badge_reader.present(house.badges[0]["number"])
    add_first_dish(screen)
    screen.touch("Pay")
    screen.touch("Pay ")
    screen.touch("Paper")
    wait_until(lambda: house.kiosk.printer.paper == "out", "the paper ends")
    screen.see("The slip comes later")
    assert len(house.kiosk.printer.slips) == printed
    house.kiosk.printer.set_paper("ok")
    wait_until(lambda: len(house.kiosk.printer.slips) == printed + 1, "the slip is printed again")
    assert "PRINTED AGAIN" in house.kiosk.printer.slips[-1].text
    screen.touch("Done")
