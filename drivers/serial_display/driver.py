"""A customer display on a serial line. It only listens, so READY means that its line is there."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence

from drivers.serial_display.protocol import CLEAR, Encoder
from drivers.serial_line import SerialStream
from hal.descriptor import Options
from hal.errors import DeviceError, DeviceTimeout, PortError
from hal.health import READY, Health
from hal.ports import Port, SerialPort


def open_device(port: Port, contract: str, options: Options) -> SerialDisplay:
    """Open the line and empty the display; raises `DeviceUnplugged`, `DeviceBusy`, `DeviceTimeout`."""
    if not isinstance(port, SerialPort):
        raise PortError(f"driver serial_display works on serial:/dev/..., not on {port}")
    encoder = Encoder(
        str(options["commands"]),
        int(options["columns"]),
        int(options["rows"]),
        str(options["code_page"]),
        int(options["code_page_number"]),
    )
    display = SerialDisplay(SerialStream(port), encoder, float(options["timeout_s"]))
    try:
        display.start()
    except DeviceError:
        display.close()
        raise
    return display


class SerialDisplay:
    """Implements `hal.contracts.customer_display.CustomerDisplay`."""

    def __init__(self, stream: SerialStream, encoder: Encoder, timeout_s: float) -> None:
        self._stream = stream
        self._encoder = encoder
        self._timeout_s = timeout_s

    @property
    def columns(self) -> int:
        """See `CustomerDisplay.columns`."""
        return self._encoder.columns

    @property
    def rows(self) -> int:
        """See `CustomerDisplay.rows`."""
        return self._encoder.rows

    def start(self) -> None:
        """Set the display's modes and empty it."""
        self._send(self._encoder.start())

    def show(self, lines: Sequence[str]) -> None:
        """See `CustomerDisplay.show`."""
        self._send(self._encoder.show(lines))

    def clear(self) -> None:
        """See `CustomerDisplay.clear`."""
        self._send(CLEAR)

    def status(self) -> Health:
        """See `CustomerDisplay.status`. What a display says, few say anything, is thrown away."""
        while self._stream.exchange(b"", 0.0)[1]:
            pass
        return READY

    def close(self) -> None:
        """See `Device.close`."""
        with contextlib.suppress(DeviceError):
            self._send(CLEAR)
        self._stream.close()

    def _send(self, data: bytes) -> None:
        moved_s = time.monotonic()
        while data:
            sent, _ = self._stream.exchange(data, self._timeout_s)
            data = data[sent:]
            if sent:
                moved_s = time.monotonic()
            elif time.monotonic() - moved_s >= self._timeout_s:
                raise DeviceTimeout(f"the display took no data for {self._timeout_s:g} s")
