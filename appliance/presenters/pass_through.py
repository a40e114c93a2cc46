"""The pass-through's picture: one big answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from appliance.flows.state import Closed
from appliance.i18n import Translator
from appliance.presenters.refusals import Refusal
from appliance.presenters.scene import Facts
from appliance.presenters.status import facts_in_words
from appliance.presenters.views import ClosedScreen, Header, Tone, View
from appliance.presenters.views_pass import PassScreen
from appliance.store.accounts import Guest
from appliance.store.terminal_store import Sold
from sales.catalogue import Catalogue


@dataclass(frozen=True)
class Answer:
    """What a badge was told: green (GOOD) with the sale, or red (REFUSED) with the reason."""

    tone: Tone
    words: Refusal
    guest: Guest | None = None
    sold: Sold | None = None


@dataclass(frozen=True)
class Moment:
    """What the terminal knows now; `served` counts the guests of this meal service. `asking`: head office is being asked."""

    tr: Translator
    catalogue: Catalogue | None
    facts: Facts
    now: datetime
    served: int
    asking: bool = False

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.catalogue.store.timezone if self.catalogue else "UTC")


def pass_view(moment: Moment, answer: Answer | None, closed: Closed | None) -> View:
    """The whole picture: why it is closed, the answer to the last badge, or an invitation."""
    tr, catalogue = moment.tr, moment.catalogue
    status = facts_in_words(tr, moment.facts, catalogue, moment.now, moment.timezone)
    store_name = catalogue.store.name if catalogue else "Refectory"
    if closed is not None:
        screen = ClosedScreen(
            Header(store_name, ""), tr.say("Closed for the moment"), closed.reason(tr), closed.advice(tr)
        )
        return View(screen, (), status)
    return View(_screen(moment, store_name, answer), (), status)


def _screen(moment: Moment, store_name: str, answer: Answer | None) -> PassScreen:
    tr = moment.tr
    served = tr.say_many("{count} meal served", "{count} meals served", moment.served)
    if answer is None:
        waiting = tr.say("One moment, please") if moment.asking else tr.say("Hold your badge to the reader")
        return PassScreen(store_name, _meal(moment), Tone.NEUTRAL, "nfc", waiting, "", "", "", "", "", served)
    title, reason = answer.words(tr)
    guest = answer.guest
    return PassScreen(
        store_name=store_name,
        meal=_meal(moment),
        tone=answer.tone,
        icon="circle_check" if answer.tone is Tone.GOOD else "circle_x",
        title=title,
        reason=reason,
        photo=str(guest.photo_path) if guest is not None and guest.photo_path is not None else "",
        initials=guest.initials if guest is not None else "",
        name=guest.display_name if guest is not None else "",
        detail=_detail(moment, answer),
        served=served,
    )


def _meal(moment: Moment) -> str:
    if moment.catalogue is None:
        return ""
    period = moment.catalogue.service_period_at(moment.now.astimezone(moment.timezone).strftime("%H:%M"))
    return moment.tr.pick(period.name) if period is not None else ""


def _detail(moment: Moment, answer: Answer) -> str:
    """What the guest paid and what is left, unless the store hides balances."""
    if answer.sold is None or moment.catalogue is None:
        return ""
    tr, store = moment.tr, moment.catalogue.store
    paid = tr.say("Paid {amount}", amount=tr.money(answer.sold.ticket.to_pay_minor, store.currency))
    if store.hide_balance or answer.sold.balance_after_minor is None:
        return paid
    left = tr.say("New balance {amount}", amount=tr.money(answer.sold.balance_after_minor, store.currency))
    return f"{paid} · {left}"
