"""The root of everything the trade refuses."""


class SalesError(Exception):
    """Something was refused by the rules of the trade; nothing was changed."""
