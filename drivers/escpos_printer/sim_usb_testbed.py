"""A USB printer that the kernel does not have: umockdev shows it to programs below its preload library.

Run by the system's Python, which has gi: it reads one JSON command a line from standard input and answers each with one
line. The first line it writes says where the emulated /dev and /sys are. Data goes to a simulated printer on TCP.

Sources: linux/usbdevice_fs.h (USBDEVFS_..., struct usbdevfs_urb of 64-bit machines), USB 2.0 specification, chapter 9.
"""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

import gi  # type: ignore[import-not-found]

gi.require_version("UMockdev", "1.0")
from gi.repository import GLib, UMockdev  # type: ignore[import-not-found]  # noqa: E402

_NODE = "/dev/bus/usb/001/{number:03d}"
_DEVICE = "/devices/pci0000:00/0000:00:1d.0/usb1/1-{number}"
_DESCRIPTION = """\
P: {device}
N: bus/usb/001/{number:03d}={descriptors}
E: DEVNAME=/dev/bus/usb/001/{number:03d}
E: DEVTYPE=usb_device
E: BUSNUM=001
E: DEVNUM={number:03d}
E: MAJOR=189
E: MINOR={minor}
E: PRODUCT={vendor:x}/{product:x}/100
E: SUBSYSTEM=usb
A: busnum=1\\n
A: devnum={number}\\n
A: bConfigurationValue=1\\n
A: bNumConfigurations=1\\n
A: speed=480\\n
A: idVendor={vendor:04x}\\n
A: idProduct={product:04x}\\n
H: descriptors={descriptors}

"""
_CLAIM, _SUBMIT, _DISCARD, _REAP, _REAP_NOW = 15, 10, 11, 12, 13
_DONE_AT_ONCE = frozenset({3, 4, 5, 16, 20, 21, 22})
_CAPABILITIES, _GET_DRIVER, _IOCTL = 26, 8, 18
_URB_BYTES = 56
_BULK, _CONTROL = 3, 2
_STRING_DESCRIPTOR = 3
_EAGAIN, _ENODEV, _EBUSY, _EINVAL, _ENOTTY, _ENODATA, _ENOENT, _ESHUTDOWN = 11, 19, 16, 22, 25, 61, 2, 108
_REAP_WAIT_S = 0.005


@dataclass
class Urb:
    """One transfer on its way; `actual` bytes of it are done."""

    memory: Any
    buffer: Any
    length: int
    reads: bool
    status: int = 0
    actual: int = 0


@dataclass
class Printer(UMockdev.IoctlBase):  # type: ignore[misc]
    """The USB side of the printer: transfers become bytes on `line`, and the other way round."""

    line: socket.socket
    serial: str
    take_bytes: int = 0
    """Of each transfer to the printer only so many bytes pass, the rest waits until it is given up; 0 is all."""
    busy: bool = False
    gone: bool = False
    waiting: list[Urb] = field(default_factory=list)
    done: list[Urb] = field(default_factory=list)
    received: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        super().__init__()
        self.changed = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                data = self.line.recv(4096)
            except OSError:
                data = b""
            if not data:
                return
            with self.changed:
                self.received += data
                self._answer_reads()
                self.changed.notify_all()

    def pull(self) -> None:
        """The plug is pulled: transfers on their way come back as failed, and everything after is refused."""
        with self.changed:
            self.gone = True
            for urb in self.waiting:
                urb.status = -_ESHUTDOWN
            self.done += self.waiting
            self.waiting.clear()
            self.changed.notify_all()
            with contextlib.suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)
            self.line.close()

    def do_handle_ioctl(self, client: Any) -> bool:
        """Answer one ioctl."""
        request = client.get_request()
        number = request & 0xFF
        if (request >> 8) & 0xFF != ord("U"):
            client.complete(-1, _ENOTTY)
        elif number in (_REAP, _REAP_NOW):
            self._reap(client)
        elif number == _SUBMIT:
            self._submit(client)
        elif self.gone:
            client.complete(-1, _ENODEV)
        elif number == _CLAIM:
            client.complete(*((-1, _EBUSY) if self.busy else (0, 0)))
        elif number in _DONE_AT_ONCE:
            client.complete(0, 0)
        elif number == _CAPABILITIES:
            client.get_arg().resolve(0, 4).update(0, struct.pack("I", 1))
            client.complete(0, 0)
        elif number == _DISCARD:
            self._discard(client)
        else:
            client.complete(-1, _ENODATA if number in (_GET_DRIVER, _IOCTL) else _EINVAL)
        return True

    def _submit(self, client: Any) -> None:
        memory = client.get_arg().resolve(0, _URB_BYTES)
        raw = bytes(memory.retrieve())
        kind, endpoint = raw[0], raw[1]
        (length,) = struct.unpack_from("i", raw, 24)
        buffer = memory.resolve(16, length) if length else None
        urb = Urb(memory, buffer, length, reads=bool(endpoint & 0x80))
        with self.changed:
            if self.gone:
                client.complete(-1, _ENODEV)
                return
            if kind == _CONTROL:
                self._control(urb)
            elif kind == _BULK and urb.reads:
                self.waiting.append(urb)
                self._answer_reads()
            else:
                self._write(urb)
        client.complete(0, 0)

    def _control(self, urb: Urb) -> None:
        setup = bytes(urb.buffer.retrieve())
        if setup[0] == 0x80 and setup[1] == 6 and setup[3] == _STRING_DESCRIPTOR:
            text = self.serial.encode("utf-16-le") if setup[2] else struct.pack("<H", 0x0409)
            answer = bytes([len(text) + 2, _STRING_DESCRIPTOR]) + text
            answer = answer[: urb.length - 8]
            urb.buffer.update(8, answer)
            urb.actual = len(answer)
        self.done.append(urb)

    def _write(self, urb: Urb) -> None:
        data = bytes(urb.buffer.retrieve()) if urb.buffer is not None else b""
        taken = data[: self.take_bytes] if self.take_bytes else data
        try:
            self.line.sendall(taken)
        except OSError:
            # The printer was switched off: as if its plug were pulled while this was on its way.
            urb.status = -_ESHUTDOWN
            self.done.append(urb)
            return
        urb.actual = len(taken)
        (self.done if len(taken) == len(data) else self.waiting).append(urb)

    def _answer_reads(self) -> None:
        for urb in [urb for urb in self.waiting if urb.reads]:
            if not self.received:
                return
            data = bytes(self.received[: urb.length])
            del self.received[: len(data)]
            urb.buffer.update(0, data)
            urb.actual = len(data)
            self.waiting.remove(urb)
            self.done.append(urb)

    def _discard(self, client: Any) -> None:
        address = client.get_arg().resolve(0, _URB_BYTES).client_addr
        with self.changed:
            for urb in self.waiting:
                if urb.memory.client_addr == address:
                    self.waiting.remove(urb)
                    urb.status = -_ENOENT
                    self.done.append(urb)
                    client.complete(0, 0)
                    return
        client.complete(-1, _EINVAL)

    def _reap(self, client: Any) -> None:
        with self.changed:
            # The program asks without end, because the emulated file always looks ready; so it is slowed down here.
            self.changed.wait_for(lambda: self.done or self.gone, _REAP_WAIT_S)
            if not self.done:
                client.complete(-1, _ENODEV if self.gone else _EAGAIN)
                return
            urb = self.done.pop(0)
        urb.memory.update(4, struct.pack("i", urb.status))
        urb.memory.update(28, struct.pack("i", urb.actual))
        client.get_arg().resolve(0, 8).set_ptr(0, urb.memory)
        client.complete(0, 0)


class Testbed:
    """The printers of one run, by number; `do_...` are the commands."""

    def __init__(self) -> None:
        self._bed = UMockdev.Testbed.new()
        self._printers: dict[int, Printer] = {}

    @property
    def root(self) -> str:
        """What UMOCKDEV_DIR has to be for the program under test."""
        return str(self._bed.get_root_dir())

    def do_plug(self, command: dict[str, Any]) -> None:
        """Plug in: number, vendor, product, serial, descriptors (hex), tcp_port of the simulated printer."""
        number = int(command["number"])
        line = socket.create_connection(("127.0.0.1", int(command["tcp_port"])))
        self._printers[number] = Printer(line, str(command["serial"]))
        device = _DEVICE.format(number=number)
        self._bed.add_from_string(_DESCRIPTION.format(**command, device=device, minor=number - 1))
        self._bed.attach_ioctl(_NODE.format(number=number), self._printers[number])
        self._bed.uevent("/sys" + device, "add")

    def do_unplug(self, command: dict[str, Any]) -> None:
        """Pull out: number. It goes on answering, that it is gone, whoever has it open."""
        number = int(command["number"])
        device = _DEVICE.format(number=number)
        self._printers.pop(number).pull()
        self._bed.uevent("/sys" + device, "remove")
        self._bed.remove_device("/sys" + device)

    def do_state(self, command: dict[str, Any]) -> None:
        """Change what the printer does: take_bytes, busy."""
        printer = self._printers[int(command["number"])]
        printer.take_bytes = int(command.get("take_bytes", printer.take_bytes))
        printer.busy = bool(command.get("busy", printer.busy))


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
