"""How dates and figures are written where that differs from Django."""
