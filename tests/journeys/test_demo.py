"""The three-minute story, without its pauses: it ends well only if everything it claims is so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

STEPS = 11


@pytest.mark.timeout(300)
def test_the_story_is_told_with_pictures(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tools.demo", "--fast", "--out", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    pictures = sorted(tmp_path.glob("[0-9][0-9]-*.png"))
    assert [path.name[:2] for path in pictures] == [f"{number:02d}" for number in range(1, STEPS + 1)]
    story = (tmp_path / "story.md").read_text()
    for path in (*pictures, tmp_path / "sheet.png"):
        with Image.open(path) as picture:
            picture.load()
            assert len(picture.convert("L").getcolors() or []) > 100, f"there is hardly anything on {path.name}"
    assert all(f"({path.name})" in story for path in pictures)
