"""The till: takes device events and touches in the order in which they happened, and says what to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from appliance.flows import intents
from appliance.flows.clock import Clock
from appliance.flows.till import (
    by_hand,
    cash,
    guest_money,
    guests,
    holding,
    lane,
    menu,
    ringing,
    searching,
    shifts,
    sign_in,
    taking_back,
    tendering,
)
from appliance.flows.till.desk import Desk, Services
from appliance.flows.till.functions import NEEDS_SHIFT, NOT_IN_TRAINING, PERMISSIONS, Function
from appliance.flows.till.panels import Listing
from appliance.flows.till.typing import backspace, count, pad_done, typed
from appliance.presenters.technician import technician_view
from appliance.presenters.till import customer_display, strips
from appliance.presenters.till.scene import TillScene
from appliance.presenters.till.screen import present
from appliance.presenters.views import View
from appliance.store.authoriser import AuthorisationAnswered
from appliance.store.till_store import TillStore
from hal.events import (
    BadgePresented,
    BarcodeScanned,
    DrawerFailed,
    Event,
    HealthChanged,
    PrintDone,
    PrintFailed,
)

_DO: Mapping[Function, Callable[[Desk], None]] = {
    **sign_in.FUNCTIONS,
    **ringing.FUNCTIONS,
    **by_hand.FUNCTIONS,
    **tendering.FUNCTIONS,
    **holding.FUNCTIONS,
    **searching.FUNCTIONS,
    **guest_money.FUNCTIONS,
    **taking_back.FUNCTIONS,
    **cash.FUNCTIONS,
    **shifts.FUNCTIONS,
    Function.GUEST_AWAY: guests.leave,
    Function.TECHNICIAN: Desk.show_technician,
}


class TillFlow:
    """Owns what the till remembers. One thread calls it; `tick` wants to be called about twice a second."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self._desk = Desk(services, clock)
        self._subscribers: list[Callable[[], None]] = []
        self._desk.look_around()
        sign_in.ask_who(self._desk)

    @property
    def store(self) -> TillStore:
        """What the till keeps."""
        return self._desk.store

    def handle(self, event: Event | intents.Intent | AuthorisationAnswered) -> None:
        """Take one device event, one touch or head office's answer, in the order in which they happened."""
        if not self._desk.technician.takes(event, self._desk.store.terminal.link):
            for one in self._desk.asking.in_order(event):
                self._handle(one)
        self._notify()

    def _handle(self, event: Event | intents.Intent) -> None:
        desk = self._desk
        match event:
            case HealthChanged():
                desk.watch.devices.heard(event.device, event.health)
            case PrintDone() | PrintFailed():
                desk.store.terminal.papers.heard(event)
            case BadgePresented():
                if not lane.lies_there(desk, event.number):
                    lane.badge(desk, event.number)
            case BarcodeScanned():
                self._scan(event.code)
            case DrawerFailed():
                desk.explain(strips.drawer_failed)
            case _ if isinstance(event, intents.Intent):
                self._intent(event)

    @property
    def is_asking(self) -> bool:
        """Whether an answer of head office is waited for; what a person does meanwhile is kept in its order."""
        return self._desk.asking.is_waiting

    def tick(self) -> None:
        """Let time pass: look for news from head office, keep the clock on the screen right."""
        desk = self._desk
        desk.watch.listen()
        if not desk.watch.is_local:
            desk.forget_local_mode()
        desk.technician.tick()
        for one in desk.asking.overdue():
            self._handle(one)
        desk.store.menu.prepare_search()
        if desk.watch.is_due() and not desk.asking.is_waiting:
            desk.look_around()
            sign_in.look_again(desk)
            if desk.state.cashier is None and desk.state.panel is not None and not sign_in.is_asking_pin(desk):
                sign_in.ask_who(desk)
        self._notify()

    def view(self) -> View:
        """The picture to show now."""
        if self._desk.technician.is_open:
            return technician_view(self._desk.watch.technician(self._desk.tr))
        return present(self._scene())

    def subscribe(self, callback: Callable[[], None]) -> None:
        """Call `callback` whenever the view may have changed, on the thread that caused it."""
        self._subscribers.append(callback)

    def _notify(self) -> None:
        self._desk.store.show_guest(customer_display.lines(self._scene()))
        for callback in self._subscribers:
            callback()

    def _scan(self, code: str) -> None:
        desk = self._desk
        if desk.state.cashier is None:
            desk.state.problem = lambda tr: tr.say("Sign in first.")
            return
        self._clean()
        ringing.scan(desk, code)

    def _clean(self) -> None:
        """What explained the last thing done goes with the next one."""
        self._desk.state.strips.clear()
        self._desk.state.pending = None

    def _intent(self, intent: intents.Intent) -> None:
        desk = self._desk
        match intent:
            case intents.Typed():
                typed(desk, intent.text)
            case intents.Backspace():
                backspace(desk)
            case intents.CountCoin():
                count(desk, intent.value_minor)
            case _ if desk.state.cashier is None:
                self._signed_out(intent)
            case _:
                self._clean()
                self._signed_in(intent)

    def _signed_out(self, intent: intents.Intent) -> None:
        desk = self._desk
        if desk.state.closed is not None:
            return
        match intent:
            case intents.ChooseCashier():
                sign_in.ask_pin(desk, intent.cashier_id)
            case intents.ChooseRow():
                sign_in.ask_pin(desk, intent.row_id)
            case intents.PadDone():
                pad_done(desk)
            case intents.ClosePanel():
                sign_in.ask_who(desk)

    def _signed_in(self, intent: intents.Intent) -> None:
        desk, state = self._desk, self._desk.state
        if state.closed is not None and not isinstance(intent, intents.OpenFunction):
            return
        match intent:
            case intents.QuickAdd():
                ringing.press(desk, intent.article_id)
            case intents.PressSetMenu():
                ringing.press_menu(desk, intent.set_menu_id)
            case intents.ShowPage():
                state.page = intent.page
            case intents.ChooseLine():
                ringing.choose(desk, intent.index)
            case intents.Undo():
                ringing.undo(desk)
            case intents.OneMore():
                ringing.one_more(desk)
            case intents.RemoveLine():
                ringing.remove(desk)
            case intents.Hold():
                holding.hold(desk)
            case intents.Recall():
                holding.recall(desk, intent.held_id)
            case intents.ClearBasket():
                ringing.clear(desk)
            case intents.OpenSearch():
                searching.ask(desk)
            case intents.ToggleSoldOut():
                desk.permitted("sold_out", lambda: searching.toggle_sold_out(desk, intent.article_id))
            case intents.ChooseGuest():
                lane.choose(desk, intent.guest_id)
            case intents.OpenFunction():
                self._function(intent.name)
            case intents.ChooseService():
                ringing.change_service(desk)
            case _:
                self._money_and_panels(intent)

    def _money_and_panels(self, intent: intents.Intent) -> None:
        desk = self._desk
        match intent:
            case intents.PayByAccount():
                desk.selling(lambda: tendering.by_account(desk))
            case intents.PayPartByAccount():
                desk.selling(lambda: tendering.part_by_account(desk))
            case intents.PayByCard():
                desk.selling(lambda: tendering.by_card(desk))
            case intents.CashGiven():
                desk.selling(lambda: tendering.by_cash(desk, intent.amount_minor))
            case intents.LastSlip():
                taking_back.last_slip(desk)
            case intents.PadDone():
                pad_done(desk)
            case intents.ClosePanel():
                desk.state.panel = None
            case intents.ChooseRow():
                menu.choose_row(desk, intent.row_id)

    def _function(self, name: str) -> None:
        """Open a function, if it exists, if the cashier may, and if it makes sense now."""
        desk = self._desk
        try:
            function = Function(name)
        except ValueError:
            return
        if desk.state.closed is not None and function is not Function.SIGN_OUT:
            return
        if function is Function.MORE:
            menu.show(desk)
            return
        if desk.state.training and function in NOT_IN_TRAINING:
            desk.explain(strips.not_in_training)
            return
        if function in NEEDS_SHIFT and desk.store.shift is None:
            desk.explain(strips.no_shift)
            return
        if isinstance(desk.state.panel, Listing):
            desk.state.panel = None
        permission = PERMISSIONS.get(function)
        if permission is None:
            _DO[function](desk)
        else:
            desk.permitted(permission, lambda: _DO[function](desk))

    def _scene(self) -> TillScene:
        desk = self._desk
        now = desk.now
        return TillScene(
            tr=desk.tr,
            guest_tr=desk.slip_tr,
            state=desk.state,
            catalogue=desk.state.tray.catalogue if desk.state.tray else desk.store.catalogue,
            facts=desk.watch.facts(now),
            now=now,
            today=desk.today,
            store=desk.store,
            asking=desk.asking.is_shown,
        )
