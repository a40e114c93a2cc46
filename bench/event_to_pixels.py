"""From the last byte on the badge reader's line to changed pixels on the screen socket.

The whole way: serial line, driver, bus, flow, presenter, Kivy, frame read back and encoded.
The bound to compare with is the 200 ms that a badge may take until the guest is visible.
"""

from __future__ import annotations

import argparse
import queue
import socket
import statistics
import threading
import time
from pathlib import Path

from bench.house import RunningHouse, running_house
from bench.plot import Bar, bars

TAPS = 30
LIMIT_MS = 200.0


class Frames:
    """Frames of the screen socket with the time each arrived."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        self.arrived: queue.Queue[tuple[float, bytes]] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        stream = self._socket.makefile("rb")
        while len(size := stream.read(4)) == 4:
            frame = stream.read(int.from_bytes(size, "big"))
            self.arrived.put((time.perf_counter(), frame))

    def quiet(self, quiet_s: float = 0.6) -> None:
        """Wait until no frame has come for `quiet_s`."""
        while True:
            try:
                self.arrived.get(timeout=quiet_s)
            except queue.Empty:
                return

    def touch(self, x: float, y: float) -> None:
        """Touch and let go."""
        for kind in ("down", "up"):
            self._socket.sendall(f'{{"type":"{kind}","x":{x},"y":{y}}}\n'.encode())


def measure(running: RunningHouse) -> list[float]:
    """Milliseconds for each of TAPS badges; the screen is led back to the attract screen in between by a second terminal start."""
    frames = Frames(running.house.screen_socket)
    numbers = [badge["number"] for badge in running.house.badges[:2]]
    times_ms = []
    frames.quiet(2)
    for tap in range(TAPS):
        started = time.perf_counter()
        running.house.badge_reader.present(numbers[tap % 2])
        arrived, _ = frames.arrived.get(timeout=5)
        times_ms.append((arrived - started) * 1e3)
        frames.quiet()
    return times_ms


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    with running_house() as running:
        times_ms = sorted(measure(running))
    p50, p95 = statistics.median(times_ms), times_ms[int(len(times_ms) * 0.95)]
    print(
        f"badge to pixels: p50 {p50:.0f} ms, p95 {p95:.0f} ms over {TAPS}   ratio to the limit of {LIMIT_MS:.0f} ms: {p95 / LIMIT_MS:.2f}"
    )
    if args.plot:
        bars(args.plot, "Badge to pixels, ms", [Bar("p50", p50, LIMIT_MS), Bar("p95", p95, LIMIT_MS)], "limit")


if __name__ == "__main__":
    main()
