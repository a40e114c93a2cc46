"""What a document promises: the commands, files and pictures it shows, and what is wrong with them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHELL_BLOCKS = ("", "sh", "bash", "shell", "console")
_FENCE = re.compile(r"^(```+)([\w-]*)[^\n]*\n(.*?)^\1", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)|<(?:img|a)\b[^>]*?\b(?:src|href)=\"([^\"]+)\"")
_ASSIGNMENT = re.compile(r"[A-Z_]+=.*")
_PLACEHOLDER = re.compile(r"[A-Z][A-Z0-9:_-]*|.*(\.\.\.|…|[<>]).*")
_STAND_INS = {"FILE": "journal.sqlite", "KEY": "journal.pub", "KEYFILE": "journal.key"}
_HELP_TIMEOUT_S = 60


def documents() -> list[Path]:
    """README, the guide for contributors and every page of docs/."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def shell_lines(text: str) -> Iterator[str]:
    """The lines of a document's shell blocks, without prompts and comments, continued lines joined."""
    for _, language, block in _FENCE.findall(text):
        if language not in SHELL_BLOCKS:
            continue
        for line in block.replace("\\\n", " ").splitlines():
            command = re.sub(r"(^|\s)#.*", "", line).strip().removeprefix("$ ")
            if command:
                yield command


def commands(text: str) -> list[list[str]]:
    """Every command of `make` or `refectory` in shell blocks and code spans, as words, without assignments before it."""
    spans = (span for span in _SPAN.findall(_FENCE.sub("", text)) if re.match(r"(make|refectory) ", span))
    found = []
    for line in [*shell_lines(text), *spans]:
        for part in re.split(r"\s*(?:&&|\|\|?|;)\s*", line):
            words = _words(part)
            while words and _ASSIGNMENT.fullmatch(words[0]):
                words.pop(0)
            if words and words[0].rpartition("/")[2] in ("make", "refectory"):
                found.append([words[0].rpartition("/")[2], *words[1:]])
    return found


def runnable(text: str) -> list[str]:
    """The commands about journals that a reader can type, in shell blocks and code spans.

    FILE, KEY and KEYFILE stand for `journal.sqlite`, `journal.pub` and `journal.key`; other placeholders cannot be typed.
    """
    spans = (span for span in _SPAN.findall(_FENCE.sub("", text)) if len(span.split()) > 3)
    lines = [line for line in [*shell_lines(text), *spans] if re.match(r"(\S+/)?refectory journal ", line)]
    typed = [re.sub(r"\b(FILE|KEYFILE|KEY)\b", lambda found: _STAND_INS[found[0]], line) for line in lines]
    return [line for line in typed if not any(_is_placeholder(word) for word in _words(line)[2:])]


def problems(text: str, folder: Path) -> list[str]:
    """What a document in `folder` promises and does not keep."""
    found = []
    for command in commands(text):
        check = _make_problems if command[0] == "make" else _refectory_problems
        found += [f"`{' '.join(command)}`: {problem}" for problem in check(command[1:])]
    for target in (one or other for one, other in _LINK.findall(_FENCE.sub("", text))):
        if not re.match(r"[a-z]+:|#", target) and not (folder / target.partition("#")[0]).exists():
            found.append(f"there is no {target}")
    return found


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _is_placeholder(word: str) -> bool:
    return _PLACEHOLDER.fullmatch(word) is not None and word not in (">", "<", ">>")


def _make_problems(words: list[str]) -> list[str]:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    found = []
    for word in words:
        if _ASSIGNMENT.fullmatch(word):
            name = word.partition("=")[0]
            if f"$({name})" not in makefile and f"${{{name}}}" not in makefile:
                found.append(f"the Makefile has no variable {name}")
        elif not word.startswith("-") and not _is_placeholder(word) and word not in targets:
            found.append(f"the Makefile has no target {word}")
    return found


def _refectory_problems(words: list[str]) -> list[str]:
    names: list[str] = []
    for word in words[:2]:
        if not re.fullmatch(r"[a-z][a-z_-]*", word) or (
            names and names[0] not in ("archive", "journal", "head-office")
        ):
            break
        names.append(word)
    status, shown = _help(*names)
    if status != 0:
        return [" ".join(shown.strip().splitlines()[-2:])]
    options = {word.partition("=")[0] for word in words if re.fullmatch(r"--?[a-z][a-z-]*(=.*)?", word)}
    return [f"has no option {option}" for option in sorted(options) if not re.search(rf"{option}\b(?!-)", shown)]


@lru_cache
def _help(*names: str) -> tuple[int, str]:
    process = subprocess.run(
        [sys.executable, "-m", "appliance.cli", *names, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=_HELP_TIMEOUT_S,
        check=False,
    )
    return process.returncode, process.stdout + process.stderr
