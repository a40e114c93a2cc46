"""`publish`: publish master data now instead of waiting for the spool."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from masterdata.errors import RevisionError
from sales.errors import SalesError
from server.catalog.models import Store
from server.core.keys import KeysMissing, load_keys
from server.replication.publishing import publish


class Command(BaseCommand):
    """Publishes the master data of one store or of all as new revisions."""

    help = "Publish master data as a signed revision; a store without changes keeps its last one."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", help="code of the store; all stores when left out")

    def handle(self, *_args: Any, **options: Any) -> None:
        stores = Store.objects.select_related("company")
        if options["store"]:
            stores = stores.filter(code=options["store"])
            if not stores:
                raise CommandError(f"there is no store {options['store']!r}")
        for store in stores:
            try:
                revision = publish(store, load_keys())
            except (KeysMissing, SalesError, RevisionError) as error:
                raise CommandError(f"store {store.code}: {error}") from error
            if revision:
                self.stdout.write(
                    f"store {store.code}: revision {revision.number}, {revision.size_bytes} bytes, {revision.sha256}"
                )
            else:
                self.stdout.write(f"store {store.code}: nothing changed since the last revision")
