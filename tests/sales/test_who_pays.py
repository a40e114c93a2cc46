"""Food plus fee less the employer's share: once a service, with the reason always at hand."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sales.account import deltas
from sales.catalogue import Catalogue, CatalogueError
from sales.funding import Diner, MealTerms, Payer, ShareReason
from sales.kinds import LineKind
from sales.tax import RatePart, Service, TaxClass, TaxLine, TaxRate
from tests.sales.canteen import DAY, GUEST, SINCE, account, cash, sell
from tests.sales.werk import ANNA, AT_TWELVE, COST_CENTRE, EMPLOYER, WERK, has_eaten, lunch, terms


def test_a_first_meal_costs_food_and_fee_less_the_employers_share() -> None:
    basket = lunch("dish")
    assert (basket.total_minor, basket.to_pay_minor) == (1030, 730)
    fee = basket.bill.lines[-1]
    assert (fee.kind, fee.amount_minor, fee.rate_bp) == (LineKind.FEE, 410, 1900)
    (charge,) = basket.bill.charges
    assert (charge.payer, charge.amount_minor) == (EMPLOYER, 300)
    assert basket.bill.funding.reason is ShareReason.APPLIED


def test_the_second_tray_of_the_service_is_paid_in_full_and_says_where_the_first_was() -> None:
    basket = lunch("dish", diner=has_eaten())
    assert (basket.total_minor, basket.to_pay_minor) == (1030, 1030)
    funding = basket.bill.funding
    assert funding.reason is ShareReason.SECOND_MEAL
    assert funding.used is not None
    assert (funding.used.terminal, funding.used.at) == ("kiosk-2", AT_TWELVE)


@pytest.mark.parametrize("eaten", [has_eaten(meal_id="night"), has_eaten(day=DAY - timedelta(days=1))])
def test_a_meal_of_another_service_or_day_does_not_count(eaten: Diner) -> None:
    assert lunch("dish", diner=eaten).to_pay_minor == 730


@pytest.mark.parametrize(
    ("tray", "to_pay_minor", "reason"),
    [
        (lunch("dish", diner=Diner("staff")), 1030, ShareReason.NO_BADGE),
        (lunch("dish", diner=Diner("staff", GUEST)), 1030, ShareReason.NO_PAYER),
        (lunch("dish", meal_id=None), 1030, ShareReason.NO_SERVICE),
        (lunch("dish", diner=Diner("guest", GUEST, EMPLOYER.id)), 620, ShareReason.NOT_AGREED),
        (lunch("dish", diner=Diner("staff", GUEST, "gone-ltd")), 1030, ShareReason.NOT_AGREED),
        (lunch("cola", "cake"), 640, ShareReason.NO_MEAL),
        (lunch(), 0, ShareReason.NO_MEAL),
    ],
)
def test_without_a_share_there_is_a_reason(tray: Any, to_pay_minor: int, reason: ShareReason) -> None:
    assert (tray.to_pay_minor, tray.bill.funding.reason) == (to_pay_minor, reason)
    assert tray.bill.charges == ()


def test_fee_and_share_count_once_for_a_tray() -> None:
    assert lunch("dish", "dish", "steak").to_pay_minor == 620 * 2 + 840 + 410 - 300


def test_the_share_is_never_more_than_the_tray() -> None:
    generous = replace(WERK, meal_terms=(terms(share_minor=2000),))
    basket = lunch("dish", catalogue=generous)
    assert (basket.to_pay_minor, basket.bill.charges[0].amount_minor) == (0, 1030)
    assert sell(basket, account(0), guest_id=GUEST).meals_used == 1


def _agreed(*more: MealTerms) -> Catalogue:
    return replace(WERK, meal_terms=(terms(share_minor=100), *more))


@pytest.mark.parametrize(
    ("more", "share_minor"),
    [
        ((), 100),
        ((terms("b", service_period_id="lunch", share_minor=200),), 200),
        ((terms("b", service_period_id="night", share_minor=200),), 100),
        ((terms("b", payer_id="werk-nord", share_minor=300), terms("c", service_period_id="lunch")), 300),
        ((terms("b", payer_id="cost-4711", share_minor=200),), 100),
        (
            (
                terms("b", payer_id="werk-nord", share_minor=200),
                terms("c", payer_id="werk-nord", service_period_id="lunch", share_minor=400),
            ),
            400,
        ),
        ((terms("b", valid_from=DAY, share_minor=500),), 500),
        ((terms("b", valid_from=DAY + timedelta(days=1), share_minor=500),), 100),
        ((terms("b", payer_id="werk-nord", valid_to=DAY - timedelta(days=1), share_minor=500),), 100),
        ((terms("b", payer_id="werk-nord", valid_to=DAY, share_minor=500),), 500),
    ],
)
def test_the_most_specific_terms_win(more: tuple[MealTerms, ...], share_minor: int) -> None:
    assert lunch("dish", catalogue=_agreed(*more)).bill.funding.share_minor == share_minor


def test_the_payer_takes_its_part_off_every_rate_in_proportion() -> None:
    (charge,) = lunch("dish").bill.charges
    assert charge.covers == (RatePart(700, 181), RatePart(1900, 119))
    assert charge.parts == (TaxLine(700, 181, 169, 12), TaxLine(1900, 119, 100, 19))


def test_a_payer_with_a_vat_rule_owes_its_part_at_its_own_rate() -> None:
    basket = lunch("dish", diner=Diner("staff", GUEST, COST_CENTRE.id))
    (charge,) = basket.bill.charges
    assert charge.covers == (RatePart(700, 181), RatePart(1900, 119))
    assert charge.parts == (TaxLine(1900, 300, 252, 48),)
    assert basket.taxes() == (TaxLine(700, 439, 410, 29), TaxLine(1900, 591, 497, 94))


def test_a_payers_own_rate_follows_eat_in_and_take_away() -> None:
    rule = TaxClass("rule", {"en": "Rule"}, (TaxRate(SINCE, 1900, 700),))
    payer = Payer("werk-sued", {"en": "Werk Süd"}, "rule")
    catalogue = replace(WERK, payers=(payer,), tax_classes=(*WERK.tax_classes, rule))
    diner = Diner("staff", GUEST, "werk-sued")
    rates = [
        lunch("dish", diner=diner, catalogue=catalogue, service=service).bill.charges[0].parts[0].rate_bp
        for service in (Service.EAT_IN, Service.TAKE_AWAY)
    ]
    assert rates == [1900, 700]


def test_a_ticket_books_payment_debt_meal_and_portions() -> None:
    ticket = sell(lunch("dish", "cola"), account(1090), guest_id=GUEST)
    assert dict(deltas(ticket)) == {
        "turnover": 1390,
        "tender:account": 1090,
        f"account:{GUEST}": -1090,
        "payer:werk-nord": 300,
        f"meal:{GUEST}:2025-11-21:lunch": 1,
        "portion:2025-11-21:dish": 1,
        "portion:2025-11-21:cola": 1,
    }
    assert (ticket.payer_id, ticket.share_reason, ticket.meal_id) == ("werk-nord", "applied", "lunch")
    assert ticket.lines[-1].name == "Admission fee"


def test_a_guest_joining_later_gets_the_share_and_leaving_loses_it() -> None:
    basket = lunch("dish", diner=Diner())
    assert basket.to_pay_minor == 620
    basket.set_diner(ANNA)
    assert basket.to_pay_minor == 730
    basket.set_diner(Diner())
    assert basket.to_pay_minor == 620


def test_a_training_ticket_changes_nothing() -> None:
    basket = lunch("dish")
    ticket = sell(basket, cash(1000))
    assert deltas(replace(ticket, training=True)) == []
    assert deltas(ticket)


@pytest.mark.parametrize(
    ("hhmm", "meal_id"),
    [("10:59", None), ("11:00", "lunch"), ("14:29", "lunch"), ("14:30", None), ("23:00", "night"), ("01:59", "night")],
)
def test_a_meal_service_is_found_by_the_clock(hhmm: str, meal_id: str | None) -> None:
    period = WERK.service_period_at(hhmm)
    assert (period.id if period else None) == meal_id


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda: {"payers": (Payer("x", {"en": "X"}, "unknown"),), "meal_terms": ()}, "no tax class has the id"),
        (lambda: {"payers": (EMPLOYER, EMPLOYER)}, "payer 'werk-nord' is there twice"),
        (lambda: {"payers": (Payer("A B", {"en": "X"}),)}, "payer id 'A B'"),
        (lambda: {"meal_terms": (terms(guest_category_id="vip"),)}, "no guest category has the id 'vip'"),
        (lambda: {"meal_terms": (terms(payer_id="nobody"),)}, "no payer has the id 'nobody'"),
        (lambda: {"meal_terms": (terms(service_period_id="tea"),)}, "no service period has the id 'tea'"),
        (lambda: {"meal_terms": (terms(fee_tax_class_id="none"),)}, "no tax class has the id 'none'"),
        (lambda: {"meal_terms": (terms(), terms("again"))}, "begin with others"),
        (lambda: {"meal_terms": (terms(fee_tax_class_id=None),)}, "a fee needs a tax class"),
        (lambda: {"meal_terms": (terms(share_minor=-1),)}, "below zero"),
        (lambda: {"meal_terms": (terms(valid_to=SINCE - timedelta(days=1)),)}, "before 2024-01-01"),
    ],
)
def test_agreements_that_make_no_sense_are_refused(change: Any, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        replace(WERK, **change())
