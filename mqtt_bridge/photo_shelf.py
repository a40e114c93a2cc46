"""Keeps the photos of the guests in the accounts replica, and no others."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from masterdata.photos import SUFFIX, photo_folder
from mqtt_bridge.backoff import Backoff
from mqtt_bridge.errand import Errand
from mqtt_bridge.fetch_photos import LONGEST_S, PhotoOrder, PhotoOutcome

log = logging.getLogger(__name__)

AT_ONCE = 100


class PhotoShelf:
    """The folder `<data_dir>/photos`; the bridge is its only writer. Fetching runs in a process of its own."""

    def __init__(self, url: str, ca_certificate: str, data_dir: Path, retries: Backoff, wanted: set[str]) -> None:
        self._url, self._ca_certificate, self._folder = url, ca_certificate, photo_folder(data_dir)
        self._errand = Errand("mqtt_bridge.fetch_photos", LONGEST_S)
        self._backoff = retries
        self._wanted = frozenset(wanted)
        self._here: set[str] = set()
        self._refused: set[str] = set()
        self._try_at_s = 0.0
        self._sweep()

    def want(self, keys: set[str], now_s: float) -> None:
        """Keep these photos from now on; files of others go at once. Raises `OSError`."""
        if keys == self._wanted:
            return
        if keys - self._wanted:
            self._try_at_s = now_s
        self._wanted = frozenset(keys)
        self._refused &= keys
        self._sweep()

    def turn(self, now_s: float) -> None:
        """Start or finish fetching. Raises `OSError`."""
        ended = self._errand.poll(now_s)
        if ended:
            self._finish(ended.output, ended.code, now_s)
        missing = self._wanted - self._here
        if missing and not self._errand.busy and now_s >= self._try_at_s:
            keys = sorted(missing, key=lambda key: (key in self._refused, key))[:AT_ONCE]
            self._folder.mkdir(parents=True, exist_ok=True)
            self._folder.chmod(0o700)
            order = PhotoOrder(
                url=self._url, ca_certificate=self._ca_certificate, directory=str(self._folder), keys=keys
            )
            self._errand.start(order, now_s)

    def close(self) -> None:
        """Stop fetching; it is begun again."""
        self._errand.close()

    def _finish(self, output: bytes, code: int, now_s: float) -> None:
        try:
            outcome = msgspec.json.decode(output, type=PhotoOutcome)
        except (msgspec.DecodeError, UnicodeDecodeError):
            outcome = PhotoOutcome(error=f"fetching ended with exit code {code}")
        self._refused.update(outcome.refused)
        # What came in the meantime for a guest who has left goes again.
        self._sweep()
        if outcome.error:
            log.warning("photos: %s", outcome.error)
        elif outcome.refused:
            log.warning("photos: head office did not give %d", len(outcome.refused))
        if outcome.error or not outcome.fetched:
            self._try_at_s = now_s + self._backoff.next_s()
        else:
            self._backoff.reset()
            self._try_at_s = now_s

    def _sweep(self) -> None:
        """See what is here, and remove what nobody wants and what was not finished."""
        self._here.clear()
        if not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if path.suffix == SUFFIX and path.stem in self._wanted:
                self._here.add(path.stem)
            elif not self._errand.busy or path.suffix == SUFFIX:
                path.unlink(missing_ok=True)
