"""Taking back what was sold: void the last ticket, refund lines of an earlier one; printing a slip again."""

from __future__ import annotations

import logging

from appliance.flows.till.desk import Desk
from appliance.flows.till.functions import Function
from appliance.flows.till.panels import Listing, Pad, Report, Row, Say
from appliance.i18n import Translator
from appliance.presenters.till import paid, strips
from appliance.store.till_store import Found, Sold
from sales.kinds import TicketKind
from sales.tender import TenderKind
from sales.ticket import TicketError, TicketLine

log = logging.getLogger(__name__)

_CASH, _ACCOUNT, _CARD = "cash", "account", "card"


def ask_void(desk: Desk) -> None:
    """Void the last ticket after a look at it; the guest gets back what they paid, the way they paid it."""
    if not _between_guests(desk):
        return
    found = desk.store.last_sale()
    if found is None:
        desk.explain(strips.no_ticket)
        return
    shift = desk.store.shift
    problem = _why_not(found, shift.number if shift else None)
    if problem is not None:
        desk.explain(problem)
        return
    ticket = found.ticket
    desk.show(
        Listing(
            title=lambda tr: tr.say(
                "Void ticket {number} of {amount}?",
                number=ticket.number,
                amount=tr.money(ticket.total_minor, ticket.currency),
            ),
            rows=tuple(_row(desk, line, index, chosen=False) for index, line in enumerate(ticket.lines)),
            choose=lambda _row_id: None,
            confirm=lambda tr: tr.say("Void"),
            done=lambda: _void(desk, found),
        )
    )


def _void(desk: Desk, found: Found) -> None:
    _reverse(desk, found, TicketKind.VOID, None, None)


def ask_refund(desk: Desk) -> None:
    """Ask for the number of the ticket; nothing typed means the last one."""
    if not _between_guests(desk):
        return

    def done(text: str) -> Say | None:
        found = desk.store.find(int(text)) if text else desk.store.last_sale()
        if found is None:
            return _not_here(desk, text)
        if found.ticket.is_reversal or found.open_positions == ():
            desk.explain(strips.not_a_sale if found.ticket.is_reversal else strips.nothing_left_of_it)
            return None
        _ask_lines(desk, found, frozenset())
        return None

    desk.show(
        Pad(
            lambda tr: tr.say("Refund"),
            done,
            hint=lambda tr: tr.say("Number of the ticket; OK alone takes the last one"),
        )
    )


def _not_here(desk: Desk, text: str) -> Say | None:
    if text and desk.store.was_pruned(int(text)):
        desk.explain(strips.archived)
        return None
    return lambda tr: tr.say("There is no such ticket on this till.")


def _ask_lines(desk: Desk, found: Found, chosen: frozenset[int]) -> None:
    ticket = found.ticket

    def touch(row_id: str) -> None:
        _ask_lines(desk, found, chosen ^ {int(row_id)})

    desk.show(
        Listing(
            title=lambda tr: tr.say("Refund of ticket {number}", number=ticket.number),
            rows=tuple(
                _row(desk, line, index, chosen=index in chosen, possible=index in found.open_positions)
                for index, line in enumerate(ticket.lines)
            ),
            choose=touch,
            hint=lambda tr: tr.say("Touch what is given back."),
            confirm=(lambda tr: tr.say("Refund")) if chosen else None,
            done=(lambda: _ask_means(desk, found, tuple(sorted(chosen)))) if chosen else None,
        )
    )


def _ask_means(desk: Desk, found: Found, positions: tuple[int, ...]) -> None:
    """Cash, or the account that paid."""
    rows = [Row(_CASH, lambda tr: tr.say("Cash"), icon="banknote")]
    if found.ticket.guest_id is not None:
        rows.insert(0, Row(_ACCOUNT, lambda tr: tr.say("Account"), icon="wallet"))
    if any(tender.kind is TenderKind.CARD for tender in found.ticket.tenders):
        rows.append(Row(_CARD, lambda tr: tr.say("Card"), icon="credit_card"))
    desk.show(
        Listing(
            title=lambda tr: tr.say("How is it paid back?"),
            rows=tuple(rows),
            choose=lambda means: _reverse(desk, found, TicketKind.REFUND, positions, TenderKind(means)),
            columns=2,
        )
    )


def _reverse(
    desk: Desk, found: Found, kind: TicketKind, positions: tuple[int, ...] | None, means: TenderKind | None
) -> None:
    cashier_id = desk.state.cashier_id
    sold: list[Sold] = []
    try:
        done = desk.recorded(
            lambda: sold.append(desk.store.reverse(found, kind, positions, means, cashier_id, desk.slip_tr, desk.now))
        )
    except TicketError as error:
        log.error("ticket %d cannot be taken back: %s", found.ticket.number, error)
        desk.explain(strips.cannot_be_taken_back)
        return
    if done:
        desk.state.panel, desk.state.tray = None, None
        desk.paid(paid.reversal(sold[0]), sold[0])
        card_minor = -sum(t.amount_minor for t in sold[0].ticket.tenders if t.kind is TenderKind.CARD)
        if card_minor:
            desk.explain(strips.refund_on_card(card_minor, sold[0].ticket.currency))


def _why_not(found: Found, shift: int | None) -> strips.Message | None:
    if found.ticket.is_reversal:
        return strips.not_a_sale
    if not found.open_positions:
        return strips.nothing_left_of_it
    if found.ticket.shift != shift:
        return strips.shift_closed
    return strips.partly_taken_back if len(found.open_positions) < len(found.ticket.lines) else None


def _between_guests(desk: Desk) -> bool:
    tray = desk.state.tray
    if tray is None or tray.basket.is_empty:
        return True
    desk.explain(strips.finish_first)
    return False


def _row(desk: Desk, line: TicketLine, index: int, *, chosen: bool, possible: bool = True) -> Row:
    currency = desk.currency

    def label(_tr: Translator) -> str:
        return f"{line.quantity} × {line.name}" if line.quantity != 1 else line.name

    def detail(tr: Translator) -> str:
        amount = tr.money(line.amount_minor, currency, symbol=False)
        return amount if possible else tr.say("{amount} · taken back already", amount=amount)

    return Row(str(index), label, detail, chosen=chosen, possible=possible)


def last_slip(desk: Desk) -> None:
    """Print the slip of the last ticket: its first copy where none was printed, else a marked duplicate."""
    report = desk.state.panel
    if isinstance(report, Report) and report.print is not None:
        report.print()
        desk.explain(strips.slip_printed)
        return
    last = desk.store.last_slip()
    if last is None:
        desk.explain(strips.no_last_slip)
    elif not desk.store.has_printer:
        desk.explain(strips.no_printer)
    elif last.printed:
        desk.permitted("reprint", lambda: _print(desk, duplicate=True))
    else:
        _print(desk, duplicate=False)


def _print(desk: Desk, *, duplicate: bool) -> None:
    desk.store.print_last(desk.slip_tr, duplicate=duplicate)
    desk.explain(strips.duplicate_printed if duplicate else strips.slip_printed)


def ask_reprint(desk: Desk) -> None:
    """Print the slip of any ticket of this till again, marked as a duplicate."""

    def done(text: str) -> Say | None:
        if not desk.store.has_printer:
            desk.explain(strips.no_printer)
            return None
        found = desk.store.find(int(text)) if text else desk.store.last_sale()
        if found is None:
            return _not_here(desk, text)
        desk.store.print_again(found, desk.slip_tr)
        desk.explain(strips.duplicate_printed)
        return None

    desk.show(
        Pad(
            lambda tr: tr.say("Print a slip again"),
            done,
            hint=lambda tr: tr.say("Number of the ticket; OK alone takes the last one"),
        )
    )


FUNCTIONS = {Function.VOID_LAST: ask_void, Function.REFUND: ask_refund, Function.REPRINT: ask_reprint}
