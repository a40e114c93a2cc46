"""How the back office looks and what its sidebar offers, role by role."""

from typing import Any

UNFOLD: dict[str, Any] = {"SITE_TITLE": "Refectory", "SITE_HEADER": "Refectory"}
