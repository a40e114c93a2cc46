"""The cashiers' guide explains every strip a till can show, in the words of the screen, and names the keys that are there."""

from __future__ import annotations

import ast
import re

import pytest

from appliance.flows.till.functions import PERMISSIONS, Function
from appliance.flows.till.menu import NAMES
from server.guests.choices import ROLE_PRESETS
from tests.docs.documents import ROOT

GUIDE = (ROOT / "docs" / "till.md").read_text()
SPOKEN = ("strips.py", "words.py", "ticket.py")
CALLS = {"say", "say_many", "msg"}
GOOD_NEWS = {
    "The ticket is on hold.",
    "The shift is open.",
    "The slip is being printed.",
    "The slip is being printed, marked as a duplicate.",
}
"""They need no explanation."""


def sentences() -> set[str]:
    """What the strips of a till say, with … for what is filled in; of a sentence that counts, the plural."""
    found = set()
    for name in SPOKEN:
        tree = ast.parse((ROOT / "appliance" / "presenters" / "till" / name).read_text())
        for node in ast.walk(tree):
            called = node.func if isinstance(node, ast.Call) else None
            spoken = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if isinstance(node, ast.Call) and spoken in CALLS:
                said = node.args[1 if spoken == "say_many" else 0]
                if isinstance(said, ast.Constant) and said.value.endswith("."):
                    found.add(re.sub(r"\{\w+\}", "…", said.value))
    return found - GOOD_NEWS


def explained() -> list[str]:
    """The first cells of the tables about strips."""
    part = GUIDE.partition("## What a strip means")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+?) \|", part, re.MULTILINE)
    return [row for row in rows if row != "The till says"]


def permission_rows() -> dict[str, tuple[bool, bool]]:
    """Whether a cashier and a supervisor may, by what stands on the screen."""
    rows = re.findall(r"^\| (\*\*.+?) \|.*\| (yes)? ?\| (yes)? ?\|$", GUIDE, re.MULTILINE)
    return {
        name: (bool(cashier), bool(supervisor))
        for cell, cashier, supervisor in rows
        for name in re.findall(r"\*\*(.+?)\*\*", cell)
    }


def test_every_strip_is_explained_once_and_in_its_own_words() -> None:
    assert len(sentences()) > 40
    assert sorted(explained()) == sorted(sentences())


@pytest.mark.parametrize("function", PERMISSIONS, ids=str)
def test_who_may_do_what_is_as_a_house_starts(function: Function) -> None:
    permission = PERMISSIONS[function]
    may = tuple(permission in ROLE_PRESETS[role] for role in ("cashier", "supervisor"))
    assert permission_rows()[NAMES[function][0]] == may


def test_the_keys_it_names_are_on_the_screen() -> None:
    presenters = ROOT / "appliance" / "presenters" / "till"
    flows = ROOT / "appliance" / "flows" / "till"
    said = "\n".join(path.read_text() for path in [*presenters.glob("*.py"), *flows.glob("*.py")])
    said += "".join((ROOT / "appliance" / "presenters" / name).read_text() for name in ("status.py", "technician.py"))
    for name in re.findall(r"\*\*([^*]+)\*\*", GUIDE.partition("## The screen")[2]):
        words = re.sub(r"…|^\d+", r"\\{\\w+\\}", re.escape(" ".join(name.split())))
        assert re.search(rf'"[^"]*{words}[^"]*"', said, re.IGNORECASE), name
