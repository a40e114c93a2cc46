"""What a device can raise. Each class says what is unknown after it; `reason` goes into the device's health."""

from __future__ import annotations

from typing import ClassVar

from hal.events import Certainty
from hal.health import Reason


class DeviceError(Exception):
    """A device did not do what it was asked.

    `certainty` tells how much of a print job is on paper; it means nothing for other requests.
    """

    reason: ClassVar[Reason] = Reason.DEVICE_ERROR
    reopen: bool = False
    """Whether the port has to be closed and opened again before the device can be used; a driver may set it."""

    def __init__(self, message: str, *, certainty: Certainty = Certainty.NOTHING) -> None:
        super().__init__(message)
        self.certainty = certainty


class DeviceTimeout(DeviceError):
    """No answer in time. After it the request may have been done not at all, in part or wholly."""

    reason = Reason.TIMEOUT
    reopen = True


class DeviceUnplugged(DeviceError):
    """The port is gone. What was on its way may have arrived or not."""

    reason = Reason.UNPLUGGED
    reopen = True


class DeviceBusy(DeviceError):
    """The port is held by somebody else. Nothing was sent."""

    reason = Reason.UNPLUGGED
    reopen = True


class BadData(DeviceError):
    """Bytes came in that are no valid frame. They are gone; whatever they meant has to be presented again."""

    reason = Reason.BAD_DATA


class PaperOut(DeviceError):
    """The paper is used up. `certainty` says whether part of the job is on the old roll; none is left in the printer."""

    reason = Reason.PAPER_OUT


class CoverOpen(DeviceError):
    """The cover is open. As after `PaperOut`."""

    reason = Reason.COVER_OPEN


class CutterError(DeviceError):
    """The knife is blocked. The job's text may be complete, uncut or cut badly."""

    reason = Reason.CUTTER_ERROR


class DeviceOffline(DeviceError):
    """The device answers and refuses work. As after `PaperOut`."""

    reason = Reason.OFFLINE


class BadJob(DeviceError):
    """The job cannot be expressed for this device. Nothing was sent, and trying again will not help."""

    reason = Reason.BAD_JOB


class PortError(ValueError):
    """A port is written in a way nobody understands; the message shows the text and an example."""


class OptionError(ValueError):
    """A driver option is unknown, missing or has a wrong value; the message names driver and option."""
