"""`refectory rehearse`: a till that serves made-up guests by itself, for demonstrations and trials of a house.

It is the till's own composition without a screen: every sale is a journal entry and goes to head office like any other.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any, cast

from appliance import config
from appliance.flows import intents
from appliance.flows.clock import SystemClock
from appliance.flows.till.flow import TillFlow
from appliance.flows.till.lane import SAME_BADGE_S
from appliance.presenters.views_till import KeysPanel, PadPanel, TillScreen
from appliance.store.kitchen_store import KitchenStore
from appliance.terminal_main import CannotStart, build
from hal.bus import EventBus
from hal.events import BadgePresented
from journal.chain import ChainError
from journal.errors import JournalError
from journal.keys import KeyFileError
from journal.reader import JournalReader
from masterdata.board_file import BoardOrder
from mqtt_bridge.local_files import JOURNAL_FILE
from mqtt_bridge.wire import WireError
from sales.order_state import OrderStage

FLOAT = "200"
MENU_SHARE, CASH_SHARE, OTHER_PAGE_SHARE = 0.6, 0.15, 0.4
TICK_S = 0.25
SIGN_IN_EVERY_S = SAME_BADGE_S + 1.0
STILL_OPEN, STILL_READY = 3, 4
"""So many of its orders are being prepared, and so many wait to be collected."""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "rehearse",
        help="let a till serve made-up guests by itself",
        description=(
            "Run a till without a screen that signs in with a cashier's badge, opens a shift and serves one guest after the "
            "other. For demonstrations: what it sells is sold."
        ),
    )
    parser.add_argument("--config", required=True, type=Path, metavar="FILE", help="the till's configuration (TOML)")
    parser.add_argument(
        "--people", required=True, type=Path, metavar="FILE", help='JSON: {"cashier": "badge", "crowd": ["badge", ...]}'
    )
    parser.add_argument(
        "--first", type=int, default=0, metavar="N", help="guests to have served today before taking time (default: 0)"
    )
    parser.add_argument("--every", type=float, default=10.0, metavar="S", help="seconds between the next (default: 10)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; returns 0 then, 1 after a message when the till cannot start or go on."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop = _Stop()
    try:
        people = json.loads(arguments.people.read_text(encoding="utf-8"))
        cashier, crowd = str(people["cashier"]), [str(number) for number in people["crowd"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f'{arguments.people}: expected {{"cashier": "badge", "crowd": ["badge", ...]}}: {error!r}\n')
        return 1
    try:
        loaded = config.load(arguments.config)
        if loaded.terminal.role != "till":
            raise config.ConfigError(f"{loaded.path}: terminal.role is {loaded.terminal.role!r}; expected till")
        with ExitStack() as stack:
            bus: EventBus[Any] = EventBus()
            flow = build(loaded, SystemClock(), bus, stack)
            till = _Till(cast(TillFlow, flow), bus)
            served = _served_today(loaded.terminal.data_dir / JOURNAL_FILE)
            _Lunch(till, cashier, crowd, served).serve(arguments.first, arguments.every, stop)
    except (config.ConfigError, CannotStart, KeyFileError, WireError, JournalError, ChainError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _served_today(journal: Path) -> int:
    """How many tickets the journal has of the business day in which it was opened."""
    with JournalReader(journal) as reader:
        entries, after = [], 0
        while more := reader.entries(after):
            entries += more
            after = more[-1].seq
    return sum(entry.kind == "ticket" and entry.business_day == entries[-1].business_day for entry in entries)


class _Stop:
    """Set by SIGTERM or SIGINT."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


class _Till:
    """The hands of a cashier, and of whoever prepares and hands out what is ordered here."""

    def __init__(self, flow: TillFlow, bus: EventBus[Any]) -> None:
        self._flow = flow
        self._bus = bus
        self._kitchen = KitchenStore(flow.store.terminal)
        self._clock = SystemClock()

    def badge(self, number: str) -> None:
        self._flow.handle(BadgePresented("badge", number, time.monotonic()))
        self._wait()

    def touch(self, intent: intents.Intent) -> None:
        self._flow.handle(intent)
        self._wait()

    def _wait(self) -> None:
        """A payment is over when head office has answered, or has not in time."""
        while self._flow.is_asking:
            self._bus.wait(TICK_S)
            self.turn()

    def screen(self) -> object:
        return self._flow.view().screen

    def keys(self) -> Sequence[intents.Intent]:
        """What the quick keys in sight would do."""
        screen = self.screen()
        if not isinstance(screen, TillScreen) or not isinstance(screen.panel, KeysPanel):
            return ()
        return [key.intent for key in screen.panel.keys if key.intent is not None]

    def pages(self) -> Sequence[intents.Intent]:
        """What turns to each page of quick keys, the first one first."""
        screen = self.screen()
        if not isinstance(screen, TillScreen) or not isinstance(screen.panel, KeysPanel):
            return ()
        return [page.intent for page in screen.panel.pages if page.intent is not None]

    def has_rung_up(self) -> bool:
        """Whether anything lies on the tray."""
        screen = self.screen()
        return isinstance(screen, TillScreen) and bool(screen.ticket.lines)

    def open(self, cashier: str) -> bool:
        """Sign in and open the shift; tells whether the quick keys are in sight."""
        self.badge(cashier)
        screen = self.screen()
        if isinstance(screen, TillScreen) and isinstance(screen.panel, PadPanel):
            for digit in FLOAT:
                self.touch(intents.Typed(digit))
            self.touch(intents.PadDone())
        return bool(self.keys())

    def turn(self) -> None:
        """Take what the devices and the bridge said."""
        for event in self._bus.drain():
            self._flow.handle(event)
        self._flow.tick()

    def prepare(self) -> None:
        """Bring this till's own older orders on: ready, then collected."""
        now = self._clock.now_utc()
        day = self._kitchen.terminal.business_day(now)
        self._kitchen.look()
        own = [order for order in self._kitchen.orders(day) if order.terminal == self._kitchen.terminal.terminal_id]
        for stage, following, kept in (
            (OrderStage.OPEN, OrderStage.READY, STILL_OPEN),
            (OrderStage.READY, OrderStage.COLLECTED, STILL_READY),
        ):
            for order in _all_but_newest([order for order in own if order.state == stage.value], kept):
                self._kitchen.say_order_state(order, following, day, now)


def _all_but_newest(orders: list[BoardOrder], kept: int) -> list[BoardOrder]:
    return orders[: max(0, len(orders) - kept)]


class _Lunch:
    """Who comes, and when."""

    def __init__(self, till: _Till, cashier: str, crowd: list[str], served: int) -> None:
        self._till = till
        self._cashier = cashier
        self._crowd = crowd
        self._served = served
        self._choose = random.Random(f"{crowd[:1]} {served}")  # noqa: S311 (a demonstration draws no secrets)

    def serve(self, first: int, every_s: float, stop: _Stop) -> None:
        """Serve one guest after the other until told to stop: at once until `first` are served, then at leisure."""
        opened, next_s = False, time.monotonic()
        while not stop.asked:
            self._till.turn()
            if not opened and time.monotonic() >= next_s:
                opened = self._till.open(self._cashier)
                next_s = time.monotonic() + (0.0 if opened else SIGN_IN_EVERY_S)
            elif opened and self._crowd and time.monotonic() >= next_s:
                self._one_guest()
                if self._served < first:
                    continue
                self._till.prepare()
                next_s = time.monotonic() + every_s * self._choose.uniform(0.5, 1.5)
            time.sleep(TICK_S)

    def _one_guest(self) -> None:
        """One tray: a set menu, or up to three things; paid by badge or in cash."""
        till, choose = self._till, self._choose
        self._fill_tray()
        if not till.has_rung_up():
            till.touch(intents.ClearBasket())
            return
        if choose.random() >= CASH_SHARE:
            till.badge(self._crowd[self._served % len(self._crowd)])
            till.touch(intents.PayByAccount())
        till.touch(intents.CashGiven(None))
        till.touch(intents.ClearBasket())
        self._served += 1

    def _fill_tray(self) -> None:
        """What has to be weighed or chosen in detail is left to real guests."""
        till, choose = self._till, self._choose
        pages = till.pages()
        if pages:
            till.touch(pages[0] if choose.random() >= OTHER_PAGE_SHARE else choose.choice(pages))
        keys = till.keys()
        menus = [key for key in keys if isinstance(key, intents.PressSetMenu)]
        if menus and choose.random() < MENU_SHARE:
            till.touch(choose.choice(menus))
        elif keys:
            for key in choose.sample(list(keys), min(len(keys), choose.randint(1, 3))):
                till.touch(key)
                till.touch(intents.ClosePanel())
