"""Head office's disk is full: it answers nothing, terminals keep everything and send it when there is room again."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.small_disk import small_disk


@pytest.mark.long
@pytest.mark.timeout(400)
@pytest.mark.parametrize(("engine", "size_mb"), [("sqlite", 24), ("postgresql", 128)])
def test_head_office_acknowledges_nothing_it_could_not_write_and_goes_on_when_there_is_room(
    tmp_path: Path, engine: str, size_mb: int
) -> None:
    # Not below `tmp_path`, where nobody else may enter: PostgreSQL runs as another user.
    with (
        tempfile.TemporaryDirectory(prefix="refectory-disk-") as folder,
        small_disk(Path(folder), size_mb * 1024 * 1024) as prefix,
    ):
        command = [*prefix, sys.executable, "-m", "tests.server.full_disk", engine, folder, str(tmp_path)]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=380, cwd=Path(__file__).parents[2]
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "acknowledged only what is held": True,
        "spool lives": True,
        "held": True,
        "stopped": 0,
    }
