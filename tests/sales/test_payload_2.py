"""Tickets of schema 2, which have fees, shares, set menus and reversals, stay readable."""

import json
from pathlib import Path
from typing import Any

import pytest

from sales.basket import Discount
from sales.ticket import PayloadError, Ticket, from_payload, make_ticket
from tests.sales.canteen import DAY, NOON, account
from tests.sales.werk import WITH_MENU, lunch

SCHEMA_2 = Path(__file__).with_name("ticket_2.json").read_text(encoding="utf-8")


def _sold() -> Ticket:
    basket = lunch("steak", "cola", catalogue=WITH_MENU)
    basket.discount(Discount("Opening day", percent_bp=1000, reason="first of the month"))
    return make_ticket(
        basket,
        terminal="till-1",
        number=17,
        time_utc=NOON,
        business_day=DAY,
        language="en",
        tenders=[account(1010)],
        pickup_number=None,
        cashier_id="marie",
        shift=3,
    )


def test_schema_2_stays_readable() -> None:
    assert from_payload(json.loads(SCHEMA_2)) == _sold()


def _broken(*path: str | int, value: object) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(SCHEMA_2)
    target: Any = payload
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return payload


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        (_broken("kind", value="gift"), "kind"),
        (_broken("kind", value="void"), "payload"),
        (_broken("reverses", value={"terminal": "till-1", "epoch": 1}), "reverses.number"),
        (_broken("reverses", value={"terminal": "till-1", "epoch": 0, "number": 1}), "reverses"),
        (_broken("reverses_day", value="yesterday"), "reverses_day"),
        (_broken("training", value=0), "training"),
        (_broken("shift", value="3"), "shift"),
        (_broken("meals_used", value=True), "meals_used"),
        (_broken("share_reason", value="because"), "payload"),
        (_broken("lines", 0, "menu", value="1"), "lines[0].menu"),
        (_broken("lines", 0, "kind", value="tip"), "lines[0].kind"),
        (_broken("lines", 2, "kind", value="article"), "lines[2]"),
        (_broken("lines", 0, "adjustments", 0, "amount_minor", value=-139), "lines[0]"),
        (_broken("lines", 0, "adjustments", 1, "reason", value=None), "lines[0].adjustments[1].reason"),
        (_broken("lines", 2, "menu", value=1), "lines[2]"),
        (_broken("menus", 0, "price_minor", value=999), "payload"),
        (_broken("charges", 0, "parts", 0, "net_minor", value=1), "charges[0]"),
        (_broken("charges", 0, "covers", 0, "gross_minor", value=1.0), "charges[0].covers[0].gross_minor"),
        (_broken("charges", 0, "payer_id", value="Werk Nord"), "charges[0]"),
        (_broken("charges", 0, "tip_minor", value=1), "charges[0].tip_minor"),
        (_broken("total_minor", value=1311), "payload"),
    ],
)
def test_a_payload_that_cannot_be_read_names_the_field(payload: object, field: str) -> None:
    with pytest.raises(PayloadError) as refused:
        from_payload(payload)
    assert refused.value.field == field


@pytest.mark.parametrize("field", [name for name in json.loads(SCHEMA_2) if name != "schema"])
def test_a_missing_field_is_named(field: str) -> None:
    payload = json.loads(SCHEMA_2)
    del payload[field]
    with pytest.raises(PayloadError, match="is missing") as refused:
        from_payload(payload)
    assert refused.value.field == field
