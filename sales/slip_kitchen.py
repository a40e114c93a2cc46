"""The slip the kitchen cooks from: what to prepare, no prices."""

from collections.abc import Mapping
from datetime import UTC, tzinfo

from sales.catalogue import Article, Catalogue, UnknownArticle
from sales.figures import format_weight
from sales.kinds import LineKind
from sales.paper import SlipLine, Text, wrap
from sales.slip_writer import SlipLayout, SlipWriter, Translate
from sales.tax import Service
from sales.text import pick
from sales.ticket_record import Ticket, TicketLine


def render_kitchen_slip(
    ticket: Ticket,
    catalogue: Catalogue,
    layout: SlipLayout,
    translate: Translate,
    language: str,
    duplicate: bool = False,
    *,
    timezone: tzinfo = UTC,
) -> tuple[SlipLine, ...]:
    """Return the lines of the slip, none wider than the layout, or none at all when nothing has to be prepared.

    Only articles with `kitchen` are on it, named in the kitchen's `language` as far as the catalogue knows it, with
    their options; several lines of the same are one. A void or refund prints nothing.
    """
    orders = _orders(ticket, catalogue, language)
    if ticket.is_reversal or not orders:
        return ()
    writer = SlipWriter(layout, ticket.currency, translate, language, timezone)
    writer.marks(duplicate=duplicate, training=ticket.training)
    number = ticket.pickup_number if ticket.pickup_number is not None else ticket.number
    writer.paper.add(Text(str(number), "center", bold=True, size=4))
    _large(writer, translate("Eat in") if ticket.service is Service.EAT_IN else translate("TAKE-AWAY"), centred=True)
    writer.paper.pair(ticket.terminal, writer.moment(ticket.time_utc))
    for (name, options), quantity in orders.items():
        writer.rule()
        _large(writer, f"{quantity} x {name}")
        for option in options:
            writer.paper.text(f"+ {option}", bold=True, indent="    ")
    writer.rule()
    writer.marks(duplicate=duplicate, training=ticket.training)
    return writer.end()


def _large(writer: SlipWriter, text: str, *, centred: bool = False) -> None:
    """A text in double size over as many lines as it needs."""
    for line in wrap(text, writer.layout.columns // 2, hanging="" if centred else "  "):
        writer.paper.add(Text(line, "center" if centred else "left", bold=True, size=2))


def _orders(ticket: Ticket, catalogue: Catalogue, language: str) -> Mapping[tuple[str, tuple[str, ...]], int]:
    orders: dict[tuple[str, tuple[str, ...]], int] = {}
    for line in ticket.lines:
        if line.kind is not LineKind.ARTICLE:
            continue
        try:
            article = catalogue.article(line.article_id)
        except UnknownArticle:
            continue
        if article.kitchen:
            name = pick(article.name, language)
            if line.weight_g is not None:
                name = f"{name}, {format_weight(line.weight_g, language)}"
            key = (name, _options(line, article, language))
            orders[key] = orders.get(key, 0) + line.quantity
    return orders


def _options(line: TicketLine, article: Article, language: str) -> tuple[str, ...]:
    names = {option.id: pick(option.name, language) for group in article.option_groups for option in group.options}
    return tuple(names.get(option.id, option.name) for option in line.options)
