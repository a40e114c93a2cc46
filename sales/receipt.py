"""Whether a sale's slip is printed without being asked for: the law of the store's country, or the store's own choice."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sales.catalogue import Store
    from sales.ticket_record import Ticket

NOTE_FROM_MINOR = 2500
"""France: services from 25 euros on get a note without being asked for; euro cents."""


class ReceiptRule(StrEnum):
    """When a guest gets a slip: `BY_COUNTRY` follows the law of the store's country.

    `ALWAYS` prints, `OFFERED` asks (paper, or the code on the screen), `ON_REQUEST` prints only when the guest asks.
    """

    BY_COUNTRY = "by_country"
    ALWAYS = "always"
    OFFERED = "offered"
    ON_REQUEST = "on_request"


_BY_COUNTRY = {
    "AT": ReceiptRule.OFFERED,
    "CH": ReceiptRule.ON_REQUEST,
    "DE": ReceiptRule.OFFERED,
    "ES": ReceiptRule.ALWAYS,
    "FR": ReceiptRule.ON_REQUEST,
}


def receipt_rule(store: "Store", ticket: "Ticket") -> ReceiptRule:
    """Return when the slip of `ticket` is to be printed: `ALWAYS`, `OFFERED` or `ON_REQUEST`, never `BY_COUNTRY`.

    A store that chose a rule of its own gets it. Else the law of its country decides:

    - France: slips are not printed systematically (Code de l'environnement, art. L. 541-15-10 IV, from law 2020-105,
      "AGEC", art. 49; décret 2022-1565, since 1 August 2023), but weighing instruments go on printing them (art. D.
      541-371), and a service from 25 euros on needs a note without being asked for (arrêté 83-50/A of 3 October 1983, art. 1).
    - Germany: a receipt is made out and made available for every transaction, on paper or, if the guest agrees,
      electronically; nobody has to take it (§ 146a (2) AO, § 6 KassenSichV).
    - Austria: likewise for every payment in cash or by card; a receipt that can be fetched electronically at once will
      do (§ 132a (1) BAO).
    - Spain: a simplified invoice is issued and handed over for every sale (Real Decreto 1619/2012, art. 2 and 4).
    - Switzerland: an invoice is issued when the guest asks for one (MWSTG, art. 26 (1)).
    - Any other country: always, until its law has been looked up.

    Voids, refunds and training always print: somebody must sign, or see that it was not a sale.
    """
    if ticket.is_reversal or ticket.training:
        return ReceiptRule.ALWAYS
    if store.receipt is not ReceiptRule.BY_COUNTRY:
        return store.receipt
    if store.country == "FR" and _is_printed_in_france(ticket):
        return ReceiptRule.ALWAYS
    return _BY_COUNTRY.get(store.country, ReceiptRule.ALWAYS)


def _is_printed_in_france(ticket: "Ticket") -> bool:
    weighed = any(line.weight_g is not None for line in ticket.lines)
    return weighed or ticket.total_minor >= NOTE_FROM_MINOR
