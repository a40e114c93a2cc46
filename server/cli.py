"""`refectory head-office`: Django's command line under the house's one command."""

import argparse
import os


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `head-office` to the sub-commands of `refectory`."""
    parser = subparsers.add_parser(
        "head-office",
        help="head office: serve, migrate, spool, enrol, publish, ... (as manage.py)",
        description="Runs a command of head office; `refectory head-office help` lists them.",
    )
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="COMMAND ...")
    parser.set_defaults(run=lambda args: run_django(args.arguments))


def run_django(arguments: list[str]) -> int:
    """Run one management command with its arguments. Returns the exit code; Django itself exits on errors."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "server.settings")
    from django.core.management import execute_from_command_line

    # Database, uploads and backups hold what only head office's user may read.
    os.umask(0o077)
    execute_from_command_line(["refectory head-office", *arguments])
    return 0
