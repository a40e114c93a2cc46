"""Runs `mqtt_bridge.install`, one at a time."""

from __future__ import annotations

from pathlib import Path

import msgspec

from masterdata.manifest import RevisionManifest
from mqtt_bridge.errand import Errand
from mqtt_bridge.install import LONGEST_S, Order, Outcome


class Installer:
    """Starts the process, notices its end."""

    def __init__(self, url: str, ca_certificate: str, directory: Path) -> None:
        self._url, self._ca_certificate, self._directory = url, ca_certificate, directory
        self._errand = Errand("mqtt_bridge.install", LONGEST_S)
        self._manifest: RevisionManifest | None = None

    @property
    def busy(self) -> bool:
        """Whether one is under way."""
        return self._errand.busy

    def start(self, manifest: RevisionManifest, now_s: float) -> None:
        """Begin with a verified manifest."""
        self._manifest = manifest
        order = Order(
            manifest=manifest, url=self._url, ca_certificate=self._ca_certificate, directory=str(self._directory)
        )
        self._errand.start(order, now_s)

    def poll(self, now_s: float) -> tuple[RevisionManifest, Outcome] | None:
        """Return the manifest and its outcome once, when the process has ended."""
        ended, manifest = self._errand.poll(now_s), self._manifest
        if ended is None or manifest is None:
            return None
        try:
            return manifest, msgspec.json.decode(ended.output, type=Outcome)
        except (msgspec.DecodeError, UnicodeDecodeError):
            error = f"revision {manifest.revision}: installing ended with exit code {ended.code}"
            return manifest, Outcome(error=error, again=True)

    def close(self) -> None:
        """Stop what is under way; files are only ever switched whole."""
        self._errand.close()
