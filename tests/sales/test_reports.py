"""X, shift and Z on paper: every figure where a manager looks for it, and the drawer's sum can be followed."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from sales.cash_movement import CashMovementKind
from sales.closing import Closing, Tally, Totals
from sales.funding import Diner
from sales.paper import SlipLine
from sales.shift import ShiftClosed
from sales.slip import SlipLayout
from sales.slip_report import ReportNames, ReportPaper, render_shift, render_x, render_z
from sales.tender import TenderKind
from tests.sales.canteen import card, cash
from tests.sales.paper import printed, width, words
from tests.sales.records import AFTERNOON, HEAD, TODAY, cash_movement, payout, top_up
from tests.sales.service import LUNCH, lunch_tray, ring_up
from tests.sales.taken_back import taken_back

NAMES = ReportNames(
    meals={"breakfast": "Breakfast", LUNCH: "Lunch"},
    categories={"staff": "Staff", "guest": "Guests"},
    payers={"werk-nord": "Werk Nord"},
    cashiers={"marie": "Marie"},
)
PAPER = ReportPaper("Werk Nord", SlipLayout(42), lambda message: message, "en", ZoneInfo("Europe/Berlin"), NAMES)


def a_day() -> Totals:
    """Two meals with a share, a refund, guests, training, and money in and out of the drawer."""
    kinds, visitor = CashMovementKind, Diner()
    tally = Tally()
    staff = ring_up(lunch_tray("schnitzel"))
    for record in (
        staff,
        ring_up(lunch_tray("schnitzel", "roll"), cash(1000), number=18),
        ring_up(lunch_tray("coffee", diner=visitor, meal_id=None), card(119), number=19, cashier_id="jonas"),
        ring_up(lunch_tray("schnitzel"), training=True, number=20),
        taken_back(staff),
        top_up(5000),
        top_up(2000, TenderKind.CARD),
        payout(4270),
        cash_movement(kinds.PAY_IN, 1000),
        cash_movement(kinds.PAY_OUT, 250),
        cash_movement(kinds.DROP, 20000),
        cash_movement(kinds.NO_SALE),
    ):
        tally.add(record)
    return tally.totals()


TOTALS = a_day()
EXPECTED = 30_000 + TOTALS.cash_minor
CLOSING = Closing(
    **HEAD,
    number=12,
    currency="EUR",
    shifts=(3, 4),
    totals=TOTALS,
    float_minor=30_000,
    counted_minor=EXPECTED - 120,
    difference_minor=-120,
    perpetual_minor=12_345_678,
    cashier_id="marie",
)
SHIFT = ShiftClosed(
    **HEAD,
    shift=3,
    currency="EUR",
    counted_minor=EXPECTED,
    expected_minor=EXPECTED,
    difference_minor=0,
    totals=TOTALS,
    cashier_id="marie",
)


def x_report(paper: ReportPaper = PAPER) -> tuple[SlipLine, ...]:
    return render_x(
        paper,
        TOTALS,
        terminal="till-1",
        shift=3,
        time_utc=AFTERNOON,
        business_day=TODAY,
        currency="EUR",
        float_minor=30_000,
        cashier_id="marie",
    )


def test_the_whole_z_report() -> None:
    assert (
        printed(render_z(PAPER, CLOSING))
        == """\
            W e r k   N o r d
          Z   R E P O R T   1 2
------------------------------------------
till-1                    2025-11-21 14:02
Business day 2025-11-21
By Marie
Shifts 3 to 4
------------------------------------------
Turnover                           12.56 €
  including refunds (1)             -10.30
Sales                                    3
Ticket numbers                       17-99
Training, not counted                    1
------------------------------------------
Lunch                                11.37
 Staff, Werk Nord
   1 x Badge account                  7.30
   1 x Cash                           1.07
   2 x Owed by the payer              3.00
------------------------------------------
Outside of services                   1.19
 Guests
   1 x Card                           1.19
------------------------------------------
Means of payment
Badge account                         7.30
Cash                                  1.07
Card                                  1.19
Owed by the payer                     3.00
Turnover                             12.56
------------------------------------------
Owed by payers
Werk Nord                             3.00
------------------------------------------
VAT             Net        Tax       Gross
7 %            1.00       0.07        1.07
19 %           9.66       1.83       11.49
Total         10.66       1.90       12.56
------------------------------------------
Guest accounts, no turnover
Top-ups: Card                        20.00
Top-ups: Cash                        50.00
Payouts: Cash                       -42.70
------------------------------------------
Drawer
Float                               300.00
Sales in cash                         1.07
Top-ups in cash                      50.00
Payouts in cash                     -42.70
Pay-ins                              10.00
Pay-outs                             -2.50
Drops                              -200.00
Expected                            115.87
Counted                             114.67
Difference                           -1.20
Drawer opened without a sale             1
------------------------------------------
Cashiers
jonas (1)                            -9.11
Marie (2)                            21.67
------------------------------------------
Perpetual total                123456.78 €



=========================================="""
    )


def test_an_x_report_closes_nothing_and_counts_nothing() -> None:
    text = words(x_report())
    assert "X REPORT" in text
    assert "Shift 3" in text
    assert "Expected 115.87" in text
    assert "Not a closing" in text
    assert "Counted" not in text
    assert "Perpetual" not in text


def test_a_shift_shows_its_count_and_has_room_to_sign() -> None:
    text = words(render_shift(PAPER, SHIFT))
    assert "SHIFT 3" in text
    assert "Float 300.00" in text
    assert "Expected 115.87 Counted 115.87 Difference 0.00" in text
    assert text.endswith("Counted by")


def test_the_x_the_shift_and_the_z_of_one_shift_agree() -> None:
    def figures(lines: tuple[SlipLine, ...]) -> str:
        text = words(lines)
        return text[text.index("Turnover") : text.index("Expected 115.87")]

    assert figures(x_report()) == figures(render_shift(PAPER, SHIFT)) == figures(render_z(PAPER, CLOSING))


def test_a_day_without_a_sale_is_short_and_still_counts_the_drawer() -> None:
    empty = replace(
        CLOSING, totals=Totals(), shifts=(1, 1), counted_minor=30_000, difference_minor=0, perpetual_minor=0
    )
    text = words(render_z(PAPER, empty))
    assert "Shift 3" not in text
    assert "Shift 1" in text
    assert "Turnover 0.00 €" in text
    assert "Float 300.00 Sales in cash 0.00 Expected 300.00 Counted 300.00 Difference 0.00" in text
    assert "VAT" not in text
    assert "Cashiers" not in text


def test_a_second_print_of_a_z_is_marked_at_head_and_foot() -> None:
    assert printed(render_z(PAPER, CLOSING, duplicate=True)).count("D U P L I C A T E") == 2


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_long_names_and_words_do_not_break_the_paper(columns: int) -> None:
    name = "Betriebsrestaurantverwaltungsgesellschaft der Vereinigten Musterwerke"
    wide = replace(
        PAPER,
        store_name=name,
        layout=SlipLayout(columns),
        translate=lambda message: f"{message} Zusammenfassungsbericht",
        names=ReportNames({LUNCH: name}, {"staff": name}, {"werk-nord": name}, {"marie": name}),
    )
    for lines in (x_report(wide), render_shift(wide, SHIFT), render_z(wide, CLOSING)):
        assert max(map(width, lines)) <= columns
        assert name.replace(" ", "") in words(lines).replace(" ", "")
