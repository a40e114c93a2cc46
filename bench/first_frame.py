"""Cold start of the terminal: from starting the process to the first frame on its screen socket, and what Python and Kivy alone take of it.

The peer in the same run is a Kivy window of the same size with one label, started the same way.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.house import running_house
from bench.plot import Bar, bars

RUNS = 5
_BARE_KIVY = """
import os
os.environ.update(SDL_VIDEODRIVER="offscreen", KIVY_NO_ARGS="1", KIVY_NO_FILELOG="1", KIVY_NO_CONFIG="1")
from kivy.config import Config
Config.set("graphics", "width", 1080); Config.set("graphics", "height", 1920); Config.set("graphics", "multisamples", 0)
from kivy.app import App
from kivy.core.window import Window
from kivy.uix.label import Label
class Bare(App):
    def load_kv(self, filename=None):
        return False
    def build(self):
        Window.bind(on_flip=lambda *_: self.stop())
        return Label(text="Refectory")
Bare().run()
"""


def first_frame_s(command: list[str], screen: Path) -> float:
    """Seconds from the start of `command` until its screen socket has sent a whole frame."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            with socket.socket(socket.AF_UNIX) as client:
                try:
                    client.connect(str(screen))
                    stream = client.makefile("rb")
                    size = stream.read(4)
                    if len(size) == 4 and stream.read(int.from_bytes(size, "big")):
                        return time.perf_counter() - started
                except OSError:
                    time.sleep(0.01)
            if process.poll() is not None:
                raise SystemExit(f"the terminal ended with status {process.returncode}")
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    ours, bare = [], []
    with running_house() as running:
        running.do(running.house.kiosk.terminal.stop())
        folder = running.house.kiosk.folder
        command = [sys.executable, "-m", "appliance.cli", "terminal", "--config", str(folder / "terminal.toml")]
        for _ in range(RUNS):
            running.house.kiosk.screen_socket.unlink(missing_ok=True)
            ours.append(first_frame_s(command, running.house.kiosk.screen_socket))
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", _BARE_KIVY], env=os.environ, check=True, capture_output=True)
            bare.append(time.perf_counter() - started)
    a, b = statistics.median(ours), statistics.median(bare)
    print(f"terminal to first frame  {a:5.2f} s median of {RUNS}")
    print(f"one label in bare Kivy   {b:5.2f} s median of {RUNS}   ratio {a / b:.2f}")
    if args.plot:
        bars(args.plot, "Cold start to first frame, s", [Bar("terminal", a, b)], "bare Kivy window")


if __name__ == "__main__":
    main()
