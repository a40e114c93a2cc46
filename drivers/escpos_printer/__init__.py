"""Receipt printers that speak ESC/POS over network, USB or a serial line, and the cash drawer at their kick-out connector."""

from drivers.printer_drawer import SENSORS
from hal.descriptor import DriverDescriptor, OptionSpec
from hal.ports import SerialPort, TcpPort, UsbClassPort, UsbPort

descriptor = DriverDescriptor(
    name="escpos_printer",
    title="ESC/POS receipt printer",
    contracts=("receipt_printer", "cash_drawer"),
    ports=(TcpPort, UsbPort, UsbClassPort, SerialPort),
    open="drivers.escpos_printer.driver:open_device",
    options=(
        OptionSpec(
            "columns", 48, "characters in a line of normal size: paper width in dots / 12", minimum=24, maximum=64
        ),
        OptionSpec(
            "code_pages", "CP858,CP852,CP737,CP866", "character tables the printer has, the preferred one first"
        ),
        OptionSpec("profile", "TM-T20II", "printer profile of python-escpos, for the numbers of the character tables"),
        OptionSpec("confirm", "status", "how the end of a slip is confirmed", choices=("status", "process_id")),
        OptionSpec("qr_dots", 6, "dots per module of a QR code", minimum=2, maximum=16),
        OptionSpec("drawer_pin", 2, "pin of the kick-out connector", choices=(2, 5)),
        OptionSpec("drawer_sensor", "none", "level of pin 3 while the drawer stands open", choices=SENSORS),
        OptionSpec(
            "flow",
            "none",
            "serial line only: how the printer says that its buffer is full; dtr is its line to our DSR",
            choices=("none", "rtscts", "dtr", "xonxoff"),
        ),
        OptionSpec("timeout_s", 3.0, "longest silence of a printer that ought to answer", minimum=0.2, maximum=60.0),
        OptionSpec(
            "print_timeout_s",
            20.0,
            "longest time from a slip's last byte to its confirmation",
            minimum=0.5,
            maximum=120.0,
        ),
    ),
)
