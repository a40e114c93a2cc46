"""Keys a till sells with: pages of a grid, laid out at head office."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sales.errors import CatalogueError
from sales.text import Text


@dataclass(frozen=True)
class QuickKey:
    """A key on a page of the grid; `page`, `row` and `column` count from 0. It sells an article or a set menu.

    `label` None shows the name of what it sells, `tint` None the tint of its category. Raises `CatalogueError` when it
    sells not exactly one thing or has a place below zero.
    """

    page: int
    row: int
    column: int
    article_id: str | None
    set_menu_id: str | None
    label: Text | None = field(default=None, hash=False)
    tint: str | None = None

    def __post_init__(self) -> None:
        if (self.article_id is None) == (self.set_menu_id is None):
            raise CatalogueError(f"the quick key at {self.place} sells either an article or a set menu")
        if min(self.place) < 0:
            raise CatalogueError(f"the quick key at {self.place} has a place below zero")

    @property
    def place(self) -> tuple[int, int, int]:
        """Page, row and column, from 0."""
        return self.page, self.row, self.column


@dataclass(frozen=True)
class QuickKeyLayout:
    """Pages of `columns` x `rows` keys for the tills it names, or for all others when it names none."""

    id: str
    name: str
    columns: int
    rows: int
    terminal_ids: tuple[str, ...]
    keys: tuple[QuickKey, ...]

    def __post_init__(self) -> None:
        if self.columns < 1 or self.rows < 1:
            raise CatalogueError(f"quick-key layout {self.id!r} needs at least one column and one row")
        taken = set()
        for key in self.keys:
            if key.row >= self.rows or key.column >= self.columns:
                raise CatalogueError(
                    f"quick-key layout {self.id!r}: {key.place} lies outside {self.columns} x {self.rows}"
                )
            if key.place in taken:
                raise CatalogueError(f"quick-key layout {self.id!r}: two keys at {key.place}")
            taken.add(key.place)

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max((key.page + 1 for key in self.keys), default=1)

    def page(self, number: int) -> tuple[QuickKey, ...]:
        """Return the keys of one page, from 0, by row and column."""
        return tuple(sorted((key for key in self.keys if key.page == number), key=lambda key: key.place))


def check_layouts(
    layouts: Iterable[QuickKeyLayout],
    article_ids: Collection[str],
    set_menu_ids: Collection[str],
    tints: Collection[str],
) -> None:
    """Raise `CatalogueError` when a key sells what is not there, or a terminal would have two layouts."""
    named: dict[str | None, str] = {}
    for layout in layouts:
        for terminal_id in layout.terminal_ids or (None,):
            if terminal_id in named:
                whom = "every other terminal" if terminal_id is None else f"terminal {terminal_id!r}"
                raise CatalogueError(f"quick-key layouts {named[terminal_id]!r} and {layout.id!r} are both for {whom}")
            named[terminal_id] = layout.id
        for key in layout.keys:
            where = f"quick-key layout {layout.id!r}, key {key.place}"
            if key.article_id is not None and key.article_id not in article_ids:
                raise CatalogueError(f"{where}: no article has the id {key.article_id!r}")
            if key.set_menu_id is not None and key.set_menu_id not in set_menu_ids:
                raise CatalogueError(f"{where}: no set menu has the id {key.set_menu_id!r}")
            if key.tint is not None and key.tint not in tints:
                raise CatalogueError(f"{where}: tint {key.tint!r} is none of {', '.join(tints)}")
