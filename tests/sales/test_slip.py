"""The slip as a guest reads it, on narrow and wide paper and in four languages."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sales.paper import Columns, Qr, Rule, SlipLine, Text, printable
from sales.slip import SlipLayout, qr_data, render_slip
from sales.tax import Service
from sales.ticket import Ticket
from tests.sales.canteen import CANTEEN, GUEST, PROOF, SWISS_CANTEEN, account, card, cash, sell, tray
from tests.sales.paper import printed, width

BERLIN = ZoneInfo("Europe/Berlin")
ADDRESS = ("Cantina Peña & Söhne", "Straße des Frühlings 1")
WIDTHS = pytest.mark.parametrize("columns", [32, 42, 48])

GERMAN = {
    "DUPLICATE": "DUPLIKAT",
    "Ticket {number}": "Bon {number}",
    "Eat in": "Hier essen",
    "Take-away": "Zum Mitnehmen",
    "Pick-up number": "Abholnummer",
    "Total": "Summe",
    "Cash rounding": "Rundung",
    "To pay": "Zu zahlen",
    "Badge account": "Ausweiskonto",
    "Cash": "Bar",
    "Card": "Karte",
    "Change": "Rückgeld",
    "New balance": "Neuer Saldo",
    "VAT": "MwSt.",
    "Net": "Netto",
    "Tax": "Steuer",
    "Gross": "Brutto",
}


def english(message: str) -> str:
    return message


def slip(ticket: Ticket, columns: int = 42, layout: SlipLayout | None = None, **options: Any) -> tuple[SlipLine, ...]:
    settled = {"translate": english, "language": "en", "proof": PROOF, "timezone": BERLIN, **options}
    return render_slip(ticket, "Werk Nord", ADDRESS, layout or SlipLayout(columns), **settled)


def lunch(**options: Any) -> Ticket:
    """A roll at 7 %, two coffees at 19 %, a burger with options and a weighed salad."""
    basket = tray("roll", "coffee", "coffee")
    basket.add("burger", option_ids=["ketchup", "cheese"])
    basket.add("salad", weight_g=342)
    return sell(basket, account(1000), cash(500), guest_id=GUEST, **options)


def test_the_whole_slip_of_a_lunch() -> None:
    lines = slip(lunch(), balance_after_minor=1261, layout=SlipLayout(42, header=("VAT DE 123 456 789",)))
    assert (
        printed(lines)
        == """\
            W e r k   N o r d
           Cantina Peña & Söhne
          Straße des Frühlings 1
            VAT DE 123 456 789
------------------------------------------
Ticket 17                 2025-11-21 12:28
kiosk-1                             Eat in
              Pick-up number
                   4 2
------------------------------------------
Roll                                1.07 A
2 x Coffee                          2.38 B
  2 x 1.19
Burger                              7.30 B
  6.50
  + Ketchup
  + Cheese 0.80
Salad bar                           3.39 B
  0.342 kg x 0.99 €/100 g
------------------------------------------
Total                              14.14 €
Badge account                      10.00 €
Cash                                5.00 €
Change                              0.86 €
New balance                        12.61 €
------------------------------------------
VAT             Net        Tax       Gross
A 7 %          1.00       0.07        1.07
B 19 %        10.98       2.09       13.07
[RF1:kiosk-1:17:2025-11-21:1414EUR:0123456789ab]



=========================================="""
    )


@WIDTHS
def test_a_slip_in_german_fits_the_paper_and_every_letter_is_in_the_printers_code_page(columns: int) -> None:
    ticket = lunch(language="de")
    lines = slip(ticket, columns, translate=GERMAN.__getitem__, language="de", balance_after_minor=-120, duplicate=True)
    text = printed(lines, columns)
    assert max(map(width, lines)) <= columns
    assert text.encode("cp858").decode("cp858") == text
    for expected in ("Käse", "0,342 kg x 0,99 €/100 g", "21.11.2025 12:28", "MwSt.", "Cantina Peña & Söhne"):
        assert expected in text
    assert f"Summe{'14,14 €'.rjust(columns - 5)}" in text
    assert f"Neuer Saldo{'-1,20 €'.rjust(columns - 11)}" in text


@WIDTHS
def test_a_long_name_goes_on_below_and_keeps_its_price(columns: int) -> None:
    long_name = "Rinderroulade nach Großmutters Art mit Apfelrotkohl, Semmelknödeln und Preiselbeeren"
    dishes = tuple(
        replace(dish, name={"en": long_name}) if dish.id == "schnitzel" else dish for dish in CANTEEN.articles
    )
    lines = slip(sell(tray("schnitzel", catalogue=replace(CANTEEN, articles=dishes))), columns)
    start = next(index for index, line in enumerate(lines) if isinstance(line, Columns) and line.right == "6.20 A")
    first, below = lines[start], []
    for line in lines[start + 1 :]:
        if not isinstance(line, Text):
            break
        below.append(line.text)
    assert isinstance(first, Columns)
    assert " ".join([first.left, *(line.strip() for line in below)]) == long_name
    assert all(line.startswith("  ") for line in below)
    assert max(map(width, lines)) <= columns


def test_a_duplicate_is_marked_above_and_below_and_is_otherwise_the_same() -> None:
    marker = Text("DUPLICATE", "center", bold=True, size=2)
    first, again = slip(lunch()), slip(lunch(), duplicate=True)
    assert marker not in first
    assert again[0] == marker
    assert again.count(marker) == 2
    assert tuple(line for line in again if line != marker) == first


def test_the_balance_is_printed_only_when_it_is_given() -> None:
    assert "New balance" not in printed(slip(lunch()))
    assert "New balance                         0.00 €" in printed(slip(lunch(), balance_after_minor=0))


def test_swiss_cash_shows_the_rounding_and_what_was_to_pay() -> None:
    basket = tray("roll", "coffee", catalogue=SWISS_CANTEEN, service=Service.TAKE_AWAY)
    text = printed(slip(sell(basket, cash(500)), language="de"))
    for expected in (
        "kiosk-1                          Take-away",
        "Total                             CHF 2.26",
        "Cash rounding                    CHF -0.01",
        "To pay                            CHF 2.25",
        "Cash                              CHF 5.00",
        "Change                            CHF 2.75",
        "A 2,6 %",
    ):
        assert expected in text


def test_a_card_payment_has_neither_rounding_nor_change() -> None:
    text = printed(slip(sell(tray("coffee"), card(119))))
    assert "Card                                1.19 €" in text
    assert "Change" not in text
    assert "Cash" not in text


def test_a_base_price_is_shown_with_the_weight() -> None:
    basket = tray()
    basket.add("buffet", weight_g=342)
    assert "  0.342 kg x 1.20 €/100 g + 0.50" in printed(slip(sell(basket))).splitlines()


def test_options_of_several_pieces_show_how_the_amount_came_about() -> None:
    basket = tray()
    basket.add("burger", quantity=2, option_ids=["pepper"])
    text = printed(slip(sell(basket)))
    assert "2 x Burger                         14.00 A\n  2 x 6.50\n  + Pepper sauce 2 x 0.50\n" in text


def test_the_time_is_the_stores_and_says_so_when_nobody_told_where_that_is() -> None:
    assert "2025-11-21 12:28" in printed(slip(lunch()))
    without = render_slip(lunch(), "Werk Nord", (), SlipLayout(), english, "en", proof=PROOF)
    assert "2025-11-21 11:28 UTC" in printed(without)


def test_the_code_names_the_ticket_and_proves_the_entry() -> None:
    ticket = lunch()
    expected = "RF1:kiosk-1:17:2025-11-21:1414EUR:0123456789ab"
    assert qr_data(ticket, PROOF) == expected
    assert Qr(expected) in slip(ticket)
    assert not any(isinstance(line, Qr) for line in slip(ticket, layout=SlipLayout(qr=False)))


@pytest.mark.parametrize("proof", ["", "0123456789a", "0123456789AB", "0123456789abc", "0123456789a\n"])
def test_a_proof_that_is_none_is_refused(proof: str) -> None:
    with pytest.raises(ValueError, match="12 hexadecimal digits"):
        slip(lunch(), proof=proof)


def test_header_and_footer_come_from_the_layout() -> None:
    layout = SlipLayout(32, header=("SIRET 123",), footer=("¡Buen provecho!", "Guten Appetit"), feed_lines=0)
    text = printed(slip(lunch(), layout=layout), 32)
    assert text.index("SIRET 123") < text.index("Ticket 17")
    assert text.index("B 19 %") < text.index("¡Buen provecho!") < text.index("Guten Appetit") < text.index("[RF1")
    assert text.endswith("]\n" + "=" * 32)


@pytest.mark.parametrize("wrong", [{"columns": 40}, {"columns": 0}, {"feed_lines": -1}])
def test_a_layout_no_printer_has_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        SlipLayout(**wrong)


def test_no_word_escapes_translation() -> None:
    asked: set[str] = set()

    def translate(message: str) -> str:
        asked.add(message)
        return GERMAN[message]

    swiss = tray("roll", "coffee", catalogue=SWISS_CANTEEN, service=Service.TAKE_AWAY)
    for ticket in (lunch(), sell(swiss, card(3), cash(300))):
        text = printed(slip(ticket, translate=translate, language="de", balance_after_minor=0, duplicate=True))
        assert not {"Total", "Cash", "VAT", "Change", "Ticket"} & set(text.split())
    assert asked == set(GERMAN)


def test_a_tax_table_too_wide_for_the_paper_is_written_below_each_other() -> None:
    dear = replace(
        CANTEEN,
        prices=tuple(replace(entry, amount_minor=entry.amount_minor * 1_000_000) for entry in CANTEEN.prices),
    )
    lines = slip(sell(tray("roll", "coffee", catalogue=dear)), 32)
    assert max(map(width, lines)) <= 32
    text = printed(lines, 32)
    assert "B 19 %\n  Net                 1000000.00\n  Tax                  190000.00\n" in text


@WIDTHS
def test_a_store_name_too_long_for_double_size_is_printed_in_full(columns: int) -> None:
    name = "Betriebsrestaurant der Vereinigten Musterwerke Nord"
    lines = render_slip(lunch(), name, (), SlipLayout(columns), english, "en", proof=PROOF)
    above = lines[: lines.index(Rule())]
    assert " ".join(line.text for line in above if isinstance(line, Text)) == name
    assert all(isinstance(line, Text) and line.bold and line.size == 1 for line in above)
    assert max(map(width, lines)) <= columns


@WIDTHS
def test_words_much_longer_in_another_language_still_fit(columns: int) -> None:
    long = {"Eat in": "Verzehr an Ort und Stelle im Speisesaal", "Total": "Gesamtbetrag einschließlich Mehrwertsteuer"}
    lines = slip(lunch(), columns, translate=lambda message: long.get(message, message))
    text = " ".join(printed(lines, columns).split())
    assert max(map(width, lines)) <= columns
    assert long["Eat in"] in text
    assert "14.14 €" in text


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=90)


@given(NAMES, NAMES, st.sampled_from([32, 42, 48]), st.integers(1, 10**7))
@settings(max_examples=150)
def test_no_name_breaks_the_paper_or_commands_the_printer(name: str, store: str, columns: int, cents: int) -> None:
    dishes = tuple(replace(dish, name={"en": name}) for dish in CANTEEN.articles)
    prices = tuple(replace(entry, amount_minor=cents) for entry in CANTEEN.prices)
    basket = tray("roll", "coffee", "coffee", catalogue=replace(CANTEEN, articles=dishes, prices=prices))
    lines = render_slip(sell(basket), store, (name,), SlipLayout(columns), english, "en", proof=PROOF)
    assert max(map(width, lines)) <= columns
    for line in lines:
        texts = (line.text,) if isinstance(line, Text) else (line.left, line.right) if isinstance(line, Columns) else ()
        assert all(character.isprintable() for text in texts for character in text)


def test_a_printer_command_hidden_in_a_name_is_not_printed() -> None:
    assert printable("Soup\x1bp\x00\x19\xfa of the\u202fday\nwith\u00adcream") == "Soupp\xfa of the day withcream"


def test_accents_typed_in_two_strokes_become_one_letter() -> None:
    assert printable("Cre\u0300me bru\u0302le\u0301e") == "Crème brûlée"
