"""What the import commands share: which store, which file, what came of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from server.catalog.models import Store
from server.menus.feed import Feed, FeedError
from server.menus.importer import Report, TargetError, import_feed


class ImportCommand(BaseCommand):
    """Imports one file into one store; a command says how the file is read."""

    source: str
    file_option: str
    file_help: str
    parse: Callable[[bytes, str], Feed]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--store", required=True, help="code of the store that serves these menus")
        parser.add_argument(
            self.file_option, dest="file", required=True, type=Path, metavar="FILE", help=self.file_help
        )
        parser.add_argument(
            "--source", default=self.source, help="name of the source, where a store has several (%(default)s)"
        )
        parser.add_argument("--language", help="language of the texts (default: that of the store's country)")
        parser.add_argument("--tax-class", default="food", help="code of the tax class of new articles (%(default)s)")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            store = Store.objects.get(code=options["store"])
        except Store.DoesNotExist:
            codes = ", ".join(Store.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"--store: there is no store {options['store']!r} (stores: {codes})") from None
        try:
            data = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{self.file_option}: {options['file']} cannot be read: {error.strerror}") from error
        try:
            feed = type(self).parse(data, options["file"].name)
            report = import_feed(
                feed, store, source=options["source"], language=options["language"], tax_class=options["tax_class"]
            )
        except (FeedError, TargetError) as error:
            raise CommandError(f"{error}; nothing was changed") from error
        self.stdout.write(summary(report))


def summary(report: Report) -> str:
    """One line that says what an import found and changed."""
    return (
        f"{report.meals} meals on {report.days - report.closed_days} days, {report.closed_days} closed days: "
        f"{report.new_articles} new articles, {report.new_entries} menu entries added and {report.removed_entries} removed, "
        f"{report.changed_prices} prices set, {report.doubts} promises of a diet not believed"
    )
