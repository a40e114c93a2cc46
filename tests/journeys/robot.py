"""A kiosk without a screen that sells by itself: the terminal's own composition, with a robot where the diner would be.

robot.py CONFIG ALLOWED BADGES: sells until the journal holds as many tickets as the file ALLOWED says, with the badges of
the file BADGES in turn. After each sale that a diner would have seen as paid it prints `SOLD <pick-up number> <badge>`.
"""

from __future__ import annotations

import logging
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from appliance import config
from appliance.flows import intents
from appliance.flows.clock import SystemClock
from appliance.flows.kiosk import KioskFlow
from appliance.presenters.views import DoneScreen, OrderScreen
from appliance.terminal_main import build
from hal.bus import EventBus
from hal.events import BadgePresented
from journal.reader import JournalReader


def tickets(journal: Path) -> int:
    """How many tickets the journal holds."""
    found = after = 0
    with JournalReader(journal) as reader:
        while entries := reader.entries(after):
            found += sum(entry.kind == "ticket" for entry in entries)
            after = entries[-1].seq
    return found


def order(flow: KioskFlow, bus: EventBus[Any], badge: str, choice: int) -> DoneScreen:
    """One diner: badge, one article of the last category, pay, and a slip on paper."""
    flow.handle(BadgePresented("badge", badge, time.monotonic()))
    screen = _screen(flow)
    flow.handle(intents.ShowCategory(screen.categories[-1].category_id))
    tiles = [tile for tile in _screen(flow).tiles if tile.available and tile.article_id]
    flow.handle(intents.OpenArticle(tiles[choice % len(tiles)].article_id))
    _choose(flow)
    flow.handle(intents.AddToBasket())
    flow.handle(intents.Pay())
    flow.handle(intents.ConfirmPayment())
    while flow.is_asking:
        bus.wait(0.1)
        for event in bus.drain():
            flow.handle(event)
        flow.tick()
    view = flow.view()
    assert isinstance(view.screen, DoneScreen), view
    flow.handle(intents.ChooseReceipt("paper"))
    flow.handle(intents.Finish())
    return view.screen


def _choose(flow: KioskFlow) -> None:
    """Take the first option of every group that asks for one."""
    sheet = flow.view().sheet
    assert sheet is not None
    for section in sheet.sections:
        if not flow.view().sheet.can_add:
            first = section.options[0]
            flow.handle(intents.ToggleOption(first.group_id, first.option_id))


def _screen(flow: KioskFlow) -> OrderScreen:
    screen = flow.view().screen
    assert isinstance(screen, OrderScreen), screen
    return screen


def main() -> None:
    configuration, allowed, badges = (Path(word) for word in sys.argv[1:])
    logging.basicConfig(level=logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    numbers = badges.read_text().split()
    loaded = config.load(configuration)
    with ExitStack() as stack:
        bus: EventBus[Any] = EventBus()
        flow = build(loaded, SystemClock(), bus, stack)
        sold = tickets(loaded.terminal.data_dir / "journal.sqlite")
        while True:
            for event in bus.drain():
                flow.handle(event)
            flow.tick()
            if sold < int(allowed.read_text()):
                badge = numbers[sold % len(numbers)]
                done = order(flow, bus, badge, sold)
                sold += 1
                print("SOLD", done.pickup_number, badge, flush=True)
            else:
                time.sleep(0.02)


if __name__ == "__main__":
    main()
