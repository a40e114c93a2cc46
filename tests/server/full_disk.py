"""Runs with head office's database on a small disk and prints, as JSON, what a terminal notices while that disk is full."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from mqtt_bridge.local_socket import Mark
from mqtt_bridge.wire import load_enrolment
from tests.mqtt_bridge.broker import Broker
from tests.mqtt_bridge.full_disk import fill
from tests.mqtt_bridge.terminal import Till
from tests.postgresql import cluster
from tests.server.test_backup import REFECTORY, Office
from tests.waiting import wait_until

STORE = (
    "from server.catalog.models import Company, Store; c = Company.objects.create(code='house', name='House');"
    "Store.objects.create(company=c, code='hall', name='Hall')"
)


def enrol(office: Office, till: Till) -> Path:
    request, out = office.folder / "request.json", till.folder / "enrolment.json"
    request.write_text(json.dumps({"terminal": "kiosk-1", "public_key": till.key.public.to_base64()}))
    office.do("enrol", "--request", str(request), "--store", "hall", "--out", str(out))
    return out


def count(office: Office) -> tuple[int, int]:
    sql = "SELECT count(*), coalesce(max(seq), 0) FROM spool_journalentry"
    if url := office.environment["DATABASE_URL"]:
        with psycopg.connect(url) as session:
            return session.execute(sql).fetchone()
    with closing(sqlite3.connect(office.database, timeout=20)) as connection:
        return connection.execute(sql).fetchone()


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """DATABASE_URL of a head office whose database is in `folder`."""
    if engine == "sqlite":
        yield ""
        return
    # Segments of 1 MB: the log shall not take more of a small disk than what is kept in it.
    with cluster(folder, initdb=["--wal-segsize=1"], settings={"min_wal_size": "2MB", "max_wal_size": "4MB"}) as url:
        yield url


def scene(engine: str, folder: Path, elsewhere: Path) -> dict[str, Any]:
    with database(engine, folder) as url:
        return act(Office(folder if engine == "sqlite" else elsewhere / "office", url), folder, elsewhere)


def act(office: Office, folder: Path, elsewhere: Path) -> dict[str, Any]:
    broker = Broker(elsewhere / "broker")
    office.environment["REFECTORY_BROKER"] = f"127.0.0.1:{broker.port}"
    office.set_up()
    office.do("shell", "--no-imports", "-c", STORE)
    broker.start()
    log = (elsewhere / "spool.log").open("w+")
    spool = subprocess.Popen([*REFECTORY, "spool"], env=office.environment, stderr=log)
    seen: dict[str, Any] = {}
    with closing(Till(elsewhere / "terminal")) as till:
        till.start_bridge(load_enrolment(enrol(office, till)))
        first = till.sell(20)
        wait_until(lambda: [mark for mark in till.news(Mark) if mark.upto == first], "the first entries are there", 60)
        filler = fill(folder)
        last = till.sell(400, note="x" * 800)
        failures = "the database fails"
        wait_until(lambda: (elsewhere / "spool.log").read_text().count(failures) > 2, "the spool tries in vain", 60)
        marked = till.news(Mark)[-1].upto
        seen["acknowledged only what is held"] = marked <= count(office)[1] < last
        seen["spool lives"] = spool.poll() is None
        filler.unlink()
        wait_until(lambda: till.news(Mark)[-1].upto == last, "all is there when there is room", 90)
        seen["held"] = count(office) == (last, last)
    spool.terminate()
    seen["stopped"] = spool.wait(30)
    broker.stop()
    return seen


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
    print(json.dumps(scene(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
