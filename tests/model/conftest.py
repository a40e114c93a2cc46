"""A real head office on SQLite, as the server's own tests have it."""

from tests.server.conftest import django_db_modify_db_settings, house, keys

__all__ = ["django_db_modify_db_settings", "house", "keys"]
