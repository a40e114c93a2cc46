"""Waiting for a condition, with a deadline that fails loudly."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(question: Callable[[], T], what: str, patience_s: float = 60.0) -> T:
    """Ask until the answer is true; fail with `what` and the last answer after `patience_s` seconds."""
    deadline = time.monotonic() + patience_s
    while not (answer := question()):
        assert time.monotonic() < deadline, f"{what}: still {answer!r} after {patience_s:.0f} s"
        time.sleep(0.02)
    return answer
