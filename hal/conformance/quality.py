"""What a driver has to say about its own quality in `quality.toml`, and whether it is true.

Each rule has a `status`: "done" needs `evidence`, a list of tests ("path::name"); "exempt" and "open" need a `reason`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

RULES = {
    "conformance": "the shipped suite passes for every contract the driver serves",
    "simulator": "a simulator at the wire comes with the driver",
    "unplug": "pulling the device is told, and it works again when it is back",
    "silence": "a device that stays connected and says nothing is told within the time-out",
    "garbage": "damaged or unexpected bytes never become data",
    "options": "wrong options are refused with the option's name",
    "known_devices": "devices.toml names devices with their settings",
    "hardware": "it was tried on a real device",
}


def problems(folder: Path, tests_root: Path) -> list[str]:
    """Return what is wrong with `folder`/quality.toml, one sentence each; empty when nothing is.

    Evidence is looked up below `tests_root`, the folder that the paths in it are relative to.
    """
    path = folder / "quality.toml"
    if not path.is_file():
        return [f"{path} is missing"]
    rules = tomllib.loads(path.read_text("utf-8"))
    found = [f"{path}: rule {name} is unknown" for name in rules if name not in RULES]
    for name in RULES:
        if name not in rules:
            found.append(f"{path}: rule {name} is not answered")
        else:
            found += [f"{path}: rule {name} {problem}" for problem in _problems_of(rules[name], tests_root)]
    return found


def _problems_of(answer: dict[str, object], tests_root: Path) -> list[str]:
    unknown = sorted(set(answer) - {"status", "evidence", "reason"})
    if unknown:
        return [f"has the unknown key {key}" for key in unknown]
    status = answer.get("status")
    if status in ("exempt", "open"):
        return [] if answer.get("reason") else [f"is {status} without a reason"]
    if status != "done":
        return [f"has the status {status!r}; done, exempt and open are known"]
    evidence = answer.get("evidence")
    if not isinstance(evidence, list) or not evidence:
        return ["is done without evidence"]
    return [f"names {entry}, which is not there" for entry in evidence if not _exists(str(entry), tests_root)]


def _exists(entry: str, tests_root: Path) -> bool:
    name, _, test = entry.partition("::")
    path = tests_root / name
    return path.is_file() and re.search(rf"^def {re.escape(test)}\(", path.read_text("utf-8"), re.MULTILINE) is not None
