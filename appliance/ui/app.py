"""Runs the kiosk's screens until the window is closed or the process is told to stop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from appliance.ui import environment

if TYPE_CHECKING:
    from appliance.ui.pump import Bus, Flow


class ScreenSettings(Protocol):
    """Size in pixels; `mode` is window, offscreen or fullscreen; `socket` is a path, or empty for not served;
    `diagonal_mm` is the screen's diagonal, 0 where it is not known."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def mode(self) -> str: ...
    @property
    def socket(self) -> str: ...
    @property
    def diagonal_mm(self) -> int: ...


class TerminalSettings(Protocol):
    @property
    def data_dir(self) -> Path: ...


class Settings(Protocol):
    """The part of the terminal's configuration that the screen needs."""

    @property
    def screen(self) -> ScreenSettings: ...
    @property
    def terminal(self) -> TerminalSettings: ...


def run(flow: Flow, config: Settings, bus: Bus) -> None:
    """Show `flow` on the screen that `config` describes and feed it from `bus`; returns when the window is gone."""
    screen = config.screen
    environment.prepare(screen.mode, config.terminal.data_dir / "kivy")
    environment.configure(screen.mode, screen.width, screen.height)

    from appliance.ui.describe import describe
    from appliance.ui.pump import Pump
    from appliance.ui.screen_server import ScreenServer
    from appliance.ui.window import TerminalApp

    app = TerminalApp(send=lambda intent: pump.send(intent), diagonal_mm=screen.diagonal_mm)
    pump = Pump(flow, bus, app.show)
    server = ScreenServer(Path(screen.socket), lambda: describe(app.root)) if screen.socket else None

    def started(*_args: object) -> None:
        pump.start()
        if server is not None:
            server.start()
        app.make_ahead()

    app.bind(on_start=started)
    try:
        app.run()
    finally:
        pump.stop()
        if server is not None:
            server.stop()
