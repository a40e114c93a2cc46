"""The kiosk: from a touch or a badge to a paid meal and a number to be called by."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from appliance.flows import identify, intents, ordering, payment
from appliance.flows.authorising import Asker, Asking, Spending, judge
from appliance.flows.clock import Clock
from appliance.flows.state import Closed, KioskState, Order, SlipState, Stage
from appliance.flows.technician import Technician
from appliance.flows.watch import Watch, journal_closed
from appliance.i18n import Translator, Translators
from appliance.presenters import closing
from appliance.presenters.kiosk import present
from appliance.presenters.order import categories
from appliance.presenters.pieces import offered
from appliance.presenters.scene import Scene
from appliance.presenters.technician import technician_view
from appliance.presenters.views import View
from appliance.store.accounts import Guest
from appliance.store.authoriser import AuthorisationAnswered
from appliance.store.terminal_store import TerminalStore
from hal.events import (
    BadgePresented,
    BarcodeScanned,
    DrawerClosed,
    DrawerFailed,
    DrawerOpened,
    Event,
    HealthChanged,
    PrintDone,
    PrintFailed,
)
from journal.errors import JournalError
from sales.authorisation import Authorisation
from sales.basket import Basket
from sales.errors import SalesError
from sales.funding import Diner

NOTICE_ON_ATTRACT_S = 10.0
SAME_BADGE_S = 3.0


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
    """`asker` is asked before an account pays; its answers come to the flow as events."""

    store: TerminalStore
    translators: Translators
    settings: Settings
    asker: Asker


class KioskFlow:
    """Owns what the kiosk remembers. One thread calls it; `tick` wants to be called about twice a second."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self._store = services.store
        self._translators = services.translators
        self._settings = services.settings
        self._clock = clock
        self._watch = Watch(services.store, services.settings.devices, clock, services.asker)
        self._asking = Asking(services.asker, clock)
        self._technician = Technician(clock)
        self._subscribers: list[Callable[[], None]] = []
        self._state = self._fresh()
        self._look_around()

    def handle(self, event: Event | intents.Intent | AuthorisationAnswered) -> None:
        """Take one device event, one touch or head office's answer, in the order in which they happened."""
        if not self._technician.takes(event, self._store.link):
            for one in self._asking.in_order(event):
                self._handle(one)
        self._notify()

    def _handle(self, event: Event | intents.Intent) -> None:
        match event:
            case HealthChanged():
                self._watch.devices.heard(event.device, event.health)
            case PrintDone():
                self._store.papers.heard(event)
                self._slip(event.job_id, SlipState.PRINTED)
            case PrintFailed():
                self._store.papers.heard(event)
                self._slip(event.job_id, SlipState.LATER if event.kept else SlipState.NONE)
            case BadgePresented():
                self._touched()
                self._badge(event.number)
            case BarcodeScanned():
                self._touched()
                self._scan(event.code)
            case DrawerOpened() | DrawerClosed() | DrawerFailed():
                return
            case _:
                self._touched()
                self._intent(event)

    @property
    def is_asking(self) -> bool:
        """Whether an answer of head office is waited for; what a person does meanwhile is kept in its order."""
        return self._asking.is_waiting

    def tick(self) -> None:
        """Let time pass: warn and reset, look for news from head office, leave the last screen."""
        self._watch.listen()
        self._technician.tick()
        for one in self._asking.overdue():
            self._handle(one)
        if not self._asking.is_waiting:
            self._pass_time()
        self._notify()

    def _pass_time(self) -> None:
        idle_s = self._clock.monotonic_s() - self._state.last_input_s
        if self._state.stage is Stage.ATTRACT:
            self._tidy_attract(idle_s)
        elif idle_s >= self._patience_s():
            self._reset()
        if self._watch.is_due():
            self._look_around()

    def view(self) -> View:
        """The picture to show now."""
        if self._technician.is_open:
            return technician_view(self._watch.technician(self._tr()))
        return present(self._scene(), self._watch.pictures)

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
            case intents.ChooseReceipt() if state.stage is Stage.DONE:
                self._choose_receipt(intent.way)
            case intents.StartAgain() | intents.Finish():
                self._reset()
            case intents.Back():
                self._back()
            case intents.ConfirmPayment() if order is not None and state.stage is Stage.CHECKOUT:
                self._pay(order)
            case intents.Pay() if order is not None and state.stage is Stage.ORDER:
                payment.go_to_checkout(state, order, self._store.accounts)
            case _ if order is not None and state.stage in (Stage.ORDER, Stage.CHECKOUT):
                ordering.touch(state, order, intent)

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
        if sale is None or sale.sold.ticket.guest_id != guest.guest_id:
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
        if self._state.stage is Stage.DONE:
            self._reset()
        else:
            self._look_around()
        catalogue, uncounted = self._store.catalogue, self._store.basket_catalogue()
        if self._state.closed is not None or catalogue is None or uncounted is None:
            return
        day = self._today()
        meal_id = self._store.meal_id(self._clock.now_utc())
        basket = Basket(uncounted, guest.diner if guest else Diner(), day, meal_id=meal_id)
        order = Order(catalogue, day, basket, lambda article: self._store.stock(article, day), guest, number)
        found = categories(order)
        order.category_id = found[0].category_id if found else ""
        self._state.stage, self._state.order, self._state.notice = Stage.ORDER, order, None

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
        asked = payment.spending(self._state, order, self._store.accounts)
        if asked is None:
            return
        if asked.needs_asking:
            self._asking.ask(asked, lambda answer: self._answered(order, asked, answer))
        else:
            self._sell(order, asked.guest, None)

    def _answered(self, order: Order, asked: Spending, answer: AuthorisationAnswered) -> None:
        """Sell the order that was asked for, which nothing has changed meanwhile, or say why not."""
        self._touched()
        try:
            settled = judge(answer, asked, self._store)
        except SalesError as error:
            self._asking.let_go(answer)
            payment.refused(self._state, order, asked, error)
        else:
            self._sell(order, settled.guest, settled.authorisation)
            if self._state.closed in closing.NOTHING_CHARGED:
                self._asking.let_go(answer)
            self._asking.drop_touches()

    def _sell(self, order: Order, guest: Guest, authorisation: Authorisation | None) -> None:
        if self._store.link.state().stopped:
            self._close(closing.stopped)
            return
        try:
            payment.sell(self._state, order, guest, authorisation, self._store, self._tr(), self._clock)
        except JournalError as error:
            self._close(journal_closed(error))
        else:
            if self._state.sale is not None:
                self._begin_slip()
                self._watch.sold()

    def _choose_receipt(self, way: str) -> None:
        """Give the slip the way the guest wants it; a code may be followed by paper, paper by nothing."""
        state, sale = self._state, self._state.sale
        if sale is None or state.slip not in (SlipState.OFFERED, SlipState.CODE):
            return
        if way == "paper" and sale.has_printer:
            sale.job_id = self._store.print_slip(sale.sold, self._tr())
            self._begin_slip()
        elif way == "qr" and sale.sold.qr:
            state.slip = SlipState.CODE
        elif way == "none":
            state.slip = SlipState.NONE

    def _begin_slip(self) -> None:
        sale = self._state.sale
        if sale is None:
            self._state.slip = SlipState.NONE
        elif sale.job_id is None:
            can_choose = self._state.slip is not SlipState.OFFERED and (sale.has_printer or sale.sold.qr)
            self._state.slip = SlipState.OFFERED if sale.sold.asks and can_choose else SlipState.NONE
        elif self._watch.devices.works("receipt_printer"):
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
        """See what has changed outside, and open or close the terminal between two diners."""
        self._watch.look(between_orders=self._state.order is None)
        closed = self._watch.why_closed()
        if closed is None:
            self._state.closed = None
        elif self._state.stage is Stage.ATTRACT and closed is not self._state.closed:
            self._close(closed)

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

    def _tr(self) -> Translator:
        return self._translators(self._state.language)

    def _scene(self) -> Scene:
        order = self._state.order
        now = self._clock.now_utc()
        return Scene(
            tr=self._tr(),
            state=self._state,
            catalogue=order.catalogue if order else self._store.catalogue,
            facts=self._watch.facts(now),
            now=now,
            seconds_left=self._seconds_left(),
            asking=self._asking.is_shown,
            promised=self._is_promised(order),
        )

    def _is_promised(self, order: Order | None) -> bool:
        if order is None or order.guest is None or not self._watch.is_local:
            return False
        return self._store.first_meal_minor(order.guest, order.basket) is not None

    def _seconds_left(self) -> int | None:
        if self._state.stage not in (Stage.ORDER, Stage.CHECKOUT):
            return None
        idle_s = self._clock.monotonic_s() - self._state.last_input_s
        if idle_s < self._settings.warning_after_s:
            return None
        return max(1, math.ceil(self._settings.reset_after_s - idle_s))
