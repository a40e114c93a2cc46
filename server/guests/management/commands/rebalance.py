"""`rebalance`: prove, or repair, that cached balances are the sums of the ledger."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from server.guests.ledger import differences, rebalance
from server.guests.models import Guest


class Command(BaseCommand):
    """Compares every cached balance with the sum of its ledger entries."""

    help = "Set cached balances to the sums of the ledger; with --check only compare, exit code 1 on a difference."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 when a balance differs")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = list(differences()) if options["check"] else rebalance()
        for difference in found:
            self.stdout.write(
                f"guest {difference.guest_id}: cached {difference.cached_minor}, ledger {difference.ledger_minor}"
            )
        self.stdout.write(f"{Guest.objects.count()} guests, {len(found)} balances differ from the ledger")
        if options["check"] and found:
            sys.exit(1)
