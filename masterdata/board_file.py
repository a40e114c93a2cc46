"""The board: what is left of the day's menu and how far its orders are, as head office last said (`board.json`).

The bridge writes it, the terminal reads it. It carries the terminal's own (epoch, mark): what the terminal has written
above the mark is to be laid over it.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

log = logging.getLogger(__name__)

Count = Annotated[int, msgspec.Meta(ge=0)]
Positive = Annotated[int, msgspec.Meta(ge=1)]
AwareDatetime = Annotated[datetime, msgspec.Meta(tz=True)]
Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class BoardError(ValueError):
    """A document that is not a board; the text names the field."""


@dataclass(frozen=True)
class BoardArticle:
    """An article of the day's menu: whether somebody marked it as sold out, and the portions left (None = not counted)."""

    article: str
    sold_out: bool = False
    left: int | None = None


@dataclass(frozen=True)
class BoardLine:
    """A line of an order; `detail` names the options, `kitchen` marks what is prepared on order."""

    quantity: int
    name: str
    detail: str = ""
    kitchen: bool = False


@dataclass(frozen=True)
class BoardOrder:
    """An order by its ticket (`terminal`, `epoch`, `number`); `at` is when it was sold."""

    terminal: Id
    epoch: Positive
    number: Positive
    pickup_number: int | None
    state: Literal["open", "ready", "collected"]
    at: AwareDatetime
    service: str = "eat_in"
    lines: tuple[BoardLine, ...] = ()


@dataclass(frozen=True)
class Board:
    """The board of a business day, whole. `epoch` and `upto` are the mark of the terminal it was made for."""

    v: Literal[1]
    terminal: Id
    epoch: Positive
    upto: Count
    version: Count
    as_of: AwareDatetime
    business_day: date
    availability: tuple[BoardArticle, ...]
    orders: tuple[BoardOrder, ...]

    def is_older_than(self, other: Board) -> bool:
        """Tell whether this board was made before the other: by clock as well as by version and mark.

        One of them alone may go back, when head office's clock was set or a backup put back.
        """
        return self.as_of < other.as_of and (self.version, self.upto) < (other.version, other.upto)


def board_path(data_dir: Path) -> Path:
    """Return where the board of the terminal whose files are in `data_dir` lies."""
    return data_dir / "board.json"


def parse_board(document: dict[str, Any]) -> Board:
    """Check a document's fields. Raises `BoardError` naming the wrong one. Its signature is the caller's business."""
    try:
        return msgspec.convert(document, type=Board)
    except msgspec.ValidationError as problem:
        raise BoardError(f"board: {problem}") from problem


def write_board(path: Path, document: dict[str, Any]) -> None:
    """Put a document that `parse_board` takes at `path`, whole or not at all. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{path.name}.*"):
        left.unlink(missing_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        beside.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


class BoardReader:
    """Reads the file when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_as: tuple[int, int] | None = None
        self._board: Board | None = None

    def read(self) -> Board | None:
        """Return the board, None while there is none. A file that cannot be read is logged and counts as none."""
        try:
            about = self._path.stat()
        except OSError:
            self._read_as = self._board = None
            return None
        if (about.st_ino, about.st_mtime_ns) != self._read_as:
            self._read_as = (about.st_ino, about.st_mtime_ns)
            self._board = None
            try:
                self._board = parse_board(msgspec.json.decode(self._path.read_bytes(), type=dict[str, Any]))
            except (OSError, msgspec.DecodeError, UnicodeDecodeError, BoardError) as problem:
                log.warning("%s cannot be read: %s", self._path, problem)
        return self._board
