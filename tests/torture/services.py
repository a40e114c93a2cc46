"""Programs that are killed and come back, as a service manager would have it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

RESTART_AFTER_S = 0.7
TERM_PATIENCE_S = 15.0
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def _die_with_parent() -> None:
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()


class Service:
    """One program. While it is `wanted`, `look` starts it again a moment after it has ended for whatever reason."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
    ) -> None:
        self.name = name
        self.log = log
        self.starts = 0
        self.wanted = False
        self.ended_by_itself: list[str] = []
        self._command = list(command)
        self._environment = {**os.environ, **(environment or {})}
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        self._start_at_s = 0.0
        self._killed = False

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process, only to be asked while it is running."""
        if self._process is None:
            raise LookupError(f"{self.name} has not been started")
        return self._process.pid

    def start(self) -> None:
        """Have it run from now on."""
        self.wanted = True
        self._spawn()

    def look(self) -> None:
        """Start it if it should run and does not."""
        if self._process is not None and self._process.poll() is not None:
            if not self._killed and self.wanted:
                self.ended_by_itself.append(f"{self.name} ended with status {self._process.returncode}")
            self._forget()
            self._start_at_s = time.monotonic() + RESTART_AFTER_S
        if self.wanted and self._process is None and time.monotonic() >= self._start_at_s:
            self._spawn()

    def kill(self) -> bool:
        """SIGKILL; tells whether there was something to kill."""
        if not self.running:
            return False
        self._killed = True
        os.kill(self.pid, signal.SIGKILL)
        return True

    def stop(self) -> None:
        """End it politely, by force if that takes too long."""
        self.wanted = False
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            self._process.wait(TERM_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._forget()

    def tail(self, lines: int = 15) -> str:
        """The last lines it wrote."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def _spawn(self) -> None:
        self._killed = False
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                cwd=self._directory,
                preexec_fn=_die_with_parent,
            )
        self.starts += 1

    def _forget(self) -> None:
        """What the process has started ends with it, and what libfaketime keeps for it in memory goes too."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            for name in (f"faketime_shm_{self._process.pid}", f"sem.faketime_sem_{self._process.pid}"):
                Path("/dev/shm", name).unlink(missing_ok=True)
        self._process = None


def wait_for(ready: Callable[[], bool], what: str, services: Sequence[Service] = (), patience_s: float = 120.0) -> None:
    """Wait until `ready`, keeping `services` up. Raises TimeoutError with `what` and the ends of their logs."""
    deadline = time.monotonic() + patience_s
    while not ready():
        for service in services:
            service.look()
        if time.monotonic() > deadline:
            tails = "\n".join(f"{service.log}:\n{service.tail()}" for service in services)
            raise TimeoutError(f"{what}: not after {patience_s:.0f} s\n{tails}")
        time.sleep(0.05)


def run(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> str:
    """Run a program to its end; returns what it printed. Raises RuntimeError with the end of its output."""
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env={**os.environ, **(environment or {})},
        text=True,
        preexec_fn=_die_with_parent,
    )
    with log.open("a") as file:
        file.write(f"$ {' '.join(command)}\n{done.stdout}{done.stderr}")
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: status {done.returncode}\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout
