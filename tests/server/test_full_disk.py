"""Head office's disk is full: it answers nothing, terminals keep everything and send it when there is room again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.small_disk import small_disk


@pytest.mark.long
@pytest.mark.timeout(400)
def test_head_office_acknowledges_nothing_it_could_not_write_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "disk", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    with small_disk(folder, 24 * 1024 * 1024) as prefix:
        command = [*prefix, sys.executable, "-m", "tests.server.full_disk", str(folder), str(elsewhere)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=380, cwd=Path(__file__).parents[2]
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "acknowledged only what is held": True,
        "spool lives": True,
        "held": True,
        "stopped": 0,
        "sound": "ok",
    }
