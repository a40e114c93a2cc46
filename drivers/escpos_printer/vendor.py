"""The one place where python-escpos is imported.

Its module `capabilities` writes a cache file into a new folder of the system's temporary directory at every import and
leaves it there; here that folder ends with the import.
"""

from __future__ import annotations

import os
import tempfile

_CACHE = "ESCPOS_CAPABILITIES_PICKLE_DIR"

with tempfile.TemporaryDirectory(prefix="refectory-escpos-") as folder:
    chosen = os.environ.get(_CACHE)
    os.environ[_CACHE] = chosen or folder
    try:
        from escpos.capabilities import CAPABILITIES
        from escpos.constants import HW_INIT
        from escpos.exceptions import Error as EscposError
        from escpos.printer import Dummy
    finally:
        if chosen is None:
            del os.environ[_CACHE]

__all__ = ["CAPABILITIES", "HW_INIT", "Dummy", "EscposError"]
