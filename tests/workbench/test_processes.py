"""Children come back when they are killed, and end when they are told to."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from workbench.processes import Child, ChildFailed, run_once

SLEEPER = [sys.executable, "-c", "import signal; signal.pause()"]


def test_a_killed_child_is_started_again_and_stop_ends_it(tmp_path: Path) -> None:
    async def run() -> None:
        child = Child("sleeper", SLEEPER, tmp_path / "sleeper.log")
        await child.start()
        first = child.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(20):
            while child.starts < 2:
                await asyncio.sleep(0.05)
        second = child.pid
        assert second not in (None, first)
        await child.stop()
        assert child.pid is None
        assert not Path(f"/proc/{second}").exists()

    asyncio.run(run())


def test_a_failing_step_shows_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('the key file is missing')"]
    with pytest.raises(ChildFailed, match=r"(?s)keys failed \(status 1\).*the key file is missing"):
        asyncio.run(run_once("keys", command, tmp_path / "setup.log", {}))
