"""Small helpers of the checks."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

DEADLINE_S = 5.0

Raised = TypeVar("Raised", bound=Exception)


def expect(condition: bool, demand: str) -> None:
    """Raise `AssertionError` with the contract's `demand` unless `condition` holds."""
    if not condition:
        raise AssertionError(demand)


def expect_raises(kind: type[Raised], action: Callable[[], object], demand: str) -> Raised:
    """Run `action` and return the exception it raises; `AssertionError` when it raises none."""
    try:
        action()
    except kind as error:
        return error
    raise AssertionError(demand)


def expect_soon(condition: Callable[[], bool], demand: str, deadline_s: float = DEADLINE_S) -> None:
    """Wait until `condition` holds; `AssertionError` with `demand` when it does not within `deadline_s` seconds."""
    pause = 0.005
    end_s = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() >= end_s:
            raise AssertionError(demand)
        time.sleep(pause)
