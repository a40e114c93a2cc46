"""What a cashier waits for at a till, over its screen socket and its serial badge reader: cold start, a line after a tap, a
guest after a badge, a durable sale after the key that settles it, and a line for the next guest after one has paid.

The finger stays on a key as long as a finger does; the clock runs from when it is lifted until the last frame before the
picture stands still. Beside it stands a bare redraw: the terminal's own picture once more, with nothing changed, in the same
window and process settings, read back and encoded the same way. No change on a screen that is drawn whole takes less.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

from bench.event_to_pixels import Frames
from bench.first_frame import first_frame_s
from bench.house import RunningHouse, running_house
from bench.lane_prices import Prices
from bench.plot import Bar, bars
from journal.reader import JournalReader
from tests.journeys.office import Office
from tests.journeys.screen import Screen, Target
from workbench.station import TILL

GUESTS, TAPS, STARTS, REDRAWS = 12, 3, 3, 30
FINGER_S = 0.15
PATIENCE_S = 10.0
LIMITS_MS = {
    "tap -> line": 50.0,
    "badge -> guest": 200.0,
    "settle -> durable": 300.0,
    "paid -> next line": 100.0 + 50.0,
}
BARE = """
import sys, tempfile, time
from pathlib import Path
from appliance.ui import environment
environment.prepare("offscreen", Path(tempfile.mkdtemp()))
environment.configure("offscreen", 1280, 800)
from io import BytesIO
from kivy.base import EventLoop
from kivy.core.window import Window
from kivy.graphics import Rectangle
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget
from PIL import Image
from appliance.ui.pixels import Pixels
from appliance.ui.screen_server import jpeg
picture = Image.open(BytesIO(sys.stdin.buffer.read())).convert("RGBA").transpose(Image.Transpose.FLIP_TOP_BOTTOM)
texture = Texture.create(size=picture.size, colorfmt="rgba")
texture.blit_buffer(picture.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
EventLoop.ensure_window()
shown = Widget()
with shown.canvas:
    Rectangle(texture=texture, size=picture.size)
Window.add_widget(shown)
pixels = Pixels()
Window.bind(on_flip=lambda window: pixels.read(tuple(window.size)))
for number in range(int(sys.argv[1])):
    Window.canvas.ask_update()
    started = time.perf_counter()
    EventLoop.idle()
    jpeg(pixels)
    print((time.perf_counter() - started) * 1e3)
"""


class Cashier:
    """Hands at the till, and how long each moment and its processor time took."""

    def __init__(self, running: RunningHouse) -> None:
        self._station = running.house.stations[TILL.name]
        self.people = json.loads((running.house.options.folder / "badges.json").read_text())
        self._prices = Prices(Office(running.house.office_folder))
        self._screen = Screen(self._station.screen_socket)
        self._frames = Frames(self._station.screen_socket)
        self._process = psutil.Process(self._station.terminal.pid or 0)
        self._journal = JournalReader(self._station.folder / "journal.sqlite")
        self._places: dict[str, Target] = {}
        self.times_ms: dict[str, list[float]] = {moment: [] for moment in LIMITS_MS}
        self.tap_cpu_ms: list[float] = []

    def sign_in(self) -> None:
        """Open the shift and learn where some keys stand."""
        self._station.badge_reader.present(self.people["cashiers"][0]["badge"])
        self._screen.see("Float")
        for key in "200":
            self._screen.touch(key)
        self._screen.touch("OK")
        self._screen.see("Veggie menu", touch=True)
        for label, key in self._prices.keys().items():
            place = self._screen.find(label, touch=True) if key.article else None
            if place is not None:
                self._places[label] = place
        self._frames.last(3.0)

    def tap(self, place: Target) -> float:
        """Milliseconds from lifting the finger until the picture stands still."""
        x, y = place.x + place.width / 2, place.y + place.height / 2
        self._frames.finger("down", x, y)
        time.sleep(FINGER_S)
        self._frames.drain()
        spent_s, started = self._cpu_s(), time.perf_counter()
        self._frames.finger("up", x, y)
        arrived = self._frames.last(PATIENCE_S)
        if arrived is None:
            raise SystemExit("no frame came after a tap: is the till there?")
        self.tap_cpu_ms.append((self._cpu_s() - spent_s) * 1e3)
        return (arrived - started) * 1e3

    def _cpu_s(self) -> float:
        spent = self._process.cpu_times()
        return float(spent.user + spent.system)

    def serve(self, number: str) -> None:
        """A tray, then a badge that settles it; the first tap is the one right after the guest before has paid."""
        head = self._journal.head().seq
        for count, label in enumerate(list(self._places)[:TAPS]):
            moment = "tap -> line" if count else "paid -> next line"
            self.times_ms[moment].append(self.tap(self._places[label]))
        started = time.perf_counter()
        self._station.badge_reader.present(number)
        while self._journal.head().seq == head:
            if time.perf_counter() - started > PATIENCE_S:
                raise SystemExit("the badge did not settle the tray")
            time.sleep(0.002)
        self.times_ms["settle -> durable"].append((time.perf_counter() - started) * 1e3)
        self._frames.last(1.0)
        self._screen.see("Paid")

    def greet(self, number: str) -> None:
        """A badge before the tray, then a line, then the key that settles."""
        self.times_ms["badge -> guest"].append(self._frames.time_ms(lambda: self._station.badge_reader.present(number)))
        self.tap(next(iter(self._places.values())))
        self.tap(self._screen.see("Account", touch=True))
        self._screen.see("Paid")

    def picture(self) -> bytes:
        return self._screen.picture()

    def close(self) -> None:
        self._screen.close()
        self._journal.close()


def bare_redraws_ms(picture: bytes) -> list[float]:
    """Milliseconds of redraws of nothing but this picture."""
    done = subprocess.run(
        [sys.executable, "-c", BARE, str(REDRAWS)], input=picture, capture_output=True, check=True, timeout=120
    )
    return [float(line) for line in done.stdout.split()]


def cold_starts_s(running: RunningHouse) -> list[float]:
    """Seconds from starting the till's process until its first frame is on its socket."""
    station = running.house.stations[TILL.name]
    running.do(station.terminal.stop())
    command = [sys.executable, "-m", "appliance.cli", "terminal", "--config", str(station.folder / "terminal.toml")]
    found = []
    for _ in range(STARTS):
        station.screen_socket.unlink(missing_ok=True)
        found.append(first_frame_s(command, station.screen_socket))
    return found


def report(times_ms: dict[str, list[float]], bare_ms: float) -> list[Bar]:
    """Print every moment with its limit and what it is of a bare redraw."""
    rows = []
    for moment, found in times_ms.items():
        p50, p95 = statistics.median(found), sorted(found)[min(len(found) - 1, int(len(found) * 0.95))]
        limit = LIMITS_MS[moment]
        print(
            f"{moment:18} p50 {p50:4.0f} ms  p95 {p95:4.0f} ms  of {len(found):3}   limit {limit:.0f} ms, p95 is "
            f"{p95 / limit:.2f} of it; p50 is {p50 / bare_ms:.2f} of a bare redraw"
        )
        rows += [Bar(f"{moment}, p50", p50, limit), Bar(f"{moment}, p95", p95, limit)]
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    with running_house(TILL) as running:
        cashier = Cashier(running)
        cashier.sign_in()
        crowd = list(cashier.people["crowd"])
        cashier.serve(crowd.pop())
        for found in (*cashier.times_ms.values(), cashier.tap_cpu_ms):
            found.clear()
        for _ in range(GUESTS):
            cashier.serve(crowd.pop())
            cashier.greet(crowd.pop())
        bare_ms = statistics.median(bare_redraws_ms(cashier.picture()))
        cashier.close()
        starts_s = cold_starts_s(running)
    rows = report(cashier.times_ms, bare_ms)
    print(
        f"bare redraw        p50 {bare_ms:4.0f} ms; processor time of the terminal for a tap, finger lifted until all"
    )
    print(f"                   is still again: {statistics.mean(cashier.tap_cpu_ms):.0f} ms")
    print(f"cold start to the first frame {statistics.median(starts_s):.2f} s, median of {STARTS}")
    print(f"load of the machine {psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} processors")
    if args.plot:
        bars(args.plot, "At the till, ms", [*rows, Bar("a bare redraw, p50", bare_ms)], "limit")


if __name__ == "__main__":
    main()
