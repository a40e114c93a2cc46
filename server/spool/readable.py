"""A journal entry, or what claims to be one, in words: nothing here trusts what it reads."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from server.core.display import money
from server.spool.clocks import moment

KINDS = {
    "ticket": _("ticket"),
    "training": _("training sale"),
    "account": _("account movement"),
    "cash": _("cash movement"),
    "cashier": _("cashier"),
    "shift_open": _("shift opened"),
    "shift_close": _("shift closed"),
    "z_report": _("Z report"),
    "availability": _("sold-out mark"),
    "order_state": _("state of an order"),
    "open": _("journal opened"),
}
LARGEST_MINOR = 2**53
LONGEST = 40


@dataclass(frozen=True)
class Facts:
    """What an entry says of itself; None where it says nothing that can be read. `amount_minor` in minor units."""

    kind: str = ""
    number: int | None = None
    amount_minor: int | None = None
    currency: str = ""
    guest_id: str = ""
    business_day: date | None = None
    time: datetime | None = None

    @property
    def title(self) -> str:
        """What it is: "ticket 57"."""
        name = str(KINDS.get(self.kind, self.kind or "–"))
        return name if self.number is None else f"{name} {self.number}"

    @property
    def amount(self) -> str:
        """The amount with its currency, a dash for none."""
        return money(self.amount_minor, self.currency or None)


def facts(raw: str) -> Facts:
    """Return what can be read of an entry's JSON text; empty facts for anything else."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return Facts()
    if not isinstance(document, dict):
        return Facts()
    payload = document.get("payload")
    fields: dict[str, Any] = payload if isinstance(payload, dict) else {}
    currency = _text(fields.get("currency"))
    return Facts(
        kind=_text(document.get("kind")),
        number=_number(fields.get("number") or fields.get("shift")),
        amount_minor=_number(fields["total_minor"] if "total_minor" in fields else fields.get("amount_minor")),
        currency=currency if len(currency) == 3 and currency.isalpha() else "",
        guest_id=_text(fields.get("guest_id")),
        business_day=_day(document.get("business_day")),
        time=moment(_text(document.get("time_utc"))),
    )


def laid_out(raw: str) -> str:
    """Return JSON with a line for each value, any other text as it is."""
    try:
        return json.dumps(json.loads(raw), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return raw


def _text(value: object) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    return value if type(value) is int and abs(value) <= LARGEST_MINOR else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(_text(value))
    except ValueError:
        return None
