"""Head office of the torture test: broker, database, web and spool, each a process that can be killed."""

from __future__ import annotations

import getpass
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests.torture.facts import HOLD_LIFETIME_S
from tests.torture.services import Service, run, wait_for

DATABASE = "refectory"

_MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
max_queued_messages 100
log_dest stderr
log_type error
log_type warning
{user}"""


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody answers there."""
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 0.5).close()
        return True
    return False


def refectory(*words: str) -> list[str]:
    """The command line of `refectory` with this Python."""
    return [sys.executable, "-m", "appliance.cli", *words]


class Cluster:
    """A private PostgreSQL cluster on a Unix socket, with the durability it comes with."""

    def __init__(self, logs: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="refectory-torture-pg-"))
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        if self._as:
            shutil.chown(self.folder, "postgres")
        data = str(self.folder / "data")
        words = ["-D", data, "-U", "refectory", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        run([*self._as, _postgresql("initdb"), *words], logs / "setup.log")
        command = [*self._as, _postgresql("postgres"), "-D", data, "-k", str(self.folder), "-c", "listen_addresses="]
        self.service = Service("postgresql", command, logs / "postgresql.log", directory=self.folder)

    @property
    def url(self) -> str:
        """For DATABASE_URL."""
        return f"postgresql://refectory@/{DATABASE}?host={self.folder}"

    def start(self) -> None:
        """Bring it up with an empty database."""
        self.service.start()
        wait_for(lambda: self._do("select 1"), "PostgreSQL answers", [self.service])
        self._do(f"create database {DATABASE}")

    def crash_backend(self) -> bool:
        """SIGKILL one of its sessions, after which PostgreSQL throws all of them out and recovers."""
        with suppress(psycopg.Error), psycopg.connect(self._words(DATABASE)) as connection:
            row = connection.execute(
                "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
                " order by backend_start limit 1"
            ).fetchone()
            if row is not None:
                os.kill(row[0], signal.SIGKILL)
                return True
        return False

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a question gives. Raises psycopg.Error."""
        with psycopg.connect(self._words(DATABASE)) as connection:
            return connection.execute(sql).fetchall()

    def close(self) -> None:
        """End it and remove its files."""
        self.service.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _words(self, database: str) -> str:
        return f"host={self.folder} user=refectory dbname={database} connect_timeout=5"

    def _do(self, sql: str) -> bool:
        with (
            suppress(psycopg.OperationalError),
            psycopg.connect(self._words("postgres"), autocommit=True) as connection,
        ):
            connection.execute(sql)
            return True
        return False


class Assistant:
    """The process that does things at head office; see `assistant.py`. It comes back when it was lost."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self._environment = {**os.environ, **environment}
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    def do(self, name: str, *arguments: object) -> str:
        """Have it done; returns what was wrong, empty when nothing was."""
        if self._process is None or self._process.poll() is not None:
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "tests.torture.assistant"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env=self._environment,
                    text=True,
                )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps([name, *arguments]) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except OSError as error:
            return str(error)
        return str(json.loads(answer).get("error", "")) if answer else f"it ended; see {self._log}"

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class HeadOffice:
    """`spool_broker` gives the port at which the spool finds the broker. With `postgresql` it has a cluster of its own."""

    def __init__(self, folder: Path, logs: Path, *, postgresql: bool, clock: dict[str, str]) -> None:
        self.folder = folder
        self.backups = folder.parent / "backups"
        self.broker_port, self.web_port = free_port(), free_port()
        self._logs = logs
        folder.mkdir(parents=True)
        self.cluster = Cluster(logs) if postgresql else None
        user = f"user {getpass.getuser()}\n" if os.geteuid() == 0 else ""
        configuration = folder / "mosquitto.conf"
        configuration.write_text(_MOSQUITTO.format(port=self.broker_port, user=user))
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        if program is None:
            raise RuntimeError("mosquitto is missing; install it: apt-get install mosquitto")
        self.environment = {
            "REFECTORY_DATA": str(folder),
            "REFECTORY_BROKER": f"127.0.0.1:{self.broker_port}",
            "REFECTORY_URL": f"http://127.0.0.1:{self.web_port}",
            "REFECTORY_HOLD_LIFETIME_S": str(HOLD_LIFETIME_S),
            "DATABASE_URL": self.cluster.url if self.cluster else "",
        }
        self.assistant = Assistant(self.environment, logs / "assistant.log")
        self.broker = Service("broker", [program, "-c", str(configuration)], logs / "broker.log")
        words = refectory("head-office", "serve", "--port", str(self.web_port))
        self.web = Service("web", words, logs / "web.log", self.environment)
        self._clock = clock
        self.spool: Service | None = None

    @property
    def services(self) -> list[Service]:
        """All that is kept up."""
        database = [self.cluster.service] if self.cluster else []
        return [*database, self.broker, self.web, *([self.spool] if self.spool else [])]

    def found(self) -> None:
        """Database, keys, canteen."""
        if self.cluster is not None:
            self.cluster.start()
        self.must("found", str(self.folder.parent))

    def must(self, name: str, *arguments: object) -> None:
        """Have the assistant do something. Raises RuntimeError."""
        problem = self.assistant.do(name, *arguments)
        if problem:
            raise RuntimeError(f"{name}: {problem}\n{self._tail('assistant.log')}")

    def open(self, spool_broker_port: int) -> None:
        """Start broker, web and spool."""
        self.broker.start()
        wait_for(lambda: listens(self.broker_port), "the broker answers", [self.broker])
        way = {"REFECTORY_BROKER": f"127.0.0.1:{spool_broker_port}"}
        environment = {**self.environment, **way, **self._clock}
        self.spool = Service("spool", refectory("head-office", "spool"), self._logs / "spool.log", environment)
        self.web.start()
        self.spool.start()
        wait_for(lambda: listens(self.web_port), "the web answers", [self.web])

    def command(self, *words: str, extra: dict[str, str] | None = None) -> str:
        """Run a management command to its end. Raises RuntimeError."""
        return run(refectory("head-office", *words), self._logs / "commands.log", {**self.environment, **(extra or {})})

    def command_beside(self, *words: str) -> subprocess.Popen[bytes]:
        """Begin a management command."""
        with (self._logs / "commands.log").open("ab") as log:
            return subprocess.Popen(
                refectory("head-office", *words), env={**os.environ, **self.environment}, stdout=log, stderr=log
            )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database answers."""
        if self.cluster is not None:
            return self.cluster.rows(sql)
        path = self.folder / "head-office.sqlite3"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as connection:
            return connection.execute(sql).fetchall()

    def rows_in_time(self, sql: str) -> list[tuple[Any, ...]] | None:
        """The same, None while the database cannot be asked."""
        try:
            return self.rows(sql)
        except (psycopg.Error, sqlite3.Error):
            return None

    def close(self) -> None:
        """End everything."""
        self.assistant.close()
        for service in reversed(self.services):
            if self.cluster is None or service is not self.cluster.service:
                service.stop()
        if self.cluster is not None:
            self.cluster.close()

    def _tail(self, log: str) -> str:
        return "\n".join((self._logs / log).read_text(errors="replace").splitlines()[-20:])


def _postgresql(name: str) -> str:
    """The newest installed PostgreSQL program of that name."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise RuntimeError("PostgreSQL is missing; install it: apt-get install postgresql")
    return path
