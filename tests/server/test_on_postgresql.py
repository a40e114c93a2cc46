"""Everything in `both_engines`, once more on PostgreSQL."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

INSTALL = "PostgreSQL is missing; install it: apt-get install postgresql"
LONGEST_S = 600


def program(name: str) -> str:
    """The newest installed PostgreSQL program of that name; fails saying how to install it."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    assert path, INSTALL
    return path


def run(name: str, *arguments: str) -> None:
    """Run a PostgreSQL program, as the package's own user when we are root, which PostgreSQL refuses to be."""
    command = [program(name), *arguments]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
    # The server inherits the output of who starts it, so a file takes it: a pipe would stay open as long as it runs.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", timeout=60)
        output.seek(0)
        assert done.returncode == 0, f"{name}: {output.read().decode()}"


@pytest.fixture
def cluster_url() -> Iterator[str]:
    """A private PostgreSQL cluster: its own folder, a Unix socket, no network, no durability."""
    with tempfile.TemporaryDirectory(prefix="refectory-pg-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data = f"{folder}/data"
        run("initdb", "-D", data, "-U", "refectory", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c synchronous_commit=off"
        run("pg_ctl", "-D", data, "-l", f"{folder}/log", "-w", "-o", options, "start")
        try:
            yield f"postgresql://refectory@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


@pytest.mark.timeout(LONGEST_S + 60)
def test_intake_accounts_publishing_and_spool_work_on_postgresql(cluster_url: str) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/server/both_engines"]
    done = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, "DATABASE_URL": cluster_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_S,
    )
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed, done.stdout
    assert int(passed[1]) > 40
