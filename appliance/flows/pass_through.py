"""The pass-through: a badge is a meal. Green or red, with the reason, and no touch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.flows import intents
from appliance.flows.authorising import Asking, Declined, Settled, Spending, judge
from appliance.flows.clock import Clock
from appliance.flows.kiosk import Services
from appliance.flows.meal_of_the_day import meal_of_the_day
from appliance.flows.set_menus import Kitchen
from appliance.flows.state import Closed
from appliance.flows.technician import Technician
from appliance.flows.watch import Watch, journal_closed
from appliance.i18n import Translator
from appliance.presenters import closing, refusals
from appliance.presenters.pass_through import Answer, Moment, pass_view
from appliance.presenters.refusals import Refusal
from appliance.presenters.technician import technician_view
from appliance.presenters.views import Tone, View
from appliance.store.accounts import AccountsMissing, Guest, Standing
from appliance.store.authoriser import AuthorisationAnswered
from appliance.store.served import Served
from hal.events import BadgePresented, Event, HealthChanged, PrintDone, PrintFailed
from journal.errors import JournalError
from sales.basket import Basket, BasketError
from sales.catalogue import Catalogue, CatalogueError
from sales.errors import SalesError
from sales.funding import ShareReason
from sales.offline import BesideMeal, OfflineLimit
from sales.pricing import NoPrice
from sales.spending import InsufficientBalance
from sales.text import Text

ANSWER_FOR_S = 4.0
SAME_BADGE_S = 3.0

_STANDINGS: dict[Standing, Refusal] = {
    Standing.ACCOUNT_BLOCKED: refusals.account_blocked,
    Standing.BADGE_BLOCKED: refusals.badge_blocked,
    Standing.BADGE_REPLACED: refusals.badge_replaced,
    Standing.BADGE_NOT_YET_VALID: refusals.badge_not_yet_valid,
    Standing.BADGE_EXPIRED: refusals.badge_expired,
}


@dataclass(frozen=True)
class _Shown:
    answer: Answer
    number: str
    at_s: float


class PassThroughFlow:
    """One thread calls it; `tick` wants to be called about twice a second."""

    def __init__(self, services: Services, clock: Clock, served: Served) -> None:
        self._store = services.store
        self._tr: Translator = services.translators(services.settings.language)
        self._clock = clock
        self._served = served
        self._watch = Watch(services.store, services.settings.devices, clock, services.asker)
        self._asking = Asking(services.asker, clock)
        self._technician = Technician(clock)
        self._subscribers: list[Callable[[], None]] = []
        self._shown: _Shown | None = None
        self._closed: Closed | None = None
        self._look_around()

    def handle(self, event: Event | intents.Intent | AuthorisationAnswered) -> None:
        """Take one device event or head office's answer; touches mean nothing here but to a technician."""
        if not self._technician.takes(event, self._store.link):
            for one in self._asking.in_order(event):
                self._handle(one)
        self._notify()

    def _handle(self, event: Event | intents.Intent) -> None:
        match event:
            case HealthChanged():
                self._watch.devices.heard(event.device, event.health)
            case PrintDone() | PrintFailed():
                self._store.papers.heard(event)
            case BadgePresented():
                self._badge(event.number)

    @property
    def is_asking(self) -> bool:
        """Whether an answer of head office is waited for; what a person does meanwhile is kept in its order."""
        return self._asking.is_waiting

    def tick(self) -> None:
        """Let time pass: clear the answer, look for news from head office."""
        self._watch.listen()
        self._technician.tick()
        for one in self._asking.overdue():
            self._handle(one)
        if self._shown is not None and self._clock.monotonic_s() - self._shown.at_s >= ANSWER_FOR_S:
            self._shown = None
        if self._watch.is_due() and not self._asking.is_waiting:
            self._look_around()
        self._notify()

    def view(self) -> View:
        """The picture to show now."""
        if self._technician.is_open:
            return technician_view(self._watch.technician(self._tr))
        now = self._clock.now_utc()
        catalogue = self._store.catalogue
        moment = Moment(
            tr=self._tr,
            catalogue=catalogue,
            facts=self._watch.facts(now),
            now=now,
            served=self._served.count(self._store.business_day(now), self._meal_id(catalogue, now)),
            asking=self._asking.is_shown,
        )
        return pass_view(moment, self._shown.answer if self._shown else None, self._closed)

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` whenever the view may have changed, on the thread that caused it."""
        self._subscribers.append(callback)

    def _notify(self) -> None:
        for callback in self._subscribers:
            callback()

    def _badge(self, number: str) -> None:
        now_s = self._clock.monotonic_s()
        shown = self._shown
        if shown is not None and shown.number == number and now_s - shown.at_s < SAME_BADGE_S:
            self._shown = replace(shown, at_s=now_s)
            return
        if self._closed is not None:
            return
        self._shown = None
        answer = self._answer(number)
        if answer is not None:
            self._show(answer, number)

    def _show(self, answer: Answer, number: str) -> None:
        if self._closed is None:
            self._shown = _Shown(answer, number, self._clock.monotonic_s())

    def _answer(self, number: str) -> Answer | None:
        """What the badge is told at once; None while head office is asked."""
        now = self._clock.now_utc()
        today = self._store.business_day(now)
        try:
            guest = self._store.accounts.by_badge(number, today)
        except AccountsMissing:
            return Answer(Tone.REFUSED, refusals.badges_not_ready)
        if guest is None:
            return Answer(Tone.REFUSED, refusals.badge_unknown)
        refusal = _STANDINGS.get(guest.standing)
        if refusal is not None:
            return Answer(Tone.REFUSED, refusal, guest)
        return self._serve(guest, number, now)

    def _serve(self, guest: Guest, number: str, now: datetime) -> Answer | None:
        self._look_around()
        catalogue, uncounted, today = (
            self._store.catalogue,
            self._store.basket_catalogue(),
            self._store.business_day(now),
        )
        meal_id = self._meal_id(catalogue, now)
        if catalogue is None or uncounted is None or meal_id is None:
            return Answer(Tone.REFUSED, refusals.no_service, guest)
        before = guest.diner.meal_used(today, meal_id)
        if before is not None:
            return Answer(Tone.REFUSED, refusals.already_served(before, catalogue), guest)
        kitchen = Kitchen(catalogue, today, guest.category_id, lambda article: self._store.stock(article, today))
        meal = meal_of_the_day(kitchen, self._store.terminal_id)
        basket = Basket(uncounted, guest.diner, today, meal_id=meal_id)
        try:
            for article in meal.parts if meal else ():
                basket.add(article.id)
        except (BasketError, CatalogueError, NoPrice):
            meal = None
        # A subsidised meal is counted everywhere, and a void gives it back; any other is known at this terminal only.
        is_counted = basket.bill.funding.reason is ShareReason.APPLIED
        before = None if is_counted else self._served.find(guest.guest_id, today, meal_id)
        if before is not None:
            return Answer(Tone.REFUSED, refusals.already_served(before, catalogue), guest)
        if meal is None:
            return Answer(Tone.REFUSED, refusals.nothing_on_the_menu, guest)
        if self._closed is not None or basket.to_pay_minor < 0:
            return Answer(Tone.REFUSED, refusals.nothing_on_the_menu, guest)
        asked, name = Spending(guest, basket, basket.to_pay_minor), meal.name
        if not asked.needs_asking:
            return self._sell(basket, guest, None, name)
        self._asking.ask(asked, lambda answer: self._show(self._answered(asked, name, answer), number))
        return None

    def _answered(self, asked: Spending, meal: Text, answer: AuthorisationAnswered) -> Answer:
        try:
            settled = judge(answer, asked, self._store)
        except SalesError as error:
            self._asking.let_go(answer)
            return Answer(Tone.REFUSED, _in_words(error, asked.basket.catalogue.store.currency), asked.guest)
        told = self._sell(asked.basket, settled.guest, settled, meal)
        if self._closed in closing.NOTHING_CHARGED:
            self._asking.let_go(answer)
        return told

    def _sell(self, basket: Basket, guest: Guest, settled: Settled | None, meal: Text) -> Answer:
        authorisation = settled.authorisation if settled is not None else None
        if self._store.link.state().stopped:
            self._closed = closing.stopped
            return Answer(Tone.REFUSED, refusals.nothing_on_the_menu, guest)
        try:
            sold = self._store.sell(basket, guest, authorisation, self._tr, self._clock.now_utc())
        except JournalError as error:
            self._closed = journal_closed(error)
            return Answer(Tone.REFUSED, refusals.nothing_on_the_menu, guest)
        self._served.add(sold.ticket)
        self._watch.sold()
        return Answer(Tone.GOOD, refusals.served(meal), guest, sold)

    def _meal_id(self, catalogue: Catalogue | None, now: datetime) -> str | None:
        return self._store.meal_id(now) if catalogue is not None else None

    def _look_around(self) -> None:
        self._watch.look(between_orders=True)
        self._closed = self._watch.why_closed()


def _in_words(error: SalesError, currency: str) -> Refusal:
    """Why the account does not pay."""
    match error:
        case InsufficientBalance():
            return refusals.balance_too_low(error.missing_minor, currency)
        case OfflineLimit():
            return refusals.offline_limit(error.limit_minor, error.left_minor, currency)
        case BesideMeal():
            return refusals.beside_meal(error.beside_minor, currency)
        case Declined(reason="meal_used"):
            return refusals.meal_used
        case Declined(reason="blocked"):
            return refusals.account_blocked
        case Declined(reason="unknown_guest"):
            return refusals.badge_unknown
        case _:
            return refusals.not_authorised
