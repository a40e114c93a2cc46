"""The root of everything the trade refuses."""


class SalesError(Exception):
    """Something was refused by the rules of the trade; nothing was changed."""


class CatalogueError(SalesError):
    """The catalogue contradicts itself, or does not hold what was asked for."""
