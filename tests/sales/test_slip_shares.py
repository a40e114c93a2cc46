"""A guest reads on the slip why the meal costs what it costs, and who pays the rest."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sales.discount import Discount
from sales.funding import Diner, ShareReason
from sales.kinds import TicketKind
from sales.paper import Qr, SlipLine, Text
from sales.slip import SlipLayout, render_slip
from sales.slip_payment import share_words
from sales.tender import TenderKind
from sales.ticket import Ticket
from tests.sales.canteen import DAY, GUEST, PROOF, cash
from tests.sales.paper import printed, width, words
from tests.sales.service import HAD_LUNCH, lunch_tray, ring_up
from tests.sales.taken_back import taken_back

LAYOUT = SlipLayout(42, footer=("Guten Appetit!",))
WIDTHS = pytest.mark.parametrize("columns", [32, 42, 48])


def english(message: str) -> str:
    return message


def long_german(message: str) -> str:
    """A translation 40 % longer, of words that cannot be broken well."""
    return "".join(
        f"{word}{'ungsverfahren'[: len(word) * 2 // 5 + 1]} " if "{" not in word else f"{word} "
        for word in message.split()
    )


def slip(ticket: Ticket, layout: SlipLayout = LAYOUT, **options: Any) -> tuple[SlipLine, ...]:
    settled = {"translate": english, "language": "en", "proof": PROOF, "timezone": ZoneInfo("Europe/Berlin"), **options}
    return render_slip(ticket, "Werk Nord", ("Musterstraße 12",), layout, **settled)


def classic() -> Ticket:
    """A set menu in the wrong order of taps, another meal, the fee and the employer's share."""
    basket = lunch_tray("roll", "coffee")
    basket.add("burger", option_ids=["pepper"])
    basket.add("schnitzel")
    return ring_up(basket)


def test_the_whole_slip_of_a_set_menu_with_fee_and_share() -> None:
    assert (
        printed(slip(classic(), balance_after_minor=1261, served_by="Marie"))
        == """\
            W e r k   N o r d
             Musterstraße 12
------------------------------------------
Ticket 17                 2025-11-21 12:28
till-1                              Eat in
Served by Marie
              Pick-up number
                   4 2
------------------------------------------
Classic
  Roll                              0.92 A
  Coffee                            1.02 B
  Burger                            6.06 B
    + Pepper sauce 0.50
  7.50 instead of 8.76, saves 1.26
Schnitzel with chips                6.20 B
Admission fee                       4.10 B
------------------------------------------
Total                              18.30 €
Paid by Werk Nord                  -3.00 €
  One meal per service is subsidised.
To pay                             15.30 €
Badge account                      15.30 €
New balance                        12.61 €
------------------------------------------
VAT             Net        Tax       Gross
A 7 %          0.86       0.06        0.92
B 19 %        14.61       2.77       17.38
------------------------------------------
              Guten Appetit!
[RF1:till-1:17:2025-11-21:1830EUR:0123456789ab]



=========================================="""
    )


def test_the_second_meal_says_why_it_costs_more() -> None:
    first, second = ring_up(lunch_tray("schnitzel")), ring_up(lunch_tray("schnitzel", diner=HAD_LUNCH))
    assert "To pay 7.30 €" in words(slip(first))
    text = words(slip(second))
    assert "Total 10.30 € No share: second meal in this service. Badge account 10.30 €" in text
    assert "Paid by" not in text


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        (ring_up(lunch_tray("coffee")), "No share: there is no meal on this tray."),
        (ring_up(lunch_tray("schnitzel", meal_id=None)), "No share: outside of the meal services."),
        (ring_up(lunch_tray("schnitzel", diner=Diner("guest", GUEST, "werk-nord"))), "No share: none was agreed"),
        (ring_up(lunch_tray("schnitzel", diner=Diner("staff", GUEST))), "No share: no employer pays for you."),
        (ring_up(lunch_tray("schnitzel", diner=Diner("staff")), cash(2000)), "No share without a badge."),
    ],
    ids=["no meal", "no service", "not agreed", "no payer", "no badge"],
)
def test_every_reason_is_said_in_words(ticket: Ticket, expected: str) -> None:
    assert expected in words(slip(ticket))


def test_a_visitor_of_whom_nobody_pays_a_part_reads_nothing_about_shares() -> None:
    visitor = ring_up(lunch_tray("schnitzel", diner=Diner()), cash(2000))
    assert visitor.share_reason
    assert "share" not in words(slip(visitor)).lower()


def test_there_are_words_for_every_reason() -> None:
    said = {share_words(reason, english) for reason in ShareReason}
    assert len(said) == len(ShareReason)


def test_discounts_stand_below_what_they_reduce_and_sum_to_the_total() -> None:
    basket = lunch_tray("schnitzel", "coffee", diner=Diner())
    basket.discount_line(1, Discount("Staff day", percent_bp=1000, amount_minor=None, reason="Birthday"))
    basket.override_price(0, 500, "Small portion")
    basket.discount(Discount("", percent_bp=None, amount_minor=100, reason="Waited long"))
    rows = printed(slip(ring_up(basket, cash(1000)))).splitlines()
    start = rows.index("Schnitzel with chips                6.20 A")
    assert rows[start : start + 9] == [
        "Schnitzel with chips                6.20 A",
        "  Price changed: Small portion     -1.20 A",
        "Coffee                              1.19 A",
        "  Staff day: Birthday              -0.12 A",
        "------------------------------------------",
        "Subtotal                            6.07 €",
        "Discount: Waited long              -1.00 €",
        "Total                               5.07 €",
        "Cash                               10.00 €",
    ]


@pytest.mark.parametrize(("kind", "heading"), [(TicketKind.VOID, "VOID"), (TicketKind.REFUND, "REFUND")])
def test_what_is_taken_back_names_its_ticket_and_what_was_paid_back(kind: TicketKind, heading: str) -> None:
    lines = slip(taken_back(classic(), kind, TenderKind.CASH), served_by="Jonas")
    text = words(lines)
    assert Text(heading, "center", bold=True, size=2) in lines
    assert f"{heading} of ticket 17, till-1 Ticket 99" in text
    assert "Total -18.30 € Paid by Werk Nord 3.00 € Paid back 15.30 € Cash 15.30 €" in text
    assert "Roll -0.92 A" in text
    assert "Received" in text
    assert not {"Pick-up", "saves", "Appetit!", "subsidised."} & set(text.split())


def test_a_refund_on_a_later_day_says_which_day_the_sale_was() -> None:
    refund = replace(taken_back(classic()), business_day=DAY + timedelta(days=3))
    assert "REFUND of ticket 17, till-1, 2025-11-21 Ticket 99" in words(slip(refund))


def test_what_goes_back_to_the_account_needs_no_signature() -> None:
    assert "Received" not in words(slip(taken_back(classic(), TicketKind.VOID, TenderKind.ACCOUNT)))


def test_training_is_marked_at_head_and_foot_and_proves_nothing() -> None:
    lesson = ring_up(lunch_tray("schnitzel"), training=True)
    lines = slip(lesson, balance_after_minor=500)
    mark = [Text("TRAINING", "center", bold=True, size=2), Text("This is not a receipt", "center", bold=True)]
    assert list(lines[:2]) == mark
    assert list(lines[-4:-2]) == mark
    assert not any(isinstance(line, Qr) for line in lines)
    assert "New balance" not in words(lines)


def test_nobody_is_named_where_nobody_served() -> None:
    assert "Served by" not in words(slip(classic()))


@WIDTHS
def test_long_words_do_not_break_the_paper(columns: int) -> None:
    for ticket in (
        classic(),
        ring_up(lunch_tray("schnitzel", diner=HAD_LUNCH), cash(5000)),
        ring_up(lunch_tray("schnitzel"), training=True),
        taken_back(classic(), TicketKind.VOID, TenderKind.CASH),
    ):
        lines = slip(
            ticket, SlipLayout(columns), translate=long_german, served_by="Wolfeschlegelsteinhausenbergerdorff-Müller"
        )
        assert max(map(width, lines)) <= columns
