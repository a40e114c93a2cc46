"""The one place where python-escpos is imported.

Its module `capabilities` makes a new folder for a cache file in the system's temporary directory at every import and
leaves it there; here that folder is made inside one that ends with the import.
"""

from __future__ import annotations

import tempfile

with tempfile.TemporaryDirectory(prefix="refectory-escpos-") as folder:
    usual = tempfile.tempdir
    tempfile.tempdir = folder
    try:
        from escpos.capabilities import CAPABILITIES
        from escpos.constants import HW_INIT
        from escpos.exceptions import Error as EscposError
        from escpos.printer import Dummy
    finally:
        tempfile.tempdir = usual

__all__ = ["CAPABILITIES", "HW_INIT", "Dummy", "EscposError"]
