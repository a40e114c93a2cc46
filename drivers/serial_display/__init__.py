"""Customer displays on a serial line: two lines of twenty characters on a pole, and their larger relatives."""

from hal.descriptor import DriverDescriptor, OptionSpec
from hal.ports import SerialPort

CODE_PAGES = {
    "CP437": 0, "CP850": 2, "CP860": 3, "CP863": 4, "CP865": 5, "CP1252": 16, "CP866": 17, "CP852": 18, "CP858": 19,
}  # fmt: skip
"""Character tables and their numbers for ESC t. Source: Epson, customer display command reference, ESC t."""

descriptor = DriverDescriptor(
    name="serial_display",
    title="Customer display on a serial line",
    contracts=("customer_display",),
    ports=(SerialPort,),
    open="drivers.serial_display.driver:open_device",
    options=(
        OptionSpec("commands", "epson", "which commands it obeys", choices=("epson", "cd5220")),
        OptionSpec("columns", 20, "characters in a line", minimum=8, maximum=40),
        OptionSpec("rows", 2, "lines; cd5220 has two", minimum=1, maximum=4),
        OptionSpec("code_page", "CP858", "character table, one that the display has", choices=tuple(CODE_PAGES)),
        OptionSpec(
            "code_page_number",
            -1,
            "number of that table for ESC t where the display counts differently; -1 for the usual one",
            minimum=-1,
            maximum=255,
        ),
        OptionSpec("timeout_s", 2.0, "longest time in which the line takes nothing", minimum=0.1, maximum=10.0),
    ),
)
