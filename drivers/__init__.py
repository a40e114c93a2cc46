"""How one family of devices does it: one folder each, registered by entry point."""
