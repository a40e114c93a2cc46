from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.small_disk import small_disk


@pytest.mark.timeout(300)
def test_on_a_full_disk_nothing_is_half_written_and_all_arrives_when_there_is_room(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "disk", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    with small_disk(folder, 12 * 1024 * 1024) as prefix:
        command = [*prefix, sys.executable, "-m", "tests.mqtt_bridge.full_disk", str(folder), str(elsewhere)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=280, cwd=Path(__file__).parents[2]
        )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen == {
        "free": 0,
        "stops selling": False,
        "catalogue while full": 1,
        "catalogue is there": True,
        "guests while full": seen["guests while full"],
        "sound": [True, True],
        "left behind": [],
    }
