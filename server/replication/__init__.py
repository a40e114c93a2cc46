"""Signed revisions of the master data."""
