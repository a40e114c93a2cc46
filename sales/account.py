"""Accounts and totals as sums of deltas: nothing stores a balance that could not be summed again."""

from datetime import date

from sales.authorisation import AuthorisationOutcome
from sales.kinds import LineKind
from sales.tender import TenderKind
from sales.ticket_record import Ticket


def account_key(guest_id: str) -> str:
    """Return the key under which the deltas of a guest's account are kept."""
    return f"account:{guest_id}"


def local_key(guest_id: str) -> str:
    """Return the key under which is summed what a guest spent without head office having been asked."""
    return f"local:{guest_id}"


def tender_key(kind: TenderKind) -> str:
    """Return the key under which the takings of a means of payment are kept."""
    return f"tender:{kind.value}"


def payer_key(payer_id: str) -> str:
    """Return the key under which the debt of a payer is kept."""
    return f"payer:{payer_id}"


def meal_key(guest_id: str, day: date, meal_id: str) -> str:
    """Return the key under which the subsidised meals of a guest in one meal service are counted."""
    return f"meal:{guest_id}:{day.isoformat()}:{meal_id}"


def portion_key(day: date, article_id: str) -> str:
    """Return the key under which the pieces sold of an article on one day are counted."""
    return f"portion:{day.isoformat()}:{article_id}"


def deltas(ticket: Ticket) -> list[tuple[str, int]]:
    """Return what the ticket changes, as (key, delta): amounts in minor units, meals and portions by number.

    `account:<guest_id>` goes down by every account tender, `turnover` up by the total, `tender:<kind>` up by what was
    taken (cash less change), `rounding` by the cash rounding if there is any, `payer:<id>` up by what a payer owes,
    `meal:<guest_id>:<day>:<meal_id>` by the subsidised meals used, `portion:<day>:<article_id>` by the quantity of each
    article. Takings and payers' debts sum to turnover plus rounding. Every key comes once. A reversal has the same keys with
    the opposite signs, and those of the day that it was sold on; a training ticket changes nothing.

    A sale without head office's word also has `local:<guest_id>`, up by every account tender. No reversal takes that back: it
    counts what was spent in an outage, and paying back in cash must not allow it to be spent again.
    """
    if ticket.training:
        return []
    result = {"turnover": ticket.total_minor}
    if ticket.rounding_minor:
        result["rounding"] = ticket.rounding_minor
    for tender in ticket.tenders:
        _add(result, tender_key(tender.kind), tender.amount_minor)
        if tender.guest_id is not None:
            _add(result, account_key(tender.guest_id), -tender.amount_minor)
            if ticket.authorisation is not None and ticket.authorisation.outcome is AuthorisationOutcome.LOCAL:
                _add(result, local_key(tender.guest_id), tender.amount_minor)
    if ticket.change_minor:
        _add(result, tender_key(TenderKind.CASH), -ticket.change_minor)
    for charge in ticket.charges:
        _add(result, payer_key(charge.payer_id), charge.amount_minor)
    if ticket.meals_used and ticket.guest_id is not None and ticket.meal_id is not None:
        _add(result, meal_key(ticket.guest_id, ticket.sold_on, ticket.meal_id), ticket.meals_used)
    for line in ticket.lines:
        if line.kind is LineKind.ARTICLE:
            _add(result, portion_key(ticket.sold_on, line.article_id), line.quantity)
    return list(result.items())


def _add(totals: dict[str, int], key: str, delta_minor: int) -> None:
    totals[key] = totals.get(key, 0) + delta_minor
