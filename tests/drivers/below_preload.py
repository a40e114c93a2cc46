"""Opens devices in a child process below umockdev's preload library and hands their calls and errors over.

The driver runs unmodified with the real vendor library; only the kernel below it is emulated.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from hal.errors import DeviceError

ROOT = Path(__file__).parents[2]


class ChildProcess:
    """A process in which drivers open devices; several at a time, by number."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        with Listener(family="AF_UNIX") as listener:
            command = [sys.executable, "-m", "tests.drivers.below_preload", str(listener.address)]
            path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
            self._process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path, **environment})
            self._line = listener.accept()

    def open(self, driver: str, port: Any, contract: str, options: Mapping[str, object]) -> RemoteDevice:
        """Open a device there; raises what the driver raises."""
        return RemoteDevice(self, self.call("open", driver, port, contract, dict(options)))

    def call(self, *words: Any) -> Any:
        """Have something done there; an exception there is raised here."""
        self._line.send(words)
        kind, value = self._line.recv()
        if kind == "error":
            raise value
        return value

    def close(self) -> None:
        """End the process."""
        self._line.close()
        self._process.wait(10.0)


class RemoteDevice:
    """Stands here for a device that is open there; offers the methods of readers, printers and drawers."""

    def __init__(self, child: ChildProcess, number: int) -> None:
        self._child = child
        self._number = number

    def read(self, timeout_s: float) -> Any:
        return self._child.call(self._number, "read", timeout_s)

    def print(self, lines: Any, job_id: str) -> None:
        self._child.call(self._number, "print", lines, job_id)

    def status(self) -> Any:
        return self._child.call(self._number, "status")

    def open_drawer(self) -> None:
        self._child.call(self._number, "open_drawer")

    def is_open(self) -> Any:
        return self._child.call(self._number, "is_open")

    def close(self) -> None:
        with contextlib.suppress(OSError, EOFError):
            self._child.call(self._number, "close")


def main() -> None:
    """Obey until the line is closed."""
    line: Connection[Any, Any] = Client(sys.argv[1], family="AF_UNIX")
    devices: list[Any] = []
    while True:
        try:
            words = line.recv()
        except EOFError:
            break
        try:
            line.send(("value", _obey(devices, words)))
        except DeviceError as error:
            error.__cause__ = error.__context__ = None
            line.send(("error", error))
        except Exception as error:
            line.send(("error", RuntimeError(repr(error))))


def _obey(devices: list[Any], words: tuple[Any, ...]) -> Any:
    from hal.registry import drivers

    if words[0] == "open":
        _, driver, port, contract, options = words
        descriptor = drivers()[driver]
        descriptor.check_port(port)
        devices.append(descriptor.load()(port, contract, descriptor.check_options(options)))
        return len(devices) - 1
    return getattr(devices[words[0]], words[1])(*words[2:])


if __name__ == "__main__":
    main()
