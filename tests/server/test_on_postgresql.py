"""Everything in `both_engines`, once more on PostgreSQL."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

LONGEST_S = 600


@pytest.mark.timeout(LONGEST_S + 60)
def test_intake_accounts_publishing_and_spool_work_on_postgresql(cluster_url: str) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "tests/server/both_engines"]
    done = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, "DATABASE_URL": cluster_url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_S,
    )
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed, done.stdout
    assert int(passed[1]) > 40
