"""The Kivy screens."""
