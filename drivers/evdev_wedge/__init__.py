"""Badge readers and bar code scanners that pretend to be a keyboard ("keyboard wedge"), on USB or any input device."""

from hal.descriptor import DriverDescriptor, OptionSpec
from hal.ports import InputPort, UsbPort

LAYOUTS = ("us", "uk", "de", "ch", "fr", "es")

descriptor = DriverDescriptor(
    name="evdev_wedge",
    title="Badge reader or bar code scanner that acts as a keyboard",
    contracts=("badge_reader", "barcode_scanner"),
    ports=(UsbPort, InputPort),
    open="drivers.evdev_wedge.driver:open_device",
    options=(
        OptionSpec("layout", "us", "the keyboard that the reader is set to imitate", choices=LAYOUTS),
        OptionSpec(
            "dead_keys", True, "whether accents wait for the next key, as on these keyboards; false: they come at once"
        ),
        OptionSpec("terminator", "enter", "the key that ends a number", choices=("enter", "tab", "either")),
        OptionSpec(
            "charset",
            "printable",
            "which characters are valid; printable is ASCII, text also letters with accents",
            choices=("digits", "hex", "printable", "text"),
        ),
        OptionSpec("prefix", "", "characters before every number, which are checked and taken off"),
        OptionSpec("suffix", "", "characters behind every number, which are checked and taken off"),
        OptionSpec(
            "min_length",
            1,
            "fewest characters of a number; give the exact length where there is one",
            minimum=1,
            maximum=255,
        ),
        OptionSpec("max_length", 64, "most characters of a number", minimum=1, maximum=255),
        OptionSpec(
            "gap_s", 0.3, "a pause this long between two keys makes a number invalid", minimum=0.02, maximum=5.0
        ),
    ),
)
