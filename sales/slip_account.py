"""The slip of a top-up or a payout: money onto an account or off it, which is no sale and carries no tax."""

from collections.abc import Sequence
from datetime import UTC, tzinfo

from sales.account_movement import AccountMovement, AccountMovementKind
from sales.paper import SlipLine
from sales.slip_payment import tender_words
from sales.slip_writer import SlipLayout, SlipWriter, Translate
from sales.tender import TenderKind


def render_account_slip(
    movement: AccountMovement,
    store_name: str,
    address: Sequence[str],
    layout: SlipLayout,
    translate: Translate,
    language: str,
    balance_after_minor: int | None = None,
    duplicate: bool = False,
    *,
    timezone: tzinfo = UTC,
    served_by: str = "",
    guest_name: str = "",
) -> tuple[SlipLine, ...]:
    """Return the lines of the slip, none wider than the layout; parameters as for `sales.slip.render_slip`.

    `guest_name` is printed when given. A payout in cash has room for the guest's signature.
    """
    writer = SlipWriter(layout, movement.currency, translate, language, timezone)
    paper, money = writer.paper, writer.money
    is_top_up = movement.kind is AccountMovementKind.TOP_UP
    writer.marks(duplicate=duplicate)
    writer.heading(store_name, address)
    paper.headline(translate("TOP-UP") if is_top_up else translate("PAYOUT"))
    paper.pair(translate("No. {number}").format(number=movement.number), writer.moment(movement.time_utc))
    paper.text(movement.terminal)
    writer.served_by(served_by)
    if guest_name:
        paper.text(translate("Guest: {name}").format(name=guest_name))
    writer.rule()
    label = translate("Onto the account") if is_top_up else translate("Paid out of the account")
    paper.pair(label, money(movement.amount_minor), bold=True)
    paper.pair(tender_words(translate)[movement.tender], money(movement.given_minor or movement.amount_minor))
    if movement.change_minor:
        paper.pair(translate("Change"), money(movement.change_minor))
    if balance_after_minor is not None:
        paper.pair(translate("New balance"), money(balance_after_minor), bold=True)
    writer.rule()
    paper.text(translate("No sale: this money stays yours until you spend it.") if is_top_up else translate("No sale."))
    if not is_top_up and movement.tender is TenderKind.CASH:
        writer.signature(translate("Received"))
    writer.marks(duplicate=duplicate)
    return writer.end()
