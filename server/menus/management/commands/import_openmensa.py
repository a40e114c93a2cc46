"""`import_openmensa --store CODE --feed FILE`: menus from an OpenMensa v2 feed."""

from server.menus import openmensa
from server.menus.commands import ImportCommand


class Command(ImportCommand):
    """Imports an OpenMensa v2 feed."""

    help = "Import the menus of an OpenMensa v2 feed: all of it, or nothing with line and reason."
    source = "openmensa"
    file_option = "--feed"
    file_help = "the feed (XML)"
    parse = staticmethod(openmensa.parse)
