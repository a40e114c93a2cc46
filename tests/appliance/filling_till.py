"""A till on a small file system that fills up in the middle of a ticket; prints what the cashier sees.

Run as a process with the folder as its argument, by `test_till_closed.py`.
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

from appliance.flows import intents
from appliance.presenters.views import ClosedScreen
from tests.appliance.filling_disk import fill
from tests.appliance.till_canteen import Counter


def main(folder: Path) -> None:
    with ExitStack() as stack:
        counter = Counter(folder, stack, reserve_bytes=2 * 1024 * 1024)
        counter.publish()
        counter.send_guests()
        till = counter.start()
        till.open_shift()
        till.ring("roast")
        filler = folder / "filler"
        fill(filler, leave_bytes=1024 * 1024)
        till.touch(intents.CashGiven(1000))
        screen = till.view.screen
        print("full:", screen.reason if isinstance(screen, ClosedScreen) else screen)
        print("drawer:", till.drawer.opened)
        filler.unlink()
        till.wait(3)
        print("room again:", till.due)
        till.touch(intents.CashGiven(1000))
        print("change:", till.paid()["Change"], "tickets:", len(till.entries("ticket")))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
