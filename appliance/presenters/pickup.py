"""Orders on a screen: numbers for guests, cards with dishes for the kitchen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from appliance.flows import intents
from appliance.flows.state import Closed
from appliance.i18n import Translator
from appliance.presenters.pieces import time_or_day
from appliance.presenters.scene import Facts
from appliance.presenters.views import ClosedScreen, Header, StatusLine, Tone, View
from appliance.presenters.views_pickup import KitchenScreen, OrderCard, PickupScreen, PortionCell
from appliance.presenters.views_till import Action
from appliance.store.board import Stock
from masterdata.board_file import BoardLine, BoardOrder
from sales.catalogue import Article, Catalogue
from sales.order_state import OrderStage
from sales.tax import Service

WAITING_LONG = timedelta(minutes=8)
FEW_LEFT = 5
_NO_STATUS = StatusLine("", Tone.NEUTRAL)


@dataclass(frozen=True)
class Moment:
    """What the terminal knows now."""

    tr: Translator
    catalogue: Catalogue | None
    facts: Facts
    now: datetime

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.catalogue.store.timezone if self.catalogue else "UTC")


def closed_view(moment: Moment, closed: Closed) -> View:
    tr = moment.tr
    name = moment.catalogue.store.name if moment.catalogue else "Refectory"
    screen = ClosedScreen(Header(name, ""), tr.say("Closed for the moment"), closed.reason(tr), closed.advice(tr))
    return View(screen, (), _NO_STATUS)


def pickup_view(moment: Moment, orders: Sequence[BoardOrder]) -> View:
    """What guests see: what is being prepared and what is ready, newest last."""
    tr = moment.tr
    screen = PickupScreen(
        preparing_title=tr.say("Being prepared"),
        preparing=tuple(_number(order) for order in orders if order.state == OrderStage.OPEN.value),
        ready_title=tr.say("Ready"),
        ready=tuple(_number(order) for order in orders if order.state == OrderStage.READY.value),
        time=tr.time(moment.now, moment.timezone),
        hint=tr.say("Please show your slip or badge."),
    )
    return View(screen, (), _NO_STATUS)


def kitchen_view(
    moment: Moment,
    orders: Sequence[BoardOrder],
    counted: Sequence[tuple[Article, Stock]],
    as_of: datetime | None,
    problem: bool,
) -> View:
    """What the kitchen sees: what to prepare, what waits to be fetched, what is left. `problem`: touches change nothing."""
    tr = moment.tr
    notice, tone = _notice(moment, as_of)
    if problem:
        notice, tone = tr.say("Nothing can be changed here at the moment. Please call a technician."), Tone.REFUSED
    screen = KitchenScreen(
        title=moment.catalogue.store.name if moment.catalogue else "Refectory",
        time=tr.time(moment.now, moment.timezone),
        preparing_title=tr.say("To prepare"),
        preparing=tuple(_card(moment, order) for order in orders if order.state == OrderStage.OPEN.value),
        ready_title=tr.say("Ready"),
        ready=tuple(_card(moment, order) for order in orders if order.state == OrderStage.READY.value),
        portions_title=tr.say("Portions left"),
        portions=tuple(_portion(tr, article, stock) for article, stock in counted),
        empty_text=tr.say("No order is waiting."),
        notice=notice,
        tone=tone,
    )
    return View(screen, (), _NO_STATUS)


def _number(order: BoardOrder) -> str:
    return str(order.pickup_number or "")


def _notice(moment: Moment, as_of: datetime | None) -> tuple[str, Tone]:
    """Without a line to head office no new order arrives here: kitchen slips do, and people must know."""
    tr, since = moment.tr, moment.facts.local_since
    if since is None:
        return "", Tone.NEUTRAL
    seen = time_or_day(tr, as_of, moment.now, moment.timezone) if as_of is not None else ""
    if seen:
        return tr.say("No line to head office: orders of {time}. Newer ones come as kitchen slips.", time=seen), (
            Tone.ATTENTION
        )
    return tr.say("No line to head office: orders come as kitchen slips."), Tone.ATTENTION


def _card(moment: Moment, order: BoardOrder) -> OrderCard:
    tr = moment.tr
    is_open = order.state == OrderStage.OPEN.value
    waited = max(timedelta(0), moment.now - order.at)
    return OrderCard(
        number=_number(order),
        waiting=tr.say("{minutes} min", minutes=int(waited.total_seconds() // 60)),
        service=tr.say("Take-away") if order.service == Service.TAKE_AWAY else "",
        lines=tuple(_line(line) for line in order.lines if line.kitchen),
        action=(
            Action(tr.say("Ready"), _to(order, OrderStage.READY), "check", tone=Tone.GOOD)
            if is_open
            else Action(tr.say("Collected"), _to(order, OrderStage.COLLECTED), "hand", tone=Tone.GOOD)
        ),
        back=None if is_open else Action("", _to(order, OrderStage.OPEN), "undo_2"),
        tone=Tone.ATTENTION if is_open and waited >= WAITING_LONG else Tone.NEUTRAL,
    )


def _to(order: BoardOrder, state: OrderStage) -> intents.ChangeOrderState:
    return intents.ChangeOrderState(order.terminal, order.epoch, order.number, state.value)


def _line(line: BoardLine) -> str:
    text = f"{line.quantity} × {line.name}"
    return f"{text} ({line.detail})" if line.detail else text


def _portion(tr: Translator, article: Article, stock: Stock) -> PortionCell:
    if stock.sold_out:
        left, tone = tr.say("sold out"), Tone.REFUSED
        label, icon = tr.say("On sale again"), "undo_2"
    else:
        left = tr.number(stock.left) if stock.left is not None else "–"
        few = stock.left is not None and stock.left <= FEW_LEFT
        tone = Tone.ATTENTION if few else Tone.NEUTRAL
        label, icon = tr.say("Sold out"), "package_x"
    return PortionCell(tr.pick(article.name), left, Action(label, intents.ToggleSoldOut(article.id), icon), tone)
