"""What the terminal does, step by step; holds no widget."""
