"""What a ticket changes, and when an account cannot pay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.account import account_key, deltas, local_key
from sales.authorisation import Authorisation, AuthorisationOutcome
from sales.spending import InsufficientBalance, check_spend
from tests.sales.canteen import GUEST, SWISS_CANTEEN, account, card, cash, sell, tray


def test_paying_from_the_account_lowers_it_and_raises_turnover() -> None:
    ticket = sell(tray("schnitzel"), account(620), guest_id=GUEST)
    assert dict(deltas(ticket)) == {
        account_key(GUEST): -620,
        "turnover": 620,
        "tender:account": 620,
        "portion:2025-11-21:schnitzel": 1,
    }


def test_the_drawer_gains_what_stays_in_it() -> None:
    ticket = sell(tray("roll", "coffee", catalogue=SWISS_CANTEEN), account(100), card(3), cash(100), cash(100))
    assert dict(deltas(ticket)) == {
        "turnover": 226,
        "rounding": 2,
        "tender:account": 100,
        account_key(GUEST): -100,
        "tender:card": 3,
        "tender:cash": 125,
        "portion:2025-11-21:roll": 1,
        "portion:2025-11-21:coffee": 1,
    }


def test_two_guests_may_share_a_ticket() -> None:
    ticket = sell(tray("schnitzel"), account(300, "anna"), account(200, "ben"), account(120, "anna"))
    changes = deltas(ticket)
    assert len(changes) == len(dict(changes))
    assert dict(changes)["account:anna"] == -420
    assert dict(changes)["account:ben"] == -200


@pytest.mark.parametrize(
    ("outcome", "spent_minor"), [(AuthorisationOutcome.LOCAL, 620), (AuthorisationOutcome.GRANTED, 0)]
)
def test_what_is_spent_without_head_office_is_counted(outcome: AuthorisationOutcome, spent_minor: int) -> None:
    ticket = sell(
        tray("schnitzel", "coffee"),
        account(620),
        cash(119),
        guest_id=GUEST,
        authorisation=Authorisation("a" * 32, outcome),
    )
    changes = dict(deltas(ticket))
    assert changes.get(local_key(GUEST), 0) == spent_minor
    assert changes[account_key(GUEST)] == -620


def test_an_insufficient_balance_says_how_much_is_missing() -> None:
    with pytest.raises(InsufficientBalance) as refused:
        check_spend(balance_minor=450, amount_minor=620, credit_limit_minor=100)
    assert (refused.value.balance_minor, refused.value.amount_minor, refused.value.missing_minor) == (450, 620, 70)


@pytest.mark.parametrize(("balance_minor", "limit"), [(620, 0), (520, 100), (0, 620), (-80, 700)])
def test_spending_down_to_the_credit_limit_is_allowed(balance_minor: int, limit: int) -> None:
    check_spend(balance_minor, 620, limit)
    with pytest.raises(InsufficientBalance, match="lacks 1 to pay 621"):
        check_spend(balance_minor, 621, limit)


def test_a_free_meal_needs_no_balance() -> None:
    check_spend(balance_minor=-5000, amount_minor=0, credit_limit_minor=0)


@pytest.mark.parametrize(("amount", "limit"), [(-1, 0), (1, -1)])
def test_negative_amounts_and_limits_are_refused(amount: int, limit: int) -> None:
    with pytest.raises(ValueError, match="negative"):
        check_spend(100, amount, limit)


@given(st.integers(-10_000, 10_000), st.integers(0, 5_000), st.integers(1, 10_000))
def test_the_missing_amount_is_exactly_what_a_top_up_needs(balance_minor: int, limit: int, too_much: int) -> None:
    amount = max(balance_minor + limit, 0) + too_much
    with pytest.raises(InsufficientBalance) as refused:
        check_spend(balance_minor, amount, limit)
    missing = refused.value.missing_minor
    check_spend(balance_minor + missing, amount, limit)
    with pytest.raises(InsufficientBalance, match="lacks 1 "):
        check_spend(balance_minor + missing - 1, amount, limit)
