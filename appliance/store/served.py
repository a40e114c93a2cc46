"""Who has had a meal at this terminal today, so that nobody passes twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from journal.entry import Entry
from sales.funding import MealUsed
from sales.kinds import TicketKind
from sales.ticket import PayloadError, Ticket, from_payload


class Served:
    """The guests of one business day, by meal service; begins with what the journal says and is told of each sale."""

    def __init__(self, entries: Iterable[Entry], day: date) -> None:
        self._day = day
        self._when: dict[tuple[str, str], MealUsed] = {}
        for entry in entries:
            if entry.kind == "ticket" and entry.business_day == day.isoformat():
                try:
                    self.add(from_payload(entry.payload))
                except PayloadError:
                    continue

    def add(self, ticket: Ticket) -> None:
        """Take a sale; one of a newer day forgets the day before."""
        if ticket.guest_id is None or ticket.meal_id is None or ticket.kind is not TicketKind.SALE:
            return
        if ticket.business_day != self._day:
            self._day = ticket.business_day
            self._when.clear()
        used = MealUsed(ticket.business_day, ticket.meal_id, 1, ticket.time_utc, ticket.terminal)
        self._when.setdefault((ticket.guest_id, ticket.meal_id), used)

    def find(self, guest_id: str, day: date, meal_id: str) -> MealUsed | None:
        """When and where the guest had this meal, None when they had not."""
        return self._when.get((guest_id, meal_id)) if day == self._day else None

    def count(self, day: date, meal_id: str | None) -> int:
        """How many guests have had this meal here."""
        if day != self._day:
            return 0
        return sum(1 for _guest_id, served in self._when if served == meal_id)
