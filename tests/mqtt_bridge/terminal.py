"""The terminal's side in a fresh folder: a real journal, its end of the local socket, and a bridge to start and stop."""

from __future__ import annotations

import base64
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

from journal.keys import SigningKey
from journal.store import Journal
from mqtt_bridge import local_socket, wire
from mqtt_bridge.bridge import Bridge, Timing
from mqtt_bridge.local_socket import LocalSocket
from mqtt_bridge.transfer import TransferPlan
from mqtt_bridge.uplink import AckTiming

NOW = datetime(2026, 11, 21, 11, 28, tzinfo=UTC)
DAY = date(2026, 11, 21)
BADGE_KEY = b"b" * 32
IMPATIENT = Timing(
    ack=AckTiming(first_s=0.5, longest_s=2.0),
    reconnect_first_s=0.1,
    reconnect_longest_s=0.5,
    download_first_s=0.2,
    news_s=0.3,
    state_s=0.2,
    full_accounts_s=0.2,
)
NewsT = TypeVar("NewsT", bound=local_socket.News)


class Till:
    """A terminal without a screen: sells entries and hears news."""

    def __init__(self, folder: Path, terminal: str = "kiosk-1") -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.key = SigningKey.generate()
        Journal.create(folder / "journal.sqlite", terminal, 1, self.key)
        self.journal = Journal.open(
            folder / "journal.sqlite", self.key, business_day=DAY, now_utc=NOW, software="test", reserve_bytes=65536
        )
        self.socket = LocalSocket.for_terminal(folder)
        self._heard: list[local_socket.News] = []
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def sell(self, count: int, *, note: str = "", ring: bool = True) -> int:
        """Append that many entries; return the last sequence number."""
        for _ in range(count):
            seq = self.journal.append("note", {"text": note}, {}, now_utc=NOW, business_day=DAY).seq
        if ring:
            self.socket.send(local_socket.Entry(seq))
        return seq

    def close_shift(self) -> None:
        """Append an entry that closes a shift, without ringing."""
        self.journal.append("shift_close", {}, {}, now_utc=NOW, business_day=DAY)

    def start_bridge(
        self, enrolment: wire.Enrolment, timing: Timing = IMPATIENT, transfer: TransferPlan | None = None
    ) -> None:
        self._stop.clear()
        bridge = Bridge(enrolment, self.folder, software="refectory test", timing=timing, transfer=transfer)
        self._thread = threading.Thread(target=bridge.run, args=(self._stop,))
        self._thread.start()

    def stop_bridge(self) -> None:
        if self._thread:
            self._stop.set()
            self.socket.send(local_socket.Entry(0))
            self._thread.join(20)
            assert not self._thread.is_alive()
            self._thread = None

    def news(self, kind: type[NewsT]) -> list[NewsT]:
        """Everything of that kind heard so far."""
        self._heard += self.socket.drain()
        return [news for news in self._heard if isinstance(news, kind)]

    def last_standing(self) -> local_socket.News:
        """The newest of alarms and marks."""
        self._heard += self.socket.drain()
        return [news for news in self._heard if isinstance(news, local_socket.Alarm | local_socket.Mark)][-1]

    def close(self) -> None:
        self.stop_bridge()
        self.socket.close()
        self.journal.close()


def enrolment(
    port: int, ack_key: SigningKey, revision_key: SigningKey, url: str = "http://127.0.0.1:9"
) -> wire.Enrolment:
    """What head office gave this terminal."""
    return wire.Enrolment(
        terminal="kiosk-1",
        store="north",
        epoch=1,
        shard="main",
        server="test",
        ack_public_key=ack_key.public.to_base64(),
        revision_public_key=revision_key.public.to_base64(),
        badge_key=base64.b64encode(BADGE_KEY).decode(),
        broker=wire.Broker(host="127.0.0.1", port=port),
        head_office_url=url,
    )
