"""The terminal finds its catalogue whole, whatever happened while the next one was made."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from masterdata import catalogue_file
from masterdata.errors import RevisionError
from sales.catalogue import Catalogue
from sales.offline import DEFAULT_OFFLINE
from tests.masterdata.catalogues import catalogues
from tests.masterdata.lunch import lunch


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(catalogues())
def test_every_catalogue_is_found_again_in_its_file(catalogue: Catalogue) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = catalogue_file.build(catalogue, Path(folder))

        assert path.name == f"catalogue-{catalogue.revision}.sqlite"
        assert catalogue_file.load(path) == catalogue
        assert list(Path(folder).iterdir()) == [path]


def test_a_file_from_before_guest_categories_had_a_policy_is_read_with_the_usual_one(tmp_path: Path) -> None:
    path = catalogue_file.build(lunch(1), tmp_path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("ALTER TABLE guest_category DROP COLUMN offline")
        file.execute("ALTER TABLE guest_category DROP COLUMN offline_limit_minor")

    assert {category.offline for category in catalogue_file.load(path).guest_categories} == {DEFAULT_OFFLINE}


def test_the_pointer_names_the_catalogue_in_use(tmp_path: Path) -> None:
    assert catalogue_file.current(tmp_path) is None
    for revision in (1, 2):
        catalogue_file.build(lunch(revision), tmp_path)
    catalogue_file.set_current(tmp_path, 2)
    assert catalogue_file.current(tmp_path) == tmp_path / "catalogue-2.sqlite"

    with pytest.raises(FileNotFoundError, match=r"catalogue-3\.sqlite"):
        catalogue_file.set_current(tmp_path, 3)

    assert catalogue_file.current_revision(tmp_path) == 2


@pytest.mark.parametrize("damage", [b"\xff\x00", b"", b"two\n", "\u0662".encode()])
def test_a_damaged_pointer_is_no_pointer(tmp_path: Path, damage: bytes) -> None:
    catalogue_file.build(lunch(2), tmp_path)
    (tmp_path / "current").write_bytes(damage)

    assert (catalogue_file.current(tmp_path), catalogue_file.current_revision(tmp_path)) == (None, None)


def test_old_files_go_but_never_the_one_in_use(tmp_path: Path) -> None:
    for revision in range(1, 6):
        catalogue_file.build(lunch(revision), tmp_path)
    catalogue_file.set_current(tmp_path, 1)

    catalogue_file.prune(tmp_path, keep=2)

    assert sorted(path.name for path in tmp_path.glob("*.sqlite")) == [
        "catalogue-1.sqlite",
        "catalogue-4.sqlite",
        "catalogue-5.sqlite",
    ]


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    wrong = tmp_path / "catalogue-9.sqlite"
    wrong.write_bytes(b"not a database, not even nearly" * 100)

    with pytest.raises(RevisionError, match=r"catalogue-9\.sqlite: not a catalogue file"):
        catalogue_file.load(wrong)


BUILD_FOR_EVER = """
import sys
from pathlib import Path
from masterdata import catalogue_file
from tests.masterdata.lunch import lunch
folder = Path(sys.argv[1])
for revision in range(2, 100000):
    catalogue_file.build(lunch(revision), folder)
    catalogue_file.set_current(folder, revision)
    catalogue_file.prune(folder, 3)
    print(revision, flush=True)
"""


def test_power_loss_while_building_leaves_a_whole_current_catalogue(tmp_path: Path) -> None:
    catalogue_file.build(lunch(1), tmp_path)
    catalogue_file.set_current(tmp_path, 1)
    for _ in range(3):
        builder = subprocess.Popen([sys.executable, "-c", BUILD_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE)
        with builder:
            assert builder.stdout is not None
            for _ in range(3):
                built = int(builder.stdout.readline())
            builder.send_signal(signal.SIGKILL)
        path = catalogue_file.current(tmp_path)
        assert path is not None
        catalogue = catalogue_file.load(path)
        assert catalogue.revision >= built
        assert catalogue == lunch(catalogue.revision)

    catalogue_file.build(lunch(99), tmp_path)
    assert list(tmp_path.glob(".*")) == []
