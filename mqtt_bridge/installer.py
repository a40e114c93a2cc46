"""Runs `mqtt_bridge.install`, one at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from masterdata.manifest import RevisionManifest
from mqtt_bridge.install import LONGEST_S, Order, Outcome


class Installer:
    """Starts the process, notices its end. Never blocks but for the moment a killed process takes to go."""

    def __init__(self, url: str, directory: Path) -> None:
        self._url, self._directory = url, directory
        self._process: subprocess.Popen[bytes] | None = None
        self._manifest: RevisionManifest | None = None
        self._kill_at_s = 0.0

    @property
    def busy(self) -> bool:
        """Whether one is under way."""
        return self._process is not None

    def start(self, manifest: RevisionManifest, now_s: float) -> None:
        """Begin with a verified manifest."""
        order = Order(manifest=manifest, url=self._url, directory=str(self._directory))
        process = subprocess.Popen(
            [sys.executable, "-m", "mqtt_bridge.install"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._process, self._manifest = process, manifest
        self._kill_at_s = now_s + LONGEST_S + 10
        if process.stdin:
            process.stdin.write(msgspec.json.encode(order))
            process.stdin.close()

    def poll(self, now_s: float) -> tuple[RevisionManifest, Outcome] | None:
        """Return the manifest and its outcome once, when the process has ended."""
        process, manifest = self._process, self._manifest
        if process is None or manifest is None:
            return None
        if process.poll() is None:
            if now_s >= self._kill_at_s:
                process.kill()
            return None
        output = process.stdout.read() if process.stdout else b""
        self._forget()
        try:
            return manifest, msgspec.json.decode(output, type=Outcome)
        except (msgspec.DecodeError, UnicodeDecodeError):
            error = f"revision {manifest.revision}: installing ended with exit code {process.returncode}"
            return manifest, Outcome(error=error, again=True)

    def close(self) -> None:
        """Stop what is under way; files are only ever switched whole."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._forget()

    def _forget(self) -> None:
        if self._process and self._process.stdout:
            self._process.stdout.close()
        self._process = self._manifest = None
