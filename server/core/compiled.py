"""Statements that are turned into SQL once and then only run: for the few that somebody waits for.

Django builds the SQL of a queryset anew every time, which takes longer than most databases need for the answer.
"""

from collections.abc import Callable, Iterable
from typing import Any

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
        self._compiled: dict[str, tuple[str, list[Any], Callable[[Any], Iterable[Any]]]] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """Return the rows. A lock of `select_for_update` needs a transaction around it, as always."""
        text, slots, convert = self._compiled.get(connection.vendor) or self._compile()
        parameters = [
            slot.output_field.get_db_prep_value(values[slot.name], connection) if isinstance(slot, Slot) else slot
            for slot in slots
        ]
        with connection.cursor() as cursor:
            cursor.execute(text, parameters)
            return list(convert(cursor.fetchall()))

    def _compile(self) -> tuple[str, list[Any], Callable[[Any], Iterable[Any]]]:
        compiler = self._make().query.get_compiler(connection=connection)
        text, slots = compiler.as_sql()
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])

        def convert(rows: Any) -> Iterable[Any]:
            return compiler.apply_converters(rows, converters) if converters else rows

        made = self._compiled[connection.vendor] = text, list(slots), convert
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
        with connection.cursor() as cursor:
            # The names come from the model.
            cursor.execute(f"INSERT INTO {quoted(self._table)} ({columns}) VALUES ({places})", parameters)  # noqa: S608
