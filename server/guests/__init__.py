"""Guests, their badges and their accounts."""
