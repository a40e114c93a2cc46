"""What Kivy must be told before it is imported for the first time."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from pathlib import Path

# mallopt(3) of glibc: parameter -> value
_MALLOC = {-8: 1, -3: 64 * 1024, -1: 128 * 1024}


def prepare(mode: str, home: Path) -> None:
    """Set Kivy's environment for a screen `mode` (window, offscreen or fullscreen); its own files go below `home`.

    Raises `RuntimeError` when Kivy has been imported already, because it would not listen any more.
    """
    if "kivy" in sys.modules:
        raise RuntimeError("kivy was imported before appliance.ui.environment.prepare")
    home.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        KIVY_NO_ARGS="1",
        KIVY_NO_CONFIG="1",
        KIVY_NO_FILELOG="1",
        KIVY_CLOCK="interrupt",
        KIVY_HOME=str(home),
        KIVY_WINDOW="sdl2",
        KIVY_TEXT="sdl2",
        KIVY_IMAGE="sdl2",
        KIVY_METRICS_DENSITY="1",
        KIVY_METRICS_FONTSCALE="1",
        KIVY_DPI="96",
    )
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    os.environ.setdefault("LP_NUM_THREADS", "0")
    _give_memory_back()
    if mode == "offscreen":
        os.environ["SDL_VIDEODRIVER"] = "offscreen"


def _give_memory_back() -> None:
    """Return the memory of textures to the system as soon as they go, where the C library can be told so.

    One arena, and blocks from 64 kB outside of it. (Without a graphics processor, Mesa's llvmpipe draws in this
    thread for the same reason: every thread of its own keeps whole scenes.)
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for parameter, value in _MALLOC.items():
            mallopt(parameter, value)


def keep() -> None:
    """What is there now stays for good: clear away what nobody refers to, then leave the rest out of every later search."""
    gc.collect()
    gc.freeze()


def keep_no_more() -> None:
    """Search everything again."""
    gc.unfreeze()


def tidy() -> None:
    """Clear away what nobody refers to and give its memory back; takes some tens of milliseconds."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def configure(mode: str, width: int, height: int) -> None:
    """Set Kivy's configuration; call after `prepare` and before anything imports the window."""
    from kivy.config import Config

    for option, value in {
        "width": width,
        "height": height,
        "fullscreen": "auto" if mode == "fullscreen" else 0,
        "borderless": 1 if mode == "offscreen" else 0,
        "resizable": 1 if mode == "window" else 0,
        "show_cursor": 0 if mode == "fullscreen" else 1,
        "multisamples": 0,
        "maxfps": 60,
        "vsync": 0,
    }.items():
        Config.set("graphics", option, value)
    for option in list(Config.options("input")):
        Config.remove_option("input", option)
    if mode != "offscreen":
        Config.set("input", "mouse", "mouse,disable_multitouch")
    Config.set("kivy", "exit_on_escape", 0)
    Config.set("kivy", "keyboard_mode", "")
