"""An article sold out, or back again."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sales.fields import Fields
from sales.ids import is_article_id
from sales.record import RecordError, check_head, check_person, head_to_json, read_head


@dataclass(frozen=True)
class Availability:
    """Somebody at `terminal` said that an article is sold out, or is not. Journal entry kind `availability`."""

    terminal: str
    store: str
    time_utc: datetime
    business_day: date
    article_id: str
    sold_out: bool
    cashier_id: str | None

    def __post_init__(self) -> None:
        check_head(self)
        check_person("cashier_id", self.cashier_id)
        if not is_article_id(self.article_id):
            raise RecordError(f"{self.article_id!r} is not an article id")


def to_payload(availability: Availability) -> dict[str, Any]:
    """Return the record as JSON values."""
    return {
        **head_to_json(availability),
        "article_id": availability.article_id,
        "sold_out": availability.sold_out,
        "cashier_id": availability.cashier_id,
    }


def from_payload(payload: object) -> Availability:
    """Return the record written by `to_payload`; raises `PayloadError` naming the field that does not fit."""
    return Fields(payload).read(_read)


def _read(fields: Fields) -> Availability:
    return Availability(
        **read_head(fields),
        article_id=fields.text("article_id"),
        sold_out=fields.flag("sold_out"),
        cashier_id=fields.optional_text("cashier_id"),
    )
