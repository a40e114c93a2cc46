"""Lines to simulate devices on, with the faults real lines have."""
