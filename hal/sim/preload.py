"""A helper process below the system's Python that shows emulated kernel devices to other programs, by umockdev.

The programs that are to see them run with `environment`. umockdev's Python binding belongs to the system's Python, so the
helper is a script of its own, which reads and writes JSON lines.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

SYSTEM_PYTHON = "/usr/bin/python3"
_LIBRARY = "libumockdev-preload.so.0"


class PreloadTestbed:
    """Runs `script`; needs the Debian packages umockdev, gir1.2-umockdev-1.0 and python3-gi.

    `tells_udev`: the helper itself runs below the preload library, without which it cannot send events of udev.
    """

    def __init__(self, script: Path, *, tells_udev: bool = False) -> None:
        self._helper = subprocess.Popen(
            [SYSTEM_PYTHON, "-I", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "LD_PRELOAD": _LIBRARY} if tells_udev else None,
        )
        self.environment = {"LD_PRELOAD": _LIBRARY, "UMOCKDEV_DIR": str(self._hear())}

    def ask(self, do: str, **values: Any) -> Any:
        """Have the helper do something and return its answer; raises `RuntimeError` when it could not."""
        assert self._helper.stdin is not None
        self._helper.stdin.write(json.dumps({"do": do, **values}) + "\n")
        self._helper.stdin.flush()
        answer = self._hear()
        if "error" in answer:
            raise RuntimeError(f"the testbed could not {do}: {answer['error']}")
        return answer["result"]

    def close(self) -> None:
        """End the helper; the devices are gone."""
        for stream in (self._helper.stdin, self._helper.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            self._helper.wait(5.0)
        except subprocess.TimeoutExpired:
            self._helper.kill()
            self._helper.wait()

    def _hear(self) -> Any:
        assert self._helper.stdout is not None
        line = self._helper.stdout.readline()
        if not line:
            raise RuntimeError("the testbed ended; are umockdev, gir1.2-umockdev-1.0 and python3-gi installed?")
        return json.loads(line)
