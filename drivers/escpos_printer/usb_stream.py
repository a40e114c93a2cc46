"""Bytes to and from a printer on USB, by pyusb.

Source: USB Device Class Definition for Printing Devices 1.1 (class 7; the protocols 1 to 3 of its interfaces); printers
with an interface of the maker's own class work alike when it has one bulk endpoint in each direction.
"""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Iterator
from typing import Any

import usb.core
import usb.util

from hal.errors import DeviceBusy, DeviceError, DeviceUnplugged
from hal.ports import UsbClassPort, UsbPort

_PRINTER_CLASS, _VENDOR_CLASS = 7, 0xFF
_PACKET_PROTOCOL = 3
"""IEEE 1284.4 wraps everything into packets; a printer that offers it offers a plain setting as well."""
_PIECE_BYTES = 4096
_WRITE_SLICE_S = 0.25
_LISTEN_S = 0.001
_STALE_S = 0.02
_STALE_READS = 64
_PAUSE_S = 0.01


class UsbStream:
    """One claimed interface; offers what `hal.tcp_stream.TcpStream` offers."""

    def __init__(self, port: UsbPort | UsbClassPort) -> None:
        """Find and claim the printer; raises `DeviceUnplugged`, `DeviceBusy`, or `DeviceError` for no usable one."""
        self.port = port
        self._device: Any = None
        try:
            with _usb_errors(port):
                self._device = _find(port)
                self._claim()
                for _ in range(_STALE_READS):
                    if not self._read(_STALE_S):
                        break
        except DeviceError:
            self.close()
            raise

    def exchange(self, data: bytes, timeout_s: float) -> tuple[int, bytes]:
        """As `TcpStream.exchange`."""
        sent = 0
        started_s = time.monotonic()
        with _usb_errors(self.port):
            if data:
                with contextlib.suppress(usb.core.USBTimeoutError):
                    piece = data[:_PIECE_BYTES]
                    sent = int(self._out.write(piece, _milliseconds(min(timeout_s, _WRITE_SLICE_S))))
            received = self._read(_LISTEN_S if data else timeout_s)
        if not data and not received and time.monotonic() - started_s < min(timeout_s, _PAUSE_S):
            # There are printers that answer with an empty packet instead of making the host wait.
            time.sleep(min(timeout_s, _PAUSE_S))
        return sent, received

    def close(self) -> None:
        """Give the interface back; harmless when it was."""
        device, self._device = self._device, None
        if device is not None:
            with contextlib.suppress(usb.core.USBError):
                usb.util.dispose_resources(device)

    def _read(self, timeout_s: float) -> bytes:
        try:
            return bytes(self._in.read(self._in.wMaxPacketSize * 4, _milliseconds(timeout_s)))
        except usb.core.USBTimeoutError:
            return b""

    def _claim(self) -> None:
        configuration, interface = _interface(self.port, self._device)
        number = interface.bInterfaceNumber
        with contextlib.suppress(NotImplementedError):
            if self._device.is_kernel_driver_active(number):
                self._device.detach_kernel_driver(number)
        if _active_configuration(self._device) != configuration.bConfigurationValue:
            self._device.set_configuration(configuration.bConfigurationValue)
        usb.util.claim_interface(self._device, number)
        if interface.bAlternateSetting:
            self._device.set_interface_altsetting(number, interface.bAlternateSetting)
        self._out = _endpoint(interface, usb.util.ENDPOINT_OUT)
        self._in = _endpoint(interface, usb.util.ENDPOINT_IN)


def _find(port: UsbPort | UsbClassPort) -> Any:
    """Return the one device that `port` describes."""
    if isinstance(port, UsbPort):
        found = list(usb.core.find(find_all=True, idVendor=port.vendor_id, idProduct=port.product_id))
    else:
        found = [device for device in usb.core.find(find_all=True) if _is_printer(device)]
    if port.serial is not None:
        found = [device for device in found if device.serial_number == port.serial]
    if not found:
        raise DeviceUnplugged(f"{port}: no such device is plugged in")
    if len(found) > 1:
        raise DeviceError(f"{port}: {len(found)} such devices are plugged in; add the serial number")
    return found[0]


def _is_printer(device: Any) -> bool:
    return any(interface.bInterfaceClass == _PRINTER_CLASS for configuration in device for interface in configuration)


def _interface(port: UsbPort | UsbClassPort, device: Any) -> tuple[Any, Any]:
    """Return configuration and interface to print through: of the printer class if there is one."""
    for wanted in (_PRINTER_CLASS, _VENDOR_CLASS):
        for configuration in device:
            for interface in configuration:
                if (
                    interface.bInterfaceClass == wanted
                    and not (wanted == _PRINTER_CLASS and interface.bInterfaceProtocol == _PACKET_PROTOCOL)
                    and _endpoint(interface, usb.util.ENDPOINT_OUT) is not None
                    and _endpoint(interface, usb.util.ENDPOINT_IN) is not None
                ):
                    return configuration, interface
    raise DeviceError(f"{port} has no interface that takes print data and answers: it cannot say what is on paper")


def _endpoint(interface: Any, direction: int) -> Any:
    for endpoint in interface:
        address, kind = endpoint.bEndpointAddress, usb.util.endpoint_type(endpoint.bmAttributes)
        if usb.util.endpoint_direction(address) == direction and kind == usb.util.ENDPOINT_TYPE_BULK:
            return endpoint
    return None


def _active_configuration(device: Any) -> int | None:
    try:
        return int(device.get_active_configuration().bConfigurationValue)
    except usb.core.USBError:
        return None


def _milliseconds(seconds: float) -> int:
    """For libusb, to which 0 means for ever."""
    return max(1, round(seconds * 1000))


@contextlib.contextmanager
def _usb_errors(port: UsbPort | UsbClassPort) -> Iterator[None]:
    """Name what libusb says in the words of `hal.errors`."""
    try:
        yield
    except usb.core.NoBackendError as error:
        raise DeviceError(f"{port}: the library libusb-1.0 is not installed") from error
    except usb.core.USBError as error:
        if error.errno == errno.EBUSY:
            raise DeviceBusy(f"{port} is used by another program") from error
        if error.errno == errno.EACCES:
            raise DeviceUnplugged(f"{port} may not be opened: this program's user needs the right to it") from error
        raise DeviceUnplugged(f"{port}: {error.strerror or error}") from error
