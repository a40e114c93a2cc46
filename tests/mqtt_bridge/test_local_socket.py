"""The two processes hear each other when both are there, and neither minds when the other is not."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from mqtt_bridge.local_socket import Accounts, Alarm, Entry, Link, LocalSocket, Mark, News, Revision


@pytest.mark.parametrize("depth", [0, 12])
def test_both_ends_hear_each_other(tmp_path: Path, depth: int) -> None:
    folder = tmp_path.joinpath(*["a-long-name"] * depth)
    terminal, bridge = LocalSocket.for_terminal(folder), LocalSocket.for_bridge(folder)
    news: list[News] = [Link(True), Mark(1, 5, 2), Revision(3), Accounts(4), Alarm("trouble")]
    try:
        assert terminal.send(Entry(7))
        assert all(bridge.send(item) for item in news)
        assert bridge.receive(1.0) == Entry(7)
        assert bridge.receive() is None
        assert terminal.drain() == news
    finally:
        terminal.close()
        bridge.close()
    assert list((folder / "sockets").iterdir()) == []


def test_nobody_listening_is_no_error(tmp_path: Path) -> None:
    terminal = LocalSocket.for_terminal(tmp_path)
    try:
        assert not terminal.send(Entry(1))
    finally:
        terminal.close()


def test_a_peer_that_never_reads_does_not_block(tmp_path: Path) -> None:
    terminal, bridge = LocalSocket.for_terminal(tmp_path), LocalSocket.for_bridge(tmp_path)
    try:
        sent = [bridge.send(Link(True)) for _ in range(2000)]
        assert sent[0]
        assert not sent[-1]
    finally:
        terminal.close()
        bridge.close()


def test_what_a_killed_process_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "sockets").mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as killed:
        killed.bind(str(tmp_path / "sockets/bridge.sock"))
    bridge, terminal = LocalSocket.for_bridge(tmp_path), LocalSocket.for_terminal(tmp_path)
    try:
        assert terminal.send(Entry(2))
        assert bridge.receive(1.0) == Entry(2)
    finally:
        bridge.close()
        terminal.close()


def test_rubbish_is_passed_over(tmp_path: Path) -> None:
    bridge, terminal = LocalSocket.for_bridge(tmp_path), LocalSocket.for_terminal(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stranger:
        for rubbish in (b"", b"\xff", b'{"kind":"party"}', b'{"kind":"entry","seq":"x"}'):
            stranger.sendto(rubbish, str(tmp_path / "sockets/bridge.sock"))
    try:
        terminal.send(Entry(3))
        assert bridge.receive(1.0) == Entry(3)
    finally:
        bridge.close()
        terminal.close()
