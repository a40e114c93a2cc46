"""Broker, head office and terminal, each stopped after the test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mqtt_bridge import wire
from mqtt_bridge.local_socket import Mark
from tests.mqtt_bridge.broker import Broker
from tests.mqtt_bridge.head_office import HeadOffice
from tests.mqtt_bridge.terminal import Till, enrolment
from tests.waiting import wait_until


@dataclass
class House:
    """All three, and what the terminal is enrolled with."""

    broker: Broker
    head_office: HeadOffice
    till: Till

    @property
    def enrolment(self) -> wire.Enrolment:
        return enrolment(self.broker.port, self.head_office.ack_key, self.head_office.revision_key)

    def open(self) -> None:
        """Start everything."""
        self.broker.start()
        self.head_office.start()
        self.till.start_bridge(self.enrolment)

    def delivered(self) -> bool:
        """Whether head office has every entry of the terminal and the terminal knows."""
        head = self.till.journal.head
        marks = self.till.news(Mark)
        return bool(
            self.head_office.entries
            and self.head_office.entries[-1].hash == head.hash
            and marks
            and (marks[-1].upto, marks[-1].unsent) == (head.seq, 0)
        )

    def settle(self) -> None:
        """Wait until the bridge has told how things stand several times over."""
        heard = len(self.till.news(Mark))
        wait_until(lambda: len(self.till.news(Mark)) > heard + 3, "the bridge says where things stand")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    broker = Broker(tmp_path / "broker")
    till = Till(tmp_path / "terminal")
    made = House(broker, HeadOffice(broker.port, till.key.public), till)
    yield made
    till.close()
    made.head_office.stop()
    broker.stop()
