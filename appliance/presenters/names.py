"""What people call a terminal."""

from __future__ import annotations


def terminal_name(terminal_id: str) -> str:
    """ "till-2" as people say it: "Till 2"."""
    return terminal_id.replace("-", " ").capitalize()
