"""How a ticket is written since head office is asked before an account pays; what is written so stays readable."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sales.authorisation import Authorisation, AuthorisationOutcome
from sales.ticket import PayloadError, Ticket, TicketError, from_payload, to_payload
from tests.sales.canteen import GUEST, sell, tray
from tests.sales.taken_back import taken_back

SCHEMA_3 = Path(__file__).with_name("ticket_3.json").read_text(encoding="utf-8")
SCHEMA_2 = Path(__file__).with_name("ticket_2.json").read_text(encoding="utf-8")
GRANTED = Authorisation("00112233445566778899aabbccddeeff", AuthorisationOutcome.GRANTED)


def _ticket() -> Ticket:
    return replace(from_payload(json.loads(SCHEMA_2)), authorisation=GRANTED)


def test_schema_3_is_written_like_this_and_stays_readable() -> None:
    assert to_payload(_ticket()) == json.loads(SCHEMA_3)
    assert from_payload(json.loads(SCHEMA_3)) == _ticket()


@pytest.mark.parametrize("authorisation", [None, Authorisation("f" * 32, AuthorisationOutcome.LOCAL)])
def test_a_ticket_survives_with_any_authorisation(authorisation: Authorisation | None) -> None:
    ticket = replace(_ticket(), authorisation=authorisation)
    assert from_payload(json.loads(json.dumps(to_payload(ticket)))) == ticket


def _broken(**changes: Any) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(SCHEMA_3)
    payload["authorisation"] |= changes
    return payload


@pytest.mark.parametrize(
    ("payload", "field"),
    [
        (_broken(request="00112233445566778899AABBCCDDEEFF"), "authorisation"),
        (_broken(request="0011"), "authorisation"),
        (_broken(request=None), "authorisation.request"),
        (_broken(outcome="refused"), "authorisation.outcome"),
        (_broken(held_minor=100), "authorisation.held_minor"),
        ({**json.loads(SCHEMA_3), "authorisation": "granted"}, "authorisation"),
        ({**json.loads(SCHEMA_3), "guest_id": None, "meals_used": 0}, "payload"),
        ({**json.loads(SCHEMA_3), "training": True}, "payload"),
        ({**json.loads(SCHEMA_2), "authorisation": None}, "authorisation"),
    ],
)
def test_a_payload_that_cannot_be_read_names_the_field(payload: object, field: str) -> None:
    with pytest.raises(PayloadError) as refused:
        from_payload(payload)
    assert refused.value.field == field


@pytest.mark.parametrize("field", [name for name in json.loads(SCHEMA_3) if name != "schema"])
def test_a_missing_field_is_named(field: str) -> None:
    payload = json.loads(SCHEMA_3)
    del payload[field]
    with pytest.raises(PayloadError, match="is missing") as refused:
        from_payload(payload)
    assert refused.value.field == field


def test_what_takes_back_is_not_asked_for() -> None:
    sold = sell(tray("schnitzel"), guest_id=GUEST, authorisation=GRANTED)
    reversal = taken_back(sold)
    assert reversal.authorisation is None
    with pytest.raises(TicketError, match="not for a reversal"):
        replace(reversal, authorisation=GRANTED)
