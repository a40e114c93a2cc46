"""A reader that acts as a keyboard, held so that nothing else gets its keys."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import select
import struct
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import evdev
from evdev import ecodes

from drivers.evdev_wedge.find import event_files
from drivers.evdev_wedge.protocol import ENTER_KEYS, KeyDecoder, WedgeFormat
from drivers.serial_reader.protocol import Bad, Good
from hal.descriptor import Options
from hal.errors import BadData, DeviceBusy, DeviceError, DeviceUnplugged, PortError
from hal.ports import InputPort, Port, UsbPort

_SET_CLOCK = 0x400445A0
"""EVIOCSCLOCKID of linux/input.h: which clock dates the events."""
_DIGIT_KEYS = frozenset(range(2, 12))


def open_device(port: Port, contract: str, options: Options) -> EvdevWedge:
    """Find the reader and hold it alone; raises `DeviceUnplugged`, `DeviceBusy`, or `DeviceError` when it is no reader."""
    if not isinstance(port, (UsbPort, InputPort)):
        raise PortError(f"driver evdev_wedge works on usb:vvvv:pppp and input:/dev/input/..., not on {port}")
    form = WedgeFormat(
        layout=str(options["layout"]),
        dead_keys=bool(options["dead_keys"]),
        terminator=str(options["terminator"]),
        charset=str(options["charset"]),
        prefix=str(options["prefix"]),
        suffix=str(options["suffix"]),
        min_length=int(options["min_length"]),
        max_length=int(options["max_length"]),
        gap_s=float(options["gap_s"]),
    )
    wedge = EvdevWedge(port, form)
    try:
        wedge.hold(event_files(port))
    except DeviceError:
        wedge.close()
        raise
    return wedge


class EvdevWedge:
    """Implements `hal.contracts.badge_reader.BadgeReader` and `hal.contracts.barcode_scanner.BarcodeScanner`.

    A reader may show up as several keyboards; all of them are held, and read as one.
    """

    def __init__(self, port: UsbPort | InputPort, form: WedgeFormat) -> None:
        self._port = port
        self._gap_s = form.gap_s
        self._decoder = KeyDecoder(form)
        self._keyboards: list[Any] = []
        self._waiting: deque[Good | Bad] = deque()

    def hold(self, paths: list[str]) -> None:
        """Open and grab every keyboard among `paths`, and forget what was typed before that."""
        for path in paths:
            with _input_errors(path):
                keyboard = evdev.InputDevice(path)
            self._keyboards.append(keyboard)
            with _input_errors(path):
                keys = set(keyboard.capabilities(absinfo=False).get(ecodes.EV_KEY, ()))
                if not (keys >= _DIGIT_KEYS and keys & ENTER_KEYS):
                    self._keyboards.remove(keyboard)
                    keyboard.close()
                    continue
                keyboard.grab()
                fcntl.ioctl(keyboard.fd, _SET_CLOCK, struct.pack("i", time.CLOCK_MONOTONIC))
                while keyboard.read_one() is not None:
                    pass
        if not self._keyboards:
            raise DeviceError(f"{self._port} has no digit keys: it is no reader that acts as a keyboard")
        self._resync()

    def read(self, timeout_s: float) -> str | None:
        """See `BadgeReader.read`."""
        deadline_s = time.monotonic() + timeout_s
        while not self._waiting:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return None
            if not self._receive(min(left_s, self._gap_s)):
                self._waiting += self._decoder.expire(time.monotonic())
        result = self._waiting.popleft()
        if isinstance(result, Bad):
            raise BadData(result.problem)
        return result.number

    def close(self) -> None:
        """See `Device.close`; the kernel lets go of the keyboards."""
        for keyboard in self._keyboards:
            with contextlib.suppress(OSError):
                keyboard.close()
        self._keyboards.clear()

    def _receive(self, timeout_s: float) -> bool:
        """Wait for keys and decode them; returns whether there were any."""
        events: list[Any] = []
        with _input_errors(str(self._port)):
            readable, _, _ = select.select(self._keyboards, [], [], timeout_s)
            for keyboard in readable:
                read = list(keyboard.read())
                if not read:
                    raise DeviceUnplugged(f"{self._port} is gone")
                events += read
        for event in sorted(events, key=lambda event: (event.sec, event.usec)):
            if event.type == ecodes.EV_SYN and event.code == ecodes.SYN_DROPPED:
                self._decoder.lost_keys()
                self._resync()
            elif event.type == ecodes.EV_KEY:
                self._waiting += self._decoder.feed(event.code, event.value, event.sec + event.usec / 1e6)
        return bool(events)

    def _resync(self) -> None:
        with _input_errors(str(self._port)):
            held = {key for keyboard in self._keyboards for key in keyboard.active_keys()}
            caps_lock = any(ecodes.LED_CAPSL in keyboard.leds() for keyboard in self._keyboards)
        self._decoder.resync(held, caps_lock)


@contextlib.contextmanager
def _input_errors(name: str) -> Iterator[None]:
    """Name what the kernel says about an input device in the words of `hal.errors`."""
    try:
        yield
    except BlockingIOError:
        return
    except OSError as error:
        if error.errno == errno.EBUSY:
            raise DeviceBusy(f"{name} is held by another program") from error
        if error.errno == errno.EACCES:
            raise DeviceUnplugged(f"{name} may not be opened: this program's user needs the group input") from error
        raise DeviceUnplugged(f"{name}: {error.strerror or error}") from error
