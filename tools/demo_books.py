"""What head office's tables say, as the demonstration compares it with what the till shows."""

from __future__ import annotations

from dataclasses import dataclass

from tests.journeys.office import Office

TILL = "till-1"


def euros(amount_minor: int) -> str:
    """12345 as "123.45"."""
    sign = "−" if amount_minor < 0 else ""
    return f"{sign}{abs(amount_minor) // 100}.{abs(amount_minor) % 100:02d}"


@dataclass(frozen=True)
class Guest:
    id: str
    name: str
    balance_minor: int
    has_payer: bool


@dataclass(frozen=True)
class Day:
    """What head office has of the till, in cents, summed over tickets and movements."""

    tickets: int
    turnover_minor: int
    shares_minor: int
    top_ups_minor: int
    from_accounts_minor: int
    cash_minor: int


class Books:
    """Read-only questions."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def guest(self, badge: str) -> Guest:
        """Who has this badge, and what their account holds."""
        (row,) = self._office.rows(
            "SELECT g.id, g.name, g.balance_minor, g.payer_id IS NOT NULL FROM guests_guest g JOIN guests_badge b ON b.guest_id = g.id"
            " WHERE b.number = ?",
            badge,
        )
        guest_id, name, balance_minor, has_payer = row
        return Guest(guest_id, name, balance_minor, bool(has_payer))

    def ledger_minor(self, guest_id: str) -> int:
        """The sum of a guest's ledger."""
        return int(
            self._office.one(
                "SELECT COALESCE(SUM(amount_minor), 0) FROM guests_ledgerentry WHERE guest_id = ?", guest_id
            )
        )

    def unbalanced(self) -> list[str]:
        """The guests whose balance is not the sum of their ledger."""
        sums = self._office.ledger_sums()
        return [guest for guest, balance in self._office.balances().items() if sums[guest] != balance]

    def tickets(self) -> list[tuple[int, int, int, str]]:
        """(number, total, shares of payers, reason) of the till's tickets in order."""
        return self._office.rows(
            "SELECT t.number, t.total_minor, t.charges_minor, t.share_reason FROM sales_ticket t"
            " JOIN fleet_terminal f ON f.id = t.terminal_id WHERE f.code = ? ORDER BY t.seq",
            TILL,
        )

    def served_elsewhere(self) -> int:
        """How many tickets have come from other terminals."""
        return int(
            self._office.one(
                "SELECT COUNT(*) FROM sales_ticket t JOIN fleet_terminal f ON f.id = t.terminal_id WHERE f.code <> ?",
                TILL,
            )
        )

    def quarantined(self) -> int:
        """Entries that head office could not take."""
        return int(self._office.one("SELECT COUNT(*) FROM spool_quarantine"))

    def day(self) -> Day:
        """The till's day from its single tickets."""
        turnover_minor, shares_minor, count = self._office.rows(
            "SELECT COALESCE(SUM(t.total_minor), 0), COALESCE(SUM(t.charges_minor), 0), COUNT(*) FROM sales_ticket t"
            " JOIN fleet_terminal f ON f.id = t.terminal_id WHERE f.code = ?",
            TILL,
        )[0]
        paid = dict(
            self._office.rows(
                "SELECT p.kind, SUM(p.amount_minor) FROM sales_payment p JOIN sales_ticket t ON t.id = p.ticket_id"
                " JOIN fleet_terminal f ON f.id = t.terminal_id WHERE f.code = ? GROUP BY p.kind",
                TILL,
            )
        )
        change_minor = self._office.one(
            "SELECT COALESCE(SUM(t.change_minor), 0) FROM sales_ticket t JOIN fleet_terminal f ON f.id = t.terminal_id"
            " WHERE f.code = ?",
            TILL,
        )
        top_ups_minor = self._office.one(
            "SELECT COALESCE(SUM(m.amount_minor), 0) FROM sales_accountmovement m"
            " JOIN fleet_terminal f ON f.id = m.terminal_id WHERE f.code = ? AND m.kind = 'top_up'",
            TILL,
        )
        return Day(
            count,
            turnover_minor,
            shares_minor,
            int(top_ups_minor),
            paid.get("account", 0),
            paid.get("cash", 0) - int(change_minor),
        )

    def closing(self) -> tuple[int, int, int, int, int] | None:
        """(number, tickets, turnover, counted, difference) of the till's Z report, None until it has arrived."""
        rows = self._office.rows(
            "SELECT c.number, c.tickets, c.turnover_minor, c.counted_minor, c.difference_minor FROM sales_closing c"
            " JOIN fleet_terminal f ON f.id = c.terminal_id WHERE f.code = ?",
            TILL,
        )
        return rows[0] if rows else None

    def sold_and_left(self) -> list[str]:
        """Today's figures in words, where no browser can draw the live page."""
        lines = self._office.rows(
            "SELECT f.code, COUNT(*), SUM(t.total_minor), SUM(t.charges_minor) FROM sales_ticket t"
            " JOIN fleet_terminal f ON f.id = t.terminal_id GROUP BY f.code ORDER BY f.code"
        )
        return [
            f"{code}: {count} tickets, turnover {euros(total)}, payers owe {euros(charges)}"
            for code, count, total, charges in lines
        ]
