"""The whole house with robots in the place of screens, which sell as many meals as they are allowed."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from journal.entry import Entry, Head
from journal.reader import JournalReader
from tests.journeys.office import Office
from workbench.house import House, Options
from workbench.station import Station

ROBOT = Path(__file__).with_name("robot.py")


class SellingHouse(House):
    """`url` is the database's, empty for SQLite in head office's folder."""

    def __init__(self, options: Options, url: str = "") -> None:
        super().__init__(options, say=lambda _text: None)
        self._url = url

    def _environment(self) -> dict[str, str]:
        return super()._environment() | {"DATABASE_URL": self._url}

    def books(self) -> Office:
        """Head office's database."""
        return PostgresqlOffice(self._url) if self._url else Office(self.office_folder)

    async def _start_station(self, station: Station) -> None:
        folder = station.folder
        await station.bridge.start()
        await self._until(station.bridge, (folder / "catalogues" / "current").exists)
        await self._until(station.bridge, (folder / "accounts.sqlite").exists)
        (folder / "badges").write_text("\n".join(rich_badges(self.books())))
        allow(folder, 0)
        robot(station)
        await station.terminal.start()


class PostgresqlOffice(Office):
    """The same questions to PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._url = url

    def rows(self, sql: str, *values: object) -> list[tuple]:
        import psycopg

        with psycopg.connect(self._url) as connection:
            return connection.execute(sql.replace("?", "%s"), values).fetchall()


def robot(station: Station) -> None:
    """Have the station run the robot."""
    words = (station.configuration, station.folder / "allowed", station.folder / "badges")
    station.terminal.command = [sys.executable, str(ROBOT), *map(str, words)]


def allow(folder: Path, sales: int) -> None:
    """Let the robot sell until the journal holds `sales` tickets."""
    (folder / "allowed.new").write_text(str(sales))
    (folder / "allowed.new").replace(folder / "allowed")


def rich_badges(office: Office) -> list[str]:
    rows = office.rows(
        "SELECT b.number FROM guests_badge b JOIN guests_guest g ON g.id = b.guest_id"
        " WHERE NOT b.blocked AND NOT g.blocked AND b.valid_to IS NULL AND g.balance_minor > 3000 ORDER BY b.number"
    )
    return [number for (number,) in rows]


def entries(journal: Path) -> Iterator[Entry]:
    """All entries of a journal, none while there is no file."""
    if not journal.exists():
        return
    with JournalReader(journal) as reader:
        after = 0
        while found := reader.entries(after):
            yield from found
            after = found[-1].seq


def tickets(journal: Path) -> list[Entry]:
    return [entry for entry in entries(journal) if entry.kind == "ticket"]


def head(journal: Path) -> Head:
    with JournalReader(journal) as reader:
        return reader.head()


def spent(sold: list[Entry]) -> Counter[str]:
    """Cents by guest, from the tickets themselves."""
    found: Counter[str] = Counter()
    for entry in sold:
        found[entry.payload["guest_id"]] += sum(tender["amount_minor"] for tender in entry.payload["tenders"])
    return found
