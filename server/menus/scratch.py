"""`python -m server.menus.scratch DIR`: tries every menu feed of a folder in a head office of its own.

The head office is a fresh SQLite database in a temporary folder, gone afterwards; the real one is never touched.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path


def main(arguments: list[str]) -> int:
    """Check the feeds of the folder named in `arguments`. Returns 0 when all went in without a loss."""
    with tempfile.TemporaryDirectory(prefix="refectory-feeds-") as folder:
        os.environ["REFECTORY_DATA"] = folder
        os.environ["DATABASE_URL"] = f"sqlite://{folder}/scratch.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "server.settings"
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        from server.menus.checking import check_folder

        try:
            return check_folder(Path(arguments[0]), sys.stdout, sys.stderr)
        finally:
            connections.close_all()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
