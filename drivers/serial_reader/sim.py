"""A badge reader or bar code scanner on a pseudo terminal."""

from __future__ import annotations

from types import TracebackType

from drivers.serial_reader.protocol import FrameFormat, encode
from hal.sim.faults import Faults
from hal.sim.pty_line import PtyLine


class SerialReaderSimulator:
    """Sends frames the way a reader does. `path` is what to open; it stays the same when the reader is replugged."""

    def __init__(self, frame: str = "crlf", checksum: str = "none", faults: Faults | None = None) -> None:
        self._form = FrameFormat(frame=frame, checksum=checksum)
        self._line = PtyLine("reader0", faults)
        self.faults = self._line.faults

    @property
    def path(self) -> str:
        """The device file."""
        return self._line.path

    @property
    def port(self) -> str:
        """The port as configuration writes it."""
        return f"serial:{self.path}"

    @property
    def plugged(self) -> bool:
        """Whether the reader is plugged in."""
        return self._line.plugged

    def present(self, number: str) -> None:
        """Hold a badge or a code before the reader; raises `ConnectionError` when it is unplugged."""
        self._line.write(encode(number, self._form))

    def send_raw(self, data: bytes) -> None:
        """Send any bytes: noise, halves of frames."""
        self._line.write(data)

    def unplug(self) -> None:
        """Pull the cable."""
        self._line.unplug()

    def plug(self) -> None:
        """Put the cable back."""
        self._line.plug()

    def close(self) -> None:
        """Remove the reader for good."""
        self._line.close()

    def __enter__(self) -> SerialReaderSimulator:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
