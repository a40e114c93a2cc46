"""What tests of several rooms start from."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql import cluster


@pytest.fixture
def cluster_url() -> Iterator[str]:
    """A cluster without durability."""
    with (
        tempfile.TemporaryDirectory(prefix="refectory-pg-") as folder,
        cluster(Path(folder), {"fsync": "off", "synchronous_commit": "off"}) as url,
    ):
        yield url
