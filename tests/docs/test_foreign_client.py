"""docs/wire.md is enough: the client it shows, in shell, enrols, sells and checks the answer, with nothing of ours."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.docs.documents import ROOT
from tests.mqtt_bridge.broker import Broker

HEADING = "## A client in shell\n"
HOUSE = """
from server.catalog.models import Company, Store
Store.objects.create(company=Company.objects.create(code="house", name="House"), code="hall", name="Hall")
"""
DEADLINE_S = 60


def client() -> str:
    """The shell blocks of the section, one after the other."""
    text = (ROOT / "docs/wire.md").read_text()
    section = re.split(r"^## ", text.partition(HEADING)[2], flags=re.MULTILINE)[0]
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL))


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path / "broker")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def office(tmp_path: Path, broker: Broker) -> Iterator[dict[str, str]]:
    """A head office with a store and a spool at work; the environment of its commands."""
    environment = {
        **os.environ,
        "REFECTORY_DATA": str(tmp_path / "office"),
        "REFECTORY_BROKER": f"127.0.0.1:{broker.port}",
        "DATABASE_URL": "",
        "PYTHONPATH": str(ROOT),
    }
    (tmp_path / "office").mkdir()
    command = [sys.executable, "-m", "appliance.cli", "head-office"]
    for words in (["migrate", "--verbosity", "0"], ["init_keys"], ["shell", "-v", "0", "-c", HOUSE]):
        subprocess.run([*command, *words], env=environment, check=True, capture_output=True, timeout=DEADLINE_S)
    spool = subprocess.Popen([*command, "spool"], env=environment, stderr=subprocess.PIPE, text=True)
    assert spool.stderr is not None
    assert any("connected to broker" in line for line in spool.stderr), "the spool ended"
    yield environment
    spool.terminate()
    spool.communicate(timeout=DEADLINE_S)


def test_the_client_in_the_document_delivers_a_sale(tmp_path: Path, office: dict[str, str]) -> None:
    tools, folder = tmp_path / "bin", tmp_path / "client"
    tools.mkdir()
    folder.mkdir()
    (tools / "refectory").write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec "{sys.executable}" -m appliance.cli "$@"\n')
    (tools / "refectory").chmod(0o755)
    assert shutil.which("mosquitto_rr"), "mosquitto's clients are missing: apt-get install mosquitto-clients"
    environment = {key: value for key, value in office.items() if key != "PYTHONPATH"}
    environment["PATH"] = f"{tools}:{os.environ['PATH']}"

    done = subprocess.run(
        ["sh", "-eu", "-c", client()],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=2 * DEADLINE_S,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Signature Verified Successfully" in done.stdout
    database = Path(office["REFECTORY_DATA"]) / "head-office.sqlite3"
    assert rows(database, "SELECT number, total_minor FROM sales_ticket") == [(1, 450)]
    assert rows(database, "SELECT kind, amount_minor FROM sales_payment") == [("cash", 500)]
    assert rows(database, "SELECT seq, kind FROM spool_journalentry ORDER BY seq") == [(1, "open"), (2, "ticket")]
    assert rows(database, "SELECT upto, alarm FROM fleet_enrolment") == [(2, "")]
    assert rows(database, "SELECT count(*) FROM spool_quarantine") == [(0,)]


def rows(database: Path, query: str) -> list[tuple[object, ...]]:
    """What head office holds."""
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()
