"""The files of one terminal behind one face: journal, catalogue, accounts, board, papers, doorbell."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from appliance.i18n import Translator, Translators
from appliance.store.accounts import Accounts, Guest, UnsentOf
from appliance.store.board import Board, Stock
from appliance.store.business_day import business_day
from appliance.store.catalogues import CatalogueShelf
from appliance.store.head_office import HeadOfficeLink
from appliance.store.papers import Papers
from appliance.store.slip_book import Paper
from appliance.store.slips import WORTH_PRINTING_FOR
from appliance.store.stock import without_stock
from journal.entry import Entry
from journal.space import used_percent
from journal.store import Journal
from sales.account import deltas
from sales.authorisation import Authorisation
from sales.basket import Basket
from sales.catalogue import Article, Catalogue, Store
from sales.offline import OfflineKind, promised_meal_key
from sales.promised import has_meal, one_meal_minor
from sales.receipt import ReceiptRule, receipt_rule
from sales.tender import Tender, TenderKind
from sales.ticket import PayloadError, Ticket, from_payload, make_ticket, to_payload

log = logging.getLogger(__name__)

TICKET_KIND = "ticket"
MOST_PICKUP_NUMBERS = 999
CLOCK_TOLERANCE = timedelta(minutes=1)
CLOCK_PUT_RIGHT = timedelta(hours=6)
_LOOK_BACK = 50


@dataclass(frozen=True)
class Sold:
    """A durable sale: the ticket in its entry, and the guest's balance after it in minor units.

    `job_id` is the job that prints its slip, None when none comes by itself. `asks` tells whether a guest may still have
    one; `qr` is where the guest finds it instead, empty when the store's rule is not to offer that.
    """

    ticket: Ticket
    entry: Entry
    store: Store
    balance_after_minor: int
    job_id: str | None
    asks: bool
    qr: str


@dataclass(frozen=True)
class Unsent:
    """What head office has not acknowledged: entries, tickets among them, their turnover in minor units, the oldest's time."""

    entries: int = 0
    tickets: int = 0
    minor: int = 0
    oldest_at: datetime | None = None


class TerminalStore:
    """What a flow may ask of the terminal's files. Used from the flow's thread only."""

    def __init__(
        self,
        journal: Journal,
        catalogues: CatalogueShelf,
        accounts: Accounts,
        papers: Papers,
        link: HeadOfficeLink,
        board: Board,
        *,
        pickup_start: int = 1,
    ) -> None:
        self._journal = journal
        self._catalogues = catalogues
        self._papers = papers
        self._board = board
        self._uncounted: tuple[Catalogue, Catalogue] | None = None
        self._pickup_start = pickup_start
        self._recent = deque(self._recent_times(), maxlen=_LOOK_BACK)
        self.accounts = accounts
        self.link = link

    @property
    def terminal_id(self) -> str:
        return self._journal.terminal

    @property
    def catalogue(self) -> Catalogue | None:
        """The catalogue the next order is made with."""
        return self._catalogues.catalogue

    @property
    def catalogue_problem(self) -> str:
        """Why the newest catalogue file was refused, for a technician; empty when it was not."""
        return self._catalogues.problem

    @property
    def papers(self) -> Papers:
        """What is printed here."""
        return self._papers

    @property
    def board(self) -> Board:
        """What is left of the menu and how far orders are."""
        return self._board

    def basket_catalogue(self) -> Catalogue | None:
        """The catalogue for a basket whose articles are counted by `stock` and not by the menu as it was published."""
        published = self.catalogue
        if published is None:
            return None
        if self._uncounted is None or self._uncounted[0] is not published:
            self._uncounted = published, without_stock(published)
        return self._uncounted[1]

    def stock(self, article: Article, day: date) -> Stock:
        """How an article of the published menu is now: by the board and by what this terminal has said and sold since."""
        return self._board.stock(article, day)

    def pictures(self) -> tuple[str, ...]:
        """The pictures of the catalogue's articles, each once."""
        if self.catalogue is None:
            return ()
        return tuple(dict.fromkeys(article.picture for article in self.catalogue.articles if article.picture))

    def adopt_newest(self) -> bool:
        """Take over the newest catalogue file; only between two orders. Tells whether the catalogue is another one now."""
        return self._catalogues.adopt()

    def check_space(self) -> None:
        """Raises `JournalFull` or `JournalBroken` when a sale could not be recorded."""
        self._journal.check_space()

    def clock_is_behind(self, now: datetime) -> bool:
        """Whether the wall clock is before something that has already happened, by more than clocks usually differ."""
        return now < self._latest_known() - CLOCK_TOLERANCE

    def business_day(self, now: datetime) -> date:
        """The day a sale at `now` counts for; never one before the menu was published.

        A clock that was put back by a little, over the hour at which a day begins, does not open the day before again: the
        newest entry's time counts until the clock has come up with it. One that was put back by more was wrong before, and
        one sale with a clock that was ahead must not date all that follow.
        """
        moment = max(now, self.catalogue.published_at) if self.catalogue else now
        newest = max(self._recent, default=moment)
        if moment < newest <= moment + CLOCK_PUT_RIGHT:
            moment = newest
        return business_day(moment, self._timezone())

    def look_for_bridge(self, now: datetime) -> None:
        """Ring the bridge once more, which also shows whether there is one."""
        self.link.check(self._journal.head.seq, now)

    @property
    def timezone(self) -> ZoneInfo:
        """The time zone of the store; UTC before it is known."""
        return self._timezone()

    @property
    def acknowledged(self) -> int:
        """The last entry head office is known to have."""
        return self._acknowledged()

    @property
    def head_seq(self) -> int:
        """The last entry of the journal."""
        return self._journal.head.seq

    def unsent(self) -> Unsent:
        """What head office has not acknowledged, as far as the terminal knows."""
        upto = self._acknowledged()
        oldest = self._journal.entries(upto, 1)
        return Unsent(
            entries=self._journal.head.seq - upto,
            tickets=self._journal.sum(_count_key(TICKET_KIND), above_seq=upto),
            minor=self._journal.sum("turnover", above_seq=upto),
            oldest_at=datetime.fromisoformat(oldest[0].time_utc) if oldest else None,
        )

    def disk_used_percent(self) -> int | None:
        """How full the disk is that holds the journal, by what its owner may use; None when it cannot be told."""
        try:
            return used_percent(self._journal.path.parent)
        except OSError:
            return None

    def unsent_of(self, guest_id: str) -> UnsentOf:
        """What this terminal did to a guest's account that head office's balance cannot contain yet.

        Raises `AccountsMissing`.
        """
        return self.accounts.unsent_of(guest_id, self._acknowledged())

    def first_meal_minor(self, guest: Guest, basket: Basket) -> int | None:
        """What the guest pays of the basket's meal when it is one that is promised: the only one of the basket, and the first
        of this meal service by all that is known here. None otherwise."""
        policy = basket.catalogue.offline_policy(guest.category_id)
        if policy.kind is not OfflineKind.FEED_FIRST or basket.meal_id is None:
            return None
        if guest.diner.meal_used(basket.on, basket.meal_id) is not None:
            return None
        if self._journal.sum(promised_meal_key(guest.guest_id, basket.on, basket.meal_id)) > 0:
            return None
        return one_meal_minor(basket)

    def meals_sold(self, basket: Basket, guest: Guest | None) -> list[tuple[str, int]]:
        """The delta that counts the meal of a guest who is promised one, however it is paid for."""
        if guest is None:
            return []
        policy = basket.catalogue.offline_policy(guest.category_id)
        if policy.kind is not OfflineKind.FEED_FIRST or basket.meal_id is None or not has_meal(basket):
            return []
        return [(promised_meal_key(guest.guest_id, basket.on, basket.meal_id), 1)]

    def meal_id(self, now: datetime) -> str | None:
        """The meal service that runs at `now`, None outside any."""
        if self.catalogue is None:
            return None
        period = self.catalogue.service_period_at(now.astimezone(self._timezone()).strftime("%H:%M"))
        return period.id if period is not None else None

    def pickup_count(self, day: date) -> tuple[int, tuple[str, int]]:
        """The next pick-up number of `day`, and the delta that counts it: to be recorded with the sale it belongs to."""
        pickup = f"pickup_{day.isoformat()}"
        return self._pickup_number(self._journal.next_number(pickup)), (_count_key(pickup), 1)

    def record(
        self, kind: str, payload: Mapping[str, Any], deltas: Iterable[tuple[str, int]], now: datetime, day: date
    ) -> Entry:
        """Record something durably and ring the bridge. Raises `JournalFull` (nothing was recorded) or `JournalBroken`."""
        entry = self._journal.append(kind, payload, deltas, now_utc=now, business_day=day)
        self._recent.append(now)
        self.link.ring(entry.seq)
        return entry

    def sell(
        self, basket: Basket, guest: Guest, authorisation: Authorisation | None, tr: Translator, now: datetime
    ) -> Sold:
        """Record the sale of `basket` to the guest's account durably, then have its slip printed and ring the bridge.

        Whether the account may pay has been decided: `authorisation` says by whom, None when there was nothing to ask for.
        Raises `JournalFull`, after which nothing has been recorded, or `JournalBroken`.
        """
        to_pay_minor = basket.to_pay_minor
        pickup = f"pickup_{basket.on.isoformat()}"
        ticket = make_ticket(
            basket,
            terminal=self._journal.terminal,
            number=self._journal.next_number(TICKET_KIND),
            time_utc=now,
            business_day=basket.on,
            language=tr.language,
            guest_id=guest.guest_id,
            tenders=(Tender(TenderKind.ACCOUNT, to_pay_minor, guest.guest_id),),
            pickup_number=self._pickup_number(self._journal.next_number(pickup)),
            authorisation=authorisation,
        )
        counts = [(_count_key(TICKET_KIND), 1), (_count_key(pickup), 1)]
        entry = self._journal.append(
            TICKET_KIND,
            to_payload(ticket),
            [*deltas(ticket), *counts, *self.meals_sold(basket, guest)],
            now_utc=now,
            business_day=basket.on,
        )
        self._recent.append(now)
        balance_after_minor = guest.balance_minor - to_pay_minor
        store = basket.catalogue.store
        job_id = self._papers.sale(ticket, entry, basket.catalogue, tr, balance_after_minor)
        self.link.ring(entry.seq)
        asks = receipt_rule(store, ticket) is not ReceiptRule.ALWAYS
        qr = self._papers.electronic(ticket, entry, store)
        return Sold(ticket, entry, store, balance_after_minor, job_id, asks, qr)

    def print_slip(self, sold: Sold, tr: Translator) -> str | None:
        """Print the slip a guest asks for; returns its job, None when there is no printer."""
        return self._papers.slip(sold.ticket, sold.entry, sold.store, tr, sold.balance_after_minor)

    def print_what_is_owed(self, translators: Translators, now: datetime) -> None:
        """Have the papers printed that an earlier run did not get out of the printers, if their tickets are recent.

        Such a paper is made from its journal entry: it says that it is printed again, and no balance. A slip that was only
        offered is not owed.
        """
        catalogue = self.catalogue
        if catalogue is None:
            return
        left = self._papers.left
        for seq, paper in left:
            entry = next(iter(self._journal.entries(seq - 1, 1)), None)
            if entry is None or entry.seq != seq or not self._print_again(entry, paper, catalogue, translators, now):
                self._papers.forget(seq, paper)
        after, last = self._papers.settled_seq, self._journal.head.seq
        while entries := self._journal.entries(after, _LOOK_BACK):
            after = entries[-1].seq
            for entry in entries:
                for paper in Paper:
                    if (entry.seq, paper) not in left:
                        self._print_again(entry, paper, catalogue, translators, now, by_rule=True)
        self._papers.settle(last)

    def _print_again(
        self,
        entry: Entry,
        paper: Paper,
        catalogue: Catalogue,
        translators: Translators,
        now: datetime,
        *,
        by_rule: bool = False,
    ) -> bool:
        """Print one paper of an entry; tells whether it comes. `by_rule`: unless it was only offered."""
        if entry.kind != TICKET_KIND or now - datetime.fromisoformat(entry.time_utc) > WORTH_PRINTING_FOR:
            return False
        try:
            ticket = from_payload(entry.payload)
        except PayloadError as error:
            log.error("the slip of entry %d cannot be printed again: %s", entry.seq, error)
            return False
        if paper is Paper.KITCHEN:
            return self._papers.cook(ticket, entry, catalogue, again=True) is not None
        if by_rule and receipt_rule(catalogue.store, ticket) is not ReceiptRule.ALWAYS:
            return False
        log.info("ticket %d: its slip is printed again", ticket.number)
        tr = translators(ticket.language)
        return self._papers.slip(ticket, entry, catalogue.store, tr, None, again=True) is not None

    def _pickup_number(self, count: int) -> int:
        return (self._pickup_start - 1 + count - 1) % MOST_PICKUP_NUMBERS + 1

    def _acknowledged(self) -> int:
        """The highest entry known to be acknowledged, from the bridge's news or, before any, from the replica. What is pruned
        was acknowledged, also when head office has come back from an old backup since."""
        told = self.link.state().acknowledged(self._journal.epoch)
        return max(told, self.accounts.acknowledged, self._journal.pruned_seq)

    def _timezone(self) -> ZoneInfo:
        return ZoneInfo(self.catalogue.store.timezone if self.catalogue else "UTC")

    def _latest_known(self) -> datetime:
        """The latest of the last entries' times and of the menu's publication."""
        times = [*self._recent, *([self.catalogue.published_at] if self.catalogue else [])]
        return max(times)

    def _recent_times(self) -> list[datetime]:
        entries = self._journal.entries(max(0, self._journal.head.seq - _LOOK_BACK), _LOOK_BACK)
        return [datetime.fromisoformat(entry.time_utc) for entry in entries]


def _count_key(name: str) -> str:
    """The key whose deltas `Journal.next_number(name)` counts."""
    return f"{name}_count"
