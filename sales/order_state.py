"""How far an order is: being prepared, ready, collected."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sales.fields import Fields
from sales.payload_parts import read_ref, ref_to_json
from sales.record import check_from_one, check_head, head_to_json, read_head
from sales.ticket_parts import TicketRef


class OrderStage(StrEnum):
    """Where an order is: `OPEN` in the kitchen (again), `READY` to be fetched, `COLLECTED` and gone."""

    OPEN = "open"
    READY = "ready"
    COLLECTED = "collected"


@dataclass(frozen=True)
class OrderState:
    """`terminal` says how far the order of ticket `of` is. Journal entry kind `order_state`; the newest counts."""

    terminal: str
    store: str
    time_utc: datetime
    business_day: date
    of: TicketRef
    pickup_number: int
    state: OrderStage

    def __post_init__(self) -> None:
        check_head(self)
        check_from_one(pickup_number=self.pickup_number)


def to_payload(order: OrderState) -> dict[str, Any]:
    """Return the record as JSON values."""
    return {
        **head_to_json(order),
        "of": ref_to_json(order.of),
        "pickup_number": order.pickup_number,
        "state": order.state.value,
    }


def from_payload(payload: object) -> OrderState:
    """Return the record written by `to_payload`; raises `PayloadError` naming the field that does not fit."""
    return Fields(payload).read(_read)


def _read(fields: Fields) -> OrderState:
    return OrderState(
        **read_head(fields),
        of=fields.object("of").read(read_ref),
        pickup_number=fields.integer("pickup_number"),
        state=fields.choice("state", OrderStage),
    )
