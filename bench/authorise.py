"""An authorisation while the guest waits, against the least it can cost, and what happens when nobody answers.

    python -m bench.authorise [--plot PICTURE.png] [--samples N] [--rounds N]

The whole way: the terminal's authoriser, bridge, mosquitto, spool, database and back, every part a process of its own. The
least it can cost: a bare QoS 0 round trip through the same broker and one durable commit on the same disk, taken in turns
with the authorisations so that whatever else the machine does slows all of them. Samples come in rounds; of each figure the
round in which it was lowest counts, for that has least to do with whatever else the machine did. Then the line turns into a black hole, the
spool is stopped and killed, and the broker is killed: the first guest waits for the deadline, nobody after that.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
import psycopg
from paho.mqtt.enums import CallbackAPIVersion

from appliance.store.authoriser import AuthorisationAnswered, Authoriser, Mode, Outcome
from bench.delivery_office import DAY, ENGINES, GUESTS, Office, wait_until
from bench.plot import Bar, bars
from hal.bus import EventBus
from journal.keys import SigningKey
from mqtt_bridge import wire
from workbench.network import Link, Relay

MOST_RATIO, BOUND_AT = 3.0, 0.5
DEADLINE_S, SPARE_S, OPEN_S = 0.6, 0.05, 0.005
NAGLE_S, WIDTH_S = 0.038, 0.010
"""Where a delayed acknowledgement would show (tcp(7): 40 ms): a step that stands out from the same width beside it."""
WARM_UP = 50
PING, PONG = "bench/ping", "bench/pong"


class House(Office):
    """A head office whose parts can be stopped and killed."""

    def __init__(self, folder: Path, engine: str) -> None:
        super().__init__(folder, engine)
        self.parts: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def port(self) -> int:
        """Where the broker listens."""
        return self._port

    def enrol(self, terminal: str, port: int) -> tuple[Path, wire.Enrolment, SigningKey]:
        """Enrol a terminal that reaches the broker at `port`."""
        folder = self._folder / terminal
        folder.mkdir()
        key = SigningKey.generate()
        request = {"terminal": terminal, "public_key": key.public.to_base64()}
        said = self._run("shell", "-v", "0", "-c", _ENROL, REQUEST=msgspec.json.encode(request).decode())
        found = msgspec.json.decode(said, type=wire.Enrolment)
        found = msgspec.structs.replace(found, broker=wire.Broker(host="127.0.0.1", port=port))
        wire.save_enrolment(folder / "enrolment.json", found)
        return folder, found, key

    def start_spool(self) -> None:
        """Start the spool, which may have been killed before; it is stopped with everything else."""
        log = self._folder / "spool.log"
        log.unlink(missing_ok=True)
        self._keep([*_OFFICE, "spool"], "spool")
        wait_until(lambda: "connected to broker" in log.read_text(), "the spool is connected")

    def committer(self, stack: ExitStack) -> Callable[[], object]:
        """One durable commit on the disk of the database."""
        if self.engine == "postgresql":
            connection = stack.enter_context(psycopg.connect(self._url, autocommit=True))
            connection.execute("CREATE TABLE bench_commit (at timestamptz)")
            return lambda: connection.execute("INSERT INTO bench_commit VALUES (now())")
        database = stack.enter_context(closing(sqlite3.connect(self._folder / "bench.sqlite3", isolation_level=None)))
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            database.execute(f"PRAGMA {pragma}")
        database.execute("CREATE TABLE bench_commit (at REAL)")
        return lambda: database.execute("INSERT INTO bench_commit VALUES (julianday())")

    def _keep(self, command: list[str], name: str) -> subprocess.Popen[bytes]:
        self.parts[name] = super()._keep(command, name)
        return self.parts[name]


_OFFICE = [sys.executable, "-m", "appliance.cli", "head-office"]
_ENROL = """
import json, os
import msgspec
from server.core.keys import load_keys
from server.fleet.enrolment import enrol
print(msgspec.json.encode(enrol(json.loads(os.environ["REQUEST"]), load_keys(), role="till")).decode())
"""


class Till:
    """A terminal that only asks."""

    def __init__(self, house: House, name: str, port: int, deadline_s: float, stack: ExitStack) -> None:
        folder, enrolment, key = house.enrol(name, port)
        self.bus: EventBus[Any] = EventBus()
        stack.enter_context(house.bridge(folder))
        asker = Authoriser(enrolment, key, folder, self.bus, lambda: datetime.now(UTC), deadline_s)
        self.authoriser = stack.enter_context(closing(asker))
        self._guest = 0
        self.wait_for(Mode.CONNECTED)

    def ask(self) -> tuple[float, AuthorisationAnswered]:
        """Ask for a guest's turn; returns the seconds until the answer was on the bus, and the answer."""
        self._guest = (self._guest + 1) % GUESTS
        begun_s = time.perf_counter()
        request = self.authoriser.ask(f"{self._guest:032x}", 0, DAY, None, 0)
        while True:
            if not self.bus.wait(30):
                raise SystemExit("a question was not answered at all")
            took_s = time.perf_counter() - begun_s
            for event in self.bus.drain():
                if event.request == request:
                    return took_s, event

    def wait_for(self, mode: Mode) -> None:
        wait_until(lambda: self.authoriser.mode is mode, f"the terminal is {mode}")


class Bare:
    """A bare QoS 0 round trip through the broker, to a process that only sends back."""

    def __init__(self, port: int, stack: ExitStack) -> None:
        command = [sys.executable, "-m", "bench.authorise", "--echo", str(port)]
        echo = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE))
        stack.callback(echo.terminate)
        assert echo.stdout
        echo.stdout.readline()
        self._came = False
        self._client = client(port, PONG, self._on_pong)
        stack.callback(self._client.disconnect)

    def turn(self) -> None:
        self._came = False
        self._client.publish(PING, b"x" * 400)
        while not self._came:
            self._client.loop(1.0)

    def _on_pong(self, *_: object) -> None:
        self._came = True


def client(port: int, subscribed: str, heard: Callable[..., None]) -> mqtt.Client:
    """A connected client that is subscribed."""
    ready: list[bool] = []
    made = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    made.on_socket_open = lambda _client, _data, sock: sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    made.on_message = heard
    made.on_subscribe = lambda *_: ready.append(True)
    made.connect("127.0.0.1", port)
    made.subscribe(subscribed)
    while not ready:
        made.loop(1.0)
    return made


def echo(port: int) -> None:
    """Send back whatever comes, until killed."""
    made = client(port, PING, lambda connection, _data, message: connection.publish(PONG, message.payload))
    print("ready", flush=True)
    while True:
        made.loop(10.0)


def percentile(durations_s: list[float], share: float) -> float:
    """The duration in milliseconds that `share` of all stay below."""
    return sorted(durations_s)[min(len(durations_s) - 1, int(len(durations_s) * share))] * 1000


def share(durations_s: list[float], from_s: float) -> float:
    """How many of all lie within the width of a step from there."""
    return sum(from_s <= took_s < from_s + WIDTH_S for took_s in durations_s) / len(durations_s)


def timed(action: Callable[[], object]) -> float:
    begun_s = time.perf_counter()
    action()
    return time.perf_counter() - begun_s


@dataclass
class Samples:
    """Seconds of authorisations, of bare round trips, and of durable commits, taken in turns."""

    asked: list[float] = field(default_factory=list)
    trips: list[float] = field(default_factory=list)
    commits: list[float] = field(default_factory=list)

    @property
    def least(self) -> list[float]:
        """The least an authorisation can cost."""
        return [trip_s + commit_s for trip_s, commit_s in zip(self.trips, self.commits, strict=True)]


def measure(house: House, rounds: int, samples: int) -> list[Samples]:
    """Take that many rounds of so many samples."""
    with ExitStack() as stack:
        till = Till(house, "till-1", house.port, 10.0, stack)
        bare, commit = Bare(house.port, stack), house.committer(stack)

        def take(count: int) -> Samples:
            taken = Samples()
            for _ in range(count):
                took_s, answer = till.ask()
                if answer.outcome is not Outcome.GRANTED:
                    raise SystemExit(f"a request was answered {answer.outcome} {answer.reason}")
                taken.asked.append(took_s)
                taken.trips.append(timed(bare.turn))
                taken.commits.append(timed(commit))
            return taken

        take(WARM_UP)
        return [take(samples) for _ in range(rounds)]


@contextmanager
def relay(port: int) -> Iterator[tuple[int, Callable[[Link], None]]]:
    """A line to the broker that can be made silent; gives its port and the switch."""
    line, loop = Relay(("127.0.0.1", port)), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def do(work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result(30)

    do(line.start())
    try:
        yield line.port, lambda link: do(line.set_link(link))
    finally:
        do(line.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def fall_back(house: House) -> dict[str, tuple[float, float]]:
    """For each fault the seconds the first guest waits, and the longest that any of the next twenty does."""
    found: dict[str, tuple[float, float]] = {}
    with ExitStack() as stack:
        port, set_link = stack.enter_context(relay(house.port))
        till = Till(house, "till-2", port, DEADLINE_S, stack)

        def fault(name: str, happen: Callable[[], object]) -> None:
            till.wait_for(Mode.CONNECTED)
            if till.ask()[1].outcome is not Outcome.GRANTED:
                raise SystemExit(f"{name}: head office does not answer before")
            happen()
            first_s, answer = till.ask()
            rest = [till.ask() for _ in range(20)]
            if {event.outcome for _, event in rest} | {answer.outcome} != {Outcome.LOCAL}:
                raise SystemExit(f"{name}: somebody was answered by head office")
            found[name] = first_s, max(took_s for took_s, _ in rest)

        def send(part: str, number: signal.Signals) -> Callable[[], None]:
            return lambda: os.kill(house.parts[part].pid, number)

        fault("black hole", lambda: set_link(Link.SILENT))
        set_link(Link.UP)
        fault("spool stopped", send("spool", signal.SIGSTOP))
        send("spool", signal.SIGCONT)()
        fault("spool killed", send("spool", signal.SIGKILL))
        house.start_spool()
        fault("broker killed", send("broker", signal.SIGKILL))
    return found


def report(engine: str, rounds: list[Samples]) -> tuple[list[Bar], list[str]]:
    """Print one engine's figures; returns its bars and what is not as it must be."""
    rows: list[Bar] = []
    wrong: list[str] = []
    for part in (0.5, 0.95):

        def lowest(pick: Callable[[Samples], list[float]], part: float = part) -> float:
            return min(percentile(pick(taken), part) for taken in rounds)

        ours, bound = lowest(lambda taken: taken.asked), lowest(lambda taken: taken.least)
        print(
            f"{engine:10} p{part * 100:.0f}: authorisation {ours:6.2f} ms, round trip {lowest(lambda taken: taken.trips):5.2f} + "
            f"commit {lowest(lambda taken: taken.commits):5.2f} ms, ratio {ours / bound:.2f}"
        )
        rows.append(Bar(f"{engine} p{part * 100:.0f}", ours, bound))
        if part == BOUND_AT and ours > MOST_RATIO * bound:
            wrong.append(f"{engine} p{part * 100:.0f}: {ours:.1f} ms is more than {MOST_RATIO:g} x {bound:.1f} ms")
    ratios = ", ".join(
        f"{percentile(taken.asked, BOUND_AT) / percentile(taken.least, BOUND_AT):.2f}" for taken in rounds
    )
    print(f"{engine:10} p{BOUND_AT * 100:.0f} of every round: ratio {ratios} (at most {MOST_RATIO:g})")
    for name, pick in (("authorisation", attrgetter("asked")), ("round trip", attrgetter("trips"))):
        everything = [took_s for taken in rounds for took_s in pick(taken)]
        before, step, after = (share(everything, NAGLE_S + shift * WIDTH_S) for shift in (-1, 0, 1))
        if step > 0.05 and step > 2 * max(before, after):
            wrong.append(f"{engine}: {step:.0%} of {name}s took 38 to 48 ms, as with Nagle's algorithm")
    return rows, wrong


def main() -> int:
    """Measure, print, draw; returns 1 when something is not as it must be."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw the times to this file")
    parser.add_argument("--samples", type=int, default=100, help="in a round")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--echo", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.echo:
        echo(arguments.echo)
    rows: list[Bar] = []
    wrong: list[str] = []
    for engine in ENGINES:
        with TemporaryDirectory(prefix="refectory-bench-") as folder, closing(House(Path(folder), engine)) as house:
            house.start()
            house.start_spool()
            more, bad = report(engine, measure(house, arguments.rounds, arguments.samples))
            rows += more
            wrong += bad
            if engine == ENGINES[0]:
                for name, (first_s, next_s) in fall_back(house).items():
                    print(
                        f"{name:14}: the first guest waits {first_s * 1000:5.1f} ms, the next ones {next_s * 1000:.2f} ms"
                    )
                    rows.append(Bar(name, first_s * 1000, (DEADLINE_S + SPARE_S) * 1000))
                    if first_s > DEADLINE_S + SPARE_S or next_s > OPEN_S:
                        wrong.append(f"{name}: somebody waits too long")
    if arguments.plot:
        bars(arguments.plot, "authorisation and fallback, ms", rows, "least cost, or limit")
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
