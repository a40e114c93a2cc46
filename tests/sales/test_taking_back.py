"""Voids and refunds: what was paid comes back, what payers owe goes down, and the books return to where they were."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sales.account import deltas
from sales.kinds import TicketKind
from sales.tax import TaxLine
from sales.tender import TenderKind
from sales.ticket import (
    Ticket,
    TicketError,
    TicketMenu,
    TicketRef,
    from_payload,
    make_reversal,
    remaining,
    to_payload,
)
from tests.sales.canteen import DAY, GUEST, NOON, SWISS_CANTEEN, account, card, cash, sell, tray
from tests.sales.werk import WITH_MENU, lunch

NEXT_DAY = DAY + timedelta(days=1)


def take_back(ticket: Ticket, *positions: int, earlier: tuple[Ticket, ...] = (), **changes: Any) -> Ticket:
    """A refund in cash at the till, the day after; all that is left without positions."""
    settled: dict[str, Any] = {"kind": TicketKind.REFUND, "pay_back": TenderKind.CASH, **changes}
    return make_reversal(
        ticket,
        3,
        line_positions=positions or None,
        earlier=earlier,
        terminal="till-1",
        number=5 + len(earlier),
        time_utc=NOON + timedelta(days=1),
        business_day=NEXT_DAY,
        cashier_id="marie",
        shift=9,
        **settled,
    )


def void(ticket: Ticket) -> Ticket:
    return take_back(ticket, kind=TicketKind.VOID, pay_back=None)


def books(*tickets: Ticket) -> dict[str, int]:
    """The sums of all deltas that are not zero."""
    sums: Counter[str] = Counter()
    for ticket in tickets:
        for key, delta in deltas(ticket):
            sums[key] += delta
    return {key: total for key, total in sums.items() if total}


def test_a_void_takes_everything_back_and_frees_the_meal() -> None:
    ticket = sell(lunch("dish", "cola"), account(1090), guest_id=GUEST)
    taken = void(ticket)
    assert (taken.total_minor, taken.to_pay_minor, taken.meals_used) == (-1390, -1090, -1)
    assert taken.reverses == TicketRef("kiosk-1", 3, 17)
    assert (taken.business_day, taken.shift, taken.cashier_id) == (NEXT_DAY, 9, "marie")
    assert [line.quantity for line in taken.lines] == [-1, -1, -1]
    assert books(ticket, taken) == {}
    assert dict(deltas(taken))[f"meal:{GUEST}:2025-11-21:lunch"] == -1


def test_a_void_of_cash_gives_back_what_stayed_in_the_drawer() -> None:
    ticket = sell(tray("roll", "coffee", catalogue=SWISS_CANTEEN), account(100), card(3), cash(100), cash(100))
    taken = void(ticket)
    assert {tender.kind: tender.amount_minor for tender in taken.tenders} == {
        TenderKind.ACCOUNT: -100,
        TenderKind.CARD: -3,
        TenderKind.CASH: -125,
    }
    assert books(ticket, taken) == {}


def test_a_line_is_refunded_in_cash_and_the_payer_goes_on_paying() -> None:
    ticket = sell(lunch("dish", "cola"), account(1090), guest_id=GUEST)
    taken = take_back(ticket, 2)
    assert [line.name for line in taken.lines] == ["Cola"]
    assert (taken.to_pay_minor, taken.meals_used) == (-360, 0)
    changed = books(ticket, taken)
    assert (changed["payer:werk-nord"], changed["turnover"], changed["tender:cash"]) == (300, 1030, -360)
    assert changed[f"meal:{GUEST}:2025-11-21:lunch"] == 1
    left = remaining(ticket, [taken])
    assert (left.positions, left.total_minor, left.to_pay_minor) == ((1, 3), 1030, 730)


def test_line_by_line_everything_comes_back_to_the_cent() -> None:
    ticket = sell(lunch("dish", "cola", "cake", catalogue=WITH_MENU), account(1370), guest_id=GUEST)
    taken: tuple[Ticket, ...] = ()
    for position in (2, 4, 1, 3):
        taken = (*taken, take_back(ticket, position, earlier=taken, pay_back=TenderKind.ACCOUNT))
    assert [one.meals_used for one in taken] == [0, 0, 0, -1]
    assert books(ticket, *taken) == {}
    sums: Counter[tuple[int, str]] = Counter()
    for one in (ticket, *taken):
        for tax in one.taxes:
            sums.update({(tax.rate_bp, "net"): tax.net_minor, (tax.rate_bp, "tax"): tax.tax_minor})
    assert not any(sums.values())
    assert remaining(ticket, taken).positions == ()


def test_when_less_than_the_share_is_left_the_payer_owes_less() -> None:
    ticket = sell(lunch("dish", "water"), account(880), guest_id=GUEST)
    first = take_back(ticket, 1, 3)
    assert (first.to_pay_minor, first.total_minor) == (-880, -1030)
    assert books(ticket, first)["payer:werk-nord"] == 150


def test_a_menu_stays_a_menu_only_when_all_of_it_comes_back() -> None:
    ticket = sell(lunch("steak", "cola", "cake", catalogue=WITH_MENU), account(1390), guest_id=GUEST)
    part = take_back(ticket, 1)
    assert (part.menus, part.lines[0].menu, part.total_minor) == ((), None, -700)
    whole = take_back(ticket, 1, 2)
    assert whole.menus == (TicketMenu("Lunch", -1000, -200),)
    assert [line.menu for line in whole.lines] == [1, 1]


@pytest.mark.parametrize(
    ("positions", "changes", "message"),
    [
        ((9,), {}, r"lines \[1, 2, 3\] can be taken back"),
        ((0,), {}, "can be taken back"),
        ((1, 1), {}, "can be taken back"),
        ((1,), {"kind": TicketKind.VOID}, "takes back all"),
        ((1,), {"pay_back": None}, "a part of a sale"),
        ((1,), {"kind": TicketKind.SALE}, "and nothing else"),
    ],
)
def test_what_cannot_be_taken_back_is_refused(
    positions: tuple[int, ...], changes: dict[str, Any], message: str
) -> None:
    ticket = sell(lunch("dish", "cola"), account(1090), guest_id=GUEST)
    with pytest.raises(TicketError, match=message):
        take_back(ticket, *positions, **changes)


def test_nothing_is_taken_back_twice() -> None:
    ticket = sell(lunch("dish", "cola"), account(1090), guest_id=GUEST)
    first = take_back(ticket, 2)
    with pytest.raises(TicketError, match=r"lines \[1, 3\] can be taken back"):
        take_back(ticket, 2, earlier=(first,))
    with pytest.raises(TicketError, match="takes back all"):
        take_back(ticket, earlier=(first,), kind=TicketKind.VOID)
    everything = take_back(ticket, earlier=(first,))
    with pytest.raises(TicketError, match="can be taken back"):
        take_back(ticket, earlier=(first, everything))
    with pytest.raises(TicketError, match="more was taken back"):
        remaining(ticket, [first, first])
    with pytest.raises(TicketError, match="takes back nothing of ticket 17"):
        remaining(ticket, [replace(first, reverses=TicketRef("kiosk-1", 3, 18))])
    with pytest.raises(TicketError, match="and nothing else"):
        take_back(first)


def test_a_guest_without_an_account_gets_no_credit() -> None:
    ticket = sell(tray("coffee"), cash(200))
    with pytest.raises(TicketError, match="no guest whose account"):
        take_back(ticket, pay_back=TenderKind.ACCOUNT)
    assert take_back(ticket).tenders[0].amount_minor == -119


def test_a_refund_in_francs_is_rounded_to_five_rappen() -> None:
    ticket = sell(tray("roll", "coffee", catalogue=SWISS_CANTEEN), card(226))
    taken = take_back(ticket, 1, cash_rounding_minor=5)
    assert (taken.tenders[0].amount_minor, taken.rounding_minor) == (-105, 2)


def test_a_training_sale_is_taken_back_in_training() -> None:
    ticket = replace(sell(tray("coffee"), cash(200)), training=True)
    assert void(ticket).training
    assert deltas(void(ticket)) == []


def test_a_reversal_survives_the_journal_unchanged() -> None:
    ticket = sell(lunch("steak", "cola", catalogue=WITH_MENU), account(1110), guest_id=GUEST)
    for one in (ticket, void(ticket), take_back(ticket, 2)):
        assert from_payload(json.loads(json.dumps(to_payload(one)))) == one


def _one_sold() -> Ticket:
    return sell(lunch("steak", "cola", catalogue=WITH_MENU), account(1110), guest_id=GUEST)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": TicketKind.VOID}, "which ticket of which day"),
        ({"reverses": TicketRef("kiosk-1", 1, 1)}, "which ticket of which day"),
        ({"meals_used": -1}, "cannot use -1 meals"),
        ({"meals_used": 2}, "cannot use 2 meals"),
        ({"meal_id": None}, "belongs to a guest and a meal service"),
        ({"guest_id": None}, "belongs to a guest and a meal service"),
        ({"tenders": (account(1510), card(-400))}, "cannot be below zero"),
        ({"charges": ()}, "tenders less change pay 1110"),
        ({"menus": ()}, "set menus"),
        ({"menus": (TicketMenu("Lunch", 1000, 300),)}, "set menus"),
        ({"share_reason": "because"}, "share_reason 'because'"),
        ({"cashier_id": "Marie Dupont"}, "cashier_id"),
        ({"payer_id": "Werk Nord"}, "payer_id"),
        ({"shift": 0}, "shifts begin at 1"),
    ],
)
def test_figures_of_shares_menus_and_reversals_must_agree(change: dict[str, Any], message: str) -> None:
    with pytest.raises(TicketError, match=message):
        replace(_one_sold(), **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"change_minor": 5}, "gives no change"),
        ({"meals_used": 1}, "cannot use 1 meals"),
        ({"tenders": (card(1110),)}, "cannot be above zero"),
    ],
)
def test_the_signs_of_a_reversal_are_below_zero(change: dict[str, Any], message: str) -> None:
    with pytest.raises(TicketError, match=message):
        replace(void(_one_sold()), **change)


def test_a_charge_covers_what_it_owes() -> None:
    (charge,) = _one_sold().charges
    with pytest.raises(TicketError, match="covers 300 and owes 1"):
        replace(charge, parts=(TaxLine(700, 1, 1, 0),))
    with pytest.raises(TicketError, match="do not sum"):
        replace(charge, parts=(TaxLine(700, 300, 300, 20),))


def test_reversals_of_another_epochs_ticket_do_not_count() -> None:
    ticket = sell(lunch("dish", "cola"), account(1090), guest_id=GUEST)
    other = replace(take_back(ticket, 2), reverses=TicketRef("kiosk-1", 2, 17))
    with pytest.raises(TicketError, match="of epoch 3"):
        take_back(ticket, 1, earlier=(other,))
