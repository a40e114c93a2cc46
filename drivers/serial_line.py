"""Serial lines for all drivers: opened alone, their faults in the words of `hal.errors`."""

from __future__ import annotations

import contextlib
import errno
import select
from collections.abc import Iterator

import serial

from hal.errors import DeviceBusy, DeviceError, DeviceUnplugged
from hal.ports import SerialPort

_DTR_PIECE_BYTES = 16
"""Printers hold DTR back some hundred bytes before their buffer is full; what the kernel holds must fit into that."""
_DTR_LOOK_AGAIN_S = 0.005


def open_line(port: SerialPort, flow: str = "none") -> serial.Serial:
    """Open the line exclusively, reading and writing without blocking; raises `DeviceUnplugged` or `DeviceBusy`.

    `flow` is how the far end says that it cannot take more: `rtscts` by CTS, `dtr` by its DTR (our DSR), `xonxoff` by XOFF.
    """
    with line_errors(port):
        return serial.Serial(
            port.path,
            baudrate=port.baud,
            bytesize=port.bytesize,
            parity=port.parity,
            stopbits=port.stopbits,
            rtscts=flow == "rtscts",
            xonxoff=flow == "xonxoff",
            timeout=0,
            write_timeout=0,
            exclusive=True,
        )


@contextlib.contextmanager
def line_errors(port: SerialPort) -> Iterator[None]:
    """Name what pyserial and the kernel say about the line in the words of `hal.errors`."""
    try:
        yield
    except serial.SerialException as error:
        if error.errno in (errno.EBUSY, errno.EAGAIN) or "exclusively lock" in str(error):
            raise DeviceBusy(f"{port.path} is used by another program") from error
        raise DeviceUnplugged(f"{port.path}: {error.strerror or error}") from error
    except OSError as error:
        raise DeviceUnplugged(f"{port.path}: {error.strerror or error}") from error


class SerialStream:
    """Bytes to and from a device on a serial line, as `hal.tcp_stream.TcpStream` carries them over a network."""

    def __init__(self, port: SerialPort, flow: str = "none") -> None:
        """Open the line; raises `DeviceUnplugged`, `DeviceBusy`, or `DeviceError` for a line without DSR."""
        self.port = port
        self._by_dtr = flow == "dtr"
        self._line = open_line(port, flow)
        try:
            if self._by_dtr:
                self._may_send()
        except DeviceError:
            self.close()
            raise

    def exchange(self, data: bytes, timeout_s: float) -> tuple[int, bytes]:
        """As `TcpStream.exchange`."""
        if self._by_dtr and data:
            if not self._may_send():
                data, timeout_s = b"", min(timeout_s, _DTR_LOOK_AGAIN_S)
            data = data[:_DTR_PIECE_BYTES]
        with line_errors(self.port):
            fd = self._line.fileno()
            readable, writable, _ = select.select([fd], [fd] if data else [], [], max(0.0, timeout_s))
            received = bytes(self._line.read(self._line.in_waiting or 1)) if readable else b""
            sent = int(self._line.write(data) or 0) if writable else 0
        return sent, received

    def close(self) -> None:
        """Close the line; harmless when it is."""
        with contextlib.suppress(OSError, serial.SerialException):
            self._line.close()

    def _may_send(self) -> bool:
        """Whether the far end takes more: its DTR is on, and what was given to the kernel is on the wire."""
        try:
            return bool(self._line.dsr) and self._line.out_waiting == 0
        except OSError as error:
            if error.errno in (errno.ENOTTY, errno.EINVAL):
                raise DeviceError(f'{self.port.path} has no DSR line, which flow = "dtr" needs') from error
            raise DeviceUnplugged(f"{self.port.path}: {error.strerror or error}") from error
