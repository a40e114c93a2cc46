"""Where head office keeps its data: a Django DATABASES entry from a URL, or SQLite in the data folder."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
    "PRAGMA cache_size=-8000;PRAGMA temp_store=MEMORY;PRAGMA wal_autocheckpoint=1000"
)
BUSY_TIMEOUT_S = 20


class DatabaseUrlError(ValueError):
    """DATABASE_URL names no database Refectory can use; the message says what is wrong."""


def database_settings(url: str | None, data_dir: Path) -> dict[str, Any]:
    """Return the DATABASES entry for `url`.

    None or an empty text means SQLite at `data_dir`/head-office.sqlite3. Accepted are `sqlite:///absolute/path` and
    `postgresql://user:password@host:port/name?host=/socket/folder&sslmode=...` (libpq connection URIs; query
    parameters go to the driver). Raises DatabaseUrlError.
    """
    if not url:
        return _sqlite(data_dir / "head-office.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        if not parts.path.strip("/"):
            raise DatabaseUrlError("DATABASE_URL: sqlite:///PATH needs the path of the file")
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme in ("postgres", "postgresql"):
        return _postgresql(url)
    raise DatabaseUrlError(f"DATABASE_URL: unknown scheme {parts.scheme!r}; use sqlite:///PATH or postgresql://...")


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": BUSY_TIMEOUT_S, "init_command": SQLITE_PRAGMAS},
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise DatabaseUrlError("DATABASE_URL: the name of the database is missing after the host")
    try:
        port = parts.port
    except ValueError as error:
        raise DatabaseUrlError(f"DATABASE_URL: the port is not a number ({error})") from error
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", None) or port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
