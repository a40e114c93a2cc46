"""From an event to changed pixels on the screen socket: a badge until the greeting, a finger lifted until the basket's line.

The whole way: serial line, driver, bus, flow, presenter, Kivy, frame read back and encoded; the touch comes by the screen
socket. What counts is the last frame before the picture stands still, and the terminal's own description must then say
what was expected. The limits are 200 ms until a guest is greeted and 50 ms until a line is in the basket.
"""

from __future__ import annotations

import argparse
import contextlib
import queue
import socket
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from bench.house import RunningHouse, running_house
from bench.plot import Bar, bars
from tests.journeys.screen import Screen

ROUNDS = 12
BADGE_LIMIT_MS = 200.0
TOUCH_LIMIT_MS = 50.0
STILL_S = 0.35
PATIENCE_S = 10.0
CATEGORY, DISH = "Drinks", "Mineral water"


class Frames:
    """A client of the screen socket that notes when frames arrive."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self._arrived: queue.Queue[float] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        stream = self._socket.makefile("rb")
        while len(size := stream.read(4)) == 4:
            stream.read(int.from_bytes(size, "big"))
            self._arrived.put(time.perf_counter())

    def last(self, patience_s: float) -> float | None:
        """When the last frame came before the picture stood still; None when none came within `patience_s`."""
        last = None
        try:
            while True:
                last = self._arrived.get(timeout=STILL_S if last else patience_s)
        except queue.Empty:
            return last

    def drain(self) -> None:
        """Forget the frames that have arrived."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._arrived.get_nowait()

    def time_ms(self, event: Callable[[], None]) -> float:
        """Milliseconds from `event` until the picture that it changed stands still."""
        self.last(STILL_S)
        started = time.perf_counter()
        event()
        arrived = self.last(PATIENCE_S)
        if arrived is None:
            raise SystemExit("no frame came: is the terminal there?")
        return (arrived - started) * 1e3

    def finger(self, kind: str, x: float, y: float) -> None:
        """Put a finger down or lift it."""
        self._socket.sendall(f'{{"type":"{kind}","x":{x},"y":{y}}}\n'.encode())


def measure(running: RunningHouse) -> tuple[list[float], list[float]]:
    """Milliseconds of each badge and of each touch."""
    screen, frames = Screen(running.house.kiosk.screen_socket), Frames(running.house.kiosk.screen_socket)
    guests = [(one["number"], f"Hello {one['label'].split(' ')[0]}") for one in running.house.badges[:2]]
    badges_ms, touches_ms = [], []
    frames.last(2)
    for number, greeting in guests * (ROUNDS // 2):
        badges_ms.append(frames.time_ms(lambda number=number: running.house.kiosk.badge_reader.present(number)))
        screen.see(greeting)
        screen.touch(CATEGORY)
        tile = screen.see(DISH, touch=True)
        plus = tile.x + tile.width - 60, tile.y + tile.height - 60
        frames.finger("down", *plus)
        touches_ms.append(frames.time_ms(lambda plus=plus: frames.finger("up", *plus)))
        if len([target for target in screen.targets() if any(DISH in text for text in target.texts)]) < 2:
            raise SystemExit("the touch did not put a line into the basket")
        screen.touch("Start again")
        screen.see("Order as a guest")
    screen.close()
    return badges_ms, touches_ms


def say(what: str, times_ms: list[float], limit_ms: float) -> tuple[float, float]:
    """Print and return median and 95th percentile."""
    p50, p95 = statistics.median(times_ms), sorted(times_ms)[int(len(times_ms) * 0.95)]
    print(
        f"{what:17} p50 {p50:4.0f} ms  p95 {p95:4.0f} ms  first {times_ms[0]:4.0f} ms  of {len(times_ms)}   "
        f"limit {limit_ms:.0f} ms, p95 is {p95 / limit_ms:.2f} of it"
    )
    return p50, p95


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    with running_house() as running:
        badges_ms, touches_ms = measure(running)
        rss_mb = psutil.Process(running.house.kiosk.terminal.pid or 0).memory_info().rss / 1e6
    badge = say("badge to greeting", badges_ms, BADGE_LIMIT_MS)
    touch = say("touch to line", touches_ms, TOUCH_LIMIT_MS)
    print(
        f"load of the machine {psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} processors, terminal {rss_mb:.0f} MB"
    )
    if args.plot:
        found = [("badge p50", badge[0], BADGE_LIMIT_MS), ("badge p95", badge[1], BADGE_LIMIT_MS)]
        found += [("touch p50", touch[0], TOUCH_LIMIT_MS), ("touch p95", touch[1], TOUCH_LIMIT_MS)]
        bars(args.plot, "Event to pixels, ms", [Bar(*one) for one in found], "limit")


if __name__ == "__main__":
    main()
