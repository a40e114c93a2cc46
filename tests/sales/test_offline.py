"""What guests may spend while head office cannot be asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sales.errors import CatalogueError
from sales.offline import BesideMeal, OfflineKind, OfflineLimit, OfflinePolicy, check_offline
from sales.spending import InsufficientBalance
from tests.sales.canteen import CANTEEN

REFUSE = OfflinePolicy(OfflineKind.REFUSE, 3000)
FEED_FIRST = OfflinePolicy(OfflineKind.FEED_FIRST, 3000)


def _check(
    policy: OfflinePolicy,
    amount_minor: int,
    *,
    balance_minor: int = 5000,
    credit_limit_minor: int = 0,
    spent_minor: int = 0,
    first_meal_minor: int | None = None,
) -> bool:
    return check_offline(
        policy,
        balance_minor=balance_minor,
        credit_limit_minor=credit_limit_minor,
        spent_minor=spent_minor,
        amount_minor=amount_minor,
        first_meal_minor=first_meal_minor,
    )


def test_the_account_has_to_cover_it_as_always() -> None:
    with pytest.raises(InsufficientBalance) as refused:
        _check(REFUSE, 620, balance_minor=200, credit_limit_minor=400)
    assert refused.value.missing_minor == 20
    assert not _check(REFUSE, 600, balance_minor=200, credit_limit_minor=400)


@pytest.mark.parametrize("policy", [REFUSE, FEED_FIRST])
def test_more_than_the_limit_is_not_spent_in_one_outage(policy: OfflinePolicy) -> None:
    assert not _check(policy, 420, spent_minor=2580)
    with pytest.raises(OfflineLimit) as refused:
        _check(policy, 620, spent_minor=2580)
    assert (refused.value.limit_minor, refused.value.left_minor, refused.value.missing_minor) == (3000, 420, 200)


def test_nothing_to_pay_is_within_every_limit() -> None:
    assert not _check(OfflinePolicy(limit_minor=0), 0, balance_minor=-700, spent_minor=900)


@pytest.mark.parametrize(("balance_minor", "spent_minor"), [(0, 0), (-5000, 0), (5000, 3000)])
def test_a_pupil_eats_whatever_the_balance_and_the_limit(balance_minor: int, spent_minor: int) -> None:
    guest = {"balance_minor": balance_minor, "spent_minor": spent_minor}
    assert _check(FEED_FIRST, 620, **guest, first_meal_minor=620)
    with pytest.raises((InsufficientBalance, OfflineLimit)):
        _check(FEED_FIRST, 620, **guest)
    with pytest.raises((InsufficientBalance, OfflineLimit)):
        _check(REFUSE, 620, **guest, first_meal_minor=620)


def test_a_meal_the_account_covers_needs_no_promise() -> None:
    assert not _check(FEED_FIRST, 620, first_meal_minor=620)


def test_what_lies_beside_the_meal_has_to_be_covered() -> None:
    with pytest.raises(BesideMeal) as refused:
        _check(FEED_FIRST, 980, balance_minor=0, first_meal_minor=620)
    assert (refused.value.meal_minor, refused.value.beside_minor) == (620, 360)
    assert _check(FEED_FIRST, 980, balance_minor=360, first_meal_minor=620)


def test_a_limit_is_never_below_zero() -> None:
    with pytest.raises(CatalogueError, match="below zero"):
        OfflinePolicy(limit_minor=-1)


def test_a_category_that_says_nothing_refuses_above_thirty() -> None:
    for category_id in ("guest", "staff", "nobody-knows"):
        assert CANTEEN.offline_policy(category_id) == OfflinePolicy(OfflineKind.REFUSE, 3000)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2000)), max_size=60),
    st.integers(-2000, 9000),
    st.integers(0, 2000),
    st.integers(0, 4000),
)
def test_terminals_cut_off_at_once_stay_within_the_bound(
    sales: list[tuple[int, int]], balance_minor: int, credit_minor: int, limit_minor: int
) -> None:
    policy = OfflinePolicy(limit_minor=limit_minor)
    spent = [0, 0, 0, 0]
    for terminal, amount_minor in sales:
        guest = {"balance_minor": balance_minor - spent[terminal], "credit_limit_minor": credit_minor}
        try:
            check_offline(policy, **guest, spent_minor=spent[terminal], amount_minor=amount_minor)
        except (InsufficientBalance, OfflineLimit):
            continue
        spent[terminal] += amount_minor
    overdraft_minor = max(-(balance_minor - sum(spent)), 0)
    assert overdraft_minor <= max(credit_minor, -balance_minor) + len(spent) * limit_minor
    assert all(minor <= limit_minor for minor in spent)
