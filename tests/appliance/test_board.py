"""A terminal knows what is left and how far orders are: what head office says, and at once what it has said itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from appliance.store.board import Board, Stock
from journal.keys import SigningKey
from journal.store import Journal
from masterdata.board_file import BoardReader, board_path, write_board
from sales import availability, order_state
from sales.account import portion_key
from sales.availability import Availability
from sales.order_state import OrderStage, OrderState
from sales.ticket_parts import TicketRef
from tests.appliance.canteen import DAY, NOON, article

YESTERDAY = date(2026, 11, 19)
SOUP, POLLOCK, STEW = article("soup"), article("pollock", portions_left=2), article("stew", sold_out=True)


def order(number: int, state: str = "open", at: str = "11:00") -> dict[str, Any]:
    return {
        "terminal": "till-1",
        "epoch": 1,
        "number": number,
        "pickup_number": 100 + number,
        "state": state,
        "at": f"{DAY}T{at}:00Z",
        "service": "eat_in",
        "lines": [{"quantity": 1, "name": "Burger", "detail": "", "kitchen": True}],
    }


class Screen:
    """A terminal with a journal and a board."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        self.folder, self.journal, self.version = folder, journal, 0
        self.board = Board(BoardReader(board_path(folder)), journal)

    def send(self, upto: int | None = None, **changes: Any) -> None:
        """What the bridge does with a board, by default one that contains everything so far."""
        self.version += 1
        document = {
            "v": 1,
            "terminal": "kiosk-1",
            "epoch": 1,
            "upto": self.journal.head.seq if upto is None else upto,
            "version": self.version,
            "as_of": f"{DAY}T11:00:{self.version:02}Z",
            "business_day": DAY.isoformat(),
            "availability": [],
            "orders": [],
        }
        write_board(board_path(self.folder), document | changes)
        assert self.board.look()

    def mark(self, article_id: str, sold_out: bool, day: date = DAY) -> None:
        mark = Availability("kiosk-1", "park", NOON, day, article_id, sold_out, "marie")
        self._append("availability", availability.to_payload(mark))

    def sell(self, article_id: str, count: int) -> None:
        self.journal.append("note", {}, [(portion_key(DAY, article_id), count)], now_utc=NOON, business_day=DAY)

    def say(self, number: int, stage: OrderStage) -> None:
        said = OrderState("kiosk-1", "park", NOON, DAY, TicketRef("till-1", 1, number), 100 + number, stage)
        self._append("order_state", order_state.to_payload(said))

    def _append(self, kind: str, payload: dict[str, Any]) -> None:
        self.journal.append(kind, payload, now_utc=NOON, business_day=DAY)

    def orders(self) -> list[tuple[int, str]]:
        return [(order.number, order.state) for order in self.board.orders(DAY)]


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    key = SigningKey.generate()
    Journal.create(tmp_path / "journal.sqlite", "kiosk-1", 1, key)
    with closing(
        Journal.open(tmp_path / "journal.sqlite", key, business_day=DAY, now_utc=NOON, software="test")
    ) as journal:
        yield Screen(tmp_path, journal)


def line(article_id: str, sold_out: bool = False, left: int | None = None) -> dict[str, Any]:
    return {"article": article_id, "sold_out": sold_out, "left": left}


def test_before_a_board_has_come_the_menu_says_what_there_is(screen: Screen) -> None:
    assert screen.board.as_of is None
    assert screen.board.stock(SOUP, DAY) == Stock(False, None)
    assert screen.board.stock(POLLOCK, DAY) == Stock(False, 2)
    assert screen.board.stock(STEW, DAY).is_gone
    assert screen.orders() == []

    screen.sell("pollock", 3)
    assert screen.board.stock(POLLOCK, DAY) == Stock(False, 0)


def test_the_board_counts_before_the_menu(screen: Screen) -> None:
    screen.send(availability=[line("soup", sold_out=True), line("pollock", left=40), line("stew")])

    assert screen.board.stock(SOUP, DAY).is_gone
    assert screen.board.stock(POLLOCK, DAY) == Stock(False, 40)
    assert not screen.board.stock(STEW, DAY).is_gone


def test_own_sales_count_until_the_board_contains_them(screen: Screen) -> None:
    screen.sell("pollock", 5)
    screen.send(availability=[line("pollock", left=40)])
    sent = screen.journal.head.seq
    screen.sell("pollock", 2)
    screen.sell("pollock", -1)
    assert screen.board.stock(POLLOCK, DAY) == Stock(False, 39)

    screen.send(upto=sent + 1, availability=[line("pollock", left=38)])
    assert screen.board.stock(POLLOCK, DAY) == Stock(False, 39)
    screen.send(availability=[line("pollock", left=39)])
    assert screen.board.stock(POLLOCK, DAY) == Stock(False, 39)


def test_sold_out_in_one_tap_counts_at_once_and_until_head_office_says_otherwise(screen: Screen) -> None:
    screen.send(availability=[line("soup")])
    screen.mark("soup", True)
    assert screen.board.stock(SOUP, DAY).is_gone
    screen.mark("soup", False)
    assert not screen.board.stock(SOUP, DAY).is_gone
    screen.mark("soup", True)

    screen.send(upto=1, availability=[line("soup")])
    assert screen.board.stock(SOUP, DAY).is_gone
    screen.send(availability=[line("soup", sold_out=False)])
    assert not screen.board.stock(SOUP, DAY).is_gone


def test_a_mark_of_yesterday_and_yesterdays_board_say_nothing_of_today(screen: Screen) -> None:
    screen.send(business_day=YESTERDAY.isoformat(), availability=[line("soup", sold_out=True)], orders=[order(1)])
    screen.mark("soup", True, YESTERDAY)

    assert screen.board.stock(SOUP, YESTERDAY).is_gone
    assert screen.board.stock(SOUP, DAY) == Stock(False, None)
    assert screen.orders() == []


def test_orders_come_oldest_first_with_what_was_just_said_about_them(screen: Screen) -> None:
    screen.send(orders=[order(2, at="11:20"), order(1, at="11:10"), order(3, "ready", at="11:05")])
    assert screen.orders() == [(3, "ready"), (1, "open"), (2, "open")]

    screen.say(1, OrderStage.READY)
    screen.say(3, OrderStage.COLLECTED)
    assert screen.orders() == [(3, "collected"), (1, "ready"), (2, "open")]
    screen.say(1, OrderStage.OPEN)
    assert screen.orders() == [(3, "collected"), (1, "open"), (2, "open")]

    screen.send(orders=[order(1, "ready", at="11:10")])
    assert screen.orders() == [(1, "ready")]


def test_a_board_for_another_enrolment_contains_nothing_of_this_one(screen: Screen) -> None:
    screen.sell("pollock", 1)
    screen.mark("soup", True)

    screen.send(epoch=2, upto=99, availability=[line("pollock", left=10), line("soup")])

    assert screen.board.stock(POLLOCK, DAY) == Stock(False, 9)
    assert screen.board.stock(SOUP, DAY).is_gone


def test_an_entry_nobody_can_read_is_passed_over(screen: Screen, caplog: pytest.LogCaptureFixture) -> None:
    screen.journal.append("availability", {"schema": 99}, now_utc=NOON, business_day=DAY)
    screen.mark("soup", True)

    assert screen.board.stock(SOUP, DAY).is_gone
    assert "cannot be read" in caplog.text
