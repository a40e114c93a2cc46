"""Child processes of the workbench: started, watched, started again when they die, and ended by pid."""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_RESTART_DELAY_S = 1.0
_TERM_PATIENCE_S = 8.0


def _die_with_parent() -> None:
    """Ask the kernel to end this process when its parent dies (prctl(2), PR_SET_PDEATHSIG), and leave Ctrl-C to the parent."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.setsid()


class ChildFailed(Exception):
    """A child ended when it should not have; carries the last lines of its log."""


@dataclass
class Child:
    """One program. `restart` says whether it comes back by itself, as a service manager would have it."""

    name: str
    command: Sequence[str]
    log_path: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    restart: bool = True
    process: asyncio.subprocess.Process | None = None
    starts: int = 0
    _watcher: asyncio.Task[None] | None = None
    _stopping: bool = False

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.returncode is None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process is not None and self.process.returncode is None else None

    async def start(self) -> None:
        """Start it and keep it running until `stop`."""
        self._stopping = False
        await self._spawn()
        self._watcher = asyncio.create_task(self._watch())

    async def _spawn(self) -> None:
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *self.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                preexec_fn=_die_with_parent,
            )
        self.starts += 1

    async def _watch(self) -> None:
        while self.process is not None:
            await self.process.wait()
            if self._stopping or not self.restart:
                return
            sys.stderr.write(f"{self.name} ended (status {self.process.returncode}); starting it again\n")
            await asyncio.sleep(_RESTART_DELAY_S)
            if self._stopping:
                return
            await self._spawn()

    async def stop(self) -> None:
        """End it: politely first, after a while by force."""
        self._stopping = True
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), _TERM_PATIENCE_S)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()
        if self._watcher is not None:
            self._watcher.cancel()

    def log_tail(self, lines: int = 15) -> str:
        """The last lines it wrote."""
        if not self.log_path.exists():
            return ""
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])


async def run_once(name: str, command: Sequence[str], log_path: Path, environment: Mapping[str, str]) -> str:
    """Run a program to its end and return what it printed.

    Raises ChildFailed, with the last lines of its log, when it does not exit with 0.
    """
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=log,
            env={**os.environ, **environment},
            preexec_fn=_die_with_parent,
        )
        output, _ = await process.communicate()
        log.write(output)
    if process.returncode != 0:
        tail = "\n".join(log_path.read_text(errors="replace").splitlines()[-15:])
        raise ChildFailed(f"{name} failed (status {process.returncode}); log: {log_path}\n{tail}")
    return output.decode()
