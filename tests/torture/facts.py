"""Figures that more than one process of the torture test goes by. Amounts in minor units."""

STORE = "mensa-am-park"
HOT_GUESTS = 3
"""So many guests' badges are shown at every till all the time."""
CREDIT_MINOR = 500
OFFLINE_LIMIT_MINOR = 1500
DEADLINE_S = 0.6
"""How long a till waits for head office's word on a payment."""
