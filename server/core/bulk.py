"""Many new rows at once, as fast as the database takes them."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from django.db import models, transaction

M = TypeVar("M", bound=models.Model)


def insert(rows: Sequence[M]) -> Sequence[M]:
    """Insert new rows of one model, in the current transaction; afterwards they have their keys. Returns them.

    On PostgreSQL they go through COPY, which takes half the time of INSERT; elsewhere this is `bulk_create`. Raises what that
    raises. As there, models' `save` and signals are passed by.
    """
    if not rows:
        return rows
    model, connection = type(rows[0]), transaction.get_connection()
    if connection.vendor != "postgresql":
        return model._default_manager.bulk_create(rows)
    key = model._meta.pk
    if key is not None and key.get_internal_type() == "BigAutoField":
        for row, value in zip(rows, _new_keys(connection, model, key.column, len(rows)), strict=True):
            row.pk = value
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    values = [_reader(connection, field) for field in fields]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    statement = f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([value(row) for value in values])
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return rows


def _reader(connection: Any, field: Any) -> Callable[[models.Model], Any]:
    """What gives a field's value of a row as the driver takes it."""
    if (
        isinstance(field, models.JSONField)
        or getattr(field, "auto_now", False)
        or getattr(field, "auto_now_add", False)
    ):
        return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)
    return attrgetter(field.attname)


def _new_keys(connection: Any, model: type[models.Model], column: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, count]
        )
        return [value for (value,) in cursor.fetchall()]
