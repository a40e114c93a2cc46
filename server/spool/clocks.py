"""Terminals' clocks, measured by the times they write. A wrong clock is shown, and never a reason to refuse anything."""

from collections.abc import Iterable
from datetime import datetime


def moment(text: str) -> datetime | None:
    """Return the moment an ISO 8601 text with a time zone means; None for any other text."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def skew_s(written: Iterable[datetime], received: datetime) -> int | None:
    """Return by how many seconds a terminal's clock is ahead (below zero: behind); None when it wrote nothing.

    What a terminal writes arrives later than it was written, never earlier, so the largest difference is the closest.
    """
    return max((round((time - received).total_seconds()) for time in written), default=None)
