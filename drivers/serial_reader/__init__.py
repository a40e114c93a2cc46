"""Badge readers and bar code scanners that send frames of text over a serial line."""

from hal.descriptor import DriverDescriptor, OptionSpec
from hal.ports import SerialPort

descriptor = DriverDescriptor(
    name="serial_reader",
    title="Serial badge reader or bar code scanner",
    contracts=("badge_reader", "barcode_scanner"),
    ports=(SerialPort,),
    open="drivers.serial_reader.driver:open_device",
    options=(
        OptionSpec("frame", "crlf", "how a number ends", choices=("stx_etx", "cr", "lf", "crlf")),
        OptionSpec("checksum", "none", "what closes the frame's text", choices=("none", "xor", "mod10")),
        OptionSpec("charset", "printable", "which characters are valid", choices=("digits", "hex", "printable")),
        OptionSpec(
            "min_length",
            1,
            "fewest characters of a number; give the exact length where there is one",
            minimum=1,
            maximum=255,
        ),
        OptionSpec("max_length", 64, "most characters of a number", minimum=1, maximum=255),
        OptionSpec("gap_s", 0.5, "a pause this long within a frame makes it invalid", minimum=0.05, maximum=10.0),
    ),
)
