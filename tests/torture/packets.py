"""The frames of MQTT 5 (OASIS standard, sections 2.1 and 3.3): as much of them as a proxy must know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """Control packet types that the proxy treats in a way of their own."""

    PUBLISH = 3
    PUBACK = 4


@dataclass(frozen=True)
class Packet:
    """One whole control packet as it came."""

    raw: bytes

    @property
    def kind(self) -> int:
        """The control packet type."""
        return self.raw[0] >> 4

    @property
    def qos(self) -> int:
        """The quality of service of a PUBLISH."""
        return (self.raw[0] >> 1) & 3

    @property
    def topic(self) -> str:
        """The topic of a PUBLISH."""
        start = self._body()
        length = int.from_bytes(self.raw[start : start + 2], "big")
        return self.raw[start + 2 : start + 2 + length].decode()

    @property
    def packet_id(self) -> int:
        """The identifier of a PUBLISH with QoS 1 or 2."""
        start = self._body()
        at = start + 2 + int.from_bytes(self.raw[start : start + 2], "big")
        return int.from_bytes(self.raw[at : at + 2], "big")

    def _body(self) -> int:
        at = 1
        while self.raw[at] & 0x80:
            at += 1
        return at + 1


def puback(packet_id: int) -> bytes:
    """The acknowledgement of a PUBLISH with QoS 1: success, without properties."""
    return bytes((Kind.PUBACK << 4, 2)) + packet_id.to_bytes(2, "big")


class Splitter:
    """Cuts one direction of a connection into packets."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[Packet]:
        """Take what came; return the packets that are whole now."""
        self._rest += data
        found = []
        while (length := self._first_length()) is not None:
            found.append(Packet(bytes(self._rest[:length])))
            del self._rest[:length]
        return found

    def _first_length(self) -> int | None:
        """The length of the first packet in bytes, None while it is not whole."""
        value = shift = 0
        for at in range(1, min(5, len(self._rest))):
            byte = self._rest[at]
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                whole = at + 1 + value
                return whole if len(self._rest) >= whole else None
        return None
