"""The faults a simulated line can have."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Faults:
    """What goes wrong on one direction of a line. Changing a field takes effect with the next bytes.

    `delay_s` seconds before each piece; `piece_bytes` splits everything into pieces of that size, 0 not at all;
    `silent` swallows everything while the line stays up; `drop` holds the indices (from 0, counted over the line's
    life) of bytes that get lost; `flip` those that arrive with all bits inverted; `cut_after_bytes` cuts the line once
    so many bytes have passed, None never.
    """

    delay_s: float = 0.0
    piece_bytes: int = 0
    silent: bool = False
    drop: frozenset[int] = field(default_factory=frozenset)
    flip: frozenset[int] = field(default_factory=frozenset)
    cut_after_bytes: int | None = None


class Passage:
    """Applies faults to the bytes of one direction and counts them; opens no line itself."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.passed_bytes = 0

    def pieces(self, data: bytes) -> tuple[list[bytes], bool]:
        """Return what arrives of `data`, piece by piece, and whether the line has to be cut after it."""
        cut = False
        limit = self.faults.cut_after_bytes
        if limit is not None and self.passed_bytes + len(data) >= limit:
            data = data[: max(0, limit - self.passed_bytes)]
            cut = True
        start = self.passed_bytes
        self.passed_bytes += len(data)
        if self.faults.silent:
            return [], cut
        arriving = bytes(
            byte ^ 0xFF if start + offset in self.faults.flip else byte
            for offset, byte in enumerate(data)
            if start + offset not in self.faults.drop
        )
        size = self.faults.piece_bytes or max(1, len(arriving))
        return [arriving[at : at + size] for at in range(0, len(arriving), size)], cut
