"""Setting up a machine: what is missing is named, what is pinned is pinned whole."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("bash", "sed", "awk", "tr", "sort", "grep", "dpkg-query")


@pytest.fixture
def path_without_sudo(tmp_path: Path) -> str:
    """Programs as somebody sees them who is not root and has no sudo."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found, f"{tool} is missing on this machine"
        (folder / tool).symlink_to(found)
    (folder / "id").write_text("#!/bin/sh\necho 1000\n")
    (folder / "id").chmod(0o755)
    return str(folder)


def install(packages: Path, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(ROOT / "tools/packages.sh"), str(packages)],
        env={"PATH": path},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


def test_without_the_right_to_install_the_exact_line_is_printed(tmp_path: Path, path_without_sudo: str) -> None:
    packages = tmp_path / "packages"
    packages.write_text("# why\nno-such-broker  # and more\n\nbash\nno-such-font\n")
    outcome = install(packages, path_without_sudo)
    assert outcome.returncode == 1
    assert outcome.stdout == ""
    assert outcome.stderr.splitlines() == [
        "These Debian packages are missing. As root, run:",
        "  apt-get update && apt-get install --no-install-recommends no-such-broker no-such-font",
    ]


def test_with_everything_there_nothing_is_said_or_done(tmp_path: Path, path_without_sudo: str) -> None:
    packages = tmp_path / "packages"
    packages.write_text("bash\nsed\n")
    outcome = install(packages, path_without_sudo)
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "", "")


def test_every_python_package_is_pinned_with_hashes_and_names_no_index() -> None:
    text = (ROOT / "requirements.lock").read_text()
    requirements = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    assert len(requirements) > 30
    unpinned = [line for line in requirements if line and not re.match(r"[A-Za-z0-9._-]+==\S+ .*--hash=sha256:", line)]
    assert unpinned == []
    assert "://" not in text


def test_the_lock_holds_all_that_the_house_asks_for() -> None:
    asked = re.findall(
        r'^    "([A-Za-z0-9-]+)', (ROOT / "pyproject.toml").read_text().partition("[project.scripts]")[0], re.M
    )
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(), re.M))
    assert len(asked) > 20
    assert [name for name in asked if name.lower() not in locked] == []


def test_make_help_names_the_ways_in() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True).stdout
    explained = dict(re.findall(r"^  make (\S+) +(\S.*)$", shown, re.MULTILINE))
    assert {"run", "test", "check-feeds", "screens", "bench", "help"} <= set(explained)
