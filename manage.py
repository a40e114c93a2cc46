#!/usr/bin/env python3
"""Head office from a source checkout: `./manage.py COMMAND`; installed, the same is `refectory head-office COMMAND`."""

import sys

from server.cli import run_django

if __name__ == "__main__":
    sys.exit(run_django(sys.argv[1:]))
