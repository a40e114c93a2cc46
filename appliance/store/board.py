"""What is left of the day's menu and how far its orders are: head office's board, and what this terminal has said since."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol, TypeVar

from journal.entry import Entry, Head
from masterdata.board_file import Board as BoardDocument
from masterdata.board_file import BoardArticle, BoardOrder, BoardReader
from sales import availability, order_state
from sales.account import portion_key
from sales.article import Article
from sales.ticket import PayloadError

log = logging.getLogger(__name__)

AVAILABILITY_KIND = "availability"
ORDER_STATE_KIND = "order_state"
Record = TypeVar("Record")


class OwnEntries(Protocol):
    """What of the terminal's own journal is laid over the board; see `journal.store.Journal`."""

    @property
    def epoch(self) -> int: ...

    @property
    def pruned_seq(self) -> int: ...

    @property
    def head(self) -> Head: ...

    def sum(self, key: str, above_seq: int = 0, also: Collection[int] = ()) -> int: ...

    def entries_of(self, kind: str, after_seq: int = 0) -> list[Entry]: ...


@dataclass(frozen=True)
class Stock:
    """Whether somebody marked an article as sold out, and how many portions are left (None = nobody counts)."""

    sold_out: bool
    left: int | None

    @property
    def is_gone(self) -> bool:
        """Whether there is none to be had."""
        return self.sold_out or self.left == 0


class Board:
    """The board the bridge keeps, read together with this terminal's own journal. Used from one thread."""

    def __init__(self, reader: BoardReader, own: OwnEntries) -> None:
        self._reader = reader
        self._own = own
        self._document: BoardDocument | None = None
        self._articles: dict[str, BoardArticle] = {}
        self._seen_seq = -1
        self._marks: dict[tuple[date, str], bool] = {}
        self._states: dict[tuple[str, int, int], order_state.OrderStage] = {}
        self.look()

    @property
    def as_of(self) -> datetime | None:
        """When head office made the board, as of the last `look`; None while there is none."""
        return self._document.as_of if self._document else None

    def look(self) -> bool:
        """See whether the bridge has brought a newer board; tells whether it has."""
        newest = self._reader.read()
        if newest is self._document:
            return False
        self._document = newest
        self._articles = {line.article: line for line in newest.availability} if newest else {}
        self._seen_seq = -1
        return True

    def stock(self, article: Article, day: date) -> Stock:
        """What is known of an article on the business day `day`.

        The board counts if it is of that day and names the article, else the menu as it was published; less what this
        terminal has sold since. The newest own mark counts before head office's.
        """
        self._catch_up()
        document = self._document
        found = self._articles.get(article.id) if document and document.business_day == day else None
        sold_out, left = (found.sold_out, found.left) if found else (article.sold_out, article.portions_left)
        if left is not None:
            left = max(0, left - self._own.sum(portion_key(day, article.id), self._above_seq() if found else 0))
        return Stock(self._marks.get((day, article.id), sold_out), left)

    def named(self, day: date) -> frozenset[str]:
        """The articles of which head office or this terminal has said anything for the business day `day`."""
        self._catch_up()
        document = self._document
        by_office = self._articles if document and document.business_day == day else {}
        return frozenset(by_office) | {article_id for marked_on, article_id in self._marks if marked_on == day}

    def orders(self, day: date) -> tuple[BoardOrder, ...]:
        """The orders of the business day `day`, oldest first, with the states this terminal has given them since.

        One that this terminal has just handed out is still among them, as "collected".
        """
        self._catch_up()
        document = self._document
        if document is None or document.business_day != day:
            return ()
        known = sorted(document.orders, key=lambda order: (order.at, order.terminal, order.epoch, order.number))
        return tuple(self._with_state(order) for order in known)

    def _with_state(self, order: BoardOrder) -> BoardOrder:
        state = self._states.get((order.terminal, order.epoch, order.number))
        return replace(order, state=state.value) if state else order

    def _above_seq(self) -> int:
        document = self._document
        # Head office may have come back from an old backup; what is pruned here is of other days.
        return max(document.upto, self._own.pruned_seq) if document and document.epoch == self._own.epoch else 0

    def _catch_up(self) -> None:
        """Read own entries above the board's mark, once for every board and every new entry."""
        head_seq = self._own.head.seq
        if self._seen_seq < 0:
            self._marks, self._states = {}, {}
            self._seen_seq = self._above_seq()
        if self._seen_seq >= head_seq:
            return
        for entry in self._own.entries_of(AVAILABILITY_KIND, self._seen_seq):
            mark = _read(entry, availability.from_payload)
            if mark:
                self._marks[mark.business_day, mark.article_id] = mark.sold_out
        for entry in self._own.entries_of(ORDER_STATE_KIND, self._seen_seq):
            said = _read(entry, order_state.from_payload)
            if said:
                self._states[said.of.terminal, said.of.epoch, said.of.number] = said.state
        self._seen_seq = head_seq


def _read(entry: Entry, read: Callable[[object], Record]) -> Record | None:
    try:
        return read(entry.payload)
    except PayloadError as error:
        log.error("entry %d cannot be read: %s", entry.seq, error)
        return None
