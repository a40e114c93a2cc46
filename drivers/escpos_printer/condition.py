"""A printer's status in the words of the house."""

from __future__ import annotations

from drivers.escpos_printer.protocol import Status
from hal.errors import CoverOpen, CutterError, DeviceError, DeviceOffline, DeviceUnplugged, PaperOut
from hal.events import Certainty
from hal.health import READY, Health, Reason, State

_ERRORS: dict[Reason, type[DeviceError]] = {
    Reason.PAPER_OUT: PaperOut,
    Reason.COVER_OPEN: CoverOpen,
    Reason.CUTTER_ERROR: CutterError,
    Reason.DEVICE_ERROR: DeviceError,
    Reason.UNPLUGGED: DeviceUnplugged,
}


def raise_if_stopped(status: Status, certainty: Certainty) -> None:
    """Raise the error that `status` means, if the printer will not go on by itself."""
    if status.stops_printing:
        health = health_of(status)
        raise _ERRORS.get(health.reason, DeviceOffline)(health.detail, certainty=certainty)


def health_of(status: Status) -> Health:
    """The one condition a person has to deal with first."""
    if status.cutter_error:
        return Health(State.ATTENTION, Reason.CUTTER_ERROR, "the knife is blocked: clear it, then switch off and on")
    if status.cover_open:
        return Health(State.ATTENTION, Reason.COVER_OPEN, "the paper cover is open: close it")
    if status.paper_out:
        return Health(State.ATTENTION, Reason.PAPER_OUT, "the paper is used up: put in a new roll")
    if status.other_error:
        return Health(State.ATTENTION, Reason.DEVICE_ERROR, "the printer reports an error: switch it off and on")
    if status.offline:
        return Health(State.OFFLINE, Reason.OFFLINE, "the printer is off line: press its on-line button")
    if status.paper_near_end:
        return Health(State.ATTENTION, Reason.PAPER_NEAR_END, "the roll is nearly used up")
    return READY
