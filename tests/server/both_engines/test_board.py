"""The board: what is left of today's menu and how far today's orders are, on every terminal of the store at once."""

import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from journal.keys import SigningKey, verify_document
from masterdata.board_file import parse_board
from mqtt_bridge import wire
from sales.kinds import TicketKind
from sales.order_state import OrderStage
from server.catalog.models import Article
from server.core.models import Counter
from server.fleet.enrolment import enrol
from server.fleet.models import Enrolment
from server.menus.models import ClosedDay, MenuEntry
from server.replication.board import board_documents
from server.replication.board_version import board_counter, touch_board
from server.spool.feed import Feed
from server.spool.intake import take_in
from tests.server.lunch import Lane, furnish, lane_of

AT_ONCE_S = 2.0
"""How soon the spool must have sent a board after a change: a second, and what this machine takes to look."""


@pytest.fixture
def guests(house):
    return furnish(house.store)


@pytest.fixture
def make_lane(house, guests, keys) -> Callable[[str], Lane]:
    """A till that sells today."""

    def make(code: str) -> Lane:
        key = SigningKey.generate()
        enrolment = enrol({"terminal": code, "public_key": key.public.to_base64()}, keys, house.store.code)
        lane = lane_of(code, enrolment.epoch, key, house.store)
        lane.day, lane.now = house.store.today(), datetime.now(UTC).replace(microsecond=0)
        return lane

    return make


@pytest.fixture
def lane(make_lane) -> Lane:
    return make_lane("till-1")


@pytest.fixture
def planned(house, guests):
    """Today's menu: ten stews, pudding without a number."""
    for code, portions in (("stew", 10), ("pudding", None)):
        article = Article.objects.get(code=code)
        MenuEntry.objects.create(
            store=house.store, date=house.store.today(), article=article, planned_portions=portions
        )


def arrive(lane: Lane) -> None:
    take_in(lane.code, lane.epoch, lane.documents(Enrolment.objects.get(terminal__code=lane.code).upto + 1))


def board_of(lane: Lane, keys):
    """The board as the bridge of that till reads it."""
    enrolment = Enrolment.objects.select_related("terminal").get(terminal__code=lane.code)
    _shard, _code, document = board_documents(enrolment.terminal.store_id, [enrolment.pk], keys)[enrolment.pk]
    verify_document(keys.ack.public, wire.BOARD_CONTEXT, document)
    return parse_board({name: value for name, value in document.items() if name != "signature"})


def left(board) -> dict[str, int | None]:
    return {row.article: row.left for row in board.availability}


def test_portions_left_are_those_planned_less_those_sold_and_the_mark_says_by_whom(lane, planned, guests, keys):
    lane.sell(lane.basket(guests[0], "stew", "pudding"))
    sold = lane.sell(lane.basket(guests[3], "stew", "stew"))
    arrive(lane)

    board = board_of(lane, keys)

    assert left(board) == {"stew": 7, "pudding": None}
    assert (board.terminal, board.epoch, board.upto, board.business_day) == ("till-1", 1, 3, lane.day)

    lane.take_back(sold, TicketKind.VOID)
    arrive(lane)
    assert (left(board_of(lane, keys))["stew"], board_of(lane, keys).upto) == (9, 4)


def test_no_fewer_than_none_are_left(lane, planned, guests, keys):
    lane.sell(lane.basket(guests[3], *["stew"] * 12))
    arrive(lane)
    assert left(board_of(lane, keys))["stew"] == 0


def test_sold_out_on_one_till_is_sold_out_on_all(lane, make_lane, planned, keys):
    other = make_lane("till-2")
    lane.say_available("stew", sold_out=True)
    arrive(lane)
    assert {row.article: row.sold_out for row in board_of(other, keys).availability} == {"stew": True, "pudding": False}


def test_orders_for_the_kitchen_stand_on_the_board_until_they_are_collected(lane, planned, guests, keys):
    first = lane.sell(lane.basket(guests[0], "stew", "juice"))
    lane.sell(lane.basket(guests[1], "pudding"))
    second = lane.sell(lane.basket(guests[2], "stew"))
    arrive(lane)

    orders = board_of(lane, keys).orders

    assert [(order.number, order.pickup_number, order.state) for order in orders] == [
        (first.number, first.pickup_number, "open"),
        (second.number, second.pickup_number, "open"),
    ]
    assert [(line.quantity, line.name, line.kitchen) for line in orders[0].lines] == [
        (1, "Stew", True),
        (1, "Juice", False),
    ]
    assert orders[0].at == first.time_utc

    lane.say_state(first, lane.epoch, OrderStage.READY)
    lane.say_state(second, lane.epoch, OrderStage.COLLECTED)
    arrive(lane)
    assert [(order.number, order.state) for order in board_of(lane, keys).orders] == [(first.number, "ready")]

    lane.take_back(first, TicketKind.VOID)
    arrive(lane)
    assert board_of(lane, keys).orders == ()


def test_a_new_version_is_higher_than_any_before_even_when_a_backup_is_put_back(house):
    before = touch_board(house.store.pk)
    Counter.objects.filter(pk=board_counter(house.store.pk)).update(value=3)
    assert touch_board(house.store.pk) >= before


def test_whatever_changes_today_s_menu_makes_a_new_version(house, planned, client):
    def version() -> int:
        return Counter.objects.get(pk=board_counter(house.store.pk)).value

    entry = MenuEntry.objects.get(article__code="stew")
    seen = [version()]
    entry.planned_portions = 20
    entry.save()
    seen.append(version())
    ClosedDay.objects.create(store=house.other_store, date=entry.date)
    assert version() == seen[-1]
    entry.delete()
    seen.append(version())
    assert seen == sorted(set(seen))


def test_a_board_is_sent_on_asking_and_only_again_when_it_changed(lane, planned, keys, house):
    sent = []
    feed = Feed(keys, lambda topic, payload, _retain: sent.append(topic.rsplit("/", 1)[1]), 0)
    feed.join(Enrolment.objects.select_related("terminal").get(), None, "main")
    assert sent == ["accounts", "board"]

    feed.send_changed_boards()
    assert sent == ["accounts", "board"]
    touch_board(house.store.pk)
    touch_board(house.store.pk)
    feed.send_changed_boards()
    assert sent.count("board") == 2
    feed.leave("till-1")
    touch_board(house.store.pk)
    feed.send_changed_boards()
    assert sent.count("board") == 2


def test_a_store_that_changes_all_the_time_is_sent_at_most_two_boards_a_second(lane, planned, keys, house):
    sent = []
    feed = Feed(keys, lambda topic, _payload, _retain: sent.append((topic, time.monotonic())), 0)
    feed.join(Enrolment.objects.select_related("terminal").get(), None, "main")
    sent.clear()
    while len(sent) < 3:
        touch_board(house.store.pk)
        feed.send_changed_boards()
    moments = [moment for _topic, moment in sent]
    assert all(later - earlier > 0.45 for earlier, later in itertools.pairwise(moments))


def test_a_sale_at_one_till_is_on_the_board_of_the_other_within_a_second(spool, make_lane, planned, guests, line):
    one, two = make_lane("till-1"), make_lane("till-2")
    wired_one, wired_two = line("till-1"), line("till-2")
    wired_one.up(one)
    wired_one.ack()
    wired_two.ask(two)
    assert {row["article"]: row["left"] for row in wired_two.document("board")["availability"]}["stew"] == 10

    one.sell(one.basket(guests[0], "stew"))
    wired_one.up(one)
    wired_one.ack()
    committed = time.monotonic()
    document = wired_two.document("board")

    assert time.monotonic() - committed < AT_ONCE_S
    assert (document["terminal"], document["upto"]) == ("till-2", 0)
    assert {row["article"]: row["left"] for row in document["availability"]}["stew"] == 9
    assert [order["state"] for order in document["orders"]] == ["open"]
