"""Guests as a table, for import and export. Balances are exported and never imported."""

from typing import Any

from import_export import resources
from import_export.fields import Field
from import_export.widgets import ForeignKeyWidget

from server.catalog.models import Company, GuestCategory, Payer, Store
from server.core.columns import MoneyColumn
from server.guests.models import Guest


class GuestResource(resources.ModelResource):
    """Rows are matched by id; a row without one is a new guest."""

    company = Field("company", "company", ForeignKeyWidget(Company, "code"))
    store = Field("store", "store", ForeignKeyWidget(Store, "code"))
    category = Field("category", "category", ForeignKeyWidget(GuestCategory, "code"))
    payer = Field("payer", "payer", ForeignKeyWidget(Payer, "code"))
    credit_limit = Field("credit_limit_minor", "credit_limit", MoneyColumn())
    balance = Field("balance_minor", "balance", MoneyColumn(), readonly=True)

    class Meta:
        model = Guest
        import_id_fields = ["id"]
        fields = ["id", "name", "company", "store", "category", "payer", "credit_limit", "blocked", "left", "balance"]
        skip_unchanged = True
        report_skipped = True
        clean_model_instances = True

    def before_import_row(self, row: Any, **_kwargs: Any) -> None:
        """Give a row without an id the id of a new guest."""
        if not str(row.get("id") or "").strip():
            row["id"] = Guest._meta.get_field("id").get_default()
