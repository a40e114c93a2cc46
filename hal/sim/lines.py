"""The lines a simulator can put a device on."""

from hal.sim.faults import Faults, Passage
from hal.sim.pty_line import PtyLine
from hal.sim.tcp_line import TcpLine

__all__ = ["Faults", "Passage", "PtyLine", "TcpLine"]
