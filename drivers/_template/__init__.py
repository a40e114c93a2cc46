"""A driver to copy: badge readers that send one number a line over TCP. See docs/drivers.md."""

from hal.descriptor import DriverDescriptor, OptionSpec
from hal.ports import TcpPort

descriptor = DriverDescriptor(
    name="_template",
    title="Lines over TCP",
    contracts=("badge_reader",),
    ports=(TcpPort,),
    open="drivers._template.driver:open_device",
    options=(OptionSpec("max_length", 32, "most characters of a number", minimum=1, maximum=255),),
)
