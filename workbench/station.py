"""One terminal of the house: its folder, its emulated devices, its two processes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from workbench.processes import Child

PORTRAIT, LANDSCAPE = (1080, 1920), (1280, 800)


@dataclass(frozen=True)
class Plan:
    """What a terminal is to be: `view` is for pick-up screens, `devices` are keys of `_DEVICES`, `size` is in pixels."""

    name: str
    role: str
    size: tuple[int, int]
    devices: tuple[str, ...] = ()
    view: str = ""


@dataclass(frozen=True)
class _Kind:
    contract: str
    driver: str
    simulator: str
    extra: str = ""


_DEVICES = {
    "badge": _Kind("badge_reader", "serial_reader", "serial_reader"),
    "scanner": _Kind("barcode_scanner", "serial_reader", "serial_reader"),
    "printer": _Kind("receipt_printer", "escpos_printer", "escpos_printer"),
    "kitchen": _Kind("receipt_printer", "escpos_printer", "escpos_printer", 'role = "kitchen"\n'),
    "drawer": _Kind("cash_drawer", "printer_drawer", ""),
    "display": _Kind("customer_display", "serial_display", "serial_display"),
}

KIOSK = Plan("kiosk-1", "kiosk", PORTRAIT, ("badge", "scanner", "printer", "kitchen"))
TILL = Plan("till-1", "till", LANDSCAPE, ("badge", "scanner", "printer", "drawer", "display"))
PICKUP = Plan("pickup-1", "pickup", LANDSCAPE, view="guests")
KITCHEN = Plan("kitchen-1", "pickup", LANDSCAPE, view="kitchen")
PASS_THROUGH = Plan("pass-1", "pass_through", LANDSCAPE, ("badge",))

RUNNING_LUNCH = Plan("till-2", "till", LANDSCAPE)
"""The till that serves made-up guests by itself; it has neither a screen nor devices."""

SIDE_BY_SIDE = (KIOSK, TILL, PICKUP, KITCHEN)
PLANS = {plan.name: plan for plan in (*SIDE_BY_SIDE, PASS_THROUGH)}

_TOML = """\
[terminal]
id = "{id}"
role = "{role}"
data_dir = "{folder}"
language = "en"
address = ["Parkweg 4", "70173 Stuttgart"]

[screen]
width = {width}
height = {height}
mode = "{mode}"
socket = "{socket}"
"""


def simulator(name: str) -> Callable[..., Any]:
    """The simulator class of a driver, by its entry point `refectory.simulators`."""
    (found,) = entry_points(group="refectory.simulators", name=name)
    loaded: Callable[..., Any] = found.load()
    return loaded


def refectory(*words: str) -> list[str]:
    """The command line that runs `refectory` with this Python."""
    return [sys.executable, "-m", "appliance.cli", *words]


class Station:
    """A terminal with emulated devices; `devices` are the simulators by name.

    `command` is what runs it, with further `words` after its configuration.
    """

    def __init__(
        self, plan: Plan, folder: Path, logs: Path, command: str = "terminal", words: Sequence[str] = ()
    ) -> None:
        self.plan = plan
        self.folder = folder / plan.name
        self.screen_socket = self.folder / "sockets" / "screen.sock"
        self.configuration = self.folder / "terminal.toml"
        self.devices: dict[str, Any] = {
            name: simulator(_DEVICES[name].simulator)() for name in plan.devices if _DEVICES[name].simulator
        }
        self.bridge = self._child("bridge", logs)
        self.terminal = self._child(command, logs, words)

    def _child(self, command: str, logs: Path, words: Sequence[str] = ()) -> Child:
        name = f"{self.plan.name} {command}"
        line = refectory(command, "--config", str(self.configuration), *words)
        return Child(name, line, logs / f"{self.plan.name}-{command}.log")

    @property
    def badge_reader(self) -> Any:
        return self.devices["badge"]

    @property
    def scanner(self) -> Any:
        return self.devices["scanner"]

    @property
    def printer(self) -> Any:
        return self.devices["printer"]

    def configure(self, mode: str) -> None:
        """Write the terminal's configuration; `mode` is window or offscreen."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.screen_socket.parent.mkdir(exist_ok=True, mode=0o700)
        plan = self.plan
        width, height = plan.size
        text = _TOML.format(
            id=plan.name,
            role=plan.role,
            folder=self.folder,
            width=width,
            height=height,
            mode=mode,
            socket=self.screen_socket,
        )
        if plan.view:
            text += f'\n[pickup]\nview = "{plan.view}"\n'
        for name in plan.devices:
            text += self._device(name)
        self.configuration.write_text(text)

    def _device(self, name: str) -> str:
        kind = _DEVICES[name]
        if kind.simulator == "escpos_printer":
            port = f"tcp:127.0.0.1:{self.devices[name].port}"
        elif kind.simulator:
            port = f"serial:{self.devices[name].path}?baud=9600"
        else:
            port = "device:printer"
        return (
            f'\n[devices.{name}]\ncontract = "{kind.contract}"\ndriver = "{kind.driver}"\nport = "{port}"\n{kind.extra}'
        )

    def close(self) -> None:
        """Close the emulated devices."""
        for device in self.devices.values():
            device.close()
