"""`check_sums`: prove that payments, debts, tickets and Z reports agree to the cent."""

import sys
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from server.core.display import percent
from server.sales.closings import check_closings
from server.sales.meals import used_twice
from server.sales.sums import payment_sums, rate_sums, unsound_tickets

MOST_SHOWN = 20
WIDTH = 14


class Command(BaseCommand):
    """Compares guest payments plus payers' debts with tickets at every VAT rate, and Z reports with their tickets."""

    help = "Prove that guest payments + payers' debts = tickets at every VAT rate; exit code 1 on any difference."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=date.fromisoformat, metavar="2026-11-21", help="one business day only")

    def handle(self, *_args: Any, **options: Any) -> None:
        day = options["day"]
        results = (self._rates(day), self._payments(day), self._tickets(day), self._closings(day))
        self._twice(day)
        sound = all(results)
        self.stdout.write("everything agrees" if sound else "THERE ARE DIFFERENCES")
        if not sound:
            sys.exit(1)

    def _row(self, *cells: object) -> None:
        self.stdout.write("".join(f"{cell:>{WIDTH}}" for cell in cells))

    def _rates(self, day: date | None) -> bool:
        self._row("VAT rate", "guests", "payers owe", "tickets", "net", "VAT", "difference")
        rows = rate_sums(day, day)
        for row in rows:
            amounts = (row.guests_minor, row.owed_minor, row.stated_minor, row.net_minor, row.tax_minor)
            self._row(f"{row.currency} {percent(row.rate_bp)}", *map(_decimal, amounts), _decimal(row.difference_minor))
        return all(row.sound for row in rows)

    def _payments(self, day: date | None) -> bool:
        self._row("guests", "tickets", "to pay", "tendered", "change", "rounding", "difference")
        rows = payment_sums(day, day)
        for row in rows:
            amounts = (row.to_pay_minor, row.tendered_minor, row.change_minor, row.rounding_minor, row.difference_minor)
            self._row(row.currency, row.tickets, *map(_decimal, amounts))
        return all(row.difference_minor == 0 for row in rows)

    def _tickets(self, day: date | None) -> bool:
        unsound = unsound_tickets(day, day)
        for ticket in unsound.select_related("terminal")[:MOST_SHOWN]:
            self.stdout.write(
                f"ticket {ticket.terminal.code}/{ticket.epoch}/{ticket.number}: total {ticket.total_minor},"
                f" lines {ticket.lines_minor}, VAT lines {ticket.stated}, charges {ticket.charges_minor}"
                f" (covered {ticket.covered}, owed {ticket.owed}), payments {ticket.paid}"
            )
        count = unsound.count()
        self.stdout.write(f"{count} tickets disagree within themselves")
        return count == 0

    def _closings(self, day: date | None) -> bool:
        sound = True
        for row in check_closings(day, day):
            self.stdout.write(
                f"{row.what}: {row.tickets} tickets, {_decimal(row.turnover_minor)} {row.currency}:"
                f" {row.difference or 'agrees'}"
            )
            sound = sound and not row.difference
        return sound

    def _twice(self, day: date | None) -> None:
        """A meal used twice is no difference: two terminals could not know of each other."""
        for use in used_twice(day or date.min, day or date.max):
            self.stdout.write(
                f"note: guest {use.guest_id} had {use.meal_code} of {use.day} {use.count} times at the reduced price"
            )


def _decimal(amount_minor: int) -> str:
    return f"{amount_minor / 100:.2f}"
