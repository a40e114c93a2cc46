"""Unix datagrams between the two processes of a terminal: the doorbell one way, news the other.

A datagram is a hint, never the truth: whoever misses one finds the same in the files, or asks again. So sending never
blocks and never fails because the other process is away, and both sides look at the files again from time to time.

`bridge.sock` is the bridge's; the terminal has `terminal.sock` for news and, in a thread of its own, `authorise.sock` for
answers a guest is waiting for.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import msgspec

LONGEST_PATH = 107
LARGEST_DATAGRAM = 4096


class Entry(msgspec.Struct, frozen=True, tag_field="kind", tag="entry"):
    """Terminal to bridge, the doorbell: entry `seq` is committed."""

    seq: int


class Link(msgspec.Struct, frozen=True, tag_field="kind", tag="link"):
    """The line to head office's broker is up or down."""

    connected: bool


class Mark(msgspec.Struct, frozen=True, tag_field="kind", tag="mark"):
    """Head office has everything up to `upto`; `unsent` entries lie above; `quarantined` of the others it could not read.

    `skew_s` is how many seconds this machine's clock is ahead of head office's, None while that is not known.
    """

    epoch: int
    upto: int
    unsent: int
    quarantined: int = 0
    skew_s: int | None = None


class Proof(msgspec.Struct, frozen=True, tag_field="kind", tag="proof"):
    """The last signed acknowledgement: whose, its number, when head office made it (ISO 8601 UTC, empty if it does not say).

    `transfer` is when the terminal sends, as `transfer.TransferPlan` says it.
    """

    server: str
    number: int
    at: str = ""
    transfer: str = ""


class Revision(msgspec.Struct, frozen=True, tag_field="kind", tag="revision"):
    """Catalogue revision `revision` is built and current."""

    revision: int


class Accounts(msgspec.Struct, frozen=True, tag_field="kind", tag="accounts"):
    """The accounts replica is at `version`."""

    version: int


class Board(msgspec.Struct, frozen=True, tag_field="kind", tag="board"):
    """The board of the day, `board.json`, is at `version`."""

    version: int


class Alarm(msgspec.Struct, frozen=True, tag_field="kind", tag="alarm"):
    """Something a person has to look at; `text` is English and names no guest.

    With `stops` the terminal must not sell: what it writes is not what head office holds. A `Mark` takes it back.
    """

    text: str
    stops: bool = False


class Authorise(msgspec.Struct, frozen=True, tag_field="kind", tag="authorise"):
    """Terminal to bridge: a signed request for an authorisation, to be sent now or never."""

    document: dict[str, Any]


class Authorised(msgspec.Struct, frozen=True, tag_field="kind", tag="authorised"):
    """Bridge to `authorise.sock`: an answer as it came, not looked at yet."""

    document: dict[str, Any]


class Report(msgspec.Struct, frozen=True, tag_field="kind", tag="report"):
    """Terminal to bridge: how it sells and what is unsent, for head office to show. The fields are those of `wire.State`."""

    mode: Literal["connected", "local", ""]
    unsent_minor: int = 0
    oldest_unsent_at: str | None = None
    disk_used_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None


class Refresh(msgspec.Struct, frozen=True, tag_field="kind", tag="refresh"):
    """Terminal to bridge: ask head office for all accounts, as before a meal service."""


class Send(msgspec.Struct, frozen=True, tag_field="kind", tag="send"):
    """Terminal to bridge: deliver what is unsent now, whatever the transfer mode."""


class Moment(msgspec.Struct, frozen=True, tag_field="kind", tag="moment"):
    """Terminal to bridge: something has ended after which the transfer mode may have it deliver."""

    name: Literal["shift_end", "service_end"]


News = (
    Entry
    | Link
    | Mark
    | Proof
    | Revision
    | Accounts
    | Board
    | Alarm
    | Authorise
    | Authorised
    | Report
    | Refresh
    | Send
    | Moment
)
_decoder: msgspec.json.Decoder[News] = msgspec.json.Decoder(News)


class LocalSocket:
    """One end: bound to `own`, sending to `peer`; answers and the state of the line to `urgent_peer`. Used by one thread."""

    def __init__(self, own: Path, peer: Path, urgent_peer: Path | None = None) -> None:
        own.parent.mkdir(parents=True, exist_ok=True)
        self._own, self._peer, self._urgent_peer = own, peer, urgent_peer
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            own.unlink(missing_ok=True)
            with _address(own) as address:
                self._socket.bind(address)
            own.chmod(0o660)
        except OSError:
            self._socket.close()
            raise

    @classmethod
    def for_terminal(cls, data_dir: Path) -> Self:
        """Open the terminal's end in `<data_dir>/sockets`."""
        return cls(data_dir / "sockets/terminal.sock", data_dir / "sockets/bridge.sock")

    @classmethod
    def for_authoriser(cls, data_dir: Path) -> Self:
        """Open the end of the terminal's authorising thread in `<data_dir>/sockets`."""
        return cls(data_dir / "sockets/authorise.sock", data_dir / "sockets/bridge.sock")

    @classmethod
    def for_bridge(cls, data_dir: Path) -> Self:
        """Open the bridge's end in `<data_dir>/sockets`. What the authorising thread waits for goes to that as well."""
        return cls(
            data_dir / "sockets/bridge.sock", data_dir / "sockets/terminal.sock", data_dir / "sockets/authorise.sock"
        )

    def fileno(self) -> int:
        """Return the descriptor, for select."""
        return self._socket.fileno()

    def send(self, news: News) -> bool:
        """Send at once; False when the other process is away or not reading (nothing is lost: see the module)."""
        datagram = msgspec.json.encode(news)
        if self._urgent_peer and isinstance(news, Authorised):
            return self._send(datagram, self._urgent_peer)
        if self._urgent_peer and isinstance(news, Link):
            self._send(datagram, self._urgent_peer)
        return self._send(datagram, self._peer)

    def _send(self, datagram: bytes, peer: Path) -> bool:
        try:
            with _address(peer) as address:
                self._socket.sendto(datagram, address)
        except OSError:
            return False
        return True

    def receive(self, timeout_s: float = 0.0) -> News | None:
        """Return the next message, or None after `timeout_s` seconds. What is not a message is passed over."""
        if not select.select([self._socket], [], [], timeout_s)[0]:
            return None
        while True:
            try:
                datagram = self._socket.recv(LARGEST_DATAGRAM)
            except BlockingIOError:
                return None
            with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
                return _decoder.decode(datagram)

    def drain(self) -> list[News]:
        """Return everything that is waiting, oldest first; never blocks."""
        return list(iter(self.receive, None))

    def close(self) -> None:
        """Close and remove the own end."""
        self._socket.close()
        self._own.unlink(missing_ok=True)


def tell_bridge(data_dir: Path, news: News) -> bool:
    """Send to the bridge of that folder without an end of one's own, as a command does; False when there is no bridge."""
    sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
    try:
        with _address(data_dir / "sockets/bridge.sock") as address:
            sender.sendto(msgspec.json.encode(news), address)
    except OSError:
        return False
    finally:
        sender.close()
    return True


@contextlib.contextmanager
def _address(path: Path) -> Iterator[str]:
    """A name for `path` that fits into a socket address (107 bytes, unix(7)), through the folder's descriptor if long."""
    if len(os.fsencode(path)) <= LONGEST_PATH:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
