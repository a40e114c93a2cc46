"""`refectory enrol-request`: make this terminal's keys and print what head office needs to enrol it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from appliance import config
from journal.keys import KeyFileError, SigningKey

KEY_FILE = "journal.key"


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
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the request; returns 1 after a message when the configuration or a key cannot be used."""
    from mqtt_bridge.credentials import WireKeyError, certificate_request

    try:
        loaded = config.load(arguments.config)
        terminal, data_dir = loaded.terminal.id, loaded.terminal.data_dir
        key = journal_key(data_dir)
        wire_request = certificate_request(data_dir, terminal)
    except (config.ConfigError, KeyFileError, WireKeyError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error.filename}: cannot be made ({error.strerror}); choose another terminal.data_dir\n")
        return 1
    request = {"terminal": terminal, "public_key": key.public.to_base64(), "wire_request": wire_request}
    sys.stdout.write(json.dumps(request) + "\n")
    return 0


def journal_key(data_dir: Path) -> SigningKey:
    """The terminal's key, made on the first call; raises `KeyFileError` or OSError."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / KEY_FILE
    if path.exists():
        return SigningKey.load(path)
    key = SigningKey.generate()
    key.save(path)
    return key
