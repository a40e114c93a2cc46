"""A small run of the torture test, and what any run is made of."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.torture import clocks, schedule
from tests.torture.packets import Packet, Splitter, puback
from tests.torture.proxy import Rates
from tests.torture.schedule import Deed

LONGEST_S = 600
LAST_LINES = 60


@pytest.mark.timeout(LONGEST_S + 30)
def test_everything_breaks_and_every_sale_arrives_once() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.torture", "--short"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_S,
    )
    assert done.returncode == 0, "\n".join(done.stdout.splitlines()[-LAST_LINES:])


def test_clocks_can_be_set_here() -> None:
    assert clocks.can_be_set(), "libfaketime is missing; install it: apt-get install libfaketime"


def test_a_seed_is_one_schedule() -> None:
    one, again, other = (schedule.make(seed, schedule.LONG, postgresql=True, clocks=True) for seed in (7, 7, 8))
    assert one == again
    assert one != other


def test_the_long_schedule_holds_enough_of_everything() -> None:
    sizes = schedule.LONG
    steps = schedule.make(1, sizes, postgresql=True, clocks=True)
    kills = [step for step in steps if step.deed in (Deed.KILL, Deed.CRASH_BACKEND)]
    assert sizes.terminals >= 5
    assert sizes.sales_each >= 2000
    assert len(kills) > 100
    assert {step.target.split()[-1] for step in kills} == {"terminal", "bridge", "spool", "broker", "web", "postgresql"}
    assert {step.deed for step in steps} == set(Deed)
    assert all(0 < step.at < sizes.sales for step in steps)


def test_every_network_and_disk_and_clock_is_mended_again() -> None:
    steps = schedule.make(3, schedule.SHORT, postgresql=False, clocks=True)
    ends: Counter[tuple[str, str]] = Counter()
    for step in steps:
        if step.deed in (Deed.NETWORK, Deed.CLOCK):
            ends[step.deed, step.target] += -1 if step.value in ("UP", "0") else 1
        elif step.deed in (Deed.FILL_DISK, Deed.FREE_DISK):
            ends["disk", step.target] += -1 if step.deed is Deed.FREE_DISK else 1
    assert set(ends.values()) == {0}


def test_packets_are_found_wherever_the_bytes_are_cut() -> None:
    publish = bytes([0x32, 0x80 | 13, 0x01, 0x00, 0x03]) + b"a/b" + b"\x01\x02" + b"\x00" + b"x" * 133
    stream = publish + puback(0x0102) + bytes([0xC0, 0x00])
    for size in (1, 2, 7, len(stream)):
        splitter = Splitter()
        found = [packet for at in range(0, len(stream), size) for packet in splitter.feed(stream[at : at + size])]
        assert [packet.raw for packet in found] == [publish, puback(0x0102), bytes([0xC0, 0x00])]
    packet = Packet(publish)
    assert (packet.kind, packet.qos, packet.topic, packet.packet_id) == (3, 1, "a/b", 0x0102)


def test_faults_strike_as_often_as_they_should() -> None:
    rates = Rates(lost=100, torn=50)
    drawn = Counter(rates.draw(number / 1000, 3) for number in range(1000))
    assert drawn == {"lost": 100, "torn": 50, "": 850}
