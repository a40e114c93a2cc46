"""Why a badge is or is not good for a meal: a headline and a sentence, in the language of the screen."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from appliance.i18n import Translator
from appliance.presenters.names import terminal_name
from sales.catalogue import Catalogue
from sales.funding import MealUsed
from sales.text import Text

Refusal = Callable[[Translator], tuple[str, str]]
"""Headline and reason."""


def served(meal: Text) -> Refusal:
    return lambda tr: (tr.say("Enjoy your meal"), tr.pick(meal))


def badge_unknown(tr: Translator) -> tuple[str, str]:
    return tr.say("Unknown badge"), tr.say("This badge is not known here. Try again, or ask at the counter.")


def badge_blocked(tr: Translator) -> tuple[str, str]:
    return tr.say("Badge blocked"), tr.say("This badge has been blocked. Please ask at the counter.")


def account_blocked(tr: Translator) -> tuple[str, str]:
    return tr.say("Account blocked"), tr.say("This account has been blocked. Please ask at the counter.")


def badge_expired(tr: Translator) -> tuple[str, str]:
    return tr.say("Badge expired"), tr.say("This badge is no longer valid. Please ask at the counter.")


def badge_replaced(tr: Translator) -> tuple[str, str]:
    return tr.say("Badge replaced"), tr.say("A newer badge was given out for this one. Please use that.")


def badge_not_yet_valid(tr: Translator) -> tuple[str, str]:
    return tr.say("Badge not valid yet"), tr.say("This badge is valid from a later day. Please ask at the counter.")


def badges_not_ready(tr: Translator) -> tuple[str, str]:
    return (
        tr.say("Badges cannot be checked yet"),
        tr.say("The guest list has not arrived from head office. Please try again in a few minutes."),
    )


def no_service(tr: Translator) -> tuple[str, str]:
    return tr.say("No meal now"), tr.say("No meals are served at this time of day.")


def nothing_on_the_menu(tr: Translator) -> tuple[str, str]:
    return tr.say("No meal left"), tr.say("There is no meal on today's menu, or it is sold out.")


def already_served(used: MealUsed, catalogue: Catalogue) -> Refusal:
    """The second badge of a guest in one meal service, with when and where the first was, if that is known."""

    def say(tr: Translator) -> tuple[str, str]:
        if used.at is None:
            return tr.say("Already served"), tr.say("This guest has had this meal already.")
        time, where = tr.time(used.at, ZoneInfo(catalogue.store.timezone)), terminal_name(used.terminal)
        return (
            tr.say("Already served"),
            tr.say("This guest has had this meal already, at {time} on {terminal}.", time=time, terminal=where),
        )

    return say


def offline_limit(limit_minor: int, left_minor: int, currency: str) -> Refusal:
    return lambda tr: (
        tr.say("Not so much at once"),
        tr.say(
            "Only {limit} may be spent while the connection is down; {left} are left.",
            limit=tr.money(limit_minor, currency),
            left=tr.money(left_minor, currency),
        ),
    )


def beside_meal(beside_minor: int, currency: str) -> Refusal:
    return lambda tr: (
        tr.say("Only the meal"),
        tr.say("{amount} beside the meal is not covered.", amount=tr.money(beside_minor, currency)),
    )


def meal_used(tr: Translator) -> tuple[str, str]:
    return tr.say("Already served"), tr.say("This guest has had this meal already.")


def not_authorised(tr: Translator) -> tuple[str, str]:
    return tr.say("Not possible here"), tr.say("Head office does not allow this payment. Nothing was charged.")


def balance_too_low(missing_minor: int, currency: str) -> Refusal:
    return lambda tr: (
        tr.say("Balance too low"),
        tr.say("{missing} is missing. Please top up at the counter.", missing=tr.money(missing_minor, currency)),
    )
