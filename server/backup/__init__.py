"""Backups of head office: taken while it works, verified, and put back."""
