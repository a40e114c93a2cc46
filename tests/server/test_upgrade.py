"""Bringing a head office of an earlier version up to date, as an administrator does it on the command line."""

from __future__ import annotations

import stat
from pathlib import Path

from tests.server.test_backup import Office

ENROL = (
    "from server.core.keys import load_keys, load_authority; print(load_keys().archive, load_authority().certificate)"
)


def test_one_command_brings_keys_and_database_of_an_earlier_version_up_to_date(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.set_up()
    keys = office.data / "keys"
    for name in ("archive.key", "ca.key", "ca.crt"):
        (keys / name).unlink()
    kept = {path: path.read_bytes() for path in keys.iterdir()}
    office.do("migrate", "certificates", "zero")
    office.do("migrate", "fleet", "0002")
    assert "archive.key is missing" in office.run("spool").stderr

    assert "archive.key" in office.do("upgrade")

    office.do("shell", "--no-imports", "-c", ENROL)
    assert {path: path.read_bytes() for path in kept} == kept
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {0o600}
    office.do("migrate", "--check")
    assert "No migrations to apply" in office.do("upgrade")


def test_nobody_else_reads_the_database(tmp_path: Path) -> None:
    office = Office(tmp_path)
    office.set_up()
    assert stat.S_IMODE(office.database.stat().st_mode) == 0o600


def test_upgrading_makes_no_head_office_where_there_is_none(tmp_path: Path) -> None:
    refused = Office(tmp_path).run("upgrade")
    assert refused.returncode == 1
    assert "holds no head office" in refused.stderr
    assert not (tmp_path / "data").exists()
