"""A till without a screen, and a cashier who serves guests at it: the terminal's own composition, driven by touches and badges.

Serves until the till has issued so many tickets, then stands by. Whatever the till has said to be sold is written, after it has
said so, to a witness file outside of the till's own folder: one JSON line each. What is done for a ticket follows from the
seed, the till and the ticket's number, however often the process is killed in between.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import signal
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

from appliance import config
from appliance.flows import intents
from appliance.flows.clock import SystemClock
from appliance.flows.till.flow import TillFlow
from appliance.flows.till.functions import Function
from appliance.flows.till.lane import SAME_BADGE_S
from appliance.presenters.views_till import KeysPanel, TillScreen
from appliance.store.authoriser import AuthorisationAnswered
from appliance.terminal_main import CannotStart, build
from hal.bus import EventBus
from hal.events import BadgePresented
from journal.errors import JournalError
from sales.ticket import Ticket
from tests.torture.facts import NAP_S

FLOAT = "200"
KEYS_KEPT_FOR = 60
HOT_SHARE = 0.35
TAKEN_BACK_SHARE = 0.06


class Witness:
    """Writes what was seen; a line is whole or not there, as long as the machine stays up."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, **seen: Any) -> None:
        """Add one line."""
        os.write(self._file, (json.dumps(seen) + "\n").encode())


class Cashier:
    """Hands, badges and eyes at one till. `witness` gets what the till says to be sold."""

    def __init__(self, flow: TillFlow, bus: EventBus[Any], people: dict[str, Any], seed: str, witness: Witness) -> None:
        self._flow = flow
        self._bus = bus
        self._people = people
        self._seed = seed
        self._witness = witness
        self._shown = ""
        self._attempt = 0
        self._pages: tuple[intents.Intent, ...] = ()
        self._keys: dict[intents.Intent, list[intents.Intent]] = {}
        self._choose = random.Random()

    @property
    def issued(self) -> int:
        """How many tickets this till has issued."""
        last = self._flow.store.last_slip()
        return last.ticket.number if last is not None else 0

    def turn(self) -> None:
        """Take what came from head office and let time pass."""
        for event in self._bus.drain():
            self._flow.handle(event)
        self._flow.tick()

    def is_ready(self) -> bool:
        """Whether guests can be served."""
        screen = self._screen()
        return screen is not None and isinstance(screen.panel, KeysPanel)

    def sign_in(self) -> None:
        """Sign in, and open the shift where none is open; close what lies open."""
        if self._screen() is None:
            self._badge(self._people["cashier"])
        self._touch(intents.ClosePanel())
        if self._flow.store.shift is None:
            self._touch(intents.OpenFunction(Function.OPEN_SHIFT), *map(intents.Typed, FLOAT), intents.PadDone())
        self._touch(intents.ClearBasket())

    def serve(self) -> bool:
        """Serve one guest, or take a ticket back, or take money for an account; tells whether anything came of it."""
        before = self.issued
        choose = self._choose = random.Random(f"{self._seed}/{before}/{self._attempt}")
        self._attempt += 1
        number = choose.random()
        if number < TAKEN_BACK_SHARE and before:
            self._take_back()
        elif number < 0.11:
            return self._top_up(before)
        else:
            self._sell()
        self._see(before)
        return self.issued > before

    def _see(self, before: int) -> None:
        """Write down what the till says to be sold since ticket `before`."""
        last = self._flow.store.last_slip()
        if last is None or last.ticket.number == before:
            return
        screen = self._screen()
        if screen is None or screen.paid is None:
            raise RuntimeError(f"ticket {last.ticket.number} was sold and the screen does not say so")
        self._attempt = 0
        self._witness.write(ticket=last.ticket.number, seq=last.entry.seq, **_money(last.ticket))

    def _sell(self) -> None:
        choose = self._choose
        self._ring_up()
        number = choose.random()
        if number < 0.72:
            self._pay_by_account()
        elif number < 0.78:
            self._touch(intents.PayByCard())
        elif number < 0.90:
            self._touch(intents.CashGiven(5000))
        self._touch(intents.CashGiven(None), intents.ClearBasket())

    def _pay_by_account(self) -> None:
        """Show a badge and pay; what the account does not cover is paid in part by it now and then."""
        self._badge(self._guest())
        if self._has_open_tray():
            self._touch(intents.PayByAccount())
        if self._has_open_tray() and self._choose.random() < 0.5:
            self._touch(intents.PayPartByAccount())

    def _top_up(self, before: int) -> bool:
        guest, amount = self._guest(), str(self._choose.choice((5, 10, 20)))
        self._badge(guest)
        # A tray that a full disk left open is sold by this badge.
        self._see(before)
        self._touch(intents.OpenFunction(Function.TOP_UP), *map(intents.Typed, amount), intents.PadDone())
        self._touch(intents.ChooseRow("exact"))
        screen = self._screen()
        done = screen is not None and screen.paid is not None
        if done:
            self._witness.write(top_up=self._people["guest_of"][guest], amount_minor=int(amount) * 100)
        self._touch(intents.ClosePanel(), intents.OpenFunction(Function.GUEST_AWAY), intents.ClearBasket())
        return done

    def _take_back(self) -> None:
        """Void the last ticket, or give the first line of it back in cash."""
        if self._choose.random() < 0.5:
            self._touch(intents.OpenFunction(Function.VOID_LAST), intents.PadDone())
        else:
            self._touch(intents.OpenFunction(Function.REFUND), intents.PadDone(), intents.ChooseRow("0"))
            self._touch(intents.PadDone())
            self._touch(intents.ChooseRow(self._choose.choice(("cash", "account"))))
        self._touch(intents.ClosePanel())

    def _ring_up(self) -> None:
        choose = self._choose
        if not self._pages or choose.randrange(KEYS_KEPT_FOR) == 0:
            self._learn_keys()
        page = choose.choice(self._pages)
        self._touch(page)
        keys = self._keys[page]
        for key in choose.sample(keys, min(len(keys), choose.choice((1, 1, 2, 3)))):
            self._touch(key, intents.ClosePanel())

    def _learn_keys(self) -> None:
        """What the quick keys of every page do now."""
        screen = self._screen()
        if screen is None or not isinstance(screen.panel, KeysPanel):
            return
        self._pages = tuple(page.intent for page in screen.panel.pages if page.intent) or (intents.ShowPage(0),)
        for page in self._pages:
            self._touch(page)
            shown = self._screen()
            keys = shown.panel.keys if shown is not None and isinstance(shown.panel, KeysPanel) else ()
            self._keys[page] = [key.intent for key in keys if key.intent is not None]

    def _guest(self) -> str:
        """A badge that was not the last one shown: a badge that lies on the reader counts once."""
        hot = self._choose.random() < HOT_SHARE
        numbers = [number for number in self._people["hot" if hot else "crowd"] if number != self._shown]
        return str(self._choose.choice(numbers))

    def _badge(self, number: str) -> None:
        self._shown = number
        self._flow.handle(BadgePresented("badge", number, time.monotonic()))
        self._wait()

    def _touch(self, *touches: intents.Intent) -> None:
        for touch in touches:
            self._flow.handle(touch)
            self._wait()

    def _wait(self) -> None:
        """Let head office answer, and write down how long that took: in milliseconds, and in naps, of which a machine that is short
        of time takes fewer."""
        if not self._flow.is_asking:
            return
        began_s, naps, outcome = time.monotonic(), 0, "none"
        while True:
            events = self._bus.drain()
            outcome = next((e.outcome.value for e in events if isinstance(e, AuthorisationAnswered)), outcome)
            for event in events:
                self._flow.handle(event)
            self._flow.tick()
            if not self._flow.is_asking:
                break
            self._bus.wait(NAP_S)
            naps += 1
        settled_ms = round((time.monotonic() - began_s) * 1000, 1)
        self._witness.write(settled_ms=settled_ms, naps=naps, outcome=outcome)

    def _has_open_tray(self) -> bool:
        screen = self._screen()
        return screen is not None and bool(screen.ticket.lines)

    def _screen(self) -> TillScreen | None:
        screen = self._flow.view().screen
        return screen if isinstance(screen, TillScreen) else None


def _money(ticket: Ticket) -> dict[str, Any]:
    accounts: dict[str, int] = {}
    for tender in ticket.tenders:
        if tender.guest_id is not None:
            accounts[tender.guest_id] = accounts.get(tender.guest_id, 0) - tender.amount_minor
    return {"total_minor": ticket.total_minor, "accounts": accounts}


def work(cashier: Cashier, upto: int, every_s: float, pause: Path, stop: threading.Event) -> None:
    """Serve until told to stop; stands by once `upto` tickets are issued, and while the file `pause` is there."""
    sign_in_at_s = next_s = time.monotonic()
    while not stop.is_set():
        cashier.turn()
        now_s = time.monotonic()
        if cashier.issued >= upto or pause.exists():
            stop.wait(0.25)
        elif not cashier.is_ready():
            if now_s >= sign_in_at_s:
                cashier.sign_in()
                sign_in_at_s = now_s + SAME_BADGE_S + 0.5
            stop.wait(0.1)
        elif now_s >= next_s:
            cashier.serve()
            next_s = max(next_s + every_s, now_s - every_s)
        else:
            stop.wait(min(0.05, next_s - now_s))


def main() -> int:
    """Run one till; returns 0 when told to stop, 1 when it cannot start."""
    parser = argparse.ArgumentParser()
    for name in ("--config", "--people", "--witness", "--pause"):
        parser.add_argument(name, required=True, type=Path)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--upto", required=True, type=int)
    parser.add_argument("--every", required=True, type=float)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    people = json.loads(arguments.people.read_text())
    try:
        with ExitStack() as stack:
            loaded = config.load(arguments.config)
            bus: EventBus[Any] = EventBus()
            flow = cast(TillFlow, build(loaded, SystemClock(), bus, stack))
            seed = f"{arguments.seed}/{loaded.terminal.id}"
            cashier = Cashier(flow, bus, people, seed, Witness(arguments.witness))
            work(cashier, arguments.upto, arguments.every, arguments.pause, stop)
    except (CannotStart, JournalError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
