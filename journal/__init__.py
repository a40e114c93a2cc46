"""What goes up: the append-only, hash-chained, signed journal of a terminal."""
