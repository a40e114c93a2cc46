"""Which drivers are installed. They are found by entry point, so a driver is added without touching this room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from hal.descriptor import DriverDescriptor

DRIVERS_GROUP = "refectory.drivers"
SIMULATORS_GROUP = "refectory.simulators"


class Outcome(StrEnum):
    """What became of an installed driver; shown on the diagnostics screen."""

    LOADED = "loaded"
    """Its descriptor was read; the driver itself is imported when a device is opened."""
    IMPORT_FAILED = "import_failed"
    """Its descriptor could not be imported: a missing library, or a wrong entry point."""
    NOT_A_DESCRIPTOR = "not_a_descriptor"
    """The entry point names something that is no `DriverDescriptor`."""
    NAME_MISMATCH = "name_mismatch"
    """Descriptor and entry point disagree about the driver's name."""
    DUPLICATE = "duplicate"
    """Another installed package offers a driver of this name; the first one counts."""


@dataclass(frozen=True, slots=True)
class LoadResult:
    """One installed driver; `descriptor` is there exactly when `outcome` is LOADED."""

    name: str
    outcome: Outcome
    descriptor: DriverDescriptor | None = None
    detail: str = ""


def load_results(points: Iterable[EntryPoint] | None = None) -> tuple[LoadResult, ...]:
    """Return the fate of every installed driver, in the order of their names; never raises for a broken one."""
    found = entry_points(group=DRIVERS_GROUP) if points is None else points
    results: list[LoadResult] = []
    loaded: set[str] = set()
    for point in sorted(found, key=lambda point: point.name):
        result = _load(point)
        if result.outcome is Outcome.LOADED and point.name in loaded:
            result = LoadResult(point.name, Outcome.DUPLICATE, None, f"{point.value} comes second")
        if result.outcome is Outcome.LOADED:
            loaded.add(point.name)
        results.append(result)
    return tuple(results)


def drivers() -> dict[str, DriverDescriptor]:
    """Return the usable drivers by name."""
    return {result.name: result.descriptor for result in load_results() if result.descriptor is not None}


def simulator(driver: str) -> Any:
    """Return the simulator class that belongs to `driver`; raises `LookupError` naming the installed ones."""
    points = {point.name: point for point in entry_points(group=SIMULATORS_GROUP)}
    if driver not in points:
        raise LookupError(f"no simulator for {driver}; installed are: {', '.join(sorted(points)) or 'none'}")
    return points[driver].load()


def _load(point: EntryPoint) -> LoadResult:
    try:
        found = point.load()
    except (ImportError, AttributeError) as error:
        return LoadResult(point.name, Outcome.IMPORT_FAILED, None, f"{point.value}: {error}")
    if not isinstance(found, DriverDescriptor):
        return LoadResult(point.name, Outcome.NOT_A_DESCRIPTOR, None, f"{point.value} is a {type(found).__name__}")
    if found.name != point.name:
        return LoadResult(point.name, Outcome.NAME_MISMATCH, None, f"descriptor says {found.name}")
    return LoadResult(point.name, Outcome.LOADED, found)
