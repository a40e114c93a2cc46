"""Takes in what terminals send and acknowledges it."""
