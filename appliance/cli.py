"""The one console command. Its sub-commands are found by entry point, so a room adds one without touching this file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points, version

COMMANDS_GROUP = "refectory.commands"
DESCRIPTION = """\
Refectory: a terminal on which people order and pay in canteens and shops, and the head office behind it.
"""
EPILOG = """\
A new terminal: `enrol-request` makes its key, `head-office enrol` answers the request; then `terminal` and `bridge` run
side by side with the same --config FILE. Either may be stopped or fail without the other.
To look at everything on one machine without any device: `workbench`.

`refectory COMMAND --help` explains a command. Exit status: 0 done, 1 not done (the reason is on the error stream),
2 the command line was not understood.
"""

Run = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command and return its exit status; 2 when the command line is not understood."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    parser, broken = build_parser()
    if not arguments:
        parser.print_help()
        return 0
    if arguments[0] in broken:
        print(f"refectory {arguments[0]} cannot be used on this machine: {broken[arguments[0]]}", file=sys.stderr)
        return 1
    chosen = parser.parse_args(arguments)
    run: Run = chosen.run
    try:
        return run(chosen)
    except KeyboardInterrupt:
        return 130


def build_parser() -> tuple[argparse.ArgumentParser, dict[str, str]]:
    """The parser with every installed sub-command, and the commands that could not be loaded with the reason."""
    parser = argparse.ArgumentParser(
        prog="refectory", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="version", version=f"refectory {version('refectory')}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    broken: dict[str, str] = {}
    for point in sorted(entry_points(group=COMMANDS_GROUP), key=lambda point: point.name):
        problem = _register(point, commands)
        if problem:
            broken[point.name] = problem
    return parser, broken


def _register(point: EntryPoint, commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> str:
    """Let one room add its command; a room that cannot be imported does not take the others with it."""
    try:
        register = point.load()
    except (ImportError, AttributeError) as error:
        return str(error)
    register(commands)
    return ""


if __name__ == "__main__":
    sys.exit(main())
