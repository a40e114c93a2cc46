"""What a device is: contracts, ports, events, bus, health, supervision and conformance."""
