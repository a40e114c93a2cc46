"""A short process of its own for work the bridge must not wait for, or must not do with its keys in memory."""

from __future__ import annotations

import subprocess
import sys
from typing import NamedTuple

import msgspec

GRACE_S = 10


class Ended(NamedTuple):
    """What the process wrote, and its exit code."""

    output: bytes
    code: int


class Errand:
    """Runs `python -m <module>`, one at a time: standard input is the order as JSON, standard output the answer.

    Never blocks but for the moment a killed process takes to go.
    """

    def __init__(self, module: str, longest_s: float) -> None:
        self._module, self._longest_s = module, longest_s
        self._process: subprocess.Popen[bytes] | None = None
        self._kill_at_s = 0.0

    @property
    def busy(self) -> bool:
        """Whether one is under way."""
        return self._process is not None

    def start(self, order: msgspec.Struct, now_s: float) -> None:
        """Begin. The order must fit into a pipe (64 kB, pipe(7))."""
        process = subprocess.Popen([sys.executable, "-m", self._module], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._process = process
        self._kill_at_s = now_s + self._longest_s + GRACE_S
        if process.stdin:
            process.stdin.write(msgspec.json.encode(order))
            process.stdin.close()

    def poll(self, now_s: float) -> Ended | None:
        """Return what came of it once, when the process has ended."""
        process = self._process
        if process is None:
            return None
        code = process.poll()
        if code is None:
            if now_s >= self._kill_at_s:
                process.kill()
            return None
        output = process.stdout.read() if process.stdout else b""
        self._forget()
        return Ended(output, code)

    def close(self) -> None:
        """Stop what is under way."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._forget()

    def _forget(self) -> None:
        if self._process and self._process.stdout:
            self._process.stdout.close()
        self._process = None
