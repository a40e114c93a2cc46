"""Figures that more than one process of the torture test goes by. Amounts in minor units."""

STORE = "mensa-am-park"
HOT_GUESTS = 3
"""So many guests' badges are shown at every till all the time."""
CREDIT_MINOR = 500
OFFLINE_LIMIT_MINOR = 1500
DEADLINE_S = 0.6
"""How long a till waits for head office's word on a payment."""
MOST_NAPS = 320
"""The flow has head office's word, or knows that there is none, within the deadline and a second."""
NAP_S = (DEADLINE_S + 1.0) / MOST_NAPS
HOLD_LIFETIME_S = 15
"""How long head office holds money for a sale of which it hears nothing."""
