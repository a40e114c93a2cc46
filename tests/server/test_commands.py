"""What an administrator types at head office."""

import json
import os
import socket
import stat
import subprocess
import sys
import urllib.request
from io import StringIO
from pathlib import Path

import psutil
import pytest
from django.core.management import CommandError, call_command

from journal.keys import SigningKey
from mqtt_bridge import wire
from server.core.keys import create_keys, load_keys
from server.database import DatabaseUrlError, database_settings
from server.fleet.models import Enrolment
from tests.waiting import wait_until

SPOOL_LIMIT_BYTES = 120 * 2**20


@pytest.fixture
def house_keys(settings, tmp_path):
    settings.REFECTORY_KEYS = tmp_path / "keys"
    create_keys()
    return load_keys()


def request_file(folder, terminal="kiosk-1"):
    path = folder / "request.json"
    document = {"terminal": terminal, "public_key": SigningKey.generate().public.to_base64()}
    path.write_text(json.dumps(document))
    return path


def test_keys_are_made_once_and_only_their_owner_reads_them(settings, tmp_path):
    settings.REFECTORY_KEYS = tmp_path / "keys"
    call_command("init_keys", stdout=StringIO())
    before = {path: path.read_bytes() for path in settings.REFECTORY_KEYS.iterdir()}
    out = StringIO()

    call_command("init_keys", stdout=out)

    assert "all keys are there already" in out.getvalue()
    assert {path: path.read_bytes() for path in settings.REFECTORY_KEYS.iterdir()} == before
    assert {stat.S_IMODE(path.stat().st_mode) for path in before} == {0o600}


def test_an_enrolled_terminal_can_read_its_enrolment_and_nobody_else(house, house_keys, tmp_path):
    out = tmp_path / "enrolment.json"
    call_command("enrol", request=request_file(tmp_path), out=out, store="hall", stdout=StringIO())

    enrolment = wire.from_document(wire.Enrolment, json.loads(out.read_text()))

    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert (enrolment.terminal, enrolment.store, enrolment.epoch) == ("kiosk-1", "hall", 1)
    assert enrolment.ack_public_key == house_keys.ack.public.to_base64()
    assert enrolment.badge_key_bytes == house_keys.badge


def test_the_same_key_keeps_its_epoch_and_a_new_key_opens_the_next(house, house_keys, tmp_path):
    out = tmp_path / "enrolment.json"
    request = request_file(tmp_path)
    for _ in range(2):
        call_command("enrol", request=request, out=out, store="hall", stdout=StringIO())
    assert json.loads(out.read_text())["epoch"] == 1

    call_command("enrol", request=request_file(tmp_path), out=out, stdout=StringIO())
    assert json.loads(out.read_text())["epoch"] == 2
    assert Enrolment.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not JSON"),
        ("[]", "must be a JSON object"),
        ('{"terminal": "kiosk-1"}', "public_key is missing"),
        ('{"terminal": "kiosk-1", "public_key": "short"}', "public_key"),
        ('{"terminal": "Kiosk 1", "public_key": "KEY"}', "Use a-z"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_and_enrols_nobody(house, house_keys, tmp_path, content, message):
    path = tmp_path / "request.json"
    path.write_text(content.replace("KEY", SigningKey.generate().public.to_base64()))

    with pytest.raises(CommandError, match=message):
        call_command("enrol", request=path, out=tmp_path / "out.json", store="hall")

    assert not (tmp_path / "out.json").exists()
    assert not Enrolment.objects.exists()


def test_with_two_stores_a_new_terminal_needs_the_name_of_one(house, house_keys, tmp_path):
    with pytest.raises(CommandError, match="--store; known stores: cafe, hall"):
        call_command("enrol", request=request_file(tmp_path), out=tmp_path / "out.json")


def test_without_keys_the_way_to_make_them_is_named(house, settings, tmp_path):
    settings.REFECTORY_KEYS = tmp_path / "none"
    with pytest.raises(CommandError, match="refectory head-office init_keys"):
        call_command("spool")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://ann:p%40ss@db.example:5433/house", ("house", "ann", "p@ss", "db.example", "5433")),
        ("postgres:///house?host=/run/sock", ("house", "", "", "/run/sock", "")),
        ("postgresql://ann@/house?host=%2Frun%2Fsock&port=6000", ("house", "ann", "", "/run/sock", "6000")),
    ],
)
def test_a_postgresql_address_is_understood(url, expected):
    found = database_settings(url, Path("/data"))
    assert tuple(found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")) == expected
    assert found["ENGINE"].endswith("postgresql")


def test_without_an_address_the_database_is_a_durable_file():
    found = database_settings(None, Path("/data"))
    assert found["NAME"] == "/data/head-office.sqlite3"
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


@pytest.mark.parametrize("url", ["mysql://a/b", "postgresql://host", "sqlite://", "postgresql://host:x/b"])
def test_an_address_of_no_known_database_is_refused_by_name(url):
    with pytest.raises(DatabaseUrlError, match="DATABASE_URL"):
        database_settings(url, Path("/data"))


@pytest.fixture
def head_office(tmp_path):
    """Runs commands of a head office with data of its own."""
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"REFECTORY_DATA": str(tmp_path), "REFECTORY_BROKER": "127.0.0.1:1"}
    command = [sys.executable, "-m", "django"]
    environment["DJANGO_SETTINGS_MODULE"] = "server.settings"

    def start(*arguments):
        return subprocess.Popen(
            [*command, *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    for arguments in (["migrate", "-v0"], ["init_keys"]):
        process = start(*arguments)
        output, _none = process.communicate(timeout=120)
        assert process.returncode == 0, output
    return start


def test_the_spool_waits_for_a_broker_in_little_memory_and_ends_when_told(head_office):
    process = head_office("spool")
    try:
        line = process.stdout.readline()
        used_bytes = psutil.Process(process.pid).memory_info().rss
    finally:
        process.terminate()
        output, _none = process.communicate(timeout=20)
    assert "broker 127.0.0.1:1" in line + output
    assert process.returncode == 0
    assert used_bytes <= SPOOL_LIMIT_BYTES


def answers(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_back_office_is_served_with_its_style(head_office):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = head_office("serve", "--port", str(port))
    try:
        wait_until(lambda: answers(port), "head office answers")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/admin/login/", timeout=20) as answer:
            page = answer.read().decode()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/static/refectory/office.css", timeout=20) as answer:
            assert answer.headers["Content-Type"].startswith("text/css")
    finally:
        process.terminate()
        process.communicate(timeout=20)
    assert "Refectory" in page
