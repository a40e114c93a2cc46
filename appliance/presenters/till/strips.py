"""The exceptions a cashier must see: each says what happened, why, and how to go on. They stand at the side, never in the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.flows import intents
from appliance.flows.till.functions import Function
from appliance.i18n import Translator, msg
from appliance.presenters.views import Tone
from appliance.presenters.views_till import Action, Strip
from sales.catalogue import Article
from sales.text import Text

Message = Callable[[Translator], Strip]

PERMISSION_NAMES: Mapping[str, str] = {
    "sell": msg("selling"),
    "discount": msg("discounts"),
    "price": msg("changing a price"),
    "no_sale": msg("opening the drawer"),
    "void": msg("voiding a ticket"),
    "refund": msg("refunds"),
    "top_up": msg("top-ups"),
    "payout": msg("paying out a balance"),
    "cash_movement": msg("cash in and out"),
    "name_search": msg("searching guests by name"),
    "training": msg("training mode"),
    "reprint": msg("printing a slip again"),
    "sold_out": msg("marking articles as sold out"),
    "x_report": msg("the X report"),
    "z_report": msg("the Z report"),
    "shift": msg("opening and closing a shift"),
}


def plain(text: str, tone: Tone = Tone.ATTENTION, *actions: tuple[str, intents.Intent, str]) -> Message:
    """A strip of one fixed text; `actions` are label, intent and icon."""
    return lambda tr: strip(
        tr.say(text), tone, tuple(Action(tr.say(label), intent, icon) for label, intent, icon in actions)
    )


def strip(text: str, tone: Tone, actions: tuple[Action, ...] = ()) -> Strip:
    icon = {Tone.REFUSED: "ban", Tone.ATTENTION: "circle_alert", Tone.GOOD: "check", Tone.NEUTRAL: "info"}[tone]
    return Strip(text, tone, icon, actions)


unknown_badge = plain(
    msg("This badge is not known here. Hold it to the reader again, or sell without it."), Tone.REFUSED
)
blocked_badge = plain(msg("This badge is blocked: it was reported lost or taken back. No sale to it."), Tone.REFUSED)
replaced_badge = plain(msg("This badge was replaced by another one and no longer counts."), Tone.REFUSED)
blocked_account = plain(msg("This account is blocked. Cash and card are still possible."), Tone.REFUSED)
expired_badge = plain(msg("This badge has expired. Cash and card are still possible."), Tone.REFUSED)
badge_not_yet = plain(msg("This badge is not valid yet. Cash and card are still possible."), Tone.REFUSED)
badges_not_ready = plain(msg("Badges cannot be checked yet: the guest list has not arrived from head office."))
nothing_to_pay = plain(msg("There is nothing to pay yet."))
badge_needed = plain(msg("Hold the guest's badge to the reader, or choose cash or card."))
no_such_coins = plain(msg("There are no coins for this amount."))
badge_first = plain(msg("Hold the guest's badge to the reader first."))
guest_changed = plain(msg("The guest's prices have just changed. Look at the new total, then take the payment."))
no_options = plain(msg("There is nothing to choose with this article."))
part_paid = plain(msg("A part of this ticket is paid. Undo takes the payment back."))
finish_first = plain(msg("Pay, hold or clear the open ticket first."))
shift_is_open = plain(msg("The shift is still open. Count the drawer and close it first."))
shift_runs = plain(msg("A shift is open already."))
nothing_since_z = plain(msg("Nothing has been recorded since the last Z report."))
not_in_training = plain(msg("This is not possible in training mode."))
no_ticket = plain(msg("There is no such ticket on this till."))
archived = plain(msg("This ticket is too old: it has left this till for the archive."))
nothing_left_of_it = plain(msg("All of this ticket has been taken back already."))
partly_taken_back = plain(msg("A part of this ticket has been taken back already. Refund the lines that are left."))
shift_closed = plain(msg("The shift of this ticket is closed. Refund it instead."))
cannot_be_taken_back = plain(msg("This ticket cannot be taken back in this way."))
payout_later = plain(msg("A balance is paid out only at a till that is connected to head office and sends at once."))
not_held = plain(msg("The ticket could not be put on hold. Pay or clear it."))
not_a_sale = plain(msg("This ticket is itself a void or a refund; it cannot be taken back."))
no_last_slip = plain(msg("There is no slip to print yet."))
no_printer = plain(msg("No receipt printer is set up on this till."))
nothing_held = plain(msg("No ticket is on hold."))
prices_of_now = plain(
    msg("The menu has changed since this ticket was put on hold. It is priced with the menu of now."), Tone.ATTENTION
)
count_first = plain(msg("The drawer is being counted. Finish or leave the count first."))
drawer_failed = plain(msg("The drawer did not open. Open it with its key; the sale is recorded."))
no_shift = plain(
    msg("No shift is open on this till. Open one with the float in the drawer."),
    Tone.ATTENTION,
    (msg("Open shift"), intents.OpenFunction(Function.OPEN_SHIFT), "lock_open"),
)


not_authorised = plain(msg("Head office does not allow this payment. Cash and card are still possible."), Tone.REFUSED)
held = plain(msg("The ticket is on hold."), Tone.GOOD)
shift_opened = plain(msg("The shift is open."), Tone.GOOD)
slip_printed = plain(msg("The slip is being printed."), Tone.GOOD)
duplicate_printed = plain(msg("The slip is being printed, marked as a duplicate."), Tone.GOOD)


def needs_permission(permission: str) -> Message:
    return lambda tr: strip(
        tr.say(
            "This needs the permission for {what}. Ask for a supervisor's badge.",
            what=tr.say(PERMISSION_NAMES.get(permission, permission)),
        ),
        Tone.ATTENTION,
    )


def swap_refused(name: str) -> Message:
    return lambda tr: strip(
        tr.say("A ticket is open. Pay, hold or clear it; then {name} can take over.", name=name),
        Tone.ATTENTION,
        (Action(tr.say("Hold"), intents.Hold(), "pause"),),
    )


def another_guest(owner: str, other: str, other_id: str) -> Message:
    return lambda tr: strip(
        tr.say("This ticket belongs to {owner}. {other}'s badge was not used.", owner=owner, other=other),
        Tone.ATTENTION,
        (
            Action(tr.say("Use {name}", name=other), intents.ChooseGuest(other_id), "user"),
            Action(tr.say("Hold"), intents.Hold(), "pause"),
        ),
    )


def unknown_code(code: str) -> Message:
    return lambda tr: strip(tr.say("Nothing is sold here under {code}.", code=code), Tone.ATTENTION)


def misread_code(code: str) -> Message:
    return lambda tr: strip(tr.say("{code} was misread. Scan it again.", code=code), Tone.ATTENTION)


def not_on_sale(article: Article) -> Message:
    return lambda tr: strip(tr.say("{name} is not on sale today.", name=tr.pick(article.name)), Tone.ATTENTION)


def no_price(names: tuple[Text, ...]) -> Message:
    return lambda tr: strip(
        tr.say("No price for this guest: {names}.", names=", ".join(tr.pick(name) for name in names)), Tone.ATTENTION
    )


def sold_out(name: Text) -> Message:
    return lambda tr: strip(tr.say("{name} is sold out.", name=tr.pick(name)), Tone.ATTENTION)


def only_left(name: Text, left: int) -> Message:
    return lambda tr: strip(
        tr.say_many(
            "Only {count} portion of {name} is left.",
            "Only {count} portions of {name} are left.",
            left,
            name=tr.pick(name),
        ),
        Tone.ATTENTION,
    )


def weight_of_piece(name: Text) -> Message:
    return lambda tr: strip(
        tr.say("The label carries a weight, but {name} is sold by the piece.", name=tr.pick(name)), Tone.ATTENTION
    )


def other_label(name: Text) -> Message:
    return lambda tr: strip(
        tr.say(
            "{name} is on this ticket with another price already. Sell this one on a ticket of its own.",
            name=tr.pick(name),
        ),
        Tone.ATTENTION,
    )


def menu_incomplete(name: Text) -> Message:
    return lambda tr: strip(
        tr.say("{name} cannot be put together: a part of it is not on sale or sold out.", name=tr.pick(name)),
        Tone.ATTENTION,
    )


def low_balance(missing_minor: int, currency: str, *, something_there: bool) -> Message:
    """What is missing, and the ways on: top up, or pay a part from the account and the rest in cash or by card."""

    def message(tr: Translator) -> Strip:
        actions = [Action(tr.say("Top up"), intents.OpenFunction(Function.TOP_UP), "plus")]
        if something_there:
            actions.append(Action(tr.say("Pay a part"), intents.PayPartByAccount(), "coins"))
        text = tr.say(
            "{missing} is missing on the account. Top up, pay a part of it, or take cash or card.",
            missing=tr.money(missing_minor, currency),
        )
        return strip(text, Tone.REFUSED, tuple(actions))

    return message


def offline_limit(limit_minor: int, left_minor: int, currency: str, *, something_there: bool) -> Message:
    """What may be spent without head office, and the ways on."""

    def message(tr: Translator) -> Strip:
        text = tr.say(
            "Without a connection {left} of {limit} are left. Cash and card are still possible.",
            limit=tr.money(limit_minor, currency),
            left=tr.money(left_minor, currency),
        )
        part = Action(tr.say("Pay a part"), intents.PayPartByAccount(), "coins")
        return strip(text, Tone.REFUSED, (part,) if something_there else ())

    return message


def beside_meal(beside_minor: int, currency: str) -> Message:
    return lambda tr: strip(
        tr.say(
            "The guest can have the meal. {amount} beside it is not covered: take that off, or take cash or card for it.",
            amount=tr.money(beside_minor, currency),
        ),
        Tone.REFUSED,
    )


def fed_first(owed_minor: int, currency: str) -> Message:
    return lambda tr: strip(
        tr.say("Meal given. The account now owes {amount}.", amount=tr.money(owed_minor, currency)), Tone.ATTENTION
    )


def give_back(amount_minor: int, currency: str) -> Message:
    return lambda tr: strip(
        tr.say("Give {amount} back to the guest.", amount=tr.money(amount_minor, currency)), Tone.ATTENTION
    )


def refund_on_card(amount_minor: int, currency: str) -> Message:
    return lambda tr: strip(
        tr.say("Pay {amount} back on the card terminal.", amount=tr.money(amount_minor, currency)), Tone.ATTENTION
    )


def not_in_new_prices(names: tuple[Text, ...]) -> Message:
    return lambda tr: strip(
        tr.say("Left out, because no longer on sale: {names}.", names=", ".join(tr.pick(name) for name in names)),
        Tone.ATTENTION,
    )
