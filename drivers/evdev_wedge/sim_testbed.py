"""A keyboard that the kernel does not have: umockdev shows it to programs below its preload library.

Run by the system's Python, which has gi: it reads one JSON command a line from standard input and answers each with one
line. The first line it writes says where the emulated /dev and /sys are. Events carry CLOCK_MONOTONIC, as the driver asks.

Source of the numbers: linux/input.h (EVIOC...), asm-generic/ioctl.h.
"""

from __future__ import annotations

import fcntl
import json
import os
import struct
import sys
import termios
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any

import gi  # type: ignore[import-not-found]

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev  # type: ignore[import-not-found]  # noqa: E402

_EVENT = struct.Struct("llHHi")
_NODE = "/dev/input/event{number}"
_INPUT = "/devices/pci0000:00/0000:00:14.0/usb1/1-{socket}/1-{socket}:1.0/0003:{vendor}:{product}/input/input{number}"
_DESCRIPTION = """\
P: {input}
E: ID_INPUT=1
E: ID_INPUT_KEY=1
E: ID_INPUT_KEYBOARD=1
E: SUBSYSTEM=input
A: name={name}
A: phys=usb-0000:00:14.0-{socket}/input0
A: uniq={serial}
A: id/vendor={vendor}
A: id/product={product}

P: {input}/event{number}
N: input/event{number}
E: DEVNAME=/dev/input/event{number}
E: ID_INPUT=1
E: ID_INPUT_KEYBOARD=1
E: SUBSYSTEM=input
A: dev=13:{minor}

"""
_MOST_UNREAD_BYTES = 2048
_FULL_PAUSE_S = 0.002
_TIOCGPTN = 0x80045430
_EV_SYN, _EV_KEY, _EV_MSC, _EV_LED = 0, 1, 4, 0x11
_ENODEV, _EBUSY, _EINVAL, _ENOTTY = 19, 16, 22, 25


class Keyboard(UMockdev.IoctlBase):  # type: ignore[misc]
    """One event file: answers the driver's questions, remembers whether it is grabbed."""

    def __init__(self, description: dict[str, Any], fd: int) -> None:
        super().__init__()
        self.fd = fd
        self._near_fd = os.open(_terminal_name(fd), os.O_RDWR | os.O_NOCTTY)
        self._queue: deque[tuple[list[int], float]] = deque()
        self._moved = threading.Condition()
        self._full = False
        self.name = str(description["name"])
        self.serial = str(description["serial"])
        self.keys = [int(key) for key in description["keys"]]
        self.held: set[int] = set()
        self.caps_lock = False
        self.busy = False
        self.grabbed = False
        self.gone = False
        threading.Thread(target=self._write, daemon=True).start()

    def type(self, events: list[list[int]], pause_s: float) -> None:
        """Queue events; return when they are written, or when no more fits."""
        with self._moved:
            self._queue.extend((event, pause_s) for event in events)
            self._full = False
            self._moved.notify_all()
            self._moved.wait_for(lambda: not self._queue or self._full or self.gone)

    def pull(self) -> None:
        """The plug is pulled: what was not written is lost."""
        with self._moved:
            self.gone = True
            self._moved.notify_all()
            os.close(self._near_fd)
            os.close(self.fd)

    def _write(self) -> None:
        """Write whole events only: a full pseudo terminal would take half of one."""
        while True:
            with self._moved:
                self._moved.wait_for(lambda: self._queue or self.gone)
                if self.gone:
                    return
                unread = int.from_bytes(fcntl.ioctl(self._near_fd, termios.FIONREAD, bytes(4)), sys.byteorder)
                self._full = unread > _MOST_UNREAD_BYTES
                pause_s = _FULL_PAUSE_S
                if not self._full:
                    (kind, code, value), pause_s = self._queue.popleft()
                    now_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
                    stamp = (now_ns // 1_000_000_000, now_ns % 1_000_000_000 // 1000)
                    os.write(self.fd, _EVENT.pack(*stamp, kind, code, value) + _EVENT.pack(*stamp, _EV_SYN, 0, 0))
                self._moved.notify_all()
            time.sleep(pause_s)

    def do_handle_ioctl(self, client: Any) -> bool:
        """Answer one ioctl."""
        request = client.get_request()
        number, size = request & 0xFF, (request >> 16) & 0x3FFF
        if self.gone or (request >> 8) & 0xFF != ord("E"):
            client.complete(-1, _ENODEV if self.gone else _ENOTTY)
        elif number == 0x90:
            self._grab(client)
        elif number == 0xA0:
            client.complete(0, 0)
        elif (answer := self._answer(number)) is None:
            client.complete(-1, _EINVAL)
        else:
            client.get_arg().resolve(0, size).update(0, answer[:size].ljust(size, b"\0"))
            client.complete(min(len(answer), size) if number in (6, 7, 8) else 0, 0)
        return True

    def _grab(self, client: Any) -> None:
        if self.busy:
            client.complete(-1, _EBUSY)
            return
        self.grabbed = not self.grabbed
        client.complete(0, 0)

    def _answer(self, number: int) -> bytes | None:
        answers = {
            0x01: struct.pack("i", 0x010001),
            0x02: struct.pack("4H", 3, 0xFFFF, 0x35, 0x110),
            0x03: struct.pack("2i", 250, 33),
            0x06: self.name.encode() + b"\0",
            0x07: b"usb-emulated\0",
            0x08: self.serial.encode() + b"\0",
            0x09: b"",
            0x18: _bits(self.held),
            0x19: _bits({1} if self.caps_lock else set()),
            0x20: _bits({_EV_SYN, _EV_KEY, _EV_MSC, _EV_LED}),
            0x20 + _EV_KEY: _bits(set(self.keys)),
            0x20 + _EV_LED: _bits({0, 1, 2}),
            0x84: struct.pack("i", 0),
        }
        return answers.get(number, b"" if 0x20 < number < 0x40 else None)


class Testbed:
    """The keyboards of one run, by number; `do_...` are the commands."""

    def __init__(self) -> None:
        self._bed = UMockdev.Testbed.new()
        self._keyboards: dict[int, Keyboard] = {}

    @property
    def root(self) -> str:
        """What UMOCKDEV_DIR has to be for the program under test."""
        return str(self._bed.get_root_dir())

    def do_plug(self, command: dict[str, Any]) -> None:
        """Plug a keyboard in: number, socket, vendor, product, serial, name, keys."""
        number = int(command["number"])
        values = {**command, "minor": 64 + number, "input": _INPUT.format(**command)}
        self._bed.add_from_string(_DESCRIPTION.format(**values))
        node = _NODE.format(number=number)
        self._keyboards[number] = Keyboard(command, self._bed.get_dev_fd(node))
        self._bed.attach_ioctl(node, self._keyboards[number])

    def do_unplug(self, command: dict[str, Any]) -> None:
        """Pull a keyboard out: number, and socket, vendor, product as when it was plugged in."""
        number = int(command["number"])
        keyboard = self._keyboards.pop(number)
        # The testbed keeps its note of the pseudo terminal behind the file, which the next keyboard may get again.
        note = Path(self.root, "dev", ".ptymap", _terminal_name(keyboard.fd).replace("/", "_"))
        self._bed.remove_device("/sys" + _INPUT.format(**command) + f"/event{number}")
        self._bed.remove_device("/sys" + _INPUT.format(**command))
        note.unlink(missing_ok=True)
        keyboard.pull()

    def do_keys(self, command: dict[str, Any]) -> None:
        """Press and release keys: events is a list of [type, code, value], pause_s lies between them.

        Returns when they are where the program can read them, or when it has to read some before the rest fits.
        """
        number = int(command["number"])
        self._keyboards[number].type(command["events"], float(command.get("pause_s", 0.0)))

    def do_state(self, command: dict[str, Any]) -> None:
        """Change what the kernel says of a keyboard: held, caps_lock, busy."""
        keyboard = self._keyboards[int(command["number"])]
        keyboard.held = set(command.get("held", keyboard.held))
        keyboard.caps_lock = bool(command.get("caps_lock", keyboard.caps_lock))
        keyboard.busy = bool(command.get("busy", keyboard.busy))

    def do_grabbed(self, command: dict[str, Any]) -> bool:
        """Whether somebody holds a keyboard alone."""
        return self._keyboards[int(command["number"])].grabbed


def _terminal_name(master_fd: int) -> str:
    """The other end of a pseudo terminal (TIOCGPTN, ioctl_tty(2))."""
    number = fcntl.ioctl(master_fd, _TIOCGPTN, bytes(4))
    return f"/dev/pts/{int.from_bytes(number, sys.byteorder)}"


def _bits(numbers: set[int]) -> bytes:
    field = bytearray(96)
    for number in numbers:
        field[number // 8] |= 1 << number % 8
    return bytes(field)


def main() -> None:
    """Obey until standard input ends."""
    loop = GLib.MainLoop()
    threading.Thread(target=loop.run, daemon=True).start()
    testbed = Testbed()
    sys.stdout.write(json.dumps(testbed.root) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = {"result": getattr(testbed, "do_" + command["do"])(command)}
        except Exception as error:
            answer = {"error": repr(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    loop.quit()


if __name__ == "__main__":
    main()
