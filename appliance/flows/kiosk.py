"""The kiosk: from a touch or a badge to a paid meal and a number to be called by."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from appliance.flows import identify, intents, ordering, payment
from appliance.flows.clock import Clock
from appliance.flows.devices import DeviceBoard
from appliance.flows.state import Closed, KioskState, Order, SlipState, Stage
from appliance.i18n import Translator, Translators
from appliance.presenters import closing
from appliance.presenters.kiosk import present
from appliance.presenters.order import categories
from appliance.presenters.pieces import offered
from appliance.presenters.scene import Facts, Scene
from appliance.presenters.views import View
from appliance.store.accounts import Guest
from appliance.store.head_office import LinkState
from appliance.store.terminal_store import TerminalStore
from hal.events import (
    BadgePresented,
    BarcodeScanned,
    DrawerFailed,
    DrawerOpened,
    Event,
    HealthChanged,
    PrintDone,
    PrintFailed,
)
from journal.errors import JournalError, JournalFull
from sales.basket import Basket
from sales.catalogue import GUEST_CATEGORY

LOOK_EVERY_S = 2.0
NOTICE_ON_ATTRACT_S = 10.0
SAME_BADGE_S = 3.0
LOCAL_AFTER = timedelta(seconds=3)
ALARM_FOR = timedelta(seconds=30)


@dataclass(frozen=True)
class Settings:
    """`devices` maps each device's name to its contract; times in seconds."""

    language: str
    warning_after_s: float
    reset_after_s: float
    done_after_s: float
    devices: Mapping[str, str]


@dataclass(frozen=True)
class Services:
    store: TerminalStore
    translators: Translators
    settings: Settings


class KioskFlow:
    """Owns what the kiosk remembers. One thread calls it; `tick` wants to be called about twice a second."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self._store = services.store
        self._translators = services.translators
        self._settings = services.settings
        self._clock = clock
        self._devices = DeviceBoard(services.settings.devices)
        self._subscribers: list[Callable[[], None]] = []
        self._pictures: tuple[str, ...] = ()
        self._looked_s = -math.inf
        self._unsent = 0
        self._state = self._fresh()
        self._look_around()

    def handle(self, event: Event | intents.Intent) -> None:
        """Take one device event or one touch, in the order in which they happened."""
        match event:
            case HealthChanged():
                self._devices.heard(event.device, event.health)
            case PrintDone():
                self._slip(event.job_id, SlipState.PRINTED)
            case PrintFailed():
                self._slip(event.job_id, SlipState.LATER if event.kept else SlipState.NONE)
            case BadgePresented():
                self._touched()
                self._badge(event.number)
            case BarcodeScanned():
                self._touched()
                self._scan(event.code)
            case DrawerOpened() | DrawerFailed():
                return
            case _:
                self._touched()
                self._intent(event)
        self._notify()

    def tick(self) -> None:
        """Let time pass: warn and reset, look for news from head office, leave the last screen."""
        self._store.link.listen(self._clock.now_utc())
        now_s = self._clock.monotonic_s()
        idle_s = now_s - self._state.last_input_s
        if self._state.stage is Stage.ATTRACT:
            self._tidy_attract(idle_s)
        elif idle_s >= self._patience_s():
            self._reset()
        if now_s - self._looked_s >= LOOK_EVERY_S:
            self._look_around()
        self._notify()

    def view(self) -> View:
        """The picture to show now."""
        return present(self._scene(), self._pictures)

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` whenever the view may have changed, on the thread that caused it."""
        self._subscribers.append(callback)

    def _notify(self) -> None:
        for callback in self._subscribers:
            callback()

    def _intent(self, intent: intents.Intent) -> None:
        state, order = self._state, self._state.order
        match intent:
            case intents.ChooseLanguage():
                if intent.language in offered(self._scene()):
                    state.language = intent.language
            case intents.ToggleHighContrast():
                state.high_contrast = not state.high_contrast
            case intents.DismissNotice():
                state.notice = None
            case intents.OrderAsGuest() if state.stage is Stage.ATTRACT:
                self._begin(None)
            case intents.StartAgain() | intents.Finish():
                self._reset()
            case intents.Back():
                self._back()
            case _ if order is not None and state.stage in (Stage.ORDER, Stage.CHECKOUT):
                self._order_intent(order, intent)

    def _order_intent(self, order: Order, intent: intents.Intent) -> None:
        state = self._state
        match intent:
            case intents.ShowCategory():
                ordering.show_category(order, intent.category_id)
            case intents.OpenArticle():
                ordering.open_article(state, order, intent.article_id)
            case intents.QuickAdd():
                ordering.quick_add(state, order, intent.article_id)
            case intents.CloseArticle():
                order.sheet = None
            case intents.ToggleOption():
                ordering.toggle_option(order, intent.group_id, intent.option_id)
            case intents.ChangeQuantity():
                ordering.change_quantity(state, order, intent.delta)
            case intents.AddToBasket():
                ordering.add_sheet(state, order)
            case intents.ChangeLine():
                ordering.change_line(state, order, intent.index, intent.delta)
            case intents.ChooseService():
                ordering.choose_service(order, intent.service)
            case intents.Pay():
                payment.go_to_checkout(state, order, self._store.accounts)
            case intents.ConfirmPayment():
                self._pay(order)

    def _badge(self, number: str) -> None:
        state = self._state
        if state.closed is not None:
            return
        guest = identify.find_guest(state, self._store.accounts, number, self._today())
        if guest is None:
            return
        state.notice = None
        if state.stage is Stage.DONE and self._is_lingering(guest):
            return
        if state.order is not None:
            identify.join(state, state.order, guest, number)
        else:
            self._begin(guest, number)

    def _is_lingering(self, guest: Guest) -> bool:
        """Whether the badge just paid with is still lying on the reader."""
        sale = self._state.sale
        if sale is None or sale.ticket.guest_id != guest.guest_id:
            return False
        return self._clock.monotonic_s() - sale.at_s < SAME_BADGE_S

    def _scan(self, code: str) -> None:
        if self._state.closed is not None:
            return
        if self._state.order is None:
            self._begin(None)
        if self._state.order is not None:
            self._state.notice = None
            ordering.scan(self._state, self._state.order, code)

    def _begin(self, guest: Guest | None, number: str = "") -> None:
        """Begin an order with the newest catalogue, unless the terminal cannot record a sale."""
        language, contrast = self._state.language, self._state.high_contrast
        if self._state.stage is Stage.DONE:
            self._reset()
        self._look_around()
        catalogue = self._store.catalogue
        if self._state.closed is not None or catalogue is None:
            return
        day = self._today()
        basket = Basket(catalogue, guest.category_id if guest else GUEST_CATEGORY, day)
        order = Order(catalogue, day, basket, guest, number)
        found = categories(order)
        order.category_id = found[0].id if found else ""
        state = self._fresh()
        state.language, state.high_contrast = language, contrast
        state.stage, state.order = Stage.ORDER, order
        self._state = state

    def _back(self) -> None:
        state, order = self._state, self._state.order
        if state.notice is not None:
            state.notice = None
        elif state.stage is Stage.CHECKOUT:
            state.stage = Stage.ORDER
        elif order is not None and order.sheet is not None:
            order.sheet = None
        elif state.stage is Stage.DONE or (order is not None and order.basket.is_empty):
            self._reset()

    def _pay(self, order: Order) -> None:
        if self._state.stage is not Stage.CHECKOUT:
            return
        try:
            payment.pay(self._state, order, self._store, self._tr(), self._clock)
        except JournalError as error:
            self._close(_journal_closed(error))
        else:
            if self._state.sale is not None:
                self._begin_slip()
                self._count_unsent()

    def _begin_slip(self) -> None:
        sale = self._state.sale
        if sale is None or sale.job_id is None:
            self._state.slip = SlipState.NONE
        elif self._devices.works("receipt_printer"):
            self._state.slip = SlipState.PRINTING
        else:
            self._state.slip = SlipState.LATER

    def _slip(self, job_id: str, slip: SlipState) -> None:
        sale = self._state.sale
        if sale is not None and sale.job_id == job_id:
            self._state.slip = slip

    def _patience_s(self) -> float:
        """How long the screen waits for somebody who may have left."""
        return self._settings.done_after_s if self._state.stage is Stage.DONE else self._settings.reset_after_s

    def _tidy_attract(self, idle_s: float) -> None:
        """A notice nobody dismissed goes, and what one diner chose is not left to the next."""
        if idle_s >= self._settings.reset_after_s:
            self._state.language = self._settings.language
            self._state.high_contrast = False
        if idle_s >= NOTICE_ON_ATTRACT_S:
            self._state.notice = None

    def _look_around(self) -> None:
        """See whether the terminal may sell, and between two orders take over a new catalogue."""
        self._looked_s = self._clock.monotonic_s()
        self._store.look_for_bridge(self._clock.now_utc())
        if self._state.order is None and self._store.adopt_newest():
            self._pictures = _pictures_of(self._store)
        self._store.accounts.look()
        self._count_unsent()
        closed = self._why_closed()
        if closed is None:
            self._state.closed = None
        elif self._state.stage is Stage.ATTRACT:
            self._close(closed)

    def _why_closed(self) -> Closed | None:
        try:
            self._store.check_space()
        except JournalError as error:
            return _journal_closed(error)
        if self._store.catalogue is None:
            return closing.catalogue_broken if self._store.catalogue_problem else closing.no_catalogue
        return None

    def _close(self, closed: Closed) -> None:
        state = self._fresh()
        state.language = self._state.language
        state.closed = closed
        self._state = state

    def _reset(self) -> None:
        closed = self._state.closed
        self._state = self._fresh()
        self._state.closed = closed
        self._look_around()

    def _fresh(self) -> KioskState:
        return KioskState(language=self._settings.language, last_input_s=self._clock.monotonic_s())

    def _touched(self) -> None:
        self._state.last_input_s = self._clock.monotonic_s()

    def _today(self) -> date:
        return self._store.business_day(self._clock.now_utc())

    def _count_unsent(self) -> None:
        self._unsent = self._store.unsent_tickets()

    def _tr(self) -> Translator:
        return self._translators(self._state.language)

    def _scene(self) -> Scene:
        order = self._state.order
        now = self._clock.now_utc()
        return Scene(
            tr=self._tr(),
            state=self._state,
            catalogue=order.catalogue if order else self._store.catalogue,
            facts=self._facts(now),
            now=now,
            seconds_left=self._seconds_left(),
        )

    def _facts(self, now: datetime) -> Facts:
        link = self._store.link.state()
        return Facts(
            troubles=self._devices.troubles(),
            badge_possible=self._devices.usable("badge_reader"),
            local_since=link.since if self._is_local(link, now) else None,
            unsent=self._unsent,
            balances_of=self._store.accounts.as_of,
            alarm=link.alarm_at is not None and now - link.alarm_at < ALARM_FOR,
            clock_behind=self._store.clock_is_behind(now),
        )

    def _is_local(self, link: LinkState, now: datetime) -> bool:
        """Whether the connection has been away for long enough to say so: a bridge needs a moment after a start."""
        return not link.connected and not link.since <= now < link.since + LOCAL_AFTER

    def _seconds_left(self) -> int | None:
        if self._state.stage not in (Stage.ORDER, Stage.CHECKOUT):
            return None
        idle_s = self._clock.monotonic_s() - self._state.last_input_s
        if idle_s < self._settings.warning_after_s:
            return None
        return max(1, math.ceil(self._settings.reset_after_s - idle_s))


def _journal_closed(error: JournalError) -> Closed:
    return closing.journal_full if isinstance(error, JournalFull) else closing.journal_broken


def _pictures_of(store: TerminalStore) -> tuple[str, ...]:
    """Pictures of the catalogue's articles, each once."""
    if store.catalogue is None:
        return ()
    return tuple(dict.fromkeys(article.picture for article in store.catalogue.articles if article.picture))
