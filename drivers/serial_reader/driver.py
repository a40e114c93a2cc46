"""A badge reader or bar code scanner on a serial line."""

from __future__ import annotations

import contextlib
import errno
import select
import time
from collections import deque
from collections.abc import Iterator

import serial

from drivers.serial_reader.protocol import Bad, FrameFormat, FrameParser, Good
from hal.descriptor import Options
from hal.errors import BadData, DeviceBusy, DeviceUnplugged, PortError
from hal.ports import Port, SerialPort


def open_device(port: Port, contract: str, options: Options) -> SerialReader:
    """Open the line exclusively; raises `DeviceUnplugged` or `DeviceBusy`."""
    if not isinstance(port, SerialPort):
        raise PortError(f"driver serial_reader works on serial:/dev/..., not on {port}")
    form = FrameFormat(
        frame=str(options["frame"]),
        checksum=str(options["checksum"]),
        charset=str(options["charset"]),
        min_length=int(options["min_length"]),
        max_length=int(options["max_length"]),
        gap_s=float(options["gap_s"]),
    )
    with _line_errors(port):
        line = serial.Serial(
            port.path,
            baudrate=port.baud,
            bytesize=port.bytesize,
            parity=port.parity,
            stopbits=port.stopbits,
            timeout=0,
            exclusive=True,
        )
    return SerialReader(line, port, form)


class SerialReader:
    """Implements `hal.contracts.badge_reader.BadgeReader` and `hal.contracts.barcode_scanner.BarcodeScanner`."""

    def __init__(self, line: serial.Serial, port: SerialPort, form: FrameFormat) -> None:
        self._line = line
        self._port = port
        self._gap_s = form.gap_s
        self._parser = FrameParser(form)
        self._waiting: deque[Good | Bad] = deque()

    def read(self, timeout_s: float) -> str | None:
        """See `BadgeReader.read`."""
        deadline_s = time.monotonic() + timeout_s
        while not self._waiting:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return None
            data = self._receive(min(left_s, self._gap_s))
            self._waiting += self._parser.feed(data, time.monotonic())
        result = self._waiting.popleft()
        if isinstance(result, Bad):
            raise BadData(result.problem)
        return result.number

    def close(self) -> None:
        """See `Device.close`."""
        with contextlib.suppress(OSError, serial.SerialException):
            self._line.close()

    def _receive(self, timeout_s: float) -> bytes:
        with _line_errors(self._port):
            readable, _, _ = select.select([self._line.fileno()], [], [], timeout_s)
            # A readable line without bytes is one that was hung up; pyserial tells by trying.
            return bytes(self._line.read(self._line.in_waiting or 1)) if readable else b""


@contextlib.contextmanager
def _line_errors(port: SerialPort) -> Iterator[None]:
    """Name what pyserial and the kernel say about the line in the words of `hal.errors`."""
    try:
        yield
    except serial.SerialException as error:
        if error.errno in (errno.EBUSY, errno.EAGAIN) or "exclusively lock" in str(error):
            raise DeviceBusy(f"{port.path} is used by another program") from error
        raise DeviceUnplugged(f"{port.path}: {error.strerror or error}") from error
    except OSError as error:
        raise DeviceUnplugged(f"{port.path}: {error.strerror or error}") from error
