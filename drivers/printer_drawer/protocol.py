"""What the level of a drawer's sensor line means."""

from __future__ import annotations


def stands_open(sensor: str, high: bool) -> bool:
    """Whether the drawer is open when its line is `high`; `sensor` is high_open or low_open, by the drawer's switch."""
    return high is (sensor == "high_open")
