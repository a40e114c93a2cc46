"""The faults of simulated lines are really on the line."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from hal.sim.lines import Faults, Passage, PtyLine, TcpLine


@pytest.fixture
def echo() -> Iterator[tuple[socket.socket, TcpLine]]:
    """A device end and the line to it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5.0)
        with TcpLine("127.0.0.1", server.getsockname()[1]) as line:
            yield server, line


def connect(server: socket.socket, line: TcpLine) -> tuple[socket.socket, socket.socket]:
    near = socket.create_connection(("127.0.0.1", line.port), 5.0)
    far, _ = server.accept()
    far.settimeout(5.0)
    return near, far


def receive(one: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        data += one.recv(count - len(data))
    return data


def call(port: int) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 5.0) as near:
        return near.recv(1)


def receive_all(one: socket.socket) -> bytes:
    """Everything until the line is closed or reset."""
    data = b""
    with contextlib.suppress(ConnectionError):
        while chunk := one.recv(100):
            data += chunk
    return data


def test_faults_lose_spoil_and_split_the_bytes_they_name() -> None:
    passage = Passage(Faults(drop=frozenset({1}), flip=frozenset({3}), piece_bytes=2))
    assert passage.pieces(b"ab") == ([b"a"], False)
    assert passage.pieces(b"cde") == ([bytes([ord("c"), ord("d") ^ 0xFF]), b"e"], False)
    assert Passage(Faults(silent=True)).pieces(b"abc") == ([], False)
    cutting = Passage(Faults(cut_after_bytes=3))
    assert cutting.pieces(b"ab") == ([b"ab"], False)
    assert cutting.pieces(b"cd") == ([b"c"], True)


def test_healthy_line_carries_both_ways(echo: tuple[socket.socket, TcpLine]) -> None:
    near, far = connect(*echo)
    with near, far:
        near.sendall(b"question")
        assert receive(far, 8) == b"question"
        far.sendall(b"answer")
        assert receive(near, 6) == b"answer"


def test_cut_line_delivers_what_came_before_and_then_resets(echo: tuple[socket.socket, TcpLine]) -> None:
    echo[1].to_device.cut_after_bytes = 5
    near, far = connect(*echo)
    with near, far:
        near.sendall(b"0123456789")
        # A reset may overtake the bytes before it, as on a real line.
        assert receive_all(far) in (b"", b"01234")
        assert receive_all(near) == b""
        assert echo[1].passed_bytes == 5


def test_delay_makes_each_piece_late(echo: tuple[socket.socket, TcpLine]) -> None:
    echo[1].to_device.delay_s = 0.05
    echo[1].to_device.piece_bytes = 1
    near, far = connect(*echo)
    with near, far:
        start_s = time.monotonic()
        near.sendall(b"abc")
        assert receive(far, 3) == b"abc"
        assert time.monotonic() - start_s >= 0.15


def test_absent_device_resets_who_calls() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free_port = taken.getsockname()[1]
    with TcpLine("127.0.0.1", free_port) as line, pytest.raises(ConnectionResetError):
        call(line.port)


def test_serial_line_keeps_its_path_when_it_is_plugged_in_again() -> None:
    line = PtyLine()
    try:
        for text in (b"first", b"second"):
            near = os.open(line.path, os.O_RDWR | os.O_NOCTTY)
            line.write(text)
            assert os.read(near, 100) == text
            line.unplug()
            with pytest.raises(OSError, match="Input/output"):
                os.write(near, b"x")
            os.close(near)
            with pytest.raises(ConnectionError, match="unplugged"):
                line.write(b"lost")
            with pytest.raises(FileNotFoundError):
                os.open(line.path, os.O_RDWR)
            line.plug()
    finally:
        line.close()


def test_serial_line_carries_what_is_written_to_it_and_wakes_who_waits_when_it_is_unplugged() -> None:
    line = PtyLine()
    waiting = threading.Event()
    ended: list[str] = []

    def wait() -> None:
        try:
            waiting.set()
            while True:
                line.read(30.0)
        except ConnectionError as error:
            ended.append(str(error))

    try:
        near = os.open(line.path, os.O_RDWR | os.O_NOCTTY)
        os.write(near, b"hello")
        assert line.read(5.0) == b"hello"
        assert line.read(0.0) == b""
        thread = threading.Thread(target=wait)
        thread.start()
        waiting.wait(5.0)
        line.unplug()
        thread.join(5.0)
        assert ended == ["the line is unplugged"]
        with pytest.raises(OSError, match="Input/output"):
            os.write(near, b"x")
        os.close(near)
    finally:
        line.close()
