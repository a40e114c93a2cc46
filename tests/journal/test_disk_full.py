from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.small_disk import small_disk

SCENES = Path(__file__).with_name("full_disk.py")
SMALL_DISK_BYTES = 16 * 1024 * 1024


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a terminal noticed on a small disk that only its process sees."""
    folder = tmp_path_factory.mktemp("disk")
    with small_disk(folder, SMALL_DISK_BYTES) as prefix:
        return run([*prefix, sys.executable, str(SCENES), str(folder)])


def run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_sales_are_refused_before_the_disk_is_full_and_go_on_when_there_is_room(seen) -> None:
    scene = seen["fills_slowly"]
    assert scene["ballast"] == 1024 * 1024
    assert scene["at first"] == "sold"
    assert scene["nearly full"].startswith("JournalFull The disk holding ")
    assert scene["nearly full"].endswith(
        "MB free; recording needs 1.1 MB. Free space on it; recording then goes on by itself."
    )
    assert scene["ballast when nearly full"]
    assert scene["freed"] == "sold"


def test_a_terminal_restarted_on_a_full_disk_comes_up_and_sells_again_when_there_is_room(seen) -> None:
    scene = seen["restarts_on_a_full_disk"]
    assert scene["free"] == 0
    assert scene["opened"]
    assert scene["selling"].startswith("JournalFull ")
    assert not scene["ballast while full"]
    assert scene["freed"] == "sold"
    assert scene["ballast when freed"] == 1024 * 1024


def test_an_entry_that_does_not_fit_is_refused_whole_and_leaves_no_gap(seen) -> None:
    scene = seen["outgrows_its_reserve"]
    assert scene["too large"].startswith("JournalFull ")
    assert scene["freed"] == "sold"
    assert (scene["count"], scene["next"]) == (4, 5)


def test_the_chain_verifies_after_all_that(seen) -> None:
    assert seen["verified"] == 3 + 4
