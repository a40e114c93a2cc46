"""The board lies on the disk whole; what is no board is refused by the name of its field."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from masterdata.board_file import (
    BoardArticle,
    BoardError,
    BoardLine,
    BoardReader,
    board_path,
    parse_board,
    write_board,
)


def board(version: int = 1, **changes: Any) -> dict[str, Any]:
    """A board with an article sold out, one counted, and one order."""
    return {
        "v": 1,
        "terminal": "kiosk-1",
        "epoch": 1,
        "upto": 10,
        "version": version,
        "as_of": f"2026-11-21T11:{version:02}:00.000Z",
        "business_day": "2026-11-21",
        "availability": [
            {"article": "soup", "sold_out": True, "left": None},
            {"article": "stew", "sold_out": False, "left": 12},
        ],
        "orders": [order()],
        "signature": "checked by the bridge",
    } | changes


def order(number: int = 7, **changes: Any) -> dict[str, Any]:
    return {
        "terminal": "till-1",
        "epoch": 2,
        "number": number,
        "pickup_number": 137,
        "state": "open",
        "at": "2026-11-21T10:59:00.000Z",
        "service": "take_away",
        "lines": [{"quantity": 2, "name": "Burger", "detail": "no onions", "kitchen": True}],
    } | changes


def test_a_board_is_read_as_it_was_written(tmp_path: Path) -> None:
    reader = BoardReader(board_path(tmp_path))
    assert reader.read() is None
    write_board(board_path(tmp_path), board())

    found = reader.read()

    assert found is not None
    assert (found.version, found.upto, found.business_day) == (1, 10, date(2026, 11, 21))
    assert found.as_of == datetime(2026, 11, 21, 11, 1, tzinfo=UTC)
    assert found.availability == (BoardArticle("soup", True, None), BoardArticle("stew", False, 12))
    (waiting,) = found.orders
    assert (waiting.terminal, waiting.number, waiting.pickup_number, waiting.state) == ("till-1", 7, 137, "open")
    assert waiting.lines == (BoardLine(2, "Burger", "no onions", True),)


def test_a_reader_sees_the_next_board_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = board_path(tmp_path)
    reader = BoardReader(path)
    (tmp_path / ".board.json.1.cut").write_text("{")
    for version in (1, 2):
        write_board(path, board(version))
        found = reader.read()
        assert found is not None
        assert found.version == version

    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"v": 1}'])
def test_a_damaged_file_is_no_board_until_the_next_one_comes(
    tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = board_path(tmp_path)
    path.write_bytes(damage)
    reader = BoardReader(path)

    assert (reader.read(), reader.read()) == (None, None)
    assert [record.getMessage().startswith(f"{path} cannot be read") for record in caplog.records] == [True]

    write_board(path, board())
    assert reader.read() is not None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"v": 2}, "v"),
        ({"upto": -1}, "upto"),
        ({"as_of": "2026-11-21T11:00:00"}, "as_of"),
        ({"business_day": "today"}, "business_day"),
        ({"availability": [{"sold_out": True}]}, "article"),
        ({"orders": [order(state="eaten")]}, "state"),
        ({"orders": [order(at=None)]}, "at"),
        ({"orders": [order(lines=[{"quantity": "two", "name": "Burger"}])]}, "quantity"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BoardError, match=field):
        parse_board(board(**changes))


def test_a_board_is_older_only_by_clock_and_count_together() -> None:
    held = parse_board(board(5))

    assert parse_board(board(4)).is_older_than(held)
    assert not parse_board(board(4, as_of="2026-11-21T12:00:00Z")).is_older_than(held)
    assert not parse_board(board(6, as_of="2026-11-21T09:00:00Z")).is_older_than(held)
    assert not parse_board(board(5)).is_older_than(held)
