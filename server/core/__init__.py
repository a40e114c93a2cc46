"""What every app of head office shares: fields, counters, keys, roles."""
