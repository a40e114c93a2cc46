"""Statements that are turned into SQL once and then only run: for the few that somebody waits for.

Django builds the SQL of a queryset anew every time, which takes longer than most databases need for the answer, and has
PostgreSQL plan it anew every time, which does as well.
"""

from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet


class Slot(Expression):
    """Stands for a value that is known only when the statement is run; `field` is of the type of that value."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, *_args: Any, **_more: Any) -> tuple[str, list[Any]]:
        """A placeholder, with the slot itself as its parameter."""
        return "%s", [self]


class CompiledQuery:
    """The query that `make` returns, a `values_list` with slots; call it with a value for each of them."""

    def __init__(self, make: "Callable[[], QuerySet[Any, Any]]") -> None:
        self._make = make
        self._compiled: dict[str, tuple[str, list[Slot], Callable[[Any], Iterable[Any]]]] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """Return the rows. A lock of `select_for_update` needs a transaction around it, as always."""
        text, slots, convert = self._compiled.get(connection.vendor) or self._compile()
        parameters = [slot.output_field.get_db_prep_value(values[slot.name], connection) for slot in slots]
        return list(convert(_execute(text, parameters).fetchall()))

    def _compile(self) -> tuple[str, list[Slot], Callable[[Any], Iterable[Any]]]:
        connection.ensure_connection()
        compiler = self._make().query.get_compiler(connection=connection)
        text, parameters = compiler.as_sql()
        slots = [value for value in parameters if isinstance(value, Slot)]
        # What is always the same stands in the text: a partial index is of use only for a value known when it is planned.
        quote = connection.schema_editor().quote_value
        text = text % tuple("%s" if isinstance(value, Slot) else quote(value) for value in parameters)
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])

        def convert(rows: Any) -> Iterable[Any]:
            return compiler.apply_converters(rows, converters) if converters else rows

        made = self._compiled[connection.vendor] = text, slots, convert
        return made


class CompiledInsert:
    """Inserts one row of `model`; call it with a value for every column but its number."""

    def __init__(self, model: type[Model]) -> None:
        self._table = model._meta.db_table
        self._fields = [field for field in model._meta.concrete_fields if not field.primary_key]

    def __call__(self, **values: Any) -> None:
        """Insert. `values` are named as attributes are: `guest_id` for a reference."""
        quoted = connection.ops.quote_name
        columns = ", ".join(quoted(field.column) for field in self._fields)
        places = ", ".join("%s" for _ in self._fields)
        parameters = [field.get_db_prep_save(values[field.attname], connection) for field in self._fields]
        # The names come from the model.
        _execute(f"INSERT INTO {quoted(self._table)} ({columns}) VALUES ({places})", parameters)  # noqa: S608


def _execute(text: str, parameters: list[Any]) -> Any:
    """Run a statement and return its cursor. PostgreSQL parses and plans it once in a connection."""
    if connection.vendor != "postgresql":
        cursor = connection.cursor()
        cursor.execute(text, parameters)
        return cursor
    connection.ensure_connection()
    driver = connection.connection
    # Django's own cursors prepare nothing whatever this says.
    driver.prepare_threshold = 0
    with connection.wrap_database_errors:
        return psycopg.Cursor(driver).execute(text, parameters, prepare=True)
