"""A real PostgreSQL for one test."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

INSTALL = "PostgreSQL is missing; install it: apt-get install postgresql"


def program(name: str) -> str:
    """The newest installed PostgreSQL program of that name; fails saying how to install it."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    assert path, INSTALL
    return path


def run(name: str, *arguments: str) -> None:
    """Run a PostgreSQL program, as somebody else when we are root, which PostgreSQL refuses to be."""
    command = [*_as_another(), program(name), *arguments]
    # The server inherits the output of who starts it, so a file takes it: a pipe would stay open as long as it runs.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", timeout=60)
        output.seek(0)
        assert done.returncode == 0, f"{name}: {output.read().decode()}"


def _as_another() -> list[str]:
    if os.geteuid() != 0:
        return []
    if _is_root_of_the_machine():
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


def _is_root_of_the_machine() -> bool:
    """Whether we are, rather than a user whom a namespace calls root."""
    return Path("/proc/self/uid_map").read_text().split() == ["0", "0", "4294967295"]


@contextmanager
def cluster(folder: Path, settings: Mapping[str, str], initdb: Sequence[str] = ()) -> Iterator[str]:
    """A private PostgreSQL cluster in `folder`, with a Unix socket and no network; yields its URL."""
    if os.geteuid() == 0 and _is_root_of_the_machine():
        shutil.chown(folder, "postgres")
    data = f"{folder}/data"
    run("initdb", "-D", data, "-U", "refectory", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", *initdb)
    options = "".join(f" -c {name}={value}" for name, value in settings.items())
    run("pg_ctl", "-D", data, "-l", f"{folder}/log", "-w", "-o", f"-k {folder} -c listen_addresses={options}", "start")
    try:
        yield f"postgresql://refectory@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
