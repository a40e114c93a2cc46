"""The left column: the guest, the ticket, what explains it, and what is due."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.flows import intents
from appliance.flows.till.functions import Function
from appliance.flows.till.state import Tray
from appliance.presenters.pieces import time_or_day
from appliance.presenters.till import strips
from appliance.presenters.till.scene import TillScene
from appliance.presenters.till.words import TENDERS, share_reason
from appliance.presenters.views import AmountRow, Tone
from appliance.presenters.views_till import Action, Strip, TicketPanel, TillGuest, TillLine
from appliance.presenters.words import trouble
from sales.bill import BillLine
from sales.funding import ShareReason
from sales.kinds import AdjustmentKind, LineKind
from sales.spending import InsufficientBalance, check_spend
from sales.tax import Service
from sales.tender import TenderKind

_ATTENTION = (ShareReason.SECOND_MEAL, ShareReason.NOT_AGREED)


def ticket_panel(scene: TillScene) -> TicketPanel:
    tr, tray = scene.tr, scene.tray
    lines = tuple(_lines(scene, tray)) if tray is not None else ()
    return TicketPanel(
        guest=_guest(scene, tray),
        invitation=tr.say("Guest's badge") if lines else tr.say("Guest's badge or first item"),
        lines=lines,
        empty_text=tr.say("No items yet"),
        strips=_strips(scene, tray),
        taxes=_taxes(scene, tray),
        paid=_paid(scene, tray),
        due_label=tr.say("Asking head office") if scene.asking else tr.say("To pay"),
        due=scene.figure(tray.open_minor if tray else 0),
        actions=_actions(scene, tray),
    )


def _guest(scene: TillScene, tray: Tray | None) -> TillGuest | None:
    if tray is None or tray.guest is None:
        return None
    tr, guest, catalogue = scene.tr, tray.guest, tray.catalogue
    category = next((c.name for c in catalogue.guest_categories if c.id == guest.category_id), {})
    payer = next((p.name for p in catalogue.payers if p.id == guest.payer_id), {})
    short = bool(_missing_minor(scene, tray))
    return TillGuest(
        initials=guest.initials,
        photo=str(guest.photo_path) if guest.photo_path else "",
        name=guest.display_name,
        detail=" · ".join(part for part in (tr.pick(category), tr.pick(payer)) if part),
        balance_label=tr.say("Balance"),
        balance=scene.figure(guest.balance_minor),
        tone=Tone.REFUSED if short else Tone.NEUTRAL,
    )


def _missing_minor(scene: TillScene, tray: Tray) -> int:
    """What the account lacks; nothing for a meal that is promised while head office cannot be asked."""
    if tray.guest is None or tray.open_minor <= 0:
        return 0
    if scene.facts.local_since is not None and scene.store.terminal.first_meal_minor(tray.guest, tray.basket):
        return 0
    taken = sum(t.amount_minor for t in tray.tenders if t.kind is TenderKind.ACCOUNT)
    try:
        check_spend(tray.guest.balance_minor - taken, tray.open_minor, tray.guest.credit_limit_minor)
    except InsufficientBalance as error:
        return error.missing_minor
    return 0


def _lines(scene: TillScene, tray: Tray) -> Iterator[TillLine]:
    bill, shown = tray.basket.bill, set[int]()
    for line in bill.lines:
        if line.menu is None:
            yield _line(scene, tray, line)
        elif line.menu not in shown:
            shown.add(line.menu)
            parts = [part for part in bill.lines if part.menu == line.menu]
            menu = bill.menus[line.menu - 1]
            saved = (
                scene.tr.say("saves {amount}", amount=scene.figure(menu.saved_minor)) if menu.saved_minor > 0 else ""
            )
            amount_minor = sum(part.amount_minor for part in parts)
            yield TillLine(None, "1", scene.tr.pick(menu.set_menu.name), saved, scene.figure(amount_minor), Tone.GOOD)
            yield from (_line(scene, tray, part, in_menu=True) for part in parts)
    for charge in bill.charges:
        name = scene.tr.say("Share of {payer}", payer=scene.tr.pick(charge.payer.name))
        yield TillLine(None, "", name, "", scene.figure(-charge.amount_minor), Tone.GOOD)


def _line(scene: TillScene, tray: Tray, line: BillLine, *, in_menu: bool = False) -> TillLine:
    fee = line.kind is LineKind.FEE
    return TillLine(
        index=line.basket_index,
        quantity="" if fee or (in_menu and line.quantity == 1) else scene.tr.number(line.quantity),
        name=scene.tr.pick(line.name),
        detail=_detail(scene, line),
        amount="" if in_menu else scene.figure(line.amount_minor),
        chosen=line.basket_index is not None and line.basket_index == tray.chosen,
        indented=in_menu,
    )


def _detail(scene: TillScene, line: BillLine) -> str:
    tr = scene.tr
    parts = [tr.pick(option.name) for option in line.options]
    if line.weight_g is not None:
        parts.append(f"{tr.number(line.weight_g)} g × {scene.figure(line.unit_minor)} / 100 g")
    elif line.quantity > 1 and not line.adjustments:
        parts.append(f"× {scene.figure(line.unit_minor)}")
    for change in line.adjustments:
        if change.kind is AdjustmentKind.SET_MENU:
            continue
        name = tr.say("Price by hand") if change.kind is AdjustmentKind.OVERRIDE else tr.pick(change.name)
        parts.append(f"{name} {scene.figure(change.amount_minor)}")
    return " · ".join(parts)


def _taxes(scene: TillScene, tray: Tray | None) -> str:
    if tray is None or tray.basket.is_empty:
        return ""
    taxes = " · ".join(
        f"{scene.tr.percent(tax.rate_bp)} {scene.figure(tax.tax_minor)}" for tax in tray.basket.taxes() if tax.tax_minor
    )
    return scene.tr.say("VAT {taxes}", taxes=taxes) if taxes else ""


def _paid(scene: TillScene, tray: Tray | None) -> tuple[AmountRow, ...]:
    if tray is None:
        return ()
    return tuple(
        AmountRow(scene.tr.say(TENDERS[tender.kind]), scene.figure(tender.amount_minor)) for tender in tray.tenders
    )


def _strips(scene: TillScene, tray: Tray | None) -> tuple[Strip, ...]:
    """What was just said first, then what holds as long as it holds."""
    tr = scene.tr
    said = [message(tr) for message in scene.state.strips]
    said += [strips.strip(trouble(tr, found), Tone.ATTENTION) for found in scene.facts.troubles]
    if tray is not None:
        said += _about_tray(scene, tray)
        if not any(strip.tone is Tone.REFUSED for strip in said):
            said += _about_balance(scene, tray)
    return tuple(dict.fromkeys(said))


def _about_tray(scene: TillScene, tray: Tray) -> Iterator[Strip]:
    tr, bill = scene.tr, tray.basket.bill
    if tray.guest is not None and not tray.basket.is_empty:
        reason = share_reason(tr, bill.funding, tray.catalogue)
        if reason and bill.funding.reason is not ShareReason.NO_PAYER:
            tone = Tone.ATTENTION if bill.funding.reason in _ATTENTION else Tone.NEUTRAL
            yield strips.strip(reason, tone)
    if tray.basket.service is Service.TAKE_AWAY:
        yield strips.strip(tr.say("Take away"), Tone.NEUTRAL)
    missing_minor = _missing_minor(scene, tray)
    if missing_minor and tray.guest is not None:
        there = tray.guest.balance_minor + tray.guest.credit_limit_minor > 0
        yield strips.low_balance(missing_minor, scene.currency, something_there=there)(tr)
    if not tray.basket.is_empty and tray.open_cash_minor != tray.open_minor:
        cash = scene.money(tray.open_cash_minor)
        yield strips.strip(tr.say("In cash {amount}, rounded to the smallest coin.", amount=cash), Tone.NEUTRAL)


def _about_balance(scene: TillScene, tray: Tray) -> Iterator[Strip]:
    if tray.guest is not None and scene.facts.local_since is not None and scene.facts.balances_of is not None:
        age = time_or_day(scene.tr, scene.facts.balances_of, scene.now, scene.timezone)
        yield strips.strip(scene.tr.say("Local mode: the balance is of {time}.", time=age), Tone.ATTENTION)


def _actions(scene: TillScene, tray: Tray | None) -> tuple[Action, ...]:
    tr = scene.tr
    if tray is None or (tray.basket.is_empty and not tray.tenders):
        held = len(scene.store.held)
        recall = Action(
            tr.say("Recall"),
            intents.OpenFunction(Function.RECALL) if held else None,
            "inbox",
            detail=tr.number(held) if held else "",
        )
        void = Action(tr.say("Void last"), intents.OpenFunction(Function.VOID_LAST), "x")
        return (recall, void)
    if tray.chosen is not None:
        return (
            Action(tr.say("One more"), intents.OneMore(), "plus"),
            Action(tr.say("Remove"), intents.RemoveLine(), "trash_2"),
            Action(tr.say("Price"), intents.OpenFunction(Function.PRICE), "pencil"),
        )
    return (
        Action(tr.say("Undo"), intents.Undo(), "undo_2"),
        Action(tr.say("Hold"), intents.Hold(), "pause"),
        Action(tr.say("Clear"), intents.ClearBasket(), "x"),
    )
