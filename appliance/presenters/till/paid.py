"""The card that shows the last thing done with money, until the next item or badge."""

from __future__ import annotations

from collections.abc import Callable

from appliance.i18n import Translator
from appliance.presenters.till.words import TENDERS
from appliance.presenters.views import AmountRow, Tone
from appliance.presenters.views_till import PaidCard
from appliance.store.till_store import Moved, Sold
from sales.account_movement import AccountMovementKind
from sales.cash_movement import CashMovement
from sales.kinds import TicketKind

Message = Callable[[Translator], PaidCard]


def sale(sold: Sold) -> Message:
    """Change large; then what was paid, how, and the new balance."""

    def card(tr: Translator) -> PaidCard:
        ticket, rows = sold.ticket, []
        currency = ticket.currency
        if ticket.change_minor:
            rows.append(AmountRow(tr.say("Change"), tr.money(ticket.change_minor, currency), strong=True))
        rows.append(AmountRow(tr.say("Paid"), tr.money(_paid_minor(sold), currency), strong=not ticket.change_minor))
        if len(ticket.tenders) > 1:
            rows += [
                AmountRow(tr.say(TENDERS[tender.kind]), tr.money(tender.amount_minor, currency))
                for tender in ticket.tenders
            ]
        rows += [
            AmountRow(tr.say("Share of {payer}", payer=charge.name), tr.money(charge.amount_minor, currency))
            for charge in ticket.charges
        ]
        if sold.balance_after_minor is not None:
            rows.append(AmountRow(tr.say("New balance"), tr.money(sold.balance_after_minor, currency)))
        if ticket.pickup_number is not None:
            rows.append(AmountRow(tr.say("Pick-up number"), str(ticket.pickup_number)))
        title = tr.say("Training: not paid") if ticket.training else tr.say("Paid")
        return PaidCard(title, tuple(rows), Tone.ATTENTION if ticket.training else Tone.GOOD, sold.qr)

    return card


def _paid_minor(sold: Sold) -> int:
    return sum(tender.amount_minor for tender in sold.ticket.tenders) - sold.ticket.change_minor


def reversal(sold: Sold) -> Message:
    """What goes back to the guest, and how."""

    def card(tr: Translator) -> PaidCard:
        ticket = sold.ticket
        title = tr.say("Voided") if ticket.kind is TicketKind.VOID else tr.say("Refunded")
        rows = [
            AmountRow(
                tr.say("Back: {means}", means=tr.say(TENDERS[tender.kind])),
                tr.money(-tender.amount_minor, ticket.currency),
                strong=True,
            )
            for tender in ticket.tenders
        ]
        if sold.balance_after_minor is not None:
            rows.append(AmountRow(tr.say("New balance"), tr.money(sold.balance_after_minor, ticket.currency)))
        if ticket.meals_used < 0:
            rows.append(AmountRow(tr.say("The subsidised meal is given back"), ""))
        return PaidCard(title, tuple(rows), Tone.GOOD)

    return card


def account(moved: Moved) -> Message:
    """A top-up or a payout."""

    def card(tr: Translator) -> PaidCard:
        movement = moved.movement
        currency, top_up = movement.currency, movement.kind is AccountMovementKind.TOP_UP
        rows = []
        if movement.change_minor:
            rows.append(AmountRow(tr.say("Change"), tr.money(movement.change_minor, currency), strong=True))
        label = tr.say("Topped up") if top_up else tr.say("Paid out")
        rows.append(AmountRow(label, tr.money(movement.amount_minor, currency), strong=not movement.change_minor))
        rows.append(AmountRow(tr.say("New balance"), tr.money(moved.balance_after_minor, currency)))
        return PaidCard(moved.guest.display_name, tuple(rows), Tone.GOOD)

    return card


def cash(movement: CashMovement, title: str) -> Message:
    """Cash in or out, or the drawer opened."""

    def card(tr: Translator) -> PaidCard:
        rows = [AmountRow(movement.reason, "")]
        if movement.amount_minor:
            rows.insert(0, AmountRow(tr.say(title), tr.money(movement.amount_minor, movement.currency), strong=True))
        return PaidCard(tr.say(title), tuple(rows), Tone.GOOD)

    return card
