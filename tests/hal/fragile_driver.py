"""A badge reader over TCP, one number a line, whose author forgot a case: an empty line is more than it can bear."""

from __future__ import annotations

import socket

from hal.descriptor import DriverDescriptor, Options, OptionSpec
from hal.ports import Port, TcpPort


class FragileReader:
    def __init__(self, port: TcpPort) -> None:
        self._socket = socket.create_connection((port.host, port.port), 2.0)

    def read(self, timeout_s: float) -> str | None:
        self._socket.settimeout(timeout_s)
        try:
            line = self._socket.recv(100)
        except TimeoutError:
            return None
        return line.split()[0].decode("ascii")

    def close(self) -> None:
        self._socket.close()


def open_device(port: Port, contract: str, options: Options) -> FragileReader:
    assert isinstance(port, TcpPort)
    return FragileReader(port)


descriptor = DriverDescriptor(
    "fragile",
    "Lines over TCP",
    ("badge_reader", "shoe_polisher"),
    (TcpPort,),
    "tests.hal.fragile_driver:open_device",
    (OptionSpec("beep", False, "whether to beep"),),
)
