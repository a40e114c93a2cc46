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

from appliance import config
from appliance.flows import intents
from appliance.flows.clock import SystemClock
from appliance.flows.till.flow import TillFlow
from appliance.presenters.views_till import KeysPanel, PadPanel, TillScreen
from appliance.terminal_main import build
from hal.bus import EventBus
from hal.events import BadgePresented

FLOAT = "200"
CASH_SHARE = 0.15
TICK_S = 0.25


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
    parser.add_argument("--first", type=int, default=0, metavar="N", help="guests to serve at once (default: 0)")
    parser.add_argument("--every", type=float, default=10.0, metavar="S", help="seconds between the next (default: 10)")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; returns 0 then, 1 after a message when the till cannot start."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        people = json.loads(arguments.people.read_text(encoding="utf-8"))
        cashier, crowd = str(people["cashier"]), [str(number) for number in people["crowd"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f'{arguments.people}: expected {{"cashier": "badge", "crowd": ["badge", ...]}}: {error!r}\n')
        return 1
    loaded = config.load(arguments.config)
    stop = _Stop()
    with ExitStack() as stack:
        bus = EventBus()
        flow = build(loaded, SystemClock(), bus, stack)
        if not isinstance(flow, TillFlow):
            sys.stderr.write(f"{loaded.path}: terminal.role is {loaded.terminal.role!r}; expected till\n")
            return 1
        _serve(_Till(flow, bus), cashier, crowd, arguments.first, arguments.every, stop)
    return 0


class _Stop:
    """Set by SIGTERM or SIGINT."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


class _Till:
    """The hands of a cashier."""

    def __init__(self, flow: TillFlow, bus: EventBus) -> None:
        self._flow = flow
        self._bus = bus

    def badge(self, number: str) -> None:
        self._flow.handle(BadgePresented("badge", number, time.monotonic()))

    def touch(self, intent: intents.Intent) -> None:
        self._flow.handle(intent)

    def screen(self) -> object:
        return self._flow.view().screen

    def keys(self) -> Sequence[intents.Intent]:
        """What the quick keys in sight would do."""
        screen = self.screen()
        if not isinstance(screen, TillScreen) or not isinstance(screen.panel, KeysPanel):
            return ()
        return [key.intent for key in screen.panel.keys if key.intent is not None]

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


def _serve(till: _Till, cashier: str, crowd: list[str], first: int, every_s: float, stop: _Stop) -> None:
    choose = random.Random(crowd[0] if crowd else "")  # noqa: S311 (a demonstration draws no secrets)
    opened = False
    served = 0
    next_s = time.monotonic()
    while not stop.asked:
        till.turn()
        if not opened:
            opened = till.open(cashier)
        elif crowd and time.monotonic() >= next_s:
            _one_guest(till, crowd[served % len(crowd)], choose)
            served += 1
            next_s = time.monotonic() + (0.0 if served < first else every_s * choose.uniform(0.5, 1.5))
            if served < first:
                continue
        time.sleep(TICK_S)


def _one_guest(till: _Till, badge: str, choose: random.Random) -> None:
    """One tray: a set menu, or up to three things; paid by badge or in cash. What cannot be paid is thrown away."""
    keys = till.keys()
    menus = [key for key in keys if isinstance(key, intents.PressSetMenu)]
    if menus and choose.random() < 0.6:
        till.touch(choose.choice(menus))
    elif keys:
        for key in choose.sample(list(keys), min(len(keys), choose.randint(1, 3))):
            till.touch(key)
    if choose.random() < CASH_SHARE:
        till.touch(intents.CashGiven(None))
    else:
        till.badge(badge)
        till.touch(intents.PayByAccount())
        till.touch(intents.CashGiven(None))
    till.touch(intents.ClosePanel())
    till.touch(intents.ClearBasket())
