"""What a preparation or pick-up screen may ask of its files: the board, and what people say at this screen."""

from __future__ import annotations

from datetime import date, datetime

from appliance.store.board import AVAILABILITY_KIND, ORDER_STATE_KIND, Stock
from appliance.store.terminal_store import TerminalStore
from masterdata.board_file import BoardOrder
from sales import availability, order_state
from sales.availability import Availability
from sales.catalogue import Article
from sales.order_state import OrderStage, OrderState
from sales.ticket_parts import TicketRef


class KitchenStore:
    """Used from the flow's thread only. What records raises `JournalFull` (nothing was recorded) or `JournalBroken`."""

    def __init__(self, terminal: TerminalStore) -> None:
        self.terminal = terminal
        self._board = terminal.board

    @property
    def as_of(self) -> datetime | None:
        """When head office made the board; None before the first."""
        return self._board.as_of

    def look(self) -> None:
        """See whether the bridge has brought a newer board."""
        self._board.look()

    def orders(self, day: date) -> tuple[BoardOrder, ...]:
        """The orders of the day that have not been collected, oldest first."""
        return tuple(order for order in self._board.orders(day) if order.state != OrderStage.COLLECTED.value)

    def order(self, day: date, terminal: str, epoch: int, number: int) -> BoardOrder | None:
        """One order of the day, None when the board does not have it."""
        for order in self._board.orders(day):
            if (order.terminal, order.epoch, order.number) == (terminal, epoch, number):
                return order
        return None

    def counted(self, day: date) -> tuple[tuple[Article, Stock], ...]:
        """The articles of the day that are prepared, planned or marked as sold out, with what is left of them."""
        catalogue = self.terminal.catalogue
        if catalogue is None:
            return ()
        known = [(article, self._board.stock(article, day)) for article in catalogue.on_sale(day)]
        return tuple(
            (article, stock)
            for article, stock in known
            if article.kitchen or article.days is not None or stock.sold_out or stock.left is not None
        )

    def say_order_state(self, order: BoardOrder, state: OrderStage, day: date, now: datetime) -> None:
        """Record how far an order is; every board of the store follows."""
        if self.terminal.catalogue is None or order.pickup_number is None:
            return
        said = OrderState(
            terminal=self.terminal.terminal_id,
            store=self.terminal.catalogue.store.id,
            time_utc=now,
            business_day=day,
            of=TicketRef(order.terminal, order.epoch, order.number),
            pickup_number=order.pickup_number,
            state=state,
        )
        self.terminal.record(ORDER_STATE_KIND, order_state.to_payload(said), (), now, day)

    def toggle_sold_out(self, article: Article, day: date, now: datetime) -> None:
        """Record that an article is sold out, or that it is not any more; every terminal of the store follows."""
        if self.terminal.catalogue is None:
            return
        said = Availability(
            terminal=self.terminal.terminal_id,
            store=self.terminal.catalogue.store.id,
            time_utc=now,
            business_day=day,
            article_id=article.id,
            sold_out=not self._board.stock(article, day).sold_out,
            cashier_id=None,
        )
        self.terminal.record(AVAILABILITY_KIND, availability.to_payload(said), (), now, day)
