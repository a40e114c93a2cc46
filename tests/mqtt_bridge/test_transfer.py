"""When the gate before the uplink opens: by the monotonic clock, by the store's clock, by what ended, by hand."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mqtt_bridge.transfer import Gate, Opening, StoreDay, TransferMode, TransferPlan, latest

BERLIN = StoreDay(ZoneInfo("Europe/Berlin"), (time(10, 0), time(14, 30)))
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
"""12:00 in Berlin."""


class Clock:
    """Runs a gate minute by minute; `wall` may be set, `seconds` only runs."""

    def __init__(self, plan: TransferPlan, wall: datetime = NOON, day: StoreDay = BERLIN) -> None:
        self.gate, self.wall, self.day = Gate(plan), wall, day
        self.seconds = 1000.0
        self.head = self.shift_end = 0
        self.opened: list[datetime] = []
        self.look()

    def look(self) -> None:
        before = self.gate.opening.through
        self.head += 1
        self.gate.turn(self.head, self.shift_end, self.seconds, self.wall, self.day)
        if self.gate.opening.through > before:
            self.opened.append(self.wall)

    def run(self, minutes: int) -> None:
        for _ in range(minutes):
            self.seconds += 60
            self.wall += timedelta(minutes=1)
            self.look()

    def restart(self) -> None:
        self.gate = Gate(self.gate.plan, self.gate.opening)

    @property
    def openings(self) -> list[str]:
        return [f"{moment.astimezone(self.day.timezone):%d %H:%M}" for moment in self.opened]


def at(*times: str) -> TransferPlan:
    return TransferPlan(TransferMode.TIMES, times=tuple(time.fromisoformat(each) for each in times))


def test_immediately_everything_passes() -> None:
    assert Gate(TransferPlan()).through is None


def test_an_open_gate_lets_through_what_there_was_and_no_more() -> None:
    gate = Gate(TransferPlan(TransferMode.BY_HAND))
    assert gate.through == 0
    gate.open(7, 0.0, NOON)
    assert gate.through == 7
    gate.turn(9, 9, 100.0, NOON, BERLIN)
    assert gate.through == 7


def test_every_n_minutes_by_a_clock_that_nobody_sets() -> None:
    clock = Clock(TransferPlan(TransferMode.EVERY, every_minutes=30))
    clock.run(10)
    clock.wall -= timedelta(days=400)
    clock.run(55)
    assert len(clock.opened) == 3


def test_at_times_of_day_in_the_store() -> None:
    clock = Clock(at("14:30", "06:00"))
    clock.run(2 * 24 * 60)
    assert clock.openings == ["20 14:30", "21 06:00", "21 14:30", "22 06:00"]


def test_a_time_that_passed_while_the_terminal_was_off_is_made_up_for() -> None:
    clock = Clock(at("14:30"))
    clock.wall += timedelta(hours=5)
    clock.restart()
    clock.look()
    assert clock.openings == ["20 17:00"]
    clock.run(24 * 60)
    assert clock.openings == ["20 17:00", "21 14:30"]


def test_a_restart_after_an_opening_opens_nothing() -> None:
    clock = Clock(at("12:30"))
    clock.run(31)
    clock.restart()
    clock.run(60)
    assert clock.openings == ["20 12:30"]


def test_the_hour_that_summer_time_leaves_out() -> None:
    clock = Clock(at("02:30"), datetime(2026, 3, 28, 12, 0, tzinfo=UTC))
    clock.run(2 * 24 * 60)
    assert clock.openings == ["29 03:30", "30 02:30"]


def test_the_hour_that_comes_twice() -> None:
    clock = Clock(at("02:30"), datetime(2026, 10, 24, 12, 0, tzinfo=UTC))
    clock.run(2 * 24 * 60)
    assert clock.openings == ["25 02:30", "26 02:30"]
    assert clock.opened[0] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("jump", [timedelta(days=-4000), timedelta(hours=-3), timedelta(hours=3), timedelta(days=4000)])
def test_after_the_clock_was_set_times_come_once_a_day(jump: timedelta) -> None:
    clock = Clock(at("14:30"))
    clock.run(60)
    clock.wall += jump
    clock.run(1)
    clock.opened.clear()
    clock.run(3 * 24 * 60)
    assert len(clock.opened) == 3


def test_a_clock_ahead_for_a_while_costs_no_later_time() -> None:
    clock = Clock(at("14:30"))
    clock.wall += timedelta(days=365)
    clock.run(2)
    clock.wall -= timedelta(days=365)
    clock.opened.clear()
    clock.run(24 * 60)
    assert clock.openings == ["20 14:30"]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(-3000, 3000), st.integers(1, 300)), max_size=8))
def test_a_jumping_clock_opens_it_at_most_once_a_jump_and_a_time(jumps: list[tuple[int, int]]) -> None:
    clock = Clock(at("06:00", "18:00"))
    for jump, minutes in jumps:
        clock.wall += timedelta(minutes=jump)
        clock.run(minutes)
    assert len(clock.opened) <= 2 * len(jumps)
    clock.opened.clear()
    clock.run(24 * 60)
    assert len(clock.opened) == 2


def test_at_the_end_of_a_service_and_when_told_so() -> None:
    clock = Clock(TransferPlan(TransferMode.SERVICE_END))
    clock.run(24 * 60)
    assert clock.openings == ["20 14:30", "21 10:00"]
    clock.gate.hear("shift_end", 5000, clock.seconds, clock.wall)
    assert clock.gate.through < 5000
    clock.gate.hear("service_end", 5000, clock.seconds, clock.wall)
    assert clock.gate.through == 5000


def test_without_services_nothing_opens_by_itself() -> None:
    clock = Clock(TransferPlan(TransferMode.SERVICE_END), day=StoreDay())
    clock.run(24 * 60)
    assert clock.opened == []


def test_at_the_end_of_a_shift_also_when_nobody_was_told() -> None:
    clock = Clock(TransferPlan(TransferMode.SHIFT_END))
    clock.run(10)
    assert clock.opened == []
    clock.shift_end = clock.head
    clock.restart()
    clock.run(10)
    assert len(clock.opened) == 1


def test_what_was_opened_survives_a_restart() -> None:
    assert Gate(TransferPlan(TransferMode.BY_HAND), Opening(12, NOON)).through == 12


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        (TransferPlan(), "immediate"),
        (TransferPlan(TransferMode.EVERY, every_minutes=30), "every 30 min"),
        (at("14:30", "09:05"), "times 09:05 14:30"),
        (at(*(f"{hour:02}:00" for hour in range(24))), "times (24 a day)"),
    ],
)
def test_head_office_is_told_in_a_few_words(plan: TransferPlan, text: str) -> None:
    assert str(plan) == text


@given(st.integers(0, 4 * 525_600), st.times())
def test_the_latest_moment_is_never_later_and_never_over_a_day_old(minutes: int, each: time) -> None:
    now_utc = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = latest([each.replace(second=0, microsecond=0)], now_utc, BERLIN.timezone)
    assert found is not None
    assert timedelta(0) <= now_utc - found <= timedelta(hours=25)
