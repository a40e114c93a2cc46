"""What the terminal knows about head office: it asks the bridge by ringing, and listens to its news."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from mqtt_bridge.local_socket import Alarm, Entry, Link, LocalSocket, Mark, Moment, Proof, Refresh, Report, Send

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LinkState:
    """`since` is when the connection came or went; `heard` tells whether anything is known of it since the start.

    `mark_epoch` and `upto` are the last acknowledged entry.

    `alarm_at` is when the bridge last asked for a person: a refused revision, a refused journal, a disk it cannot use.
    `stopped` while head office holds another journal than this terminal's, so that nothing it sells would count.
    `quarantined` of the acknowledged entries could not be read there. `proof` is the last signed acknowledgement, `skew_s` how
    far this terminal's clock is ahead of head office's.
    """

    connected: bool
    since: datetime
    heard: bool = False
    mark_epoch: int = 0
    upto: int = 0
    alarm_at: datetime | None = None
    stopped: bool = False
    quarantined: int = 0
    proof: Proof | None = None
    skew_s: int | None = None

    def acknowledged(self, epoch: int) -> int:
        """The highest entry of this epoch known to be at head office, 0 if none is."""
        return self.upto if self.mark_epoch == epoch else 0


class HeadOfficeLink:
    """The terminal's end of the socket it shares with its bridge. Used by one thread; never blocks, never raises."""

    def __init__(self, socket: LocalSocket, now: datetime) -> None:
        self._socket = socket
        self._state = LinkState(connected=False, since=now)

    def state(self) -> LinkState:
        return self._state

    def ring(self, seq: int) -> bool:
        """Tell the bridge that entry `seq` is durable; False when no bridge is running."""
        return self._socket.send(Entry(seq))

    def report(self, report: Report) -> None:
        """Say how this terminal sells; head office shows it."""
        self._socket.send(report)

    def refresh_accounts(self) -> None:
        """Have all accounts asked for anew."""
        self._socket.send(Refresh())

    def send_now(self) -> None:
        """Have everything delivered now, whatever the transfer mode."""
        self._socket.send(Send())

    def shift_has_ended(self) -> None:
        """The transfer mode may wait for this."""
        self._socket.send(Moment("shift_end"))

    def service_has_ended(self) -> None:
        """The transfer mode may wait for this."""
        self._socket.send(Moment("service_end"))

    def listen(self, now: datetime) -> None:
        """Take the news that have come."""
        for news in self._socket.drain():
            match news:
                case Link():
                    self._connected(news.connected, now)
                case Mark():
                    self._state = replace(
                        self._state,
                        mark_epoch=news.epoch,
                        upto=news.upto,
                        quarantined=news.quarantined,
                        skew_s=news.skew_s,
                        stopped=False,
                    )
                case Proof():
                    self._state = replace(self._state, proof=news)
                case Alarm():
                    log.error("the bridge says: %s", news.text)
                    self._state = replace(self._state, alarm_at=now, stopped=self._state.stopped or news.stops)

    def check(self, head_seq: int, now: datetime) -> None:
        """Ring once more, in case a bridge has just started, and notice when there is none."""
        if not self.ring(head_seq):
            self._connected(False, now)

    def close(self) -> None:
        self._socket.close()

    def _connected(self, connected: bool, now: datetime) -> None:
        if connected != self._state.connected:
            self._state = replace(self._state, connected=connected, since=now)
        self._state = replace(self._state, heard=True)
