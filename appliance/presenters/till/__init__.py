"""From what the till remembers to what its screens show."""
