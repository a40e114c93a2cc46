"""Tickets on hold (`till.sqlite`): unpaid, so no entries of the journal, but not lost with the power either."""

from __future__ import annotations

import json
import logging
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from appliance.store.till_schema import connect
from sales.basket import Basket
from sales.catalogue import Catalogue
from sales.discount import Discount
from sales.errors import SalesError
from sales.funding import Diner
from sales.tax import Service
from sales.text import Text

log = logging.getLogger(__name__)
CatalogueOf = Callable[[int], Catalogue | None]


@dataclass(frozen=True)
class Held:
    """A ticket on hold as a list shows it; the amount in minor units is the one it had when it was parked."""

    held_id: str
    at: datetime
    to_pay_minor: int
    currency: str
    names: tuple[Text, ...]


@dataclass(frozen=True)
class Taken:
    """A ticket taken up again, without its guest.

    `repriced` tells that the menu it was rung up with is gone; `left_out` are the names of what today's no longer has.
    """

    basket: Basket
    guest_id: str | None
    repriced: bool
    left_out: tuple[Text, ...]


class HeldTickets:
    """Used from one thread. A file that cannot be used costs the tickets on hold, never a sale."""

    def __init__(self, path: Path, catalogue_of: CatalogueOf) -> None:
        """`catalogue_of` returns the catalogue of a revision while it is still on this terminal."""
        self._catalogue_of = catalogue_of
        try:
            self._connection = connect(path)
            rows = self._connection.execute("select id, at, document from held order by at, id").fetchall()
        except sqlite3.Error as error:
            log.warning("%s cannot be used (%s); tickets on hold are kept until the next start only", path, error)
            self._connection, rows = connect(":memory:"), []
        self._held: dict[str, tuple[str, str]] = {held_id: (at, document) for held_id, at, document in rows}

    def put(self, basket: Basket, guest_id: str | None, now: datetime) -> str | None:
        """Park the basket; returns the id it is taken up by, None when it could not be stored."""
        held_id, at, document = uuid.uuid4().hex, now.isoformat(), json.dumps(_document(basket, guest_id))
        try:
            self._connection.execute("insert into held (id, at, document) values (?, ?, ?)", (held_id, at, document))
        except sqlite3.Error as error:
            log.error("a ticket could not be put on hold: %s", error)
            return None
        self._held[held_id] = at, document
        return held_id

    def all(self) -> tuple[Held, ...]:
        """Everything on hold, the oldest first."""
        return tuple(_held(held_id, at, document) for held_id, (at, document) in self._held.items())

    def __len__(self) -> int:
        return len(self._held)

    def take(self, held_id: str, current: Catalogue, today: date, meal_id: str | None) -> Taken | None:
        """Take a ticket up: priced with its own menu if that is still here and of today, else with the `current` one.

        None when it is not on hold.
        """
        if held_id not in self._held:
            return None
        _, document = self._held.pop(held_id)
        try:
            self._connection.execute("delete from held where id = ?", (held_id,))
        except sqlite3.Error as error:
            log.error("a ticket that was taken up is still on hold after a restart: %s", error)
        return self._rebuilt(json.loads(document), current, today, meal_id)

    def close(self) -> None:
        self._connection.close()

    def _rebuilt(self, document: dict[str, Any], current: Catalogue, today: date, meal_id: str | None) -> Taken:
        own = self._own_catalogue(document, current) if document["day"] == today.isoformat() else None
        catalogue = own or current
        service = Service(document["service"])
        basket = Basket(catalogue, Diner(), today, service, document["meal"] if own else meal_id)
        left_out = []
        for line in document["lines"]:
            try:
                _put_back(basket, line)
            except SalesError as error:
                log.info("a line of a ticket on hold is left out: %s", error)
                left_out.append(dict(line["name"]))
        if document["discount"] is not None and not basket.is_empty:
            basket.discount(Discount(**document["discount"]))
        return Taken(basket, document["guest"], own is None, tuple(left_out))

    def _own_catalogue(self, document: dict[str, Any], current: Catalogue) -> Catalogue | None:
        revision = document["revision"]
        return current if revision == current.revision else self._catalogue_of(revision)


def _document(basket: Basket, guest_id: str | None) -> dict[str, Any]:
    return {
        "revision": basket.catalogue.revision,
        "day": basket.on.isoformat(),
        "meal": basket.meal_id,
        "service": basket.service.value,
        "guest": guest_id,
        "to_pay_minor": basket.to_pay_minor,
        "currency": basket.catalogue.store.currency,
        "discount": _discount(basket.ticket_discount),
        "lines": [
            {
                "article": chosen.article.id,
                "name": dict(chosen.article.name),
                "quantity": chosen.quantity,
                "weight_g": chosen.weight_g,
                "options": [option.id for option in chosen.options],
                "price": None if chosen.override is None else [chosen.override.unit_minor, chosen.override.reason],
                "discount": _discount(chosen.discount),
            }
            for chosen in basket.chosen
        ],
    }


def _discount(discount: Discount | None) -> dict[str, Any] | None:
    if discount is None:
        return None
    return {
        "name": discount.name,
        "percent_bp": discount.percent_bp,
        "amount_minor": discount.amount_minor,
        "reason": discount.reason,
    }


def _put_back(basket: Basket, line: dict[str, Any]) -> None:
    index = basket.add(line["article"], line["quantity"], line["weight_g"], line["options"])
    if line["price"] is not None:
        basket.override_price(index, *line["price"])
    if line["discount"] is not None:
        basket.discount_line(index, Discount(**line["discount"]))


def _held(held_id: str, at: str, document: str) -> Held:
    content = json.loads(document)
    return Held(
        held_id,
        datetime.fromisoformat(at),
        content["to_pay_minor"],
        content["currency"],
        tuple(dict(line["name"]) for line in content["lines"]),
    )
