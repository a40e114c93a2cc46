"""`import_eat_api --store CODE --week FILE`: menus from a week of the eat-api."""

from server.menus import eat_api
from server.menus.commands import ImportCommand


class Command(ImportCommand):
    """Imports one week of the eat-api."""

    help = "Import one week of the eat-api (2.1): all of it, or nothing with line and reason."
    source = "eat-api"
    file_option = "--week"
    file_help = "the week (JSON)"
    parse = staticmethod(eat_api.parse)
