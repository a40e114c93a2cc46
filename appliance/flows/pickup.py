"""The preparation screen and the pick-up screen: the same orders, for the kitchen to touch and for guests to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from appliance.flows import intents
from appliance.flows.clock import Clock
from appliance.flows.kiosk import Settings
from appliance.flows.state import Closed
from appliance.flows.watch import Watch
from appliance.i18n import Translator, Translators
from appliance.presenters.pickup import Moment, closed_view, kitchen_view, pickup_view
from appliance.presenters.views import View
from appliance.store.kitchen_store import KitchenStore
from hal.events import Event, HealthChanged
from journal.errors import JournalError
from sales.catalogue import UnknownArticle
from sales.order_state import OrderStage

KITCHEN, GUESTS = "kitchen", "guests"


@dataclass(frozen=True)
class Services:
    """`view` is kitchen or guests."""

    store: KitchenStore
    translators: Translators
    settings: Settings
    view: str


class PickupFlow:
    """One thread calls it; `tick` wants to be called about twice a second."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self._store = services.store
        self._tr: Translator = services.translators(services.settings.language)
        self._kitchen = services.view == KITCHEN
        self._clock = clock
        self._watch = Watch(services.store.terminal, services.settings.devices, clock)
        self._closed: Closed | None = None
        self._problem = False
        self._subscribers: list[Callable[[], None]] = []
        self._look_around()

    def handle(self, event: Event | intents.Intent) -> None:
        """Take one touch; guests have nothing to touch."""
        match event:
            case HealthChanged():
                self._watch.devices.heard(event.device, event.health)
            case intents.ChangeOrderState() if self._kitchen:
                self._record(lambda: self._change(event))
            case intents.ToggleSoldOut() if self._kitchen:
                self._record(lambda: self._toggle(event.article_id))
        self._notify()

    def tick(self) -> None:
        """Let time pass: look for news from head office."""
        self._watch.listen()
        self._store.look()
        if self._watch.is_due():
            self._look_around()
        self._notify()

    def view(self) -> View:
        """The picture to show now."""
        now = self._clock.now_utc()
        moment = Moment(self._tr, self._store.terminal.catalogue, self._watch.facts(now), now)
        if self._closed is not None:
            return closed_view(moment, self._closed)
        day = self._store.terminal.business_day(now)
        orders = self._store.orders(day)
        if self._kitchen:
            return kitchen_view(moment, orders, self._store.counted(day), self._store.as_of, self._problem)
        return pickup_view(moment, orders)

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` whenever the view may have changed, on the thread that caused it."""
        self._subscribers.append(callback)

    def _notify(self) -> None:
        for callback in self._subscribers:
            callback()

    def _change(self, touch: intents.ChangeOrderState) -> None:
        now = self._clock.now_utc()
        day = self._store.terminal.business_day(now)
        order = self._store.order(day, touch.terminal, touch.epoch, touch.number)
        if order is not None and touch.state in tuple(OrderStage) and order.state != touch.state:
            self._store.say_order_state(order, OrderStage(touch.state), day, now)

    def _toggle(self, article_id: str) -> None:
        catalogue = self._store.terminal.catalogue
        if catalogue is None:
            return
        try:
            article = catalogue.article(article_id)
        except UnknownArticle:
            return
        now = self._clock.now_utc()
        self._store.toggle_sold_out(article, self._store.terminal.business_day(now), now)

    def _record(self, work: Callable[[], None]) -> None:
        if self._problem:
            return
        try:
            work()
        except JournalError:
            self._problem = True

    def _look_around(self) -> None:
        """Without a menu there is nothing to show; without a journal the orders can still be read."""
        self._watch.look(between_orders=True)
        self._store.look()
        closed = self._watch.why_closed()
        self._problem = closed is not None
        self._closed = closed if self._store.terminal.catalogue is None else None
