"""The kitchen reads from afar what to cook, and nothing else."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sales.funding import Diner
from sales.kinds import TicketKind
from sales.paper import SlipLine, Text
from sales.slip import SlipLayout
from sales.slip_kitchen import render_kitchen_slip
from sales.tax import Service
from sales.tender import TenderKind
from sales.ticket import Ticket
from tests.sales.canteen import cash
from tests.sales.paper import printed, width, words
from tests.sales.service import SERVICE, lunch_tray, ring_up
from tests.sales.taken_back import taken_back

VISITOR = Diner()


def order(**options: Any) -> Ticket:
    """Two schnitzels, one burger with sauce and cheese, a coffee and a roll, to take away."""
    basket = lunch_tray("schnitzel", "schnitzel", "coffee", "roll", diner=VISITOR)
    basket.add("burger", option_ids=["pepper", "cheese"])
    basket.set_service(Service.TAKE_AWAY)
    return ring_up(basket, cash(5000), **options)


def slip(ticket: Ticket, columns: int = 42, language: str = "en", **options: Any) -> tuple[SlipLine, ...]:
    settled = {"translate": lambda message: message, "timezone": ZoneInfo("Europe/Berlin"), **options}
    return render_kitchen_slip(ticket, SERVICE, SlipLayout(columns), settled.pop("translate"), language, **settled)


def test_the_whole_slip() -> None:
    assert (
        printed(slip(order(pickup_number=142), language="de"))
        == """\
                1   4   2
            T A K E - A W A Y
till-1                    21.11.2025 12:28
------------------------------------------
2   x   J ä g e r s c h n i t z e l
    m i t   P o m m e s
------------------------------------------
1   x   B u r g e r
    + Pfeffersoße
    + Käse
------------------------------------------



=========================================="""
    )


def test_neither_prices_nor_what_is_only_handed_out() -> None:
    text = words(slip(order()))
    assert "€" not in text
    assert "Coffee" not in text
    assert "Roll" not in text
    assert "fee" not in text


def test_nothing_to_cook_prints_nothing() -> None:
    assert slip(ring_up(lunch_tray("coffee", diner=VISITOR), cash(500))) == ()


def test_what_is_taken_back_is_not_cooked() -> None:
    assert slip(taken_back(order(), TicketKind.VOID, TenderKind.CASH)) == ()


def test_pieces_inside_and_outside_of_a_set_menu_are_one_order() -> None:
    basket = lunch_tray("roll", "coffee", diner=VISITOR)
    basket.add("burger", quantity=2, option_ids=["ketchup"])
    ticket = ring_up(basket, cash(5000))
    assert len(ticket.menus) == 1
    assert "2 x Burger" in words(slip(ticket))


def test_what_is_weighed_says_how_much() -> None:
    basket = lunch_tray(diner=VISITOR)
    basket.add("buffet", weight_g=342)
    assert "1 x Buffet, 0.342 kg" in words(slip(ring_up(basket, cash(5000))))


def test_a_tray_without_a_number_is_called_by_its_ticket() -> None:
    assert slip(order(pickup_number=None))[0] == Text("17", "center", bold=True, size=4)


def test_training_and_a_second_print_are_marked_at_head_and_foot() -> None:
    training = printed(slip(order(training=True)))
    assert training.count("T R A I N I N G") == 2
    assert printed(slip(order(), duplicate=True)).count("D U P L I C A T E") == 2


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_long_words_do_not_break_the_paper(columns: int) -> None:
    lines = slip(order(pickup_number=9999), columns, translate=lambda message: f"{message}serviceleistungserbringung")
    assert max(map(width, lines)) <= columns
