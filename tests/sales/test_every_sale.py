"""Whatever is sold and however it is paid: every cent agrees, everywhere."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sales.account import account_key, deltas
from sales.basket import Basket
from sales.catalogue import Catalogue, Option, OptionGroup, Unit
from sales.funding import Diner
from sales.money import cash_round
from sales.tax import Service, TaxClass, TaxRate
from sales.tender import Tender
from sales.ticket import Ticket, from_payload, to_payload
from tests.sales.canteen import CANTEEN, DAY, GUEST, SINCE, account, article, card, cash, price, sell

RATES = st.sampled_from([0, 210, 260, 550, 700, 810, 1000, 1900, 2000, 2700])
CENTS = st.integers(0, 3000)


@dataclass(frozen=True)
class Choice:
    """One tap: which article, how many or how heavy, with which options."""

    article_id: str
    quantity: int
    weight_g: int | None
    option_ids: tuple[str, ...]

    def add_to(self, basket: Basket) -> None:
        basket.add(self.article_id, self.quantity, self.weight_g, self.option_ids)


@st.composite
def catalogues(draw: st.DrawFn) -> Catalogue:
    """A canteen with three tax classes, four articles with two options each, and its own smallest coin."""
    classes = tuple(
        TaxClass(f"class-{index}", {"en": "x"}, (TaxRate(SINCE, draw(RATES), draw(RATES)),)) for index in range(3)
    )
    articles, prices = [], []
    for index in range(4):
        unit = draw(st.sampled_from(Unit))
        options = tuple(Option(f"o{n}", {"en": f"O{n}"}, draw(st.integers(0, 200))) for n in range(2))
        articles.append(
            article(
                f"a{index}",
                unit=unit,
                tax_class_id=draw(st.sampled_from(classes)).id,
                option_groups=(OptionGroup("g", {"en": "G"}, 0, 2, options),),
            )
        )
        base_minor = draw(st.integers(0, 200)) if unit is Unit.PER_100_G else 0
        prices.append(price(f"a{index}", draw(CENTS), base_minor=base_minor))
    step, currency = draw(st.sampled_from([(1, "EUR"), (5, "CHF"), (10, "SEK"), (100, "NOK")]))
    return replace(
        CANTEEN,
        store=replace(CANTEEN.store, currency=currency),
        articles=tuple(articles),
        prices=tuple(prices),
        tax_classes=classes,
        cash_rounding_minor=step,
    )


@st.composite
def choices(draw: st.DrawFn, catalogue: Catalogue) -> Choice:
    dish = draw(st.sampled_from(catalogue.articles))
    weighed = dish.unit is Unit.PER_100_G
    return Choice(
        dish.id,
        1 if weighed else draw(st.integers(1, 9)),
        draw(st.integers(1, 2500)) if weighed else None,
        tuple(draw(st.lists(st.sampled_from(["o0", "o1"]), unique=True))),
    )


@st.composite
def trays(draw: st.DrawFn) -> tuple[Catalogue, list[Choice], Service]:
    catalogue = draw(catalogues())
    return catalogue, draw(st.lists(choices(catalogue), min_size=1, max_size=6)), draw(st.sampled_from(Service))


def _basket(catalogue: Catalogue, taps: Sequence[Choice], service: Service) -> Basket:
    basket = Basket(catalogue, Diner(), DAY, service)
    for tap in taps:
        tap.add_to(basket)
    return basket


@st.composite
def payments(draw: st.DrawFn, total_minor: int, step_minor: int) -> list[Tender]:
    """Account, card and cash in any split, cash with any change."""
    by_account = draw(st.integers(0, total_minor))
    by_card = draw(st.integers(0, total_minor - by_account))
    rest = total_minor - by_account - by_card
    tenders = [account(by_account), card(by_card)]
    if rest == 0:
        return tenders
    if draw(st.booleans()):
        return [account(by_account), card(by_card + rest)]
    due = cash_round(rest, step_minor)
    return [*tenders, cash(due + step_minor * draw(st.integers(0, 500)))]


@st.composite
def tickets(draw: st.DrawFn) -> Ticket:
    catalogue, taps, service = draw(trays())
    basket = _basket(catalogue, taps, service)
    tenders = draw(payments(basket.total_minor, catalogue.cash_rounding_minor))
    return sell(basket, *tenders, guest_id=GUEST)


STEPS = {"EUR": 1, "CHF": 5, "SEK": 10, "NOK": 100}


@given(tickets())
@settings(max_examples=150)
def test_lines_taxes_tenders_and_change_agree(ticket: Ticket) -> None:
    step = STEPS[ticket.currency]
    handed_over = sum(tender.amount_minor for tender in ticket.tenders)
    assert sum(line.amount_minor for line in ticket.lines) == ticket.total_minor
    assert sum(tax.gross_minor for tax in ticket.taxes) == ticket.total_minor
    assert sum(tax.net_minor + tax.tax_minor for tax in ticket.taxes) == ticket.total_minor
    assert handed_over - ticket.change_minor == ticket.total_minor + ticket.rounding_minor
    assert 2 * abs(ticket.rounding_minor) <= step
    assert ticket.change_minor % step == 0


@given(tickets())
@settings(max_examples=100)
def test_the_books_balance_after_every_ticket(ticket: Ticket) -> None:
    changes = dict(deltas(ticket))
    takings = sum(delta for key, delta in changes.items() if key.startswith("tender:"))
    assert takings == changes["turnover"] + changes.get("rounding", 0)
    assert changes[account_key(GUEST)] == -changes["tender:account"]
    assert changes.get("tender:cash", 0) >= 0


def _numbers(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [number for item in value.values() for number in _numbers(item)]
    if isinstance(value, list):
        return [number for item in value for number in _numbers(item)]
    return [value] if isinstance(value, int | float) else []


@given(tickets())
@settings(max_examples=100)
def test_every_ticket_can_be_read_again_and_holds_no_float(ticket: Ticket) -> None:
    payload = to_payload(ticket)
    assert from_payload(json.loads(json.dumps(payload))) == ticket
    assert all(type(number) in (int, bool) for number in _numbers(payload))


@given(trays(), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_the_order_of_taps_changes_neither_total_nor_tax(
    tray: tuple[Catalogue, list[Choice], Service], random: Any
) -> None:
    catalogue, taps, service = tray
    shuffled = list(taps)
    random.shuffle(shuffled)
    one, other = _basket(catalogue, taps, service), _basket(catalogue, shuffled, service)
    assert one.total_minor == other.total_minor
    assert one.taxes() == other.taxes()


@given(trays(), st.data())
@settings(max_examples=100)
def test_taking_back_what_was_added_restores_the_tray(
    tray: tuple[Catalogue, list[Choice], Service], data: st.DataObject
) -> None:
    catalogue, taps, service = tray
    basket = _basket(catalogue, taps, service)
    before = basket.lines
    tap = data.draw(choices(catalogue))
    index = basket.add(tap.article_id, tap.quantity, tap.weight_g, tap.option_ids)
    basket.change(index, -tap.quantity)
    assert basket.lines == before
