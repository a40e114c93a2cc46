"""A terminal's bridge, with another number of entries a message: python -m bench.delivery_bridge DATA_DIR PER_MESSAGE"""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

from mqtt_bridge import wire
from mqtt_bridge.bridge import Bridge


def main() -> None:
    """Run until SIGTERM."""
    data_dir = Path(sys.argv[1])
    wire.MAX_ENTRIES = int(sys.argv[2])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Bridge(wire.load_enrolment(data_dir / "enrolment.json"), data_dir).run(stop)


if __name__ == "__main__":
    main()
