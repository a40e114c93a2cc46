"""Backing head office up and putting the backup back, as an administrator does it on the command line."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.small_disk import small_disk

REFECTORY = [sys.executable, "-m", "appliance.cli", "head-office"]
SELL = """
from journal.chain import link
from journal.keys import SigningKey
from datetime import UTC, date, datetime
from server.spool.intake import take_in
from server.fleet.models import Enrolment, Terminal
from server.catalog.models import Company, Store
company, _ = Company.objects.get_or_create(code="house", name="House")
store, _ = Store.objects.get_or_create(company=company, code="hall", name="Hall")
terminal, _ = Terminal.objects.get_or_create(code="kiosk-1", store=store)
import pathlib
path = pathlib.Path("{folder}") / "journal.key"
if not path.exists():
    SigningKey.generate().save(path)
key = SigningKey.load(path)
Enrolment.objects.get_or_create(terminal=terminal, epoch=1, public_key=key.public.to_base64())
entry, made = None, []
for number in range({count}):
    entry = link(entry, terminal="kiosk-1", epoch=1, key=key, kind="note", time_utc=datetime(2026, 11, 21, tzinfo=UTC),
                 business_day=date(2026, 11, 21), payload={{"number": number}})
    made.append(entry.to_json_dict())
for first in range(0, len(made), 50):
    take_in("kiosk-1", 1, made[first : first + 50])
"""


class Office:
    """A head office in a folder, on the engine of its environment."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self.folder = folder
        self.data = folder / "data"
        self.database = self.data / "head-office.sqlite3"
        self.backups = folder / "backups"
        self.environment = {**os.environ, "REFECTORY_DATA": str(self.data), "DATABASE_URL": url}

    def run(self, *words: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*prefix, *REFECTORY, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def do(self, *words: str) -> str:
        done = self.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def set_up(self) -> Office:
        self.data.mkdir(parents=True)
        self.do("init_keys")
        self.do("migrate", "--no-input")
        return self

    def take_in(self, count: int) -> None:
        """Have the first `count` entries of a terminal's journal taken in."""
        self.do("shell", "--no-imports", "-c", SELL.format(folder=self.folder, count=count))

    def stands(self) -> tuple[int, int, int]:
        """(upto, backed_up, entries held) of the terminal."""
        code = (
            "from server.fleet.models import Enrolment; from server.spool.models import JournalEntry;"
            "print(*Enrolment.objects.values_list('upto', 'backed_up')[0], JournalEntry.objects.count())"
        )
        upto, backed_up, entries = self.do("shell", "--no-imports", "-c", code).split()
        return int(upto), int(backed_up), int(entries)

    def backup(self) -> Path:
        return Path(self.do("backup", "--to", str(self.backups)).split(": ")[0])


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head office that is set up, to be copied."""
    return Office(tmp_path_factory.mktemp("office")).set_up().folder


@pytest.fixture
def office(template: Path, tmp_path: Path) -> Office:
    shutil.copytree(template, tmp_path / "office")
    return Office(tmp_path / "office")


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("template"), tmp_path / "office")
        yield Office(tmp_path / "office")
    else:
        yield Office(tmp_path / "office", request.getfixturevalue("cluster_url")).set_up()


def test_what_is_backed_up_comes_back_and_no_horizon_reaches_beyond_it(either: Office) -> None:
    either.take_in(3)
    assert either.stands() == (3, 0, 3)
    first = either.backup()
    assert either.stands() == (3, 3, 3)
    either.take_in(7)
    either.backup()
    assert either.stands() == (7, 7, 7)

    assert "--replace" in either.run("restore", "--from", str(first)).stderr
    assert either.stands() == (7, 7, 7)
    assert "3 entries" in either.do("restore", "--from", str(first), "--replace")

    upto, backed_up, entries = either.stands()
    assert (upto, entries) == (3, 3)
    assert backed_up <= upto
    either.take_in(7)
    assert either.stands() == (7, backed_up, 7)


CERTIFY = """
from server.certificates.issuing import certify_terminal, key_fingerprint
from server.core.authority import new_key
from server.core.keys import load_authority
from server.fleet.models import Terminal
certify_terminal(Terminal.objects.get(code="kiosk-1"), new_key().public_key(), load_authority())
"""
REVOKED = """
from server.certificates.models import Certificate, refused
from server.fleet.models import Enrolment, Terminal
print(
    Enrolment.objects.exclude(revoked_at=None).count(),
    Terminal.objects.filter(active=False).count(),
    *(row.serial for row in refused().filter(terminal__code="kiosk-1").order_by("serial")),
)
"""


@pytest.mark.long
def test_what_was_revoked_after_the_backup_stays_revoked(either: Office) -> None:
    either.take_in(3)
    either.do("shell", "--no-imports", "-c", CERTIFY)
    backup = either.backup()
    either.do("shell", "--no-imports", "-c", CERTIFY)
    either.do("revoke", "--terminal", "kiosk-1")
    switch_off = "from server.fleet.models import Terminal; Terminal.objects.update(active=False)"
    either.do("shell", "--no-imports", "-c", switch_off)
    before = either.do("shell", "--no-imports", "-c", REVOKED)
    assert before.startswith("1 1 ")
    assert len(before.split()) == 4

    assert "revoke it again" not in either.do("restore", "--from", str(backup), "--replace")

    assert either.do("shell", "--no-imports", "-c", REVOKED) == before
    assert either.run("restore", "--from", str(backup), "--replace").returncode == 0
    either.do("shell", "--no-imports", "-c", CERTIFY)


def test_photos_that_do_not_fit_on_the_disk_leave_everything_as_it_was(office: Office, tmp_path: Path) -> None:
    office.take_in(2)
    (office.data / "photos").mkdir()
    (office.data / "photos" / "anna.jpg").write_bytes(os.urandom(6_000_000))
    backup = office.backup()
    data = tmp_path / "small" / "data"
    data.parent.mkdir()
    with small_disk(data.parent, 16 * 1024 * 1024) as prefix:
        # Room for the database, not for the photo.
        words = (
            f"cp -a {office.data} {data} && rm {data}/keys/server-id && head -c 5m /dev/zero > {data}/room; "
            f"head -c 20m /dev/zero > {data}/rest 2>/dev/null; rm {data}/room; "
            f"REFECTORY_DATA={data} {' '.join(REFECTORY)} restore --from {backup} --replace; code=$?; "
            f"cmp {office.data}/photos/anna.jpg {data}/photos/anna.jpg && cmp {office.data}/keys/ack.key {data}/keys/ack.key "
            f"&& cmp {office.database} {data}/head-office.sqlite3 && ls -A {data}; exit $code"
        )
        done = subprocess.run(
            [*prefix, "sh", "-c", words],
            env=office.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1, done.stdout
    assert "No space left on device" in done.stderr
    assert sorted(done.stdout.split()) == ["head-office.sqlite3", "keys", "photos", "rest"]


def test_a_backup_goes_into_an_empty_head_office_with_its_keys(office: Office, tmp_path: Path) -> None:
    office.take_in(5)
    backup = office.backup()
    fresh = Office(tmp_path / "fresh")

    assert "revoke it again" in fresh.do("restore", "--from", str(backup))

    assert fresh.stands() == (5, 0, 5)
    keys = sorted((office.data / "keys").iterdir())
    assert [(fresh.data / "keys" / key.name).read_bytes() for key in keys] == [key.read_bytes() for key in keys]
    assert {stat.S_IMODE(path.stat().st_mode) for path in (fresh.data / "keys").iterdir()} == {0o600}


def test_only_the_owner_reads_a_backup(office: Office) -> None:
    backup = office.backup()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in backup.rglob("*") if path.is_file()} == {0o600}


def test_what_a_killed_backup_left_goes_with_the_next_one_but_not_while_it_is_at_work(office: Office) -> None:
    left = office.backups / ".unfinished-head-office-20261120T020000Z-0badcafe"
    (left / "keys").mkdir(parents=True)
    (left / "keys" / "ack.key").write_text("secret")
    at_work = office.backups / ".unfinished-head-office-20261120T030000Z-0badcafe"
    at_work.mkdir()
    descriptor = os.open(at_work, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        backup = office.backup()
    finally:
        os.close(descriptor)
    assert {found.name for found in office.backups.iterdir()} == {backup.name, at_work.name}


def test_a_damaged_backup_is_named_and_changes_nothing(office: Office) -> None:
    office.take_in(2)
    backup = office.backup()
    dump = backup / "database.sqlite3"
    with dump.open("r+b") as file:
        file.seek(dump.stat().st_size // 2)
        file.write(b"\xff" * 100)

    done = office.run("restore", "--from", str(backup), "--replace")

    assert done.returncode == 1
    assert "database.sqlite3 is not what the manifest says; this backup is damaged" in done.stderr
    assert office.stands() == (2, 2, 2)


def test_a_folder_that_is_no_finished_backup_is_refused(office: Office, tmp_path: Path) -> None:
    done = office.run("restore", "--from", str(tmp_path))
    assert done.returncode == 1
    assert "it is no backup, or not a finished one" in done.stderr


def test_a_manifest_cannot_point_outside_of_its_folder(office: Office) -> None:
    backup = office.backup()
    path = backup / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"][0]["path"] = "../../data/keys/ack.key"
    path.write_text(json.dumps(manifest))
    assert "outside of the backup" in office.run("restore", "--from", str(backup), "--replace").stderr


def test_a_database_in_use_is_not_replaced(office: Office) -> None:
    office.take_in(2)
    backup = office.backup()
    with closing(sqlite3.connect(office.database)) as connection:
        connection.execute("SELECT count(*) FROM fleet_enrolment").fetchone()
        done = office.run("restore", "--from", str(backup), "--replace")
    assert done.returncode == 1
    assert "stop web and spool" in done.stderr
    assert office.stands() == (2, 2, 2)


def test_a_backup_of_the_other_engine_is_refused(office: Office) -> None:
    backup = office.backup()
    path = backup / "manifest.json"
    path.write_text(path.read_text().replace('"engine": "sqlite"', '"engine": "postgresql"'))
    done = office.run("restore", "--from", str(backup), "--replace")
    assert done.returncode == 1
    assert "database.pgdump" in done.stderr


def test_a_full_disk_leaves_no_half_a_backup_and_no_horizon(office: Office, tmp_path: Path) -> None:
    office.take_in(4)
    target = tmp_path / "small"
    target.mkdir()
    with small_disk(target, 256 * 1024) as prefix:
        words = f"{' '.join(REFECTORY)} backup --to {target}; code=$?; ls -A {target} | wc -l; exit $code"
        done = subprocess.run(
            [*prefix, "sh", "-c", words],
            env=office.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1, done.stdout
    assert "no backup was made" in done.stderr
    assert done.stdout.strip() == "0"
    assert office.stands() == (4, 0, 4)


def test_a_backup_is_one_moment_while_entries_go_on_arriving(office: Office) -> None:
    office.take_in(200)
    words = [*REFECTORY, "shell", "--no-imports", "-c", SELL.format(folder=office.folder, count=600)]
    with subprocess.Popen(words, env=office.environment) as writer:
        backup = office.backup()
        assert writer.wait(120) == 0
    manifest = json.loads((backup / "manifest.json").read_text())
    upto = manifest["enrolments"][0]["upto"]
    with closing(sqlite3.connect(backup / "database.sqlite3")) as connection:
        assert connection.execute("SELECT count(*), max(seq) FROM spool_journalentry").fetchone() == (upto, upto)
    assert office.stands() == (600, upto, 600)
