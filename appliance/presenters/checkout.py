"""Before paying, and after."""

from __future__ import annotations

from appliance.flows.state import Order, Sale, SlipState
from appliance.presenters import views
from appliance.presenters.names import terminal_name
from appliance.presenters.pieces import age_of_prices, basket_lines, guest_banner, header, services
from appliance.presenters.scene import Scene
from sales.funding import ShareReason
from sales.spending import InsufficientBalance, check_spend
from sales.tax import TaxLine


def checkout_screen(scene: Scene, order: Order) -> views.CheckoutScreen:
    tr = scene.tr
    to_pay_minor = order.basket.to_pay_minor
    problem = _problem(scene, order)
    ready = order.guest is not None and not problem
    return views.CheckoutScreen(
        header=header(scene),
        title=tr.say("Your order"),
        guest=guest_banner(scene),
        lines=basket_lines(scene),
        rows=_rows(scene, order),
        services=services(scene),
        badge_invitation=_invitation(scene) if order.guest is None else "",
        problem=problem,
        confirm_label=_confirm(scene, to_pay_minor) if ready else "",
        back_label=tr.say("Back"),
        age=age_of_prices(scene),
    )


def _confirm(scene: Scene, to_pay_minor: int) -> str:
    if scene.asking:
        return scene.tr.say("One moment, please")
    return scene.tr.say("Pay {amount}", amount=scene.tr.money(to_pay_minor, scene.currency))


def _invitation(scene: Scene) -> str:
    if scene.facts.badge_possible:
        return scene.tr.say("Hold your badge to the reader to pay.")
    return scene.tr.say("The badge reader is not working. Please pay at the counter.")


def _problem(scene: Scene, order: Order) -> str:
    if order.guest is None:
        return ""
    if order.basket.to_pay_minor < 0:
        return scene.tr.say("This order cannot be paid here. Please ask at the counter.")
    if scene.promised:
        return ""
    try:
        check_spend(order.guest.balance_minor, order.basket.to_pay_minor, order.guest.credit_limit_minor)
    except InsufficientBalance as error:
        return scene.tr.say(
            "{missing} is missing. Top up at the counter, or take something off.",
            missing=scene.tr.money(error.missing_minor, scene.currency),
        )
    return ""


def _rows(scene: Scene, order: Order) -> tuple[views.AmountRow, ...]:
    tr, basket = scene.tr, order.basket
    rows = []
    if basket.bill.charges:
        rows.append(views.AmountRow(tr.say("Total"), tr.money(basket.total_minor, scene.currency)))
        rows.extend(
            views.AmountRow(
                tr.say("{payer} pays", payer=tr.pick(charge.payer.name)), tr.money(-charge.amount_minor, scene.currency)
            )
            for charge in basket.bill.charges
        )
    label = tr.say("To pay") if rows else tr.say("Total")
    rows.append(views.AmountRow(label, tr.money(basket.to_pay_minor, scene.currency), strong=True))
    rows.extend(_tax_row(scene, tax) for tax in basket.taxes())
    reason = share_reason(scene, order)
    if reason:
        rows.append(views.AmountRow(reason, ""))
    if order.guest is not None and not order.catalogue.store.hide_balance:
        rows.append(views.AmountRow(tr.say("Balance"), tr.money(order.guest.balance_minor, scene.currency)))
        if not _problem(scene, order):
            after_minor = order.guest.balance_minor - basket.to_pay_minor
            rows.append(views.AmountRow(tr.say("Balance afterwards"), tr.money(after_minor, scene.currency)))
    return tuple(rows)


def share_reason(scene: Scene, order: Order) -> str:
    """Why nobody pays a part of this meal, where somebody might; empty otherwise."""
    tr, funding = scene.tr, order.basket.bill.funding
    if funding.payer_id is None:
        return ""
    payer = tr.pick(order.catalogue.payer(funding.payer_id).name)
    match funding.reason:
        case ShareReason.SECOND_MEAL if funding.used is not None and funding.used.at is not None:
            return tr.say(
                "Second meal: {payer} paid for one at {time} on {terminal}.",
                payer=payer,
                time=tr.time(funding.used.at, scene.timezone),
                terminal=terminal_name(funding.used.terminal),
            )
        case ShareReason.SECOND_MEAL:
            return tr.say("Second meal: {payer} has paid for one already.", payer=payer)
        case ShareReason.NO_MEAL:
            return tr.say("{payer} pays a part of meals only.", payer=payer)
        case ShareReason.NO_SERVICE:
            return tr.say("{payer} pays only while meals are served.", payer=payer)
        case ShareReason.NOT_AGREED:
            return tr.say("{payer} pays nothing for this meal service.", payer=payer)
    return ""


def _tax_row(scene: Scene, tax: TaxLine) -> views.AmountRow:
    return views.AmountRow(
        scene.tr.say("including VAT {rate}", rate=scene.tr.percent(tax.rate_bp)),
        scene.tr.money(tax.tax_minor, scene.currency),
    )


def done_screen(scene: Scene, sale: Sale) -> views.DoneScreen:
    tr, ticket = scene.tr, sale.sold.ticket
    rows = [views.AmountRow(tr.say("Paid"), tr.money(ticket.to_pay_minor, ticket.currency), strong=True)]
    if not sale.sold.store.hide_balance:
        rows.append(views.AmountRow(tr.say("New balance"), tr.money(sale.sold.balance_after_minor, ticket.currency)))
    slip_text, slip_tone = _slip(scene)
    return views.DoneScreen(
        header=header(scene),
        title=tr.say("Thank you, enjoy your meal!"),
        pickup_label=tr.say("Your number"),
        pickup_number=str(ticket.pickup_number),
        rows=tuple(rows),
        slip_text=slip_text,
        slip_tone=slip_tone,
        finish_label=tr.say("Done"),
        question=tr.say("Would you like a slip?") if scene.state.slip is SlipState.OFFERED else "",
        choices=_choices(scene, sale),
        code=sale.sold.qr if scene.state.slip is SlipState.CODE else "",
        code_text=tr.say("Scan this with your phone to have the slip.") if scene.state.slip is SlipState.CODE else "",
    )


def _choices(scene: Scene, sale: Sale) -> tuple[views.ReceiptChoice, ...]:
    """The ways to have the slip that are still open."""
    tr, slip = scene.tr, scene.state.slip
    if slip not in (SlipState.OFFERED, SlipState.CODE):
        return ()
    ways = []
    if sale.has_printer:
        ways.append(views.ReceiptChoice("paper", tr.say("Paper"), "printer"))
    if slip is SlipState.OFFERED:
        if sale.sold.qr:
            ways.append(views.ReceiptChoice("qr", tr.say("QR code"), "qr_code"))
        ways.append(views.ReceiptChoice("none", tr.say("No slip"), "x"))
    return tuple(ways)


def _slip(scene: Scene) -> tuple[str, views.Tone]:
    tr = scene.tr
    match scene.state.slip:
        case SlipState.PRINTED:
            return tr.say("Please take your slip."), views.Tone.GOOD
        case SlipState.PRINTING:
            return tr.say("Your slip is being printed."), views.Tone.NEUTRAL
        case SlipState.LATER:
            return tr.say("The slip comes later. Please show this number."), views.Tone.ATTENTION
        case SlipState.OFFERED | SlipState.CODE:
            return "", views.Tone.NEUTRAL
        case SlipState.NONE:
            return tr.say("Please show this number."), views.Tone.NEUTRAL
