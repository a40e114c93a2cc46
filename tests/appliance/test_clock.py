"""A clock that jumps: entries keep their order, and the day before is not opened again by a clock that was put right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from appliance.store.terminal_store import TerminalStore
from journal.verify import verify_file
from tests.appliance.canteen import NOON, Canteen

DAY_BEGINS = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
"""04:00 in Germany."""


def days(canteen: Canteen, *moments: datetime) -> list[date]:
    """The business days of entries written one after the other when the clock said so."""
    canteen.publish()
    journal, _bridge, store = canteen.parts()
    store.adopt_newest()
    found = [write(store, moment) for moment in moments]
    assert [entry.seq for entry in journal.entries(1, 50)] == list(range(2, len(moments) + 2))
    assert verify_file(canteen.folder / "journal.sqlite", canteen.key.public).head == journal.head
    return found


def write(store: TerminalStore, moment: datetime) -> date:
    day = store.business_day(moment)
    assert store.record("note", {}, (), moment, day).business_day == day.isoformat()
    return day


def test_a_clock_put_right_by_minutes_does_not_open_the_day_before(canteen: Canteen) -> None:
    later, earlier = DAY_BEGINS + timedelta(minutes=10), DAY_BEGINS - timedelta(minutes=10)
    assert days(canteen, earlier, later, earlier, DAY_BEGINS) == [date(2026, 11, 21), *[date(2026, 11, 22)] * 3]


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=400)])
def test_a_sale_dated_ahead_by_mistake_does_not_date_those_that_follow(canteen: Canteen, jump: timedelta) -> None:
    found = days(canteen, NOON, NOON + jump, NOON + timedelta(minutes=1))
    assert found == [NOON.date(), (NOON + jump).date(), NOON.date()]


def test_a_clock_of_the_factory_counts_for_the_day_of_the_menu(canteen: Canteen) -> None:
    found = days(canteen, datetime(2000, 1, 1, tzinfo=UTC))
    canteen.stack.close()
    assert found == days_of_menu(canteen)


def days_of_menu(canteen: Canteen) -> list[date]:
    _journal, _bridge, store = canteen.parts()
    store.adopt_newest()
    assert store.catalogue is not None
    return [store.business_day(store.catalogue.published_at)]


def test_after_a_restart_with_the_clock_a_day_back_selling_goes_on_in_order(canteen: Canteen) -> None:
    first = days(canteen, NOON, NOON + timedelta(hours=1))
    canteen.stack.close()
    canteen.clock.now = NOON - timedelta(days=1)
    journal, _bridge, store = canteen.parts()
    store.adopt_newest()
    head = journal.head.seq
    write(store, canteen.clock.now_utc())
    assert first == [NOON.date(), NOON.date()]
    assert journal.head.seq == head + 1
    assert store.clock_is_behind(canteen.clock.now_utc())
