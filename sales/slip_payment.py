"""Who pays a ticket: the total, what payers take over and why, what the guest pays and how, and the tax."""

from sales.figures import format_rate
from sales.funding import ShareReason
from sales.slip_lines import has_fee, tax_letters
from sales.slip_writer import SlipWriter, Translate
from sales.tender import TenderKind
from sales.ticket_record import Ticket

_OF_NO_INTEREST = (ShareReason.NO_BADGE, ShareReason.NO_PAYER)
"""Reasons that say nothing to guests of a house where nobody pays a share."""


def share_words(reason: ShareReason, translate: Translate) -> str:
    """Return why a payer's share applies or not, as one sentence for guests."""
    words = {
        ShareReason.APPLIED: translate("One meal per service is subsidised."),
        ShareReason.SECOND_MEAL: translate("No share: second meal in this service."),
        ShareReason.NO_MEAL: translate("No share: there is no meal on this tray."),
        ShareReason.NO_SERVICE: translate("No share: outside of the meal services."),
        ShareReason.NO_PAYER: translate("No share: no employer pays for you."),
        ShareReason.NOT_AGREED: translate("No share: none was agreed with your employer."),
        ShareReason.NO_BADGE: translate("No share without a badge."),
    }
    return words[reason]


class PaymentWriter:
    """Writes the sums of one ticket."""

    def __init__(self, writer: SlipWriter, ticket: Ticket) -> None:
        self._writer = writer
        self._ticket = ticket

    def payment(self) -> None:
        """The total, what payers and cash rounding make of it, how it was paid or paid back, and the change."""
        ticket, translate, money = self._ticket, self._writer.translate, self._writer.money
        pair = self._writer.paper.pair
        pair(translate("Total"), money(ticket.total_minor), bold=True)
        for charge in ticket.charges:
            pair(translate("Paid by {payer}").format(payer=charge.name), money(-charge.amount_minor))
        self._reason()
        if ticket.rounding_minor:
            pair(translate("Cash rounding"), money(ticket.rounding_minor))
        sign = -1 if ticket.is_reversal else 1
        if ticket.is_reversal:
            pair(translate("Paid back"), money(-ticket.to_pay_minor - ticket.rounding_minor), bold=True)
        elif ticket.rounding_minor or ticket.charges:
            pair(translate("To pay"), money(ticket.to_pay_minor + ticket.rounding_minor), bold=True)
        words = tender_words(translate)
        for tender in ticket.tenders:
            pair(words[tender.kind], money(sign * tender.amount_minor))
        if ticket.change_minor:
            pair(translate("Change"), money(ticket.change_minor))

    def _reason(self) -> None:
        ticket = self._ticket
        if not ticket.share_reason or ticket.is_reversal:
            return
        reason = ShareReason(ticket.share_reason)
        if reason not in _OF_NO_INTEREST or has_fee(ticket):
            self._writer.paper.text(share_words(reason, self._writer.translate), indent="  ")

    def taxes(self) -> None:
        """Net, tax and gross of every rate, under the letter the lines carry."""
        translate, figure = self._writer.translate, self._writer.figure
        letters = tax_letters(self._ticket)
        self._writer.paper.table(
            (translate("VAT"), translate("Net"), translate("Tax"), translate("Gross")),
            [
                (
                    f"{letters[tax.rate_bp]} {format_rate(tax.rate_bp, self._writer.language)}",
                    figure(tax.net_minor),
                    figure(tax.tax_minor),
                    figure(tax.gross_minor),
                )
                for tax in self._ticket.taxes
            ],
        )


def tender_words(translate: Translate) -> dict[TenderKind, str]:
    """Return what the means of payment are called on paper."""
    return {
        TenderKind.ACCOUNT: translate("Badge account"),
        TenderKind.CASH: translate("Cash"),
        TenderKind.CARD: translate("Card"),
    }
