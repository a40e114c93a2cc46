"""`refectory send`, `refectory archive write` and `refectory archive accept`: delivery by hand."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from appliance import config
from appliance.enrolled import load_terminal
from mqtt_bridge.local_socket import Send, tell_bridge
from mqtt_bridge.wire import WireError


def register_send(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `send` to the parser."""
    parser = commands.add_parser(
        "send",
        help="have a terminal send now what is unsent",
        description=(
            "Have the bridge of this terminal send everything that is unsent now, whatever transfer mode its configuration "
            "names. If the line is away, it sends as soon as it is back."
        ),
    )
    _add_config(parser)
    parser.set_defaults(run=_run_send)


def register_archive(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `archive` with its actions to the parser."""
    parser = commands.add_parser(
        "archive",
        help="carry what is unsent to head office on a stick, and take the proof back",
        description=(
            "For a terminal whose line stays away: write what is unsent to a stick, import it at head office (`refectory "
            "head-office import_archive` or the page Archives), and have the terminal accept the proof that comes back. "
            "Both may be done while the terminal sells."
        ),
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)

    write = actions.add_parser(
        "write",
        help="write what is unsent to a stick",
        description=(
            "Write everything that head office has not acknowledged to one file, signed by this terminal and encrypted to "
            "head office. Changes nothing here; write and import as often as you like."
        ),
    )
    _add_config(write)
    write.add_argument("--to", required=True, type=Path, metavar="FOLDER", help="the folder the stick is mounted on")
    write.add_argument("--from", type=_entry, dest="first_seq", metavar="A", help="first entry (the first unsent one)")
    write.add_argument("--until", type=_entry, dest="last_seq", metavar="B", help="last entry (the last there is)")
    write.set_defaults(run=_run_write)

    accept = actions.add_parser(
        "accept",
        help="accept the proof that head office gave for an archive",
        description=(
            "Check head office's proof and give it to the bridge, which then counts the entries as sent. Without a running "
            "bridge its next start does so."
        ),
    )
    _add_config(accept)
    accept.add_argument("proof", type=Path, metavar="PROOF", help="the file head office made (*.proof.json)")
    accept.set_defaults(run=_run_accept)


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", required=True, type=Path, metavar="FILE", help="the terminal's configuration (TOML)"
    )


def _entry(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not the number of an entry")
    return int(text)


def _run_send(arguments: argparse.Namespace) -> int:
    try:
        data_dir = config.load(arguments.config).terminal.data_dir
    except config.ConfigError as error:
        return _fail(str(error))
    if not tell_bridge(data_dir, Send()):
        return _fail(f"no bridge works in {data_dir}; start `refectory bridge`, then say it again")
    sys.stdout.write("the bridge was told to send\n")
    return 0


def _run_write(arguments: argparse.Namespace) -> int:
    from appliance.store.sticks import StickError, write_to_stick

    try:
        data_dir, enrolment = load_terminal(arguments.config)
        written = write_to_stick(
            data_dir,
            enrolment,
            arguments.to,
            datetime.now(UTC),
            first_seq=arguments.first_seq,
            last_seq=arguments.last_seq,
        )
    except (config.ConfigError, WireError, StickError) as error:
        return _fail(str(error))
    if written is None:
        sys.stdout.write("nothing is unsent, so nothing was written\n")
        return 0
    header = written.header
    sys.stdout.write(
        f"{written.path}: {header.entries} entries, {header.first_seq} to {header.last_seq}, {written.size_bytes} bytes\n"
    )
    return 0


def _run_accept(arguments: argparse.Namespace) -> int:
    from appliance.store.sticks import StickError, accept_proof

    try:
        data_dir, enrolment = load_terminal(arguments.config)
        accepted = accept_proof(data_dir, enrolment, arguments.proof)
    except (config.ConfigError, WireError, StickError) as error:
        return _fail(str(error))
    told = f"head office has everything up to entry {accepted.upto} of {accepted.head_seq}"
    if not accepted.taken:
        sys.stdout.write(f"{told}; the bridge takes it over when it runs\n")
    elif accepted.mark >= accepted.upto:
        sys.stdout.write(f"{told}; complete up to entry {accepted.mark}\n")
    else:
        return _fail(f"the bridge did not believe the proof and stands at entry {accepted.mark}; its log says why")
    return 0


def _fail(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 1
