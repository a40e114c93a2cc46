"""The terminal: flows, presenters, screens and the composition roots of its processes."""
