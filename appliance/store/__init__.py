"""The files of a terminal as its flows see them."""
