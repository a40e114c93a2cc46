"""What the terminal's tests start from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.appliance.canteen import Canteen, Diner
from tests.appliance.gate import Open, opener
from tests.appliance.till_canteen import Counter, Till


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Canteen]:
    """A terminal's folder to which nothing has come from head office yet."""
    with ExitStack() as stack:
        yield Canteen(tmp_path, stack)


@pytest.fixture
def canteen(bare: Canteen) -> Canteen:
    """A folder with a menu and guests."""
    bare.publish()
    bare.send_guests()
    return bare


@pytest.fixture
def diner(canteen: Canteen) -> Diner:
    """Somebody in front of a kiosk that is open, connected and has no printer."""
    return canteen.open()


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """A till's folder with a menu, guests and cashiers."""
    with ExitStack() as stack:
        found = Counter(tmp_path, stack)
        found.publish()
        found.send_guests()
        yield found


@pytest.fixture
def till(counter: Counter) -> Till:
    """A till with nobody at it: connected, with printer, drawer and customer display."""
    return counter.start()


@pytest.fixture
def open_gate(bare: Canteen) -> Open:
    """Opens a pass-through with a menu and guests."""
    return opener(bare)
