"""The version of a store's board: the counter `board-<store>`, which rises with every change.

Its values follow the clock, so none comes again after a backup was put back: the higher version is the newer board.
"""

import time

from django.db import transaction

from server.core.models import Counter, raise_counter


def board_counter(store_id: int) -> str:
    """The name of the counter behind the board of a store."""
    return f"board-{store_id}"


def touch_board(store_id: int) -> int:
    """Have the board of a store sent to its terminals again after the commit; returns its new version."""
    name = board_counter(store_id)
    with transaction.atomic():
        version = max(raise_counter(name), time.time_ns() // 1_000_000)
        Counter.objects.filter(pk=name).update(value=version)
    return version
