"""Frozen descriptions of the screens, made by pure functions."""
