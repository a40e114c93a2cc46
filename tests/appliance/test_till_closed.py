"""A till that cannot record sells nothing, says why, and loses no ticket."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from appliance.presenters.views import ClosedScreen
from tests.appliance.till_canteen import MARIE, Counter
from tests.small_disk import small_disk

ROOT = Path(__file__).parents[2]


def test_a_till_without_a_menu_is_closed_and_badges_do_nothing(counter: Counter) -> None:
    for found in (counter.folder / "catalogues").iterdir():
        found.unlink()
    till = counter.start()
    till.badge(MARIE)
    screen = till.view.screen
    assert isinstance(screen, ClosedScreen)
    assert screen.reason == "No menu has arrived from head office yet."
    counter.publish()
    till.wait(3)
    till.badge(MARIE)
    assert "Marie" in till.screen.status.who


def test_a_disk_that_fills_up_charges_nothing_and_the_ticket_stays(tmp_path: Path) -> None:
    mount_point = tmp_path / "small"
    mount_point.mkdir()
    with small_disk(mount_point, 12_000_000) as prefix:
        done = subprocess.run(
            [*prefix, sys.executable, "-m", "tests.appliance.filling_till", str(mount_point)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "full: The disk of this terminal is full. Nothing was charged.",
        "drawer: 0",
        "room again: 6.20",
        "change: 3.80 € tickets: 1",
    ]
