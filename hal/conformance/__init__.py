"""Checks that a driver keeps its contract, shipped so that every driver, here or elsewhere, can run them.

A driver's own test calls `check_<contract>(make_bench)` with a factory of benches: a bench holds the device, real or
simulated, and can do to it what a hand would do. Every check makes a bench of its own. Failures are `AssertionError`s
whose message says what the contract asks for.
"""

from hal.conformance.display import DisplayBench, check_customer_display
from hal.conformance.drawer import DrawerBench, check_cash_drawer
from hal.conformance.printer import PrinterBench, check_receipt_printer
from hal.conformance.reader import ReaderBench, check_badge_reader, check_barcode_scanner

__all__ = [
    "DisplayBench",
    "DrawerBench",
    "PrinterBench",
    "ReaderBench",
    "check_badge_reader",
    "check_barcode_scanner",
    "check_cash_drawer",
    "check_customer_display",
    "check_receipt_printer",
]
