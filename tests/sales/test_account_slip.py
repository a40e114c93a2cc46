"""A guest takes home on paper what was put onto the account or paid out of it."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sales.account_movement import AccountMovement
from sales.paper import SlipLine
from sales.slip import SlipLayout
from sales.slip_account import render_account_slip
from sales.tender import TenderKind
from tests.sales.paper import printed, width, words
from tests.sales.records import payout, top_up


def slip(movement: AccountMovement, columns: int = 42, **options: Any) -> tuple[SlipLine, ...]:
    settled = {
        "translate": lambda message: message,
        "language": "en",
        "timezone": ZoneInfo("Europe/Berlin"),
        **options,
    }
    return render_account_slip(movement, "Werk Nord", ("Musterstraße 12",), SlipLayout(columns), **settled)


def test_the_whole_slip_of_a_top_up() -> None:
    movement = top_up(5000, given_minor=10000, change_minor=5000)
    assert (
        printed(slip(movement, balance_after_minor=6261, served_by="Marie", guest_name="Anna Berg"))
        == """\
            W e r k   N o r d
             Musterstraße 12
------------------------------------------
               T O P - U P
No. 3                     2025-11-21 14:02
till-1
Served by Marie
Guest: Anna Berg
------------------------------------------
Onto the account                   50.00 €
Cash                              100.00 €
Change                             50.00 €
New balance                        62.61 €
------------------------------------------
No sale: this money stays yours until you
spend it.



=========================================="""
    )


def test_a_payout_has_room_to_sign() -> None:
    text = words(slip(payout(4270), balance_after_minor=0))
    assert "PAYOUT" in text
    assert "Paid out of the account 42.70 € Cash 42.70 € New balance 0.00 €" in text
    assert text.endswith("No sale. Received")


def test_a_card_needs_no_signature_and_a_hidden_balance_is_not_printed() -> None:
    text = words(slip(payout(4270, tender=TenderKind.CARD)))
    assert "Card 42.70 €" in text
    assert "Received" not in text
    assert "New balance" not in text


def test_a_second_print_is_marked_at_head_and_foot() -> None:
    assert printed(slip(top_up(5000), duplicate=True)).count("D U P L I C A T E") == 2


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_long_words_do_not_break_the_paper(columns: int) -> None:
    lines = slip(payout(4270), columns, translate=lambda message: f"{message} Rückzahlungsbestätigungsvermerke")
    assert max(map(width, lines)) <= columns
