"""A guest at this terminal: head office's picture, with what this terminal has sold and taken back since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from appliance.store.accounts import Accounts, AccountsMissing, Guest, Standing
from journal.store import Journal
from masterdata.accounts_file import AccountsReader
from masterdata.photos import photo_file
from sales.account import account_key, meal_key
from sales.funding import Diner, MealUsed
from tests.appliance.canteen import ANNA, ANNA_ID, BADGE_KEY, BEN, BEN_ID, DAY, NOON, Canteen, badge, guest

PHOTO = "ab" * 16
TEN_TO = datetime(2026, 11, 20, 10, 50, tzinfo=UTC)


class Terminal:
    """A terminal's files with a journal to write into."""

    def __init__(self, canteen: Canteen, journal: Journal) -> None:
        self.canteen, self.journal = canteen, journal
        self.accounts = Accounts(AccountsReader(canteen.folder / "accounts.sqlite", BADGE_KEY), journal)

    def meal(self, count: int, at: datetime = NOON, guest_id: str = ANNA_ID, meal: str = "lunch") -> int:
        """What a ticket (or its reversal) does to entitlement and account; returns its entry."""
        deltas = [(meal_key(guest_id, DAY, meal), count), (account_key(guest_id), -300 * count)]
        return self.journal.append("note", {}, deltas, now_utc=at, business_day=DAY).seq

    def anna(self) -> Guest:
        found = self.accounts.by_badge(ANNA, DAY)
        assert found is not None
        return found


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    with ExitStack() as stack:
        canteen = Canteen(tmp_path, stack)
        yield Terminal(canteen, stack.enter_context(closing(canteen.journal())))


def anna(**changes: Any) -> dict[str, Any]:
    return guest(ANNA_ID, "Anna Keller", 2340, [badge(ANNA)], payer="plant", photo=PHOTO, **changes)


def had(count: int = 1) -> dict[str, Any]:
    return {"day": DAY.isoformat(), "meal": "lunch", "count": count, "at": TEN_TO.isoformat(), "terminal": "till-1"}


def test_a_guest_comes_with_everything_prices_and_shares_need(terminal: Terminal) -> None:
    terminal.canteen.send_guests(anna(meals=[had()]))

    found = terminal.anna()

    used = (MealUsed(DAY, "lunch", 1, TEN_TO, "till-1"),)
    assert found.diner == Diner("student", ANNA_ID, "plant", used)
    assert (found.standing, found.balance_minor) == (Standing.GOOD, 2340)


def test_a_photo_is_shown_once_it_has_come(terminal: Terminal) -> None:
    terminal.canteen.send_guests(anna())
    assert terminal.anna().photo_path is None

    path = photo_file(terminal.canteen.folder, PHOTO)
    path.parent.mkdir()
    path.write_bytes(b"\xff\xd8\xff")
    assert terminal.anna().photo_path == path


def test_a_meal_sold_here_counts_at_once_with_its_time_and_place(terminal: Terminal) -> None:
    terminal.canteen.send_guests(anna())
    assert terminal.anna().meals_used == ()

    terminal.meal(1)
    terminal.meal(1, NOON + timedelta(minutes=30))
    terminal.meal(1, guest_id=BEN_ID)
    terminal.meal(1, TEN_TO, meal="breakfast")

    assert terminal.anna().meals_used == (
        MealUsed(DAY, "breakfast", 1, TEN_TO, "kiosk-1"),
        MealUsed(DAY, "lunch", 2, NOON, "kiosk-1"),
    )
    assert terminal.anna().diner.meal_used(DAY, "dinner") is None


def test_a_void_gives_the_meal_back(terminal: Terminal) -> None:
    terminal.canteen.send_guests(anna())
    terminal.meal(1)
    terminal.meal(-1)
    assert (terminal.anna().meals_used, terminal.anna().balance_minor) == ((), 2340)

    later = NOON + timedelta(minutes=5)
    terminal.meal(1, later)
    assert terminal.anna().meals_used == (MealUsed(DAY, "lunch", 1, later, "kiosk-1"),)


def test_a_void_here_gives_back_a_meal_head_office_has_counted(terminal: Terminal) -> None:
    terminal.canteen.send_guests(anna(meals=[had()]))

    terminal.meal(-1)

    assert terminal.anna().meals_used == ()


def test_what_head_office_has_counted_is_not_counted_twice(terminal: Terminal) -> None:
    sold = terminal.meal(1)
    terminal.canteen.send_guests(anna(meals=[had()]), upto=sold)
    assert terminal.anna().meals_used == (MealUsed(DAY, "lunch", 1, TEN_TO, "till-1"),)

    terminal.canteen.send_guests(anna(meals=[]), upto=sold, quarantined=[sold])
    assert terminal.anna().meals_used == (MealUsed(DAY, "lunch", 1, NOON, "kiosk-1"),)

    terminal.canteen.send_guests(anna(meals=[]), epoch=2, upto=sold)
    assert terminal.anna().meals_used == (MealUsed(DAY, "lunch", 1, NOON, "kiosk-1"),)


def test_a_meal_of_another_day_is_none_of_today(terminal: Terminal) -> None:
    terminal.canteen.send_guests(anna(meals=[had() | {"day": "2026-11-19"}]))

    assert terminal.anna().meals_used == ()


@pytest.mark.parametrize(
    ("changes", "standing"),
    [
        ({"blocked": True}, Standing.BADGE_BLOCKED),
        ({"replaced": True}, Standing.BADGE_REPLACED),
        ({"valid_from": "2026-11-21"}, Standing.BADGE_NOT_YET_VALID),
        ({"valid_from": "2026-11-20", "valid_to": "2026-11-20"}, Standing.GOOD),
        ({"valid_to": "2026-11-19"}, Standing.BADGE_EXPIRED),
    ],
)
def test_every_badge_that_does_not_count_has_its_own_reason(
    terminal: Terminal, changes: dict[str, Any], standing: Standing
) -> None:
    terminal.canteen.send_guests(guest(ANNA_ID, "Anna Keller", 0, [badge(ANNA, **changes), badge("OTHER")]))

    assert terminal.anna().standing is standing
    other = terminal.accounts.by_badge("OTHER", DAY)
    assert other is not None
    assert other.standing is Standing.GOOD


@pytest.mark.parametrize(
    ("changes", "title"),
    [({"replaced": True}, "Badge replaced"), ({"valid_from": "2026-11-21"}, "Badge not valid yet")],
)
def test_the_kiosk_says_why_a_badge_does_not_count(tmp_path: Path, changes: dict[str, Any], title: str) -> None:
    with ExitStack() as stack:
        canteen = Canteen(tmp_path, stack)
        canteen.publish()
        canteen.send_guests(guest(ANNA_ID, "Anna Keller", 0, [badge(ANNA, **changes)]))
        diner = canteen.open()
        diner.badge(ANNA)
        assert diner.notice.title == title


def test_a_badge_blocked_at_head_office_is_refused_the_next_time(terminal: Terminal) -> None:
    terminal.canteen.send_guests(anna())
    assert terminal.anna().standing is Standing.GOOD

    terminal.canteen.send_guests(guest(ANNA_ID, "Anna Keller", 2340, [badge(ANNA, blocked=True)]))

    assert terminal.anna().standing is Standing.BADGE_BLOCKED


def test_a_number_that_could_be_two_peoples_badge_is_nobodys(
    terminal: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = "04A23F11223344", "04A23F11998877"
    terminal.canteen.send_guests(
        guest(ANNA_ID, "Anna Keller", 0, [badge(first)]), guest(BEN_ID, "Ben Ott", 0, [badge(second)])
    )

    assert terminal.accounts.by_badge("04A23F11", DAY) is None
    assert "different people share" in caplog.text
    assert "04A23F11" not in caplog.text
    found = terminal.accounts.by_badge(second, DAY)
    assert found is not None
    assert found.guest_id == BEN_ID


def test_a_forgotten_badge_is_made_up_for_by_the_name(terminal: Terminal) -> None:
    terminal.canteen.send_guests(anna(), guest(BEN_ID, "Ben Ott", 200, [badge(BEN)], blocked=True))
    terminal.meal(1)

    (found,) = terminal.accounts.search("kel", DAY)

    assert (found.display_name, found.balance_minor) == ("Anna Keller", 2040)
    assert terminal.accounts.by_id(found.guest_id, DAY) == found
    assert [one.standing for one in terminal.accounts.search("ott", DAY)] == [Standing.ACCOUNT_BLOCKED]
    assert terminal.accounts.search("", DAY) == ()
    assert terminal.accounts.by_id("nobody", DAY) is None
    assert len(terminal.accounts.search("a", DAY, limit=1)) == 1


def test_before_the_guest_list_has_come_nobody_is_said_to_be_unknown(terminal: Terminal) -> None:
    for ask in (
        lambda: terminal.accounts.by_badge(ANNA, DAY),
        lambda: terminal.accounts.by_id(ANNA_ID, DAY),
        lambda: terminal.accounts.search("anna", DAY),
    ):
        with pytest.raises(AccountsMissing):
            ask()


def test_no_balance_is_told_that_lacks_pruned_sales_of_a_head_office_put_back(terminal: Terminal) -> None:
    """A replica with a mark below what is pruned cannot be added up: the sums of single pruned entries are gone."""
    sold = [terminal.meal(1) for _ in range(5)]
    terminal.journal.prune(sold[3], now_utc=NOON)
    terminal.canteen.send_guests(anna(), upto=sold[0])
    with pytest.raises(AccountsMissing, match="old backup"):
        terminal.anna()

    terminal.canteen.send_guests(anna(), upto=sold[3])
    assert terminal.anna().balance_minor == 2340 - 300
