"""`refectory bridge`: runs the terminal's line to head office in a process of its own."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from appliance import config
