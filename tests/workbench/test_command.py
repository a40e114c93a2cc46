"""`refectory workbench` on the command line."""

from __future__ import annotations

import subprocess
from pathlib import Path

from workbench.station import refectory


def test_a_size_no_screen_has_is_refused_before_anything_starts(tmp_path: Path) -> None:
    data = tmp_path / "new"
    command = refectory("workbench", "--data", str(data), "--size", "big")
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "'big' is not a size such as 1080x1920" in done.stderr
    assert not data.exists()
