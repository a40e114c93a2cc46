"""The technician's screen."""
