"""What can be wrong with a revision."""

from __future__ import annotations


class RevisionError(ValueError):
    """A revision that cannot be read, written or believed. `line` counts from 1, 0 when no line is to blame."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.reason = reason
        self.line = line


class BadManifest(RevisionError):
    """A manifest that is not signed by head office, or does not fit what was downloaded."""
