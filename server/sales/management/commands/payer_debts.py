"""`payer_debts`: what payers owe for a period, by VAT rate."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from server.core.display import percent
from server.sales.debts import debts


class Command(BaseCommand):
    """Prints the debts of payers for the business days from --from to --to."""

    help = "Print what employers and cost centres owe for a period, by VAT rate."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="first", required=True, type=date.fromisoformat, metavar="2026-11-01")
        parser.add_argument("--to", dest="last", required=True, type=date.fromisoformat, metavar="2026-11-30")
        parser.add_argument("--payer", default="", help="code of the payer; all of them when left out")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["last"] < options["first"]:
            raise CommandError("--to lies before --from")
        self.stdout.write(f"{'payer':<40} {'VAT':>7} {'gross':>14} {'net':>14} {'tax':>12}")
        for debt in debts(options["first"], options["last"], payer_code=options["payer"]):
            name = f"{debt.name} ({debt.payer_code})"
            amounts = (debt.gross_minor, debt.net_minor, debt.tax_minor)
            gross, net, tax = (f"{amount / 100:.2f}" for amount in amounts)
            self.stdout.write(f"{name:<40} {percent(debt.rate_bp):>7} {gross:>14} {net:>14} {tax:>12} {debt.currency}")
