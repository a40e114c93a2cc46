"""One small contract per kind of device. A driver implements one or more; `hal.conformance` checks that it does."""
