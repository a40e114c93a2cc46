"""Over ten thousand random trays: what guests pay and payers owe is what was sold, at every rate and to the cent."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from sales.account import deltas
from sales.basket import Basket
from sales.catalogue import Catalogue
from sales.discount import Discount
from sales.funding import Diner, Payer
from sales.kinds import TicketKind
from sales.money import cash_round
from sales.tax import BASIS_POINTS, TaxClass, TaxLine, TaxRate
from sales.tender import Tender, TenderKind
from sales.ticket import Ticket, from_payload, make_reversal, remaining, to_payload
from tests.sales.canteen import DAY, GUEST, NOON, SINCE, account, article, card, cash, price, sell
from tests.sales.werk import WERK, menu, slot, terms

EXAMPLES = 25
BATCH = 400
"""Tickets of one example; together 10,000."""

RATES = (0, 210, 260, 550, 700, 810, 1000, 1900, 2000, 2700)
CLASSES = ("food", "drink", "other")
CATEGORIES = ("mains", "sides", "drinks", "sweets")


def a_canteen(random: Random) -> Catalogue:
    """Eight articles under three tax classes, three payers, random terms and menus, euros or francs."""
    articles = [
        article(f"a{n}", tax_class_id=random.choice(CLASSES), category_id=CATEGORIES[n % len(CATEGORIES)])
        for n in range(8)
    ]
    classes = [
        TaxClass(one, {"en": one}, (TaxRate(SINCE, random.choice(RATES), random.choice(RATES)),)) for one in CLASSES
    ]
    prices = [price(f"a{n}", random.choice((random.randint(0, 30), random.randint(1, 1500)))) for n in range(8)]
    menus = [
        menu(
            f"m{n}",
            random.randint(0, 1600),
            *(slot(category=random.choice(CATEGORIES)) for _ in range(random.randint(1, 3))),
        )
        for n in range(random.randint(0, 4))
    ]
    payers = (Payer("as-sold", {"en": "A"}), Payer("own-rate", {"en": "B"}, "other"), Payer("no-terms", {"en": "C"}))
    agreed = [
        terms(
            f"t{n}",
            payer_id=payer.id,
            fee_minor=random.choice((0, 1, 410)),
            fee_tax_class_id="other",
            share_minor=share,
        )
        for n, (payer, share) in enumerate(
            zip(payers[:2], (random.randint(0, 1500), random.randint(1, 900)), strict=True)
        )
    ]
    currency, step = random.choice((("EUR", 1), ("CHF", 5)))
    return replace(
        WERK,
        store=replace(WERK.store, currency=currency),
        articles=tuple(articles),
        prices=tuple(prices),
        tax_classes=tuple(classes),
        payers=payers,
        meal_terms=tuple(agreed),
        set_menus=tuple(menus),
        cash_rounding_minor=step,
    )


def a_tray(random: Random, catalogue: Catalogue) -> Basket:
    """Up to six taps, now and then a discount or a price set by hand."""
    payer_id = random.choice(("as-sold", "own-rate", "no-terms", None))
    basket = Basket(catalogue, Diner("staff", GUEST, payer_id), DAY, meal_id=random.choice(("lunch", "lunch", None)))
    for _ in range(random.randint(1, 6)):
        basket.add(f"a{random.randrange(8)}", random.randint(1, 3))
    if random.random() < 0.2:
        basket.discount_line(0, Discount("Line", percent_bp=random.randint(1, 10_000)))
    if random.random() < 0.1:
        basket.override_price(len(basket.lines) - 1, random.randint(0, 900), "by hand")
    if random.random() < 0.2:
        basket.discount(Discount("Ticket", amount_minor=random.randint(1, 2000)))
    return basket


def tenders(random: Random, basket: Basket) -> list[Tender]:
    """By account and card, the rest in cash with change or by account."""
    to_pay_minor, step = basket.to_pay_minor, basket.catalogue.cash_rounding_minor
    by_card = random.randint(0, to_pay_minor)
    rest = to_pay_minor - by_card
    if rest == 0 or random.random() < 0.5:
        return [card(by_card), account(rest)]
    return [card(by_card), cash(cash_round(rest, step) + step * random.choice((0, 0, 7)))]


def tickets(random: Random) -> Iterable[Ticket]:
    catalogue = a_canteen(random)
    for number in range(BATCH):
        if number % 100 == 99:
            catalogue = a_canteen(random)
        basket = a_tray(random, catalogue)
        yield sell(basket, *tenders(random, basket), guest_id=GUEST)


def by_rate(lines: Iterable[tuple[int, int]]) -> Counter[int]:
    sums: Counter[int] = Counter()
    for rate_bp, gross_minor in lines:
        sums[rate_bp] += gross_minor
    return sums


def is_right(tax: TaxLine) -> bool:
    """Within one cent of the exact tax, and net and tax of the same sign as the gross."""
    exact = tax.gross_minor * tax.rate_bp / (BASIS_POINTS + tax.rate_bp)
    return abs(tax.tax_minor - exact) <= 1 and tax.net_minor >= 0 and tax.tax_minor >= 0


@given(st.integers(0, 2**64))
@settings(max_examples=EXAMPLES, deadline=None)
def test_guests_and_payers_pay_what_was_sold(seed: int) -> None:
    sold: Counter[tuple[int, str]] = Counter()
    paid: Counter[tuple[int, str]] = Counter()
    takings = debts = turnover = roundings = 0
    for ticket in tickets(Random(seed)):
        parts = [part for charge in ticket.charges for part in charge.parts]
        covers = [(part.rate_bp, -part.gross_minor) for charge in ticket.charges for part in charge.covers]
        lines = by_rate([(line.rate_bp, line.amount_minor) for line in ticket.lines] + covers)
        guest = {tax.rate_bp: tax for tax in ticket.guest_taxes}
        assert {rate: tax.gross_minor for rate, tax in guest.items()} == {rate: lines[rate] for rate in guest}
        assert sum(lines.values()) == ticket.to_pay_minor
        assert all(is_right(tax) for tax in (*guest.values(), *ticket.taxes, *parts))
        assert all(line.amount_minor >= 0 for line in ticket.lines)
        for tax in ticket.taxes:
            sold.update({(tax.rate_bp, "gross"): tax.gross_minor, (tax.rate_bp, "net"): tax.net_minor})
            sold[tax.rate_bp, "tax"] += tax.tax_minor
        for tax in (*guest.values(), *parts):
            paid.update({(tax.rate_bp, "gross"): tax.gross_minor, (tax.rate_bp, "net"): tax.net_minor})
            paid[tax.rate_bp, "tax"] += tax.tax_minor
        booked = dict(deltas(ticket))
        takings += sum(delta for key, delta in booked.items() if key.startswith("tender:"))
        debts += sum(delta for key, delta in booked.items() if key.startswith("payer:"))
        turnover += booked["turnover"]
        roundings += booked.get("rounding", 0)
    assert sold == paid
    assert takings + debts == turnover + roundings


@given(st.integers(0, 2**64))
@settings(max_examples=60, deadline=None)
def test_taking_back_in_any_steps_brings_every_sum_to_zero(seed: int) -> None:
    random = Random(seed)
    catalogue = a_canteen(random)
    for _ in range(5):
        basket = a_tray(random, catalogue)
        ticket = sell(basket, *tenders(random, basket), guest_id=GUEST)
        taken: list[Ticket] = []
        while left := remaining(ticket, taken).positions:
            some = random.sample(left, random.randint(1, len(left)))
            whole = len(some) == len(ticket.lines)
            back = random.choice((TenderKind.CARD, TenderKind.ACCOUNT, *((None,) if whole else ())))
            taken.append(_back(ticket, TicketKind.REFUND, some, back, taken))
        sums: Counter[str] = Counter()
        for one in (ticket, *taken):
            assert from_payload(json.loads(json.dumps(to_payload(one)))) == one
            for key, delta in deltas(one):
                sums["tenders" if key.startswith("tender:") else key] += delta
            for tax in one.taxes:
                sums.update({f"net {tax.rate_bp}": tax.net_minor, f"tax {tax.rate_bp}": tax.tax_minor})
            for charge in one.charges:
                for part in charge.parts:
                    sums[f"owed tax {part.rate_bp}"] += part.tax_minor
        assert sums.pop("tenders") == sums.pop("rounding", 0)
        del sums[f"account:{GUEST}"]
        assert not any(sums.values())


@given(st.integers(0, 2**64))
@settings(max_examples=60, deadline=None)
def test_a_void_undoes_every_delta(seed: int) -> None:
    random = Random(seed)
    catalogue = a_canteen(random)
    for _ in range(5):
        basket = a_tray(random, catalogue)
        ticket = sell(basket, *tenders(random, basket), guest_id=GUEST)
        sums = Counter(dict(deltas(ticket)))
        sums.update(dict(deltas(_back(ticket, TicketKind.VOID, None, None, []))))
        assert not any(sums.values())


def _back(
    ticket: Ticket, kind: TicketKind, positions: list[int] | None, back: TenderKind | None, earlier: list[Ticket]
) -> Ticket:
    return make_reversal(
        ticket,
        1,
        kind,
        positions,
        back,
        earlier=earlier,
        terminal="till-1",
        number=len(earlier) + 1,
        time_utc=NOON + timedelta(hours=1),
        business_day=DAY,
    )


@given(st.integers(0, 2**64))
@settings(max_examples=60, deadline=None)
def test_set_menus_never_make_a_tray_dearer_for_the_guest(seed: int) -> None:
    random = Random(seed)
    catalogue = a_canteen(random)
    for _ in range(5):
        basket = a_tray(random, catalogue)
        plain = Basket(replace(catalogue, set_menus=()), basket.diner, DAY, meal_id=basket.meal_id)
        menus = Basket(catalogue, basket.diner, DAY, meal_id=basket.meal_id)
        for line in basket.lines:
            plain.add(line.article.id, line.quantity)
            menus.add(line.article.id, line.quantity)
        assert menus.to_pay_minor <= plain.to_pay_minor
