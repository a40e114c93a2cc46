"""A ticket says what was sold and how it was paid, and its figures agree or it does not come to be."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta, timezone
from typing import Any

import pytest

from sales.tax import Service, TaxLine
from sales.tender import Tender, TenderError, TenderKind, cash_due
from sales.ticket import PayloadError, Ticket, TicketError, from_payload, make_ticket, to_payload
from tests.sales.canteen import GUEST, NOON, SWISS_CANTEEN, account, card, cash, sell, tray


def test_a_tray_paid_from_the_badge_account() -> None:
    basket = tray("schnitzel", "coffee", guest_category_id="staff")
    ticket = sell(basket, account(599), guest_id=GUEST)
    assert (ticket.total_minor, ticket.rounding_minor, ticket.change_minor) == (599, 0, 0)
    assert [line.name for line in ticket.lines] == ["Schnitzel with chips", "Coffee"]
    assert (ticket.store, ticket.currency, ticket.catalogue_revision) == ("werk-nord", "EUR", 7)
    assert (ticket.guest_id, ticket.guest_category_id) == (GUEST, "staff")
    assert (ticket.number, ticket.pickup_number) == (17, 42)


def test_names_are_those_of_the_slips_language() -> None:
    basket = tray("schnitzel")
    basket.add("burger", option_ids=["pepper"])
    ticket = sell(basket, language="de")
    assert ticket.lines[0].name == "Jägerschnitzel mit Pommes"
    assert ticket.lines[1].options[0].name == "Pfeffersoße"


def test_a_weighed_salad_keeps_its_weight_and_price_per_100_grams() -> None:
    basket = tray()
    basket.add("salad", weight_g=342)
    (line,) = sell(basket).lines
    assert (line.weight_g, line.unit_minor, line.amount_minor) == (342, 99, 339)


def test_cash_in_euros_gives_change_to_the_cent() -> None:
    ticket = sell(tray("roll", "coffee"), cash(500))
    assert (ticket.total_minor, ticket.rounding_minor, ticket.change_minor) == (226, 0, 274)


def test_cash_in_francs_is_rounded_to_five_rappen() -> None:
    ticket = sell(tray("roll", "coffee", catalogue=SWISS_CANTEEN), cash(500))
    assert (ticket.total_minor, ticket.rounding_minor, ticket.change_minor) == (226, -1, 275)


def test_a_card_pays_francs_to_the_rappen() -> None:
    ticket = sell(tray("roll", "coffee", catalogue=SWISS_CANTEEN), card(226))
    assert (ticket.rounding_minor, ticket.change_minor) == (0, 0)


def test_of_a_mixed_payment_only_the_cash_is_rounded() -> None:
    basket = tray("roll", "coffee", catalogue=SWISS_CANTEEN)
    assert cash_due(226, 103, 5) == 125
    ticket = sell(basket, account(100), card(3), cash(200))
    assert (ticket.rounding_minor, ticket.change_minor) == (2, 75)


@pytest.mark.parametrize(
    ("tenders", "message"),
    [
        ([card(225)], "pay 225 of 226"),
        ([card(227)], "more than the total"),
        ([account(200), card(50)], "more than the total"),
        ([cash(220)], "225 is due in cash, 220 was given"),
        ([cash(501)], "multiples of 5"),
        ([card(227), cash(100)], "more than the total"),
        ([card(-1), cash(300)], "what pays cannot be negative"),
    ],
)
def test_tenders_that_do_not_pay_are_refused(tenders: list[Tender], message: str) -> None:
    with pytest.raises(TenderError, match=message):
        sell(tray("roll", "coffee", catalogue=SWISS_CANTEEN), *tenders)


@pytest.mark.parametrize(
    ("tender", "message"),
    [
        (lambda: Tender(TenderKind.ACCOUNT, 100), "account tender"),
        (lambda: Tender(TenderKind.CARD, 100, GUEST), "account tender"),
        (lambda: Tender(TenderKind.ACCOUNT, 100, "Thomas Berger"), "not a guest id"),
    ],
)
def test_a_tender_that_makes_no_sense_is_refused(tender: Callable[[], Tender], message: str) -> None:
    with pytest.raises(TenderError, match=message):
        tender()


def test_an_empty_tray_is_no_ticket() -> None:
    with pytest.raises(TicketError, match="at least one line"):
        sell(tray(), cash(0))


def test_a_basket_of_yesterday_is_not_sold_today() -> None:
    basket = tray("coffee")
    with pytest.raises(TicketError, match="priced for 2025-11-21, the ticket is for 2025-11-22"):
        make_ticket(
            basket,
            terminal="kiosk-1",
            number=1,
            time_utc=NOON,
            business_day=basket.on + timedelta(days=1),
            language="en",
            guest_id=None,
            tenders=[card(119)],
            pickup_number=1,
        )


def _sold() -> Ticket:
    basket = tray("roll", "coffee", catalogue=SWISS_CANTEEN, service=Service.TAKE_AWAY)
    basket.add("burger", quantity=2, option_ids=["pepper", "cheese"])
    basket.add("buffet", weight_g=342)
    return sell(basket, account(500), cash(5000), guest_id=GUEST)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"total_minor": 2000}, "the lines sum to 2246, the total is 2000"),
        ({"taxes": ()}, "gross amounts per rate"),
        ({"taxes": (TaxLine(260, 2246, 2189, 57),) * 2}, "gross amounts per rate"),
        ({"taxes": (TaxLine(260, 2246, 2246, 57),)}, "do not sum"),
        ({"change_minor": 3000}, "tenders less change"),
        ({"change_minor": -5}, "change cannot be negative"),
        ({"rounding_minor": 0}, "tenders less change"),
        ({"tenders": (account(2245),), "change_minor": 0}, "only cash is rounded"),
        ({"lines": ()}, "at least one line"),
        ({"number": 0}, "begin at 1"),
        ({"time_utc": NOON.replace(tzinfo=None)}, "UTC"),
        ({"time_utc": NOON.replace(tzinfo=timezone(timedelta(hours=1)))}, "UTC"),
        ({"terminal": "Kiosk 1"}, "terminal 'Kiosk 1'"),
        ({"terminal": "k" * 41}, "terminal 'kkk"),
        ({"store": "a:b"}, "store 'a:b'"),
        ({"guest_category_id": ""}, "guest_category_id"),
        ({"guest_id": "Thomas Berger"}, "guest_id"),
        ({"currency": "eur"}, "ISO 4217"),
    ],
)
def test_figures_that_do_not_agree_make_no_ticket(change: dict[str, Any], message: str) -> None:
    with pytest.raises(TicketError, match=message):
        replace(_sold(), **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amount_minor": 106}, "'roll': the amount is 106, its parts make 107"),
        ({"quantity": 0}, "'roll': the quantity"),
        ({"weight_g": 342}, "'roll': what is sold by the piece"),
        ({"article_id": "roll/1"}, "not an article id"),
    ],
)
def test_a_line_that_does_not_add_up_is_refused(change: dict[str, Any], message: str) -> None:
    line = sell(tray("roll")).lines[0]
    with pytest.raises(TicketError, match=message):
        replace(line, **change)


def test_a_ticket_survives_the_journal_unchanged() -> None:
    ticket = _sold()
    text = json.dumps(to_payload(ticket))
    assert from_payload(json.loads(text)) == ticket


SCHEMA_1 = """
{"schema": 1, "terminal": "kiosk-1", "store": "werk-nord", "number": 17, "time_utc": "2025-11-21T11:28:03.123456Z",
 "business_day": "2025-11-21", "currency": "EUR", "catalogue_revision": 7, "service": "eat_in", "language": "en",
 "guest_id": "5f0c1d2e3a4b4c5d8e9f0a1b2c3d4e5f", "guest_category_id": "guest",
 "lines": [
  {"article_id": "burger", "plu": 102, "name": "Burger", "quantity": 2, "weight_g": null, "unit": "piece",
   "unit_minor": 650, "base_minor": 0, "options": [{"id": "pepper", "name": "Pepper sauce", "price_minor": 50}],
   "amount_minor": 1400, "tax_class_id": "food", "rate_bp": 1900},
  {"article_id": "salad", "plu": 201, "name": "Salad bar", "quantity": 1, "weight_g": 342, "unit": "per_100_g",
   "unit_minor": 99, "base_minor": 0, "options": [], "amount_minor": 339, "tax_class_id": "food", "rate_bp": 1900}],
 "taxes": [{"rate_bp": 1900, "gross_minor": 1739, "net_minor": 1461, "tax_minor": 278}],
 "tenders": [{"kind": "account", "amount_minor": 1000, "guest_id": "5f0c1d2e3a4b4c5d8e9f0a1b2c3d4e5f"},
             {"kind": "cash", "amount_minor": 1000, "guest_id": null}],
 "total_minor": 1739, "rounding_minor": 0, "change_minor": 261, "pickup_number": 42}
"""


def test_schema_1_stays_readable() -> None:
    basket = tray()
    basket.add("burger", quantity=2, option_ids=["pepper"])
    basket.add("salad", weight_g=342)
    ticket = sell(basket, account(1000), cash(1000), guest_id=GUEST)
    assert from_payload(json.loads(SCHEMA_1)) == replace(ticket, share_reason="")
    assert ticket.business_day == date(2025, 11, 21)


def _broken(*path: str | int, value: object) -> object:
    payload = json.loads(SCHEMA_1)
    target = payload
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return payload


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        ([], "payload"),
        ("ticket", "payload"),
        ({}, "schema"),
        (_broken("schema", value=2), "reverses"),
        (_broken("schema", value=3), "authorisation"),
        (_broken("schema", value=4), "schema"),
        (_broken("schema", value=True), "schema"),
        (_broken("number", value="17"), "number"),
        (_broken("number", value=0), "payload"),
        (_broken("total_minor", value=17.39), "total_minor"),
        (_broken("total_minor", value=1739.0), "total_minor"),
        (_broken("total_minor", value=True), "total_minor"),
        (_broken("total_minor", value=1700), "payload"),
        (_broken("terminal", value=None), "terminal"),
        (_broken("service", value="drive_in"), "service"),
        (_broken("time_utc", value="2025-11-21T11:28:03Z"), "time_utc"),
        (_broken("time_utc", value="2025-13-21T11:28:03.123456Z"), "time_utc"),
        (_broken("business_day", value="20251121"), "business_day"),
        (_broken("business_day", value="2025-02-30"), "business_day"),
        (_broken("guest_id", value=5), "guest_id"),
        (_broken("tip_minor", value=100), "tip_minor"),
        (_broken("lines", value={}), "lines"),
        (_broken("lines", 1, value="soup"), "lines[1]"),
        (_broken("lines", 1, "weight_g", value=None), "lines[1]"),
        (_broken("lines", 1, "weight_g", value="342"), "lines[1].weight_g"),
        (_broken("lines", 1, "unit", value="litre"), "lines[1].unit"),
        (_broken("lines", 0, "options", 0, "price_minor", value=None), "lines[0].options[0].price_minor"),
        (_broken("lines", 0, "options", 0, "colour", value="red"), "lines[0].options[0].colour"),
        (_broken("taxes", 0, "net_minor", value=[]), "taxes[0].net_minor"),
        (_broken("tenders", 0, "kind", value="bitcoin"), "tenders[0].kind"),
        (_broken("tenders", 0, "guest_id", value=None), "tenders[0]"),
    ],
)
def test_a_payload_that_cannot_be_read_names_the_field(payload: object, field: str) -> None:
    with pytest.raises(PayloadError) as refused:
        from_payload(payload)
    assert refused.value.field == field
    assert str(refused.value).startswith(f"{field}: ")


@pytest.mark.parametrize("field", [name for name in json.loads(SCHEMA_1) if name != "schema"])
def test_a_missing_field_is_named(field: str) -> None:
    payload = json.loads(SCHEMA_1)
    del payload[field]
    with pytest.raises(PayloadError, match=f"^{field}: is missing"):
        from_payload(payload)
