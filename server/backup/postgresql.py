"""A dump of the PostgreSQL database from one snapshot, and putting one back in one transaction.

Where the database is and its password go to PostgreSQL's own programs in the environment, never on a command line.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from server.backup.aftermath import Statement
from server.backup.manifest import BackupError, Reach
from server.fleet.models import Enrolment

DUMP = "database.pgdump"
PROGRAMS = Path("/usr/lib/postgresql")


def dump(target: Path) -> list[Reach]:
    """Dump the database to the new file `target` (custom format); returns how far every journal is in the dump.

    Both come from one exported snapshot. Raises BackupError.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        enrolments = Enrolment.objects.select_related("terminal").order_by("terminal__code", "epoch")
        reach = [Reach(terminal=e.terminal.code, epoch=e.epoch, upto=e.upto, head=e.head_hash) for e in enrolments]
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={target}",
        )
    with target.open("rb") as file:
        os.fsync(file.fileno())
    return reach


def verify(copy: Path) -> None:
    """Read the whole dump. Raises BackupError when it is damaged."""
    if b"TABLE DATA" not in _run("pg_restore", "--list", str(copy)):
        raise BackupError(f"{copy} holds no tables")
    _run("pg_restore", "--file=/dev/null", str(copy))


def is_empty() -> bool:
    """Whether the database holds no tables yet."""
    return not connection.introspection.table_names()


def restore(copy: Path, scratch: Path, statements: list[Statement]) -> None:
    """Put the dump in the place of all tables and run `statements`, in one transaction; `scratch` is a folder for scripts.

    Raises BackupError when others are connected, or when PostgreSQL refuses; then nothing has changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if others:
        raise BackupError(
            f"{others} other connections use the database; stop web and spool of head office, then try again"
        )
    tables = ", ".join(connection.ops.quote_name(name) for name in connection.introspection.table_names())
    connection.close()
    contents, script = scratch / "contents", scratch / "script.sql"
    listed = _run("pg_restore", "--list", str(copy)).splitlines(keepends=True)
    contents.write_bytes(b"".join(line for line in listed if b" SCHEMA - public " not in line))
    _run("pg_restore", "--no-owner", "--no-privileges", f"--use-list={contents}", f"--file={script}", str(copy))
    before, after = scratch / "before.sql", scratch / "after.sql"
    before.write_text(f"DROP TABLE {tables} CASCADE;\n" if tables else "")
    # The dump's script leaves search_path empty, for the safety of what runs in it.
    after.write_text("".join(f"{text};\n" for text in ["SET search_path = public", *map(_as_text, statements)]))
    files = [f"--file={path}" for path in (before, script, after)]
    _run("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *files)


def _as_text(statement: Statement) -> str:
    """The statement with its values in it, for a script."""
    with_places = sql.SQL(statement.sql.replace("%s", "{}"))
    return with_places.format(*map(sql.Literal, statement.values)).as_string(None)


def _run(name: str, *arguments: str) -> bytes:
    """Run one of PostgreSQL's programs against head office's database; returns what it printed. Raises BackupError."""
    done = subprocess.run(
        [_program(name), *arguments], stdin=subprocess.DEVNULL, capture_output=True, env=_environment(), check=False
    )
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise BackupError(f"{name}: {' / '.join(lines[-3:]) or f'exit code {done.returncode}'}")
    return done.stdout


def _program(name: str) -> str:
    """The installed program of the server's own version, or the newest: an older one refuses to work, and what a newer one
    writes may be too new for the server."""
    installed = [path for path in PROGRAMS.glob(f"*/bin/{name}") if path.parts[-3].isdigit()]
    found = {int(path.parts[-3]): str(path) for path in installed}
    version = connection.pg_version // 10000 if connection.vendor == "postgresql" else 0
    path = found.get(version) or (found[max(found)] if found else shutil.which(name))
    if path is None:
        raise BackupError(f"{name} is missing; install PostgreSQL's client programs: apt-get install postgresql-client")
    return path


def _environment() -> dict[str, str]:
    settings: dict[str, Any] = connection.settings_dict
    words = {
        "PGDATABASE": settings["NAME"],
        "PGUSER": settings["USER"],
        "PGPASSWORD": settings["PASSWORD"],
        "PGHOST": settings["HOST"],
        "PGPORT": str(settings["PORT"]),
        **{f"PG{key.upper()}": str(value) for key, value in settings["OPTIONS"].items() if key.startswith("ssl")},
    }
    return {**os.environ, **{name: value for name, value in words.items() if value}}
