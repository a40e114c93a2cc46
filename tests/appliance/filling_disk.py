"""A terminal on a small file system that fills up in the middle of an order; prints what the diner sees.

Run as a process with the folder as its argument, by `test_closed.py`.
"""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path

from appliance.flows.intents import ConfirmPayment, Pay, QuickAdd
from tests.appliance.canteen import ANNA, Canteen
from tests.waiting import wait_until


def main(folder: Path) -> None:
    with ExitStack() as stack:
        canteen = Canteen(folder, stack, reserve_bytes=2 * 1024 * 1024)
        canteen.publish()
        canteen.send_guests()
        diner = canteen.open()
        diner.badge(ANNA)
        diner.touch(QuickAdd("spaghetti"), Pay())
        print("order:", diner.checkout.rows[0].amount)
        filler = folder / "filler"
        fill(filler, leave_bytes=1024 * 1024)
        diner.touch(ConfirmPayment())
        print("full:", diner.closed.reason)
        print("tickets:", len(diner.tickets()))
        (held,) = diner.bridge.holds()
        wait_until(
            lambda: any(asked.replaces == held.request for asked in diner.bridge.asked), "the money is held no more"
        )
        filler.unlink()
        diner.wait(3)
        print("room again:", type(diner.view.screen).__name__)
        diner.badge(ANNA)
        diner.touch(QuickAdd("spaghetti"), Pay(), ConfirmPayment())
        print("paid: number", diner.done.pickup_number)


def fill(path: Path, leave_bytes: int) -> None:
    state = os.statvfs(path.parent)
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, state.f_bavail * state.f_frsize - leave_bytes)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
