"""Download, check, build and switch to a revision: a short process of its own (`python -m mqtt_bridge.install`).

Reading a large XML takes far more memory than the bridge may have at rest, and a parser is kept away from its keys.
Standard input is one `Order`, standard output one `Outcome`, both JSON.
"""

from __future__ import annotations

import http.client
import signal
import sys
from pathlib import Path

import msgspec

from masterdata.errors import BadManifest, RevisionError
from masterdata.manifest import RevisionManifest, check_bytes
from mqtt_bridge.https import opener
from mqtt_bridge.wire import WireError

LONGEST_S = 120
SOCKET_TIMEOUT_S = 20.0
KEPT_FILES = 10


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A manifest whose signature the bridge has verified, head office's URL and authority, and the catalogues' folder."""

    manifest: RevisionManifest
    url: str
    ca_certificate: str
    directory: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """`error` is empty when the revision is current. `again` tells whether another try can help."""

    error: str = ""
    again: bool = False


def install(order: Order) -> Outcome:
    """Carry out an order. Until the last step succeeds the current revision stays what it was."""
    from masterdata import catalogue_file
    from masterdata.revision import decode

    manifest, directory = order.manifest, Path(order.directory)
    try:
        xml = download(order, manifest)
        check_bytes(manifest, xml)
        catalogue = decode(xml)
        if (catalogue.revision, catalogue.store.id) != (manifest.revision, manifest.store):
            raise RevisionError(f"it is revision {catalogue.revision} of store {catalogue.store.id}")
        catalogue_file.build(catalogue, directory)
        catalogue_file.set_current(directory, manifest.revision)
        catalogue_file.prune(directory, KEPT_FILES)
    except BadManifest as problem:
        return Outcome(error=str(problem), again=True)
    except RevisionError as problem:
        return Outcome(error=f"revision {manifest.revision}: {problem}")
    except (OSError, http.client.HTTPException, WireError) as problem:
        return Outcome(error=f"revision {manifest.revision}: {order.url}: {problem}", again=True)
    return Outcome()


def download(order: Order, manifest: RevisionManifest) -> bytes:
    """Return the bytes at the manifest's path, at most one more than announced. Raises `OSError`, `WireError`."""
    url = order.url.rstrip("/") + manifest.path
    with opener(order.url, order.ca_certificate).open(url, timeout=SOCKET_TIMEOUT_S) as answer:
        body: bytes = answer.read(manifest.size_bytes + 1)
    return body


def main() -> None:
    """Carry out the order on standard input; the process ends by itself after two minutes whatever happens."""
    signal.alarm(LONGEST_S)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(install(order)))


if __name__ == "__main__":
    main()
