"""JSON whose objects know the line they begin on, and whose numbers are exact."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}]|-?Infinity|NaN', re.DOTALL)


class LocatedObject(dict[str, Any]):
    """A JSON object; `line` counts from 1."""

    def __init__(self, line: int, pairs: list[tuple[str, Any]] | None = None) -> None:
        super().__init__(pairs or [])
        self.line = line


def loads(text: str) -> Any:
    """The value in `text`: objects as `LocatedObject`, decimal numbers as `Decimal`.

    Raises json.JSONDecodeError, also for a key that appears twice in one object and for NaN and Infinity.
    """
    starts = _starts(text)

    def located(pairs: list[tuple[str, Any]]) -> LocatedObject:
        start = next(starts)
        keys = [key for key, _ in pairs]
        if len(set(keys)) != len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise json.JSONDecodeError(f"the key {twice!r} appears twice in one object", text, start)
        return LocatedObject(text.count("\n", 0, start) + 1, pairs)

    def refuse(name: str) -> Any:
        position = next(token.start() for token in _TOKEN.finditer(text) if token[0] == name)
        raise json.JSONDecodeError(f"{name} is not a number", text, position)

    return json.loads(text, object_pairs_hook=located, parse_float=Decimal, parse_constant=refuse)


def _starts(text: str) -> Iterator[int]:
    """Where each object begins, in the order in which the objects end: the order in which the parser hands them out."""
    open_objects: list[int] = []
    for token in _TOKEN.finditer(text):
        if token[0] == "{":
            open_objects.append(token.start())
        elif token[0] == "}" and open_objects:
            yield open_objects.pop()
