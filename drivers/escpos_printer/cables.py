"""The cable a printer hangs at; vendor libraries are loaded only for the one that needs them."""

from __future__ import annotations

from hal.descriptor import Options
from hal.errors import PortError
from hal.ports import Port, SerialPort, TcpPort, UsbClassPort, UsbPort
from hal.stream import ByteStream
from hal.tcp_stream import TcpStream


def connect(port: Port, options: Options) -> ByteStream:
    """Open `port`; raises `DeviceUnplugged`, `DeviceBusy`, `DeviceTimeout`, or `PortError` for one of another kind."""
    if isinstance(port, TcpPort):
        return TcpStream(port, float(options["timeout_s"]))
    if isinstance(port, SerialPort):
        from drivers.serial_line import SerialStream

        return SerialStream(port, str(options["flow"]))
    if isinstance(port, (UsbPort, UsbClassPort)):
        from drivers.escpos_printer.usb_stream import UsbStream

        return UsbStream(port)
    raise PortError(f"driver escpos_printer works on tcp:, serial: and usb: ports, not on {port}")
