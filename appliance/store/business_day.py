"""Which day a sale belongs to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

CUT_HOUR = 4


def business_day(moment: datetime, timezone: ZoneInfo) -> date:
    """The business day of an aware `moment`: a day begins at 04:00 local time, so a late shift keeps its date."""
    return (moment.astimezone(timezone) - timedelta(hours=CUT_HOUR)).date()
