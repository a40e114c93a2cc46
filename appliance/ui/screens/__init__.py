"""One file per screen, each with its rules beside it."""
