"""The circuit breaker: when a terminal stops waiting for head office, and when it waits again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.store.breaker import Breaker

SLOW_S = 0.3


def closed() -> Breaker:
    breaker = Breaker(SLOW_S)
    breaker.answered(0.01)
    breaker.answered(0.01)
    assert not breaker.is_open
    return breaker


def test_nobody_waits_before_head_office_has_answered_twice() -> None:
    breaker = Breaker(SLOW_S)
    assert breaker.is_open
    breaker.answered(0.01)
    assert breaker.is_open
    breaker.answered(0.01)
    assert not breaker.is_open


@pytest.mark.parametrize("trip", [Breaker.link_lost, Breaker.timed_out])
def test_a_lost_line_or_one_missing_answer_opens_it_at_once(trip: Callable[[Breaker], None]) -> None:
    breaker = closed()
    trip(breaker)
    assert breaker.is_open


def test_three_slow_answers_in_a_row_open_it_and_a_quick_one_between_them_does_not() -> None:
    breaker = closed()
    for took_s in (0.4, 0.4, 0.1, 0.4, 0.4):
        breaker.answered(took_s)
    assert not breaker.is_open
    breaker.answered(0.4)
    assert breaker.is_open


def test_a_slow_probe_begins_the_count_of_good_ones_again() -> None:
    breaker = Breaker(SLOW_S)
    for took_s in (0.1, 0.5, 0.1):
        breaker.answered(took_s)
    assert breaker.is_open
    breaker.answered(0.1)
    assert not breaker.is_open


def test_trouble_while_it_is_open_begins_the_count_again() -> None:
    breaker = Breaker(SLOW_S)
    breaker.answered(0.1)
    breaker.timed_out()
    breaker.answered(0.1)
    assert breaker.is_open


@given(st.lists(st.sampled_from(["lost", "timeout", "slow", "quick"])))
def test_it_is_closed_exactly_when_the_last_trouble_is_two_quick_answers_ago(events: list[str]) -> None:
    breaker, is_open, run = Breaker(SLOW_S), True, ""
    for event in events:
        if event == "lost":
            breaker.link_lost()
        elif event == "timeout":
            breaker.timed_out()
        else:
            breaker.answered(1.0 if event == "slow" else 0.0)
        run += event[0] if event in ("slow", "quick") else "x"
        if event in ("lost", "timeout"):
            is_open, run = True, ""
        elif is_open and run.endswith("qq"):
            is_open, run = False, ""
        elif not is_open and run.endswith("sss"):
            is_open, run = True, ""
        assert breaker.is_open is is_open
