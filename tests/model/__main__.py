"""Look at larger sizes than the tests do, then show what each mistake leads to: python -m tests.model"""

from __future__ import annotations

import time

from tests.model.protocol import Rules
from tests.model.search import search
from tests.model.test_protocol import MISTAKES

SIZES = (Rules(entries=3, ups=1, acks=1), Rules(entries=2, ups=2, acks=2), Rules(entries=3, ups=2, acks=1))


def main() -> None:
    """Print what was found."""
    for rules in SIZES:
        began_s = time.perf_counter()
        print(f"{rules.entries} entries, {rules.ups} messages up and {rules.acks} down under way at once", flush=True)
        print(f"  {search(rules)} ({time.perf_counter() - began_s:.0f} s)", flush=True)
    for mistake in MISTAKES:
        print(f"\n{mistake.rule.replace('_', ' ')}: {search(mistake.rules)}")


if __name__ == "__main__":
    main()
