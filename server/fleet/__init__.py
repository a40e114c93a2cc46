"""Terminals and their enrolments."""
