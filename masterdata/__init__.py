"""What comes down: the signed XML revision and the catalogue and accounts files of a terminal built from it."""
