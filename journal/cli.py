"""`refectory journal`: check, export and import journal files."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from journal.entry import Head


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `journal` and its sub-commands."""
    parser = subparsers.add_parser(
        "journal",
        help="check, export and import a terminal's journal",
        description=(
            "Work on the journal of a terminal, `journal.sqlite` in its data folder, or on an archive exported from it. "
            "None of this needs head office."
        ),
        epilog="`refectory journal ACTION --help` explains an action.",
    )
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")

    verify = actions.add_parser(
        "verify",
        help="check every entry of a journal or an archive; names the first bad one",
        description=(
            "Check every entry of a journal or an archive: its form, its place in the chain, its hash and its signature. "
            "Prints how far it goes and its head; names the first bad entry and exits with 1 when there is one."
        ),
        epilog=(
            "Entries cut off at the end leave a chain that is sound in itself. Give the head that head office or an "
            "earlier check has noted, as --head, to notice that."
        ),
    )
    verify.add_argument("file", type=Path, metavar="FILE", help="journal.sqlite of a terminal, or an archive")
    verify.add_argument(
        "--public-key",
        type=Path,
        required=True,
        metavar="KEY",
        help="file with the terminal's public key in base64, as `show-key` prints it",
    )
    verify.add_argument(
        "--head",
        type=_head,
        metavar="SEQ:HASH",
        help="an entry the file must contain; reveals entries cut off at the end",
    )
    verify.set_defaults(run=_run_verify)

    export = actions.add_parser(
        "export",
        help="write a range of entries to one archive file",
        description="Write the entries A to B to one archive file, which `verify` and `import` take. Changes nothing here.",
    )
    export.add_argument("file", type=Path, metavar="FILE", help="journal.sqlite of a terminal")
    export.add_argument("--from", type=int, required=True, dest="first_seq", metavar="A", help="first entry")
    export.add_argument("--to", type=int, required=True, dest="last_seq", metavar="B", help="last entry")
    export.add_argument("--out", type=Path, required=True, metavar="ARCHIVE", help="the file to make; must not exist")
    export.set_defaults(run=_run_export)

    import_ = actions.add_parser(
        "import",
        help="put an archive into a fresh journal or at the end of the one it continues",
        description=(
            "Put an archive into a journal file: a fresh one, or one that ends where the archive begins. Every entry is "
            "checked first; an archive that does not fit changes nothing."
        ),
    )
    import_.add_argument("archive", type=Path, metavar="ARCHIVE", help="a file made by `refectory journal export`")
    import_.add_argument(
        "--into", type=Path, required=True, metavar="FILE", help="the journal file to make or to continue"
    )
    import_.add_argument(
        "--public-key", type=Path, metavar="KEY", help="whose archive it must be; file as for `verify`"
    )
    import_.set_defaults(run=_run_import)

    show_key = actions.add_parser(
        "show-key",
        help="print the public half of a journal key, as `verify` wants it",
        description="Print the public half of a terminal's journal key in base64. It may be given to anybody.",
    )
    show_key.add_argument("key", type=Path, metavar="KEYFILE", help="journal.key in the terminal's data folder")
    show_key.set_defaults(run=_run_show_key)


def _run_verify(args: argparse.Namespace) -> int:
    from journal.archive import ArchiveError, is_archive, verify_archive
    from journal.chain import ChainError, Fault
    from journal.errors import JournalError
    from journal.keys import KeyFileError, PublicKey
    from journal.verify import verify_file

    check = verify_archive if is_archive(args.file) else verify_file
    try:
        report = check(args.file, PublicKey.load(args.public_key), args.head)
    except ChainError as error:
        hint = "; is this the terminal's own public key?" if error.kind is Fault.KEY else ""
        return _fail(f"{args.file} is NOT sound. The first bad one is {error}{hint}")
    except KeyFileError as error:
        return _fail(f"{error}; `refectory journal show-key` prints a terminal's")
    except (JournalError, ArchiveError) as error:
        return _fail(str(error))
    print(
        f"{args.file} is sound: {report.entries} entries of terminal {report.terminal}, epoch {report.epoch}, "
        f"from {report.first_seq} to {report.head.seq}, head {report.head.seq}:{report.head.hash}"
    )
    if check is verify_file and report.first_seq > 1:
        print(
            f"Entries 1 to {report.first_seq - 1} were pruned; the terminal's signed checkpoint stands for them. "
            "They are in its archives, which `verify` checks as well."
        )
    return 0


def _run_export(args: argparse.Namespace) -> int:
    from journal.archive import ArchiveError, export_range
    from journal.chain import ChainError
    from journal.errors import JournalError

    try:
        report = export_range(args.file, args.first_seq, args.last_seq, args.out)
    except (JournalError, ArchiveError, ChainError) as error:
        return _fail(str(error))
    print(f"{args.out}: {report.entries} entries, {report.first_seq} to {report.head.seq}")
    return 0


def _run_import(args: argparse.Namespace) -> int:
    from journal.archive import ArchiveError, import_archive
    from journal.chain import ChainError
    from journal.errors import JournalError
    from journal.keys import KeyFileError, PublicKey

    try:
        public_key = None if args.public_key is None else PublicKey.load(args.public_key)
        report = import_archive(args.archive, args.into, public_key)
    except (JournalError, ArchiveError, ChainError, KeyFileError) as error:
        return _fail(str(error))
    print(f"{args.into}: {report.entries} entries added, {report.first_seq} to {report.head.seq}")
    return 0


def _run_show_key(args: argparse.Namespace) -> int:
    from journal.keys import KeyFileError, SigningKey

    try:
        print(SigningKey.load(args.key).public.to_base64())
    except KeyFileError as error:
        return _fail(str(error))
    return 0


def _head(text: str) -> Head:
    from journal.entry import Head

    if not re.fullmatch(r"[1-9][0-9]{0,15}:[0-9a-f]{64}", text):
        raise argparse.ArgumentTypeError(f"{text!r} does not have the form SEQ:HASH")
    seq, digest = text.split(":")
    return Head(int(seq), digest)


def _fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1
