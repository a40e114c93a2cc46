"""Download guests' photos: a short process of its own (`python -m mqtt_bridge.fetch_photos`).

Standard input is one `PhotoOrder`, standard output one `PhotoOutcome`, both JSON. Keys are secrets: whoever knows one sees
the photo, so no message names them.
"""

from __future__ import annotations

import http.client
import signal
import sys
import urllib.error
import urllib.request
from pathlib import Path

import msgspec

from journal.files import write_whole
from masterdata.photos import SUFFIX
from mqtt_bridge.https import opener
from mqtt_bridge.wire import WireError

LONGEST_S = 60
SOCKET_TIMEOUT_S = 10.0
LARGEST_PHOTO_BYTES = 256 * 1024
JPEG_START = b"\xff\xd8\xff"
"""Start of image and the next marker (ITU-T T.81, B.1.1.3)."""


class PhotoOrder(msgspec.Struct, frozen=True, kw_only=True):
    """Which photos to fetch from `<url>/photos/<key>` into the folder, which is there; `ca_certificate` as enrolled."""

    url: str
    ca_certificate: str
    directory: str
    keys: list[str]


class PhotoOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """The photos that are here now, those head office did not give, and why it went no further (empty: all were tried)."""

    fetched: list[str] = []
    refused: list[str] = []
    error: str = ""


class NoPhoto(Exception):
    """Head office has no such photo, or sent something else."""


def fetch(order: PhotoOrder) -> PhotoOutcome:
    """Fetch one after the other; every photo is written whole or not at all."""
    fetched: list[str] = []
    refused: list[str] = []
    try:
        there = opener(order.url, order.ca_certificate)
    except WireError as problem:
        return PhotoOutcome(error=str(problem))
    for key in order.keys:
        try:
            photo = _download(there, f"{order.url.rstrip('/')}/photos/{key}")
            write_whole(Path(order.directory) / f"{key}{SUFFIX}", photo, mode=0o640)
        except NoPhoto:
            refused.append(key)
        except (OSError, http.client.HTTPException) as problem:
            # The name of a file is a key.
            reason = getattr(problem, "strerror", None) or str(problem)
            return PhotoOutcome(fetched=fetched, refused=refused, error=reason)
        else:
            fetched.append(key)
    return PhotoOutcome(fetched=fetched, refused=refused)


def _download(there: urllib.request.OpenerDirector, url: str) -> bytes:
    try:
        with there.open(url, timeout=SOCKET_TIMEOUT_S) as answer:
            body: bytes = answer.read(LARGEST_PHOTO_BYTES + 1)
    except urllib.error.HTTPError as problem:
        problem.close()
        if problem.code >= http.client.INTERNAL_SERVER_ERROR:
            raise OSError(f"head office answered {problem.code}") from None
        raise NoPhoto from problem
    if len(body) > LARGEST_PHOTO_BYTES or not body.startswith(JPEG_START):
        raise NoPhoto
    return body


def main() -> None:
    """Carry out the order on standard input; the process ends by itself after a minute whatever happens."""
    signal.alarm(LONGEST_S)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=PhotoOrder)
    sys.stdout.buffer.write(msgspec.json.encode(fetch(order)))


if __name__ == "__main__":
    main()
