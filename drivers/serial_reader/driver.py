"""A badge reader or bar code scanner on a serial line."""

from __future__ import annotations

import contextlib
import select
import time
from collections import deque

import serial

from drivers.serial_line import line_errors, open_line
from drivers.serial_reader.protocol import Bad, FrameFormat, FrameParser, Good
from hal.descriptor import Options
from hal.errors import BadData, PortError
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
    line = open_line(port)
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
        with line_errors(self._port):
            readable, _, _ = select.select([self._line.fileno()], [], [], timeout_s)
            # A readable line without bytes is one that was hung up; pyserial tells by trying.
            return bytes(self._line.read(self._line.in_waiting or 1)) if readable else b""
