"""The lane: scripted guests at a till, then at a pass-through and a kiosk, through the emulated devices of a whole house.

120 guests: 70 % a set menu, 20 % a tray of three things, 10 % exceptions (blocked badge, second meal, low balance). The robot
needs 0.6 s for a tap, 1.5 s for a badge and 1 s between two guests; the network to head office is cut at the middle of the
queue and stays so. Every price is compared with one worked out here from head office's tables, every refusal must be
explained on the screen, and after the network is back head office must have every sale once, and every balance exact.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from bench.event_to_pixels import Frames
from bench.house import RunningHouse, running_house
from bench.lane_prices import Key, Prices
from bench.plot import Bar, bars
from journal.reader import JournalReader
from tests.journeys.office import Office
from tests.journeys.screen import Screen, Target
from tests.waiting import wait_until
from workbench.network import Link
from workbench.station import KIOSK, PASS_THROUGH, TILL, Station

TAP_S, BADGE_S, BETWEEN_S = 0.6, 1.5, 1.0
BLOCKED, POOR, MENU = "04D00D1E", "04C0FFEE", "Spaghetti"
LIMITS_MS = {
    "tap -> line": 50.0,
    "badge -> guest": 200.0,
    "settle -> durable, connected": 300.0,
    "settle -> durable, first lost contact": 700.0,
    "settle -> durable, local": 300.0,
    "paid -> next line": 100.0 + 50.0,
}
GUESTS_PER_MINUTE, PASSES_PER_MINUTE, KIOSK_MACHINE_S, KIOSK_TAPS = 12, 20, 1.5, 4


@dataclass
class Found:
    """What the lane measured: milliseconds by moment, and whatever was not as it must be."""

    times_ms: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    refusals: int = 0

    def time(self, moment: str, milliseconds: float) -> None:
        self.times_ms.setdefault(moment, []).append(milliseconds)


class Robot:
    """Hands at a terminal: taps by text, badges on the serial line, and a clock on everything."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.screen = Screen(station.screen_socket)
        self._frames = Frames(station.screen_socket)
        self._places: dict[str, Target] = {}
        self.machine_s = 0.0
        self._free_s = time.perf_counter()

    def pause(self, seconds: float) -> None:
        """The robot's own time: it runs from when the picture of the last action stood still."""
        self._free_s += seconds
        time.sleep(max(0.0, self._free_s - time.perf_counter()))

    def learn(self, *texts: str) -> None:
        """Remember where these texts stand, as a cashier does."""
        for text in texts:
            self._places[text] = self.screen.see(text, touch=True)

    def tap(self, text: str) -> float:
        """Take the robot's time, touch, and return the milliseconds until the picture it changed stands still."""
        place = self._places.get(text) or self.screen.see(text, touch=True)
        self.pause(TAP_S)
        x, y = place.x + place.width / 2, place.y + place.height / 2
        self._frames.finger("down", x, y)
        return self._timed(lambda: self._frames.finger("up", x, y))

    def tap_corner(self, text: str) -> float:
        """Tap the plus in the corner of the tile that carries `text`."""
        tile = self.screen.see(text, touch=True)
        self.pause(TAP_S)
        x, y = tile.x + tile.width - 60, tile.y + tile.height - 60
        self._frames.finger("down", x, y)
        return self._timed(lambda: self._frames.finger("up", x, y))

    def touch_now(self, text: str) -> float:
        """As `tap`, without a moment's thought."""
        place = self._places[text]
        x, y = place.x + place.width / 2, place.y + place.height / 2
        self._frames.finger("down", x, y)
        return self._timed(lambda: self._frames.finger("up", x, y))

    def present(self, number: str) -> float:
        """Present a badge; returns the milliseconds until the picture it changed stands still."""
        return self._timed(lambda: self.station.badge_reader.present(number))

    def says(self, text: str) -> bool:
        return self.screen.find(text) is not None

    def _timed(self, event: Callable[[], None]) -> float:
        """The wait for stillness is the robot's own: it is taken off the pause that follows."""
        self._frames.drain()
        started = time.perf_counter()
        event()
        arrived = self._frames.last(5.0)
        ended = arrived or time.perf_counter()
        self._free_s = ended
        took_s = ended - started
        self.machine_s += took_s
        return took_s * 1e3


class Durable:
    """Tells when a terminal's journal has grown, seen from outside."""

    def __init__(self, station: Station) -> None:
        self._reader = JournalReader(station.folder / "journal.sqlite")

    def head(self) -> int:
        return self._reader.head().seq

    def after(self, head: int) -> threading.Thread:
        """Start to wait for an entry after `head`; `grown_s` is when it was there."""
        self.grown_s = 0.0
        waiting = threading.Thread(target=self._wait, args=(head,), daemon=True)
        waiting.start()
        return waiting

    def _wait(self, head: int) -> None:
        deadline = time.perf_counter() + 5.0
        while time.perf_counter() < deadline:
            if self.head() > head:
                self.grown_s = time.perf_counter()
                return
            time.sleep(0.002)


class Lane:
    """The queue at the till."""

    def __init__(self, running: RunningHouse, guests: int, seed: int) -> None:
        self._running, self._house = running, running.house
        self._office = Office(self._house.office_folder)
        self._prices = Prices(self._office)
        self._choose = random.Random(seed)
        self._till = Robot(self._house.stations["till-1"])
        self._durable = Durable(self._house.stations["till-1"])
        self._people = json.loads((self._house.options.folder / "badges.json").read_text())
        self._crowd = list(self._people["crowd"])
        self._keys = self._prices.keys()
        self._plan = self._kinds(guests)
        self._expected: list[tuple[str, int]] = []
        self._ate: list[str] = []
        self._poor_ate = False
        self.found = Found()

    def _kinds(self, guests: int) -> list[str]:
        exceptions = ("blocked", "second", "poor")
        kinds = ["menu"] * round(guests * 0.7) + ["tray"] * round(guests * 0.2)
        kinds += [exceptions[number % 3] for number in range(guests - len(kinds))]
        self._choose.shuffle(kinds)
        # Somebody has to have eaten before somebody can come for a second meal.
        return sorted(kinds[:3], key=lambda kind: kind == "second") + kinds[3:]

    def open(self) -> None:
        """Sign in, open the shift, learn where the keys are."""
        self._till.station.badge_reader.present(self._people["cashiers"][0]["badge"])
        self._till.screen.see("Float")
        for key in "200":
            self._till.screen.touch(key)
        self._till.screen.touch("OK")
        self._till.screen.see("Veggie menu", touch=True)
        # What has few portions left would sell out in the middle of the queue.
        plenty = [t for t in self._till.screen.targets() if t.touch and not any("left" in text for text in t.texts)]
        known = {text for target in plenty for text in target.texts}
        self._keys = {label: key for label, key in self._keys.items() if label in known}
        self._till.learn(*self._keys)

    def run(self) -> float:
        """Serve the whole queue; returns the seconds it took."""
        menus = [key for key in self._keys.values() if key.menu]
        single = [key for key in self._keys.values() if key.article]
        cut_at = len(self._plan) // 2
        started = time.monotonic()
        for number, kind in enumerate(self._plan):
            if number == cut_at:
                self._running.do(self._house.set_network(Link.CUT))
            how = "connected" if number < cut_at else "first lost contact" if number == cut_at else "local"
            tray = [self._choose.choice(menus)] if kind != "tray" else self._choose.sample(single, 3)
            {
                "menu": self._pays,
                "tray": self._pays,
                "blocked": self._blocked,
                "second": self._second,
                "poor": self._poor,
            }[kind](tray, how)
            if (number + 1) % 20 == 0:
                print(
                    f"  {number + 1} guests, {(number + 1) / (time.monotonic() - started) * 60:.1f} a minute",
                    flush=True,
                )
            self._till.pause(BETWEEN_S)
        return time.monotonic() - started

    def _ring(self, tray: list[Key]) -> None:
        for key in tray:
            self.found.time("tap -> line", self._till.tap(key.label))

    def _settle(self, number: str, how: str) -> bool:
        """Present the badge; tells whether a sale became durable."""
        head = self._durable.head()
        waiting = self._durable.after(head)
        self._till.pause(BADGE_S)
        started = time.perf_counter()
        self._till.present(number)
        if self._durable.grown_s:
            waiting.join()
            self.found.time(f"settle -> durable, {how}", (self._durable.grown_s - started) * 1e3)
            return True
        return False

    def _pays(self, tray: list[Key], how: str) -> None:
        number = self._crowd.pop(0)
        eater = self._prices.eater(number)
        self._ring(tray)
        self._expect(eater.guest_id, self._prices.due_minor(tray, eater, first_meal=True))
        if not self._settle(number, how):
            self._wrong(f"guest {eater.guest_id} could not pay {[key.label for key in tray]}")
            self._till.tap("Clear")
            return
        if eater.payer is not None and self._prices.is_meal(tray):
            self._ate.append(number)

    def _blocked(self, tray: list[Key], how: str) -> None:
        self._ring(tray)
        if self._settle(BLOCKED, how):
            self._wrong("a blocked badge paid")
        self._explained("blocked")
        self._till.tap("Clear")

    def _second(self, tray: list[Key], how: str) -> None:
        if not self._ate:
            self._pays(tray, how)
            return
        number = self._ate.pop(0)
        eater = self._prices.eater(number)
        self._ring(tray)
        if self._settle(number, how):
            self._wrong("a second meal was taken from the account before the reason was shown")
        self._explained("Second meal")
        self._expect(eater.guest_id, self._prices.due_minor(tray, eater, first_meal=False))
        self.found.time("pay tap -> paid", self._till.tap("Account"))
        if not self._till.says("Paid"):
            self._wrong("a second meal at full price could not be paid")
            self._till.tap("Clear")

    def _poor(self, tray: list[Key], how: str) -> None:
        """Refused and paid in cash; or, in local mode, given the one meal that is promised, with the debt on the screen."""
        eater = self._prices.eater(POOR)
        promised = how != "connected" and eater.fed_first and not self._poor_ate and self._prices.is_meal(tray)
        self._poor_ate = self._poor_ate or self._prices.is_meal(tray)
        self._ring(tray)
        self._expect(eater.guest_id, self._prices.due_minor(tray, eater, first_meal=True))
        if self._settle(POOR, how) != promised:
            self._wrong("an empty account paid" if not promised else "a promised meal was not given")
        if promised:
            if not self._till.says("The account now owes"):
                self._wrong("the debt of a promised meal is not shown")
            return
        self._explained("missing")
        self.found.time("pay tap -> paid", self._till.tap("exact"))

    def _expect(self, guest_id: str, due_minor: int) -> None:
        self._expected.append((guest_id, due_minor))

    def _explained(self, words: str) -> None:
        self.found.refusals += 1
        if not self._till.says(words):
            self._wrong(f"a refusal is not explained: {words!r} is not on the screen")

    def _wrong(self, text: str) -> None:
        self.found.wrong.append(text)
        print(f"  WRONG: {text}", flush=True)

    def at_once(self) -> None:
        """After a payment the next guest's first tap comes at once."""
        label = next(key.label for key in self._keys.values() if key.menu)
        for _ in range(6):
            number = self._crowd.pop(0)
            eater = self._prices.eater(number)
            self._expect(eater.guest_id, self._prices.due_minor([self._keys[label]], eater, first_meal=True))
            self._till.tap(label)
            self._settle(number, "local")
            self.found.time("paid -> next line", self._till.touch_now(label))
            self._till.tap("Clear")

    def badge_first(self) -> None:
        """Badge, then the tray, then one tap to pay."""
        label = next(key.label for key in self._keys.values() if key.menu)
        for _ in range(8):
            number = self._crowd.pop(0)
            eater = self._prices.eater(number)
            self._expect(eater.guest_id, self._prices.due_minor([self._keys[label]], eater, first_meal=True))
            self._till.pause(BADGE_S)
            self.found.time("badge -> guest", self._till.present(number))
            self._till.tap(label)
            self.found.time("pay tap -> paid", self._till.tap("Account"))

    def take(self, count: int) -> list[str]:
        """Badges of guests who have not eaten yet."""
        taken, self._crowd = self._crowd[:count], self._crowd[count:]
        return taken

    def check(self) -> None:
        """Bring the network back; head office must then have every sale once, at the right price, and exact balances."""
        self._running.do(self._house.set_network(Link.UP))
        head = self._durable.head()
        sql = "SELECT MAX(e.upto) FROM fleet_enrolment e JOIN fleet_terminal t ON t.id = e.terminal_id WHERE t.code = 'till-1'"
        wait_until(lambda: self._office.one(sql) == head, "head office has everything", 120)
        sold = self._office.rows(
            "SELECT t.guest_id, t.total_minor - t.charges_minor FROM sales_ticket t JOIN fleet_terminal f ON f.id = t.terminal_id"
            " WHERE f.code = 'till-1' ORDER BY t.seq"
        )
        if sold != self._expected:
            for number, (is_, must) in enumerate(zip_longest(sold, self._expected), 1):
                if is_ != must:
                    self._wrong(f"sale {number}: head office has {is_}, expected {must}")
        if self._office.ledger_sums() != self._office.balances():
            self._wrong("a balance differs from the sum of its ledger")


def pass_through(running: RunningHouse, badges: list[str], found: Found) -> float:
    """Badge after badge; returns how many a minute."""
    robot = Robot(running.house.stations["pass-1"])
    robot.screen.see("Hold your badge")
    started = time.monotonic()
    for number in badges:
        robot.pause(BADGE_S)
        found.time("pass-through: badge -> answer", robot.present(number))
        robot.pause(BETWEEN_S)
    took_s = time.monotonic() - started
    robot.screen.see(f"{len(badges)} meals served")
    return len(badges) / took_s * 60


def kiosk(running: RunningHouse, badges: list[str], found: Found) -> tuple[int, float]:
    """Badge, today's menu, pay; returns taps and the worst machine time of a whole order, in seconds."""
    robot = Robot(running.house.stations["kiosk-1"])
    worst_s = 0.0
    taps: tuple[Callable[[Robot], float], ...] = (
        lambda robot: robot.tap_corner(MENU),
        lambda robot: robot.tap("Pay"),
        lambda robot: robot.tap("Pay "),
    )
    for number in badges:
        robot.machine_s = 0.0
        robot.pause(BADGE_S)
        robot.present(number)
        for tap in taps:
            tap(robot)
        found.time("kiosk: machine time of an order", robot.machine_s * 1e3)
        worst_s = max(worst_s, robot.machine_s)
        robot.screen.see("Your number")
        robot.screen.touch("Done")
        robot.screen.see("Order as a guest")
    return len(taps), worst_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--guests", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    with running_house(TILL, PASS_THROUGH, KIOSK) as running:
        lane = Lane(running, args.guests, args.seed)
        lane.open()
        took_s = lane.run()
        lane.at_once()
        lane.badge_first()
        lane.check()
        passes = lane.take(40)
        passed = pass_through(running, passes, lane.found)
        taps, machine_s = kiosk(running, lane.take(8), lane.found)
    sys.exit(report(lane.found, args, args.guests / took_s * 60, passed, taps, machine_s))


def report(found: Found, args: argparse.Namespace, served: float, passed: float, taps: int, machine_s: float) -> int:
    """Print every moment with its limit and draw them; 1 when a price was wrong or a lane too slow."""
    rows = []
    for moment, times_ms in found.times_ms.items():
        p95 = sorted(times_ms)[min(len(times_ms) - 1, int(len(times_ms) * 0.95))]
        limit = LIMITS_MS.get(moment)
        against = f"limit {limit:.0f} ms, p95 is {p95 / limit:.2f} of it" if limit else ""
        print(
            f"{moment:38} p50 {statistics.median(times_ms):5.0f} ms  p95 {p95:5.0f} ms  of {len(times_ms):4}   {against}"
        )
        if limit:
            rows.append(Bar(moment, p95, limit))
    print(
        f"till: {args.guests} guests, {served:.1f} a minute (at least {GUESTS_PER_MINUTE}); network cut at the middle"
    )
    print(f"pass-through: {passed:.1f} a minute (at least {PASSES_PER_MINUTE})")
    print(
        f"kiosk: {taps} taps and a badge (at most {KIOSK_TAPS}); at worst {machine_s:.2f} s of machine time (at most {KIOSK_MACHINE_S})"
    )
    print(f"refusals, all explained: {found.refusals}" if not found.wrong else f"WRONG: {len(found.wrong)}")
    for text in found.wrong:
        print(f"  {text}")
    if args.plot:
        bars(args.plot, "The lane: p95 of each moment, ms", rows, "limit")
    return 1 if found.wrong or served < GUESTS_PER_MINUTE or passed < PASSES_PER_MINUTE or taps > KIOSK_TAPS else 0


if __name__ == "__main__":
    main()
