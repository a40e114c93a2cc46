"""Wall clocks that can be set while a process runs: libfaketime below it. Monotonic clocks stay as they are."""

from __future__ import annotations

from pathlib import Path

_LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


def can_be_set() -> bool:
    """Whether libfaketime is here."""
    return bool(_LIBRARIES)


class Clock:
    """The clock of processes that run with `environment`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.environment = (
            {
                "LD_PRELOAD": str(_LIBRARIES[-1]),
                "FAKETIME_TIMESTAMP_FILE": str(path),
                "FAKETIME_CACHE_DURATION": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
                "DONT_FAKE_MONOTONIC": "1",
                "NO_FAKE_STAT": "1",
            }
            if _LIBRARIES
            else {}
        )
        self.set(0)

    def set(self, offset_s: int) -> None:
        """Put it `offset_s` seconds ahead of the machine's."""
        new = self._path.with_suffix(".new")
        new.write_text(f"{offset_s:+d}\n")
        new.replace(self._path)
