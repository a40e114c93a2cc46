"""A whole house for measuring: the workbench's, run on a thread of its own, in a temporary folder."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from workbench.house import House, Options
from workbench.station import KIOSK, Plan


class RunningHouse:
    """`house` with a loop that runs on another thread."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def do(self, work: Coroutine[Any, Any, Any], timeout_s: float = 180) -> Any:
        """Run a coroutine on the house's loop and return its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout_s)

    def close(self) -> None:
        """Stop all programs of the house and the loop."""
        self.do(self.house.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@contextmanager
def running_house(*plans: Plan) -> Iterator[RunningHouse]:
    """A house with these terminals (a kiosk if none is named) that is up; everything it made is removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="refectory-bench-"))
    running = RunningHouse(House(Options(folder, plans or (KIOSK,)), say=lambda text: print(text, flush=True)))
    try:
        running.do(running.house.start())
        yield running
    finally:
        running.close()
        shutil.rmtree(folder, ignore_errors=True)
