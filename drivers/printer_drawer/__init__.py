"""A cash drawer at the kick-out connector of a receipt printer, with or without a sensor."""

from hal.descriptor import DriverDescriptor, OptionSpec
from hal.ports import DevicePort

SENSORS = ("none", "high_open", "low_open")

descriptor = DriverDescriptor(
    name="printer_drawer",
    title="Cash drawer at a receipt printer",
    contracts=("cash_drawer",),
    ports=(DevicePort,),
    open="drivers.printer_drawer.driver:open_device",
    options=(
        OptionSpec("pin", 2, "pin of the kick-out connector that the drawer listens to", choices=(2, 5)),
        OptionSpec("pulse_ms", 100, "how long the pulse is, in milliseconds", minimum=100, maximum=500),
        OptionSpec("sensor", "none", "level of pin 3 while the drawer stands open", choices=SENSORS),
        OptionSpec("opens_in_s", 1.0, "longest time from the pulse to the sensor's word", minimum=0.1, maximum=2.0),
    ),
)
