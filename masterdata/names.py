"""Names of the revision format shared by its writer and reader."""

from __future__ import annotations

NAMESPACE = "urn:refectory:revision:1"
