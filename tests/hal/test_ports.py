"""Ports as a technician writes them."""

from __future__ import annotations

import pytest

from hal.errors import PortError
from hal.ports import DevicePort, InputPort, Port, SerialPort, TcpPort, UsbClassPort, UsbPort, parse_port


@pytest.mark.parametrize(
    ("text", "port"),
    [
        ("serial:/dev/ttyUSB0", SerialPort("/dev/ttyUSB0")),
        (
            "serial:/dev/x?baud=19200&parity=e&bytesize=7&stopbits=2",
            SerialPort("/dev/x", baud=19200, bytesize=7, parity="E", stopbits=2),
        ),
        ("tcp:192.0.2.10:9100", TcpPort("192.0.2.10", 9100)),
        ("tcp:[2001:db8::1]:9100", TcpPort("2001:db8::1", 9100)),
        ("tcp:printer.example:9100", TcpPort("printer.example", 9100)),
        ("usb:04b8:0202", UsbPort(0x04B8, 0x0202)),
        ("usb:04B8:0202:ABC:1", UsbPort(0x04B8, 0x0202, "ABC:1")),
        ("usb:printer", UsbClassPort("printer")),
        ("usb:printer:ABC:1", UsbClassPort("printer", "ABC:1")),
        ("input:/dev/input/by-id/usb-Reader-event-kbd", InputPort("/dev/input/by-id/usb-Reader-event-kbd")),
        ("device:receipt", DevicePort("receipt")),
    ],
)
def test_ports_are_understood(text: str, port: Port) -> None:
    assert parse_port(text) == port


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "serial:/dev/"),
        ("/dev/ttyUSB0", "serial:/dev/"),
        ("serial:?baud=9600", "device file"),
        ("serial:/dev/x?speed=9600", "'speed'"),
        ("serial:/dev/x?baud=fast", "baud"),
        ("serial:/dev/x?baud=", "baud"),
        ("serial:/dev/x?parity=X", "parity"),
        ("serial:/dev/x?bytesize=9", "bytesize"),
        ("tcp:9100", "host and a port"),
        ("tcp:host:0", "port number"),
        ("tcp:host:65536", "port number"),
        ("tcp:host:²", "port number"),
        ("usb:4b8:202", "four hex digits"),
        ("usb:scanner", "four hex digits"),
        ("input:event4", "/dev/input/by-id/"),
        ("device:", "device:printer"),
        ("bluetooth:1234", "serial:/dev/"),
    ],
)
def test_wrong_ports_are_answered_with_what_is_wrong(text: str, named: str) -> None:
    with pytest.raises(PortError) as caught:
        parse_port(text)
    assert named in str(caught.value)
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    "port",
    [
        TcpPort("2001:db8::1", 9100),
        TcpPort("host", 1),
        UsbPort(0x04B8, 0x0202, "S1"),
        UsbClassPort("printer", "S1"),
        InputPort("/dev/input/event4"),
        DevicePort("receipt"),
    ],
)
def test_what_a_port_says_of_itself_can_be_written_into_a_configuration(port: Port) -> None:
    assert parse_port(str(port)) == port
