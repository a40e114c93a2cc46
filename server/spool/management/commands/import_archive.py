"""`import_archive`: take in what terminals wrote to a stick."""

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from journal.files import write_whole
from journal.keys import KeyFileError
from server.core.keys import HeadOfficeKeys, KeysMissing, load_keys
from server.spool.archives import ArchiveRefused, begin, carry_out, opened, proof, proof_name
from server.spool.models import ArchiveImport


class Command(BaseCommand):
    """Takes in archives and writes the answer to each beside it."""

    help = (
        "Take in archives that terminals wrote to a stick, in any order and as often as you like, and write the proof for "
        "the terminal beside each. Exit code 0: all of it is here; 1: an archive was refused, or something is missing."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="an archive (*.refectory)")
        parser.add_argument("--proofs", type=Path, metavar="FOLDER", help="where proofs go (beside the archives)")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            keys = load_keys()
        except (KeysMissing, KeyFileError) as error:
            raise CommandError(str(error)) from error
        incomplete = [path for path in options["files"] if not self._import(path, keys, options["proofs"])]
        if incomplete:
            raise CommandError(
                f"{len(incomplete)} of {len(options['files'])} archives could not be taken in completely"
            )

    def _import(self, path: Path, keys: HeadOfficeKeys, proofs: Path | None) -> bool:
        """Tells whether all of the archive is here now."""
        try:
            with path.open("rb") as file, opened(file, keys) as delivery:
                row = begin(delivery, os.environ.get("USER") or "command line")
                carry_out(row, delivery)
            answer = (proofs or path.parent) / proof_name(row)
            write_whole(answer, json.dumps(proof(row, keys), indent=1).encode() + b"\n")
            answer.chmod(0o644)
        except ArchiveRefused as error:
            self.stderr.write(f"{path}: {error}")
            return False
        except OSError as error:
            self.stderr.write(f"{error.filename or path}: {error.strerror}")
            return False
        except DatabaseError as error:
            self.stderr.write(f"{path}: the database fails ({error}); import it again")
            return False
        self.stdout.write(f"{path}: {summary(row)}; proof: {answer}")
        return row.complete


def summary(row: ArchiveImport) -> str:
    """What was in an archive, in English."""
    parts = [
        f"terminal {row.terminal.code} epoch {row.epoch}, entries {row.first_seq} to {row.last_seq}",
        f"{row.new} new, {row.known} known, {row.aside} in quarantine",
    ]
    if row.missing_from is not None:
        parts.append(f"entries {row.missing_from} to {row.missing_to} are missing, so nothing above them was taken in")
    if row.branch_seq is not None:
        parts.append(f"from entry {row.branch_seq} on it is not the journal that is held here")
    if row.problem:
        parts.append(row.problem)
    return "; ".join(parts)
