"""README and docs keep their word: every command, option, file and picture they show is there, and examples run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path

import pytest

from journal.keys import SigningKey
from journal.store import Journal
from server.core.demo.shop import catalogue_data
from tests.docs.documents import ROOT, commands, documents, problems, runnable

MISTAKEN = """
# Title

![the kiosk](docs/images/no-such-picture.png) and <img src="docs/nowhere.png"> and [the guide](docs/nothing.md#part)

Say `make runn`, or `refectory jornal verify FILE`.

```sh
$ WINDOW=1 make run            # a window
make run COLOUR=3 && make fly
.venv/bin/refectory journal verify journal.sqlite \\
    --publik-key journal.pub
refectory head-office pubblish --store park
refectory workbench --data .run --portt 3
```
"""
KEPT = """
[architecture](docs/architecture.md#rooms) and [elsewhere](https://example.org/x.png) and [below](#here)

`make test`, `refectory journal verify FILE`, `refectory COMMAND --help`

```
WINDOW=1 make run PORT=8081
make check-feeds DIR=path
refectory journal verify journal.sqlite --public-key=journal.pub
refectory head-office publish --store park
refectory workbench --data .run --port 8081
```

```python
make = "nothing that a shell reads"
```
"""


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_document_keeps_its_word(path: Path) -> None:
    assert problems(path.read_text(), path.parent) == []


def test_a_document_that_does_not_is_noticed() -> None:
    found = "\n".join(problems(MISTAKEN, ROOT))
    for said in (
        "`make runn`: the Makefile has no target runn",
        "the Makefile has no variable COLOUR",
        "the Makefile has no target fly",
        "has no option --publik-key",
        "has no option --portt",
        "invalid choice: 'jornal'",
        "'pubblish'",
        "there is no docs/images/no-such-picture.png",
        "there is no docs/nowhere.png",
        "there is no docs/nothing.md#part",
    ):
        assert said in found
    assert len(found.splitlines()) == 10
    assert problems(KEPT, ROOT) == []
    assert len(commands(KEPT)) == 8


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """A journal of three entries and its key, for an example to work on."""
    key = SigningKey.generate()
    key.save(tmp_path / "journal.key")
    (tmp_path / "journal.pub").write_text(key.public.to_base64())
    path, now, day = tmp_path / "journal.sqlite", datetime(2026, 11, 21, 11, tzinfo=UTC), date(2026, 11, 21)
    Journal.create(path, "kiosk-1", 1, key)
    with Journal.open(path, key, business_day=day, now_utc=now, software="example") as journal:
        for number in (1, 2):
            journal.append("note", {"number": number}, now_utc=now, business_day=day)
    return tmp_path


def run_examples(text: str, scratch: Path) -> list[str]:
    """Type the examples one after the other, with the scratch journal wherever they name one; what they print."""
    tools = scratch / "bin"
    tools.mkdir()
    (tools / "refectory").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m appliance.cli "$@"\n')
    (tools / "refectory").chmod(0o755)
    folder = scratch / "here"
    folder.mkdir()
    printed = []
    for line in runnable(text):
        for word in line.split():
            name = word.rpartition("/")[2]
            if name in ("journal.sqlite", "journal.key", "journal.pub"):
                place = folder / word.lstrip("/")
                if not place.exists():
                    place.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(scratch / name, place)
                    place.chmod(0o600)
        typed = line.replace(" /", " ")
        typed = "refectory" + typed[typed.index("refectory") + len("refectory") :]
        environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            ["bash", "-c", typed], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"
        printed.append(done.stdout)
    return printed


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_examples_about_journals_really_run(path: Path, scratch: Path) -> None:
    text = path.read_text()
    assert len(run_examples(text, scratch)) == len(runnable(text))


def test_an_example_is_typed_as_it_stands_there(scratch: Path) -> None:
    example = """
```sh
.venv/bin/refectory journal show-key /var/lib/refectory/journal.key > kiosk-1.pub
refectory journal verify /var/lib/refectory/journal.sqlite --public-key kiosk-1.pub   # says where the first bad entry is
refectory journal export FILE --from A --to B --out ARCHIVE
```
Or `refectory journal verify FILE --public-key KEY`; see `refectory journal`.
"""
    _, *verified = run_examples(example, scratch)
    assert ["3 entries of terminal kiosk-1" in said for said in verified] == [True, True]


def test_an_example_that_does_not_run_is_noticed(scratch: Path) -> None:
    example = "```sh\nrefectory journal verify journal.sqlite --public-key kiosk-2.pub\n```\n"
    with pytest.raises(AssertionError, match="cannot read the public key"):
        run_examples(example, scratch)


def test_what_readme_has_typed_finds_its_programs() -> None:
    """The whole recipe of every shown target: what it needs first, and every Python module it would run."""
    shown = {words[1] for words in commands((ROOT / "README.md").read_text()) if words[0] == "make"}
    assert {"run", "test", "demo", "lane", "bench", "screens"} <= shown
    for target in sorted(shown):
        dry = subprocess.run(
            ["make", "--no-print-directory", "-n", target, "DIR=x"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert dry.returncode == 0, dry.stderr
        for module in re.findall(r"-m ((?:tools|bench)\.\w+)", dry.stdout):
            assert find_spec(module) is not None, f"make {target} runs {module}"


def test_the_cashiers_it_introduces_are_those_of_the_demonstration() -> None:
    cashiers = catalogue_data()["service"]["cashiers"]
    named = re.findall(r"(\w+) \(PIN (\d+)", (ROOT / "README.md").read_text())
    assert named == [(cashier["name"], cashier["pin"]) for cashier in cashiers]
