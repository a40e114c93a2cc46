"""`refectory enrol-request`: make this terminal's journal key and print what head office needs to enrol it."""

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
        help="make a terminal's key; print its request to head office",
        description=(
            "Make the terminal's journal key, once, in its data folder, and print a JSON request. Give the request to "
            "head office (`refectory head-office enrol --request FILE --store STORE --out enrolment.json`) and put the "
            "enrolment.json it makes into the terminal's data folder. The private key never leaves this machine."
        ),
    )
    parser.add_argument(
        "--config", required=True, type=Path, metavar="FILE", help="the terminal's configuration (TOML)"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the request; returns 1 after a message when the configuration or the key cannot be used."""
    try:
        loaded = config.load(arguments.config)
        key = journal_key(loaded.terminal.data_dir)
    except (config.ConfigError, KeyFileError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{error.filename}: cannot be made ({error.strerror}); choose another terminal.data_dir\n")
        return 1
    sys.stdout.write(json.dumps({"terminal": loaded.terminal.id, "public_key": key.public.to_base64()}) + "\n")
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
