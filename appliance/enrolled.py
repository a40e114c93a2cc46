"""Whom a configured terminal is to head office: the enrolment in its data folder."""

from __future__ import annotations

from pathlib import Path

from appliance import config
from mqtt_bridge.local_files import ENROLMENT_FILE
from mqtt_bridge.wire import Enrolment, load_enrolment


def load_terminal(path: Path) -> tuple[Path, Enrolment]:
    """The data folder and the enrolment of the terminal with that configuration. Raises ConfigError or WireError."""
    loaded = config.load(path)
    return loaded.terminal.data_dir, enrolment_of(loaded)


def enrolment_of(loaded: config.Config) -> Enrolment:
    """The terminal's enrolment. Raises WireError, or ConfigError when there is none or it is another terminal's."""
    path = loaded.terminal.data_dir / ENROLMENT_FILE
    if not path.exists():
        raise config.ConfigError(
            f"{path} is missing: the terminal is not enrolled yet. Print its request with `refectory enrol-request "
            f"--config {loaded.path}`, enrol it at head office and put the enrolment.json you get into that folder."
        )
    enrolment = load_enrolment(path)
    if enrolment.terminal != loaded.terminal.id:
        raise config.ConfigError(
            f"{loaded.path}: terminal.id is {loaded.terminal.id!r}, but {path} is for {enrolment.terminal!r}"
        )
    return enrolment
