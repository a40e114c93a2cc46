"""`refectory enrol-request`: make this terminal's keys and print what head office needs to enrol it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from appliance import config
from appliance.store.old_journals import set_key_aside
from journal.errors import JournalLocked
from journal.keys import KeyFileError, SigningKey
from journal.lock import WriterLock
from mqtt_bridge.local_files import JOURNAL_FILE, JOURNAL_KEY_FILE, WIRE_KEY_FILE


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "enrol-request",
        help="make a terminal's keys; print its request to head office",
        description=(
            "Make the terminal's journal key and its wire key, once, in its data folder, and print a JSON request. Give "
            "the request to head office (`refectory head-office enrol --request FILE --store STORE --out "
            "enrolment.json`) and put the enrolment.json it makes into the terminal's data folder. The private keys "
            "never leave this machine; where the bridge runs as a user of its own, wire.key must belong to that user."
        ),
    )
    parser.add_argument(
        "--config", required=True, type=Path, metavar="FILE", help="the terminal's configuration (TOML)"
    )
    parser.add_argument(
        "--new-key",
        action="store_true",
        help="make new keys and keep the old ones in old/: for a terminal that was copied, or got an old copy of its journal "
        "back; it sells again once the new enrolment.json is in its data folder",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the request; returns 1 after a message when the configuration or a key cannot be used."""
    from mqtt_bridge.credentials import WireKeyError, certificate_request

    try:
        loaded = config.load(arguments.config)
        terminal, data_dir = loaded.terminal.id, loaded.terminal.data_dir
        if arguments.new_key:
            put_keys_aside(data_dir)
        key = journal_key(data_dir)
        wire_request = certificate_request(data_dir, terminal)
    except (config.ConfigError, KeyFileError, WireKeyError, JournalLocked) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error.filename}: cannot be made ({error.strerror}); choose another terminal.data_dir\n")
        return 1
    request = {"terminal": terminal, "public_key": key.public.to_base64(), "wire_request": wire_request}
    sys.stdout.write(json.dumps(request) + "\n")
    return 0


def put_keys_aside(data_dir: Path) -> None:
    """Move the terminal's keys to `<data_dir>/old`, where nothing is overwritten.

    Raises `JournalLocked` while the terminal runs, `KeyFileError` or OSError.
    """
    path = data_dir / JOURNAL_KEY_FILE
    if not path.exists():
        return
    lock = WriterLock(data_dir / JOURNAL_FILE)
    try:
        key_id = SigningKey.load(path).public.key_id
        for name in (WIRE_KEY_FILE, JOURNAL_KEY_FILE):
            if (data_dir / name).exists():
                set_key_aside(data_dir, data_dir / name, f"{key_id}-{name}")
    finally:
        lock.release()


def journal_key(data_dir: Path) -> SigningKey:
    """The terminal's key, made on the first call; raises `KeyFileError` or OSError."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / JOURNAL_KEY_FILE
    if path.exists():
        return SigningKey.load(path)
    key = SigningKey.generate()
    key.save(path)
    return key
