"""Tickets as they arrived from the terminals."""
