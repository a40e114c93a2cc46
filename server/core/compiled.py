"""Statements that are turned into SQL once and then only run: for the few that somebody waits for.

Django builds the SQL of a queryset anew every time, which takes longer than most databases need for the answer, and has
PostgreSQL plan it anew every time, which does as well.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakSet

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class Slot(Expression):
    """Stands for a value that is known only when the statement is run; `field` is of the type of that value."""

    def __init__(self, name: str, field: "Field[Any, Any]") -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, *_args: Any, **_more: Any) -> tuple[str, list[Any]]:
        """A placeholder, with the slot itself as its parameter."""
        return "%s", [self]


def compiled(queryset: "QuerySet[Any, Any]") -> str:
    """Return the SQL of a query in words of the engine that is connected; its slots are `%(name)s`."""
    return _compile(queryset)[0]


class CompiledQuery:
    """The query that `make` returns, a `values_list` with slots; call it with a value for each of them."""

    def __init__(self, make: "Callable[[], QuerySet[Any, Any]]") -> None:
        self._make = make
        self._compiled: dict[str, tuple[str, dict[str, Field[Any, Any]], Callable[[Any], Iterable[Any]]]] = {}

    def __call__(self, **values: Any) -> list[Any]:
        """Return the rows."""
        text, fields, convert = self._compiled.get(connection.vendor) or self._prepare()
        return list(convert(_execute(text, _prepared(fields, values)).fetchall()))

    def _prepare(self) -> "tuple[str, dict[str, Field[Any, Any]], Callable[[Any], Iterable[Any]]]":
        text, slots, compiler = _compile(self._make())
        fields = {slot.name: slot.output_field for slot in slots}
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])

        def convert(rows: Any) -> Iterable[Any]:
            return compiler.apply_converters(rows, converters) if converters else rows

        made = self._compiled[connection.vendor] = text, fields, convert
        return made


class CompiledTransaction:
    """Statements that run one after the other, all of them or none; call it with a value for each of `parameters`.

    `make` returns them in SQL that every engine understands, with `%(name)s` for a parameter; the last asks for the one row
    that is the `answer`. `locks` tells, in the words of a FROM clause, what PostgreSQL locks before the first of them; SQLite
    has only one writer. Each statement sees what was committed before it began, be it while the lock was waited for.

    For PostgreSQL all is one function and so one exchange: to wake each other takes two processes longer than the statements
    do. The function lives as long as its connection, so it is always that of this program, and takes no privilege but
    TEMPORARY.
    """

    def __init__(
        self,
        name: str,
        *,
        parameters: "Mapping[str, Field[Any, Any]]",
        locks: str,
        make: Callable[[], Sequence[str]],
        answer: "Mapping[str, Field[Any, Any]]",
    ) -> None:
        self._name, self._parameters, self._locks, self._make, self._answer = name, parameters, locks, make, answer
        self._call = f"SELECT * FROM pg_temp.{name}({', '.join(f'%({parameter})s' for parameter in parameters)})"  # noqa: S608
        self._statements: Sequence[str] = ()
        self._have_it: WeakSet[psycopg.Connection[Any]] = WeakSet()

    def __call__(self, **values: Any) -> tuple[Any, ...]:
        """Run them and return the answer. Within a transaction they are part of it."""
        parameters = _prepared(self._parameters, values)
        if connection.vendor == "postgresql":
            self._create()
            return tuple(_execute(self._call, parameters).fetchone())
        self._statements = self._statements or self._make()
        with transaction.atomic():
            for statement in self._statements:
                cursor = _execute(statement, parameters)
            return tuple(cursor.fetchone())

    def _create(self) -> None:
        connection.ensure_connection()
        driver = connection.connection
        if driver in self._have_it:
            return
        places = {name: f"${number}" for number, name in enumerate(self._parameters, 1)}
        takes = [field.db_type(connection) for field in self._parameters.values()]
        # Names that no column has.
        gives = {f"answer_{name}": field.db_type(connection) for name, field in self._answer.items()}
        *changes, question = self._make()
        steps = [
            f"PERFORM 1 FROM {self._locks} FOR NO KEY UPDATE",
            *changes,
            f"{question} INTO STRICT {', '.join(gives)}",
        ]
        body = "".join(f"{step % places};\n" for step in steps)
        signature = ", ".join(
            [*(f"IN {kind}" for kind in takes), *(f"OUT {name} {kind}" for name, kind in gives.items())]
        )
        with connection.cursor() as cursor:
            # PostgreSQL thinks that plans for the very values pay; to make them takes longer than all the rest.
            cursor.execute(
                f"CREATE OR REPLACE FUNCTION pg_temp.{self._name}({signature}) LANGUAGE plpgsql "
                f"SET plan_cache_mode = force_generic_plan AS $function$ BEGIN {body} END $function$"
            )
        if not connection.in_atomic_block:
            # A function made within a transaction is gone if that fails.
            self._have_it.add(driver)


def _compile(queryset: "QuerySet[Any, Any]") -> tuple[str, list[Slot], SQLCompiler]:
    connection.ensure_connection()
    compiler = queryset.query.get_compiler(connection=connection)
    text, parameters = compiler.as_sql()
    # What is always the same stands in the text: a partial index is of use only for a value known when it is planned.
    quote = connection.schema_editor().quote_value
    places = (f"%({value.name})s" if isinstance(value, Slot) else quote(value) for value in parameters)
    return text % tuple(places), [value for value in parameters if isinstance(value, Slot)], compiler


def _prepared(fields: "Mapping[str, Field[Any, Any]]", values: Mapping[str, Any]) -> dict[str, Any]:
    # The connection itself: what stands for it looks it up anew whenever it is asked anything.
    database = connections[DEFAULT_DB_ALIAS]
    return {name: field.get_db_prep_value(values[name], database) for name, field in fields.items()}


def _execute(text: str, parameters: Mapping[str, Any]) -> Any:
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
