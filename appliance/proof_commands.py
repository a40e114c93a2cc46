"""`refectory proof` and `refectory verify`: what head office has signed, and whether it and a journal are sound."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from appliance import config
from mqtt_bridge.wire import WireError

INCOMPLETE = 3


def register_proof(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `proof` to the parser."""
    parser = commands.add_parser(
        "proof",
        help="write head office's newest signed acknowledgement to a file",
        description=(
            "Write what head office signed last for this terminal to a file: the proof that it has every entry up to one. "
            "`refectory verify` checks it with public keys alone. May be done while the terminal works."
        ),
    )
    parser.add_argument(
        "--config", required=True, type=Path, metavar="FILE", help="the terminal's configuration (TOML)"
    )
    parser.add_argument("--out", required=True, type=Path, metavar="PROOF", help="the file to make")
    parser.set_defaults(run=_run_proof)


def register_verify(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `verify` to the parser."""
    parser = commands.add_parser(
        "verify",
        help="check that a journal is sound and what head office has of it",
        description=(
            "Check a journal and the proof of its delivery with public keys alone: every entry, every link and signature, "
            "the signature of head office's acknowledgement, and that it speaks of this very journal. Names the first "
            "thing that is wrong."
        ),
        epilog=(
            "Exit status: 0 sound, and head office has all of it; 3 sound, but entries are unsent or in head office's "
            "quarantine; 1 something is wrong or cannot be read; 2 the command line was not understood."
        ),
    )
    parser.add_argument(
        "--journal", required=True, type=Path, metavar="FILE", help="journal.sqlite, or an archive of it"
    )
    parser.add_argument(
        "--proof", required=True, type=Path, metavar="PROOF", help="file of `refectory proof`, or bridge.sqlite"
    )
    parser.add_argument(
        "--terminal-key",
        required=True,
        type=Path,
        metavar="KEY",
        help="file with the terminal's public key in base64, as `refectory journal show-key` prints it",
    )
    parser.add_argument(
        "--head-office-key",
        required=True,
        type=Path,
        metavar="KEY",
        help="file with head office's public key in base64: ack_public_key of enrolment.json",
    )
    parser.set_defaults(run=_run_verify)


def _run_proof(arguments: argparse.Namespace) -> int:
    from appliance.enrolled import load_terminal
    from appliance.store.proof import newest_document
    from journal.files import write_whole
    from mqtt_bridge.local_files import BRIDGE_FILE

    try:
        data_dir, enrolment = load_terminal(arguments.config)
        document = newest_document(data_dir / BRIDGE_FILE, enrolment.epoch)
        if document is None:
            return _fail(f"head office has acknowledged nothing yet in epoch {enrolment.epoch} of {enrolment.terminal}")
        text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
        write_whole(arguments.out, text.encode(), mode=0o666)
    except (config.ConfigError, WireError) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"cannot write {arguments.out}: {error.strerror}")
    sys.stdout.write(f"{arguments.out}: complete up to entry {document.get('upto')}\n")
    return 0


def _run_verify(arguments: argparse.Namespace) -> int:
    from appliance.verifying import NotProven, verify
    from journal.keys import KeyFileError, PublicKey

    try:
        verdict = verify(
            arguments.journal,
            arguments.proof,
            PublicKey.load(arguments.terminal_key),
            PublicKey.load(arguments.head_office_key),
        )
    except (NotProven, KeyFileError) as error:
        return _fail(str(error))
    sys.stdout.write(f"{verdict}\n")
    return 0 if verdict.is_complete else INCOMPLETE


def _fail(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 1
