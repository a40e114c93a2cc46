"""What a terminal tells the bridge of itself, and what it shows a technician."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from appliance.flows import intents
from appliance.flows.till.functions import Function
from appliance.presenters.views import AttractScreen, Tone
from appliance.presenters.views_technician import TechnicianScreen
from hal.events import HealthChanged
from hal.health import Health, Reason, State
from mqtt_bridge.local_socket import Link, Mark, Moment, Proof, Refresh, Report, Send
from tests.appliance.asking import PATIENCE_S
from tests.appliance.canteen import ANNA, Canteen, Diner
from tests.appliance.till_canteen import Counter, Till
from tools.stand_in import StandIn

News = TypeVar("News")


def heard(office: StandIn, kind: type[News], fits: Callable[[News], bool] = lambda _news: True) -> News:
    """The first of that kind that fits; fails when none comes."""
    while (news := office.receive(PATIENCE_S)) is not None:
        if isinstance(news, kind) and fits(news):
            return news
    raise AssertionError(f"no such {kind.__name__} has come")


def technician(screen: object) -> TechnicianScreen:
    assert isinstance(screen, TechnicianScreen), screen
    return screen


def facts(screen: object) -> dict[str, tuple[str, Tone]]:
    return {row.label: (row.value, row.tone) for card in technician(screen).cards for row in card.rows}


def test_the_mode_and_what_is_unsent_are_reported(till: Till) -> None:
    report = heard(till.bridge, Report, lambda report: report.mode == "connected")
    assert (report.unsent_minor, report.disk_used_percent is not None) == (0, True)


def test_a_change_of_mode_is_reported_at_once(till: Till) -> None:
    till.bridge.drain()
    till.bridge.send(Link(False))
    till.flow.tick()
    heard(till.bridge, Report, lambda report: report.mode == "local")


def test_unsent_sales_are_reported_with_the_time_of_the_oldest(diner: Diner) -> None:
    diner.bridge.send(Link(False))
    diner.badge(ANNA)
    diner.touch(intents.QuickAdd("spaghetti"), intents.Pay(), intents.ConfirmPayment())
    diner.clock.pass_s(3)
    diner.flow.tick()
    report = heard(diner.bridge, Report, lambda report: report.unsent_minor > 0)
    assert (report.mode, report.unsent_minor) == ("local", 395)
    assert report.oldest_unsent_at is not None
    assert datetime.fromisoformat(report.oldest_unsent_at) <= diner.clock.now


def test_a_report_is_repeated_for_a_bridge_that_has_just_started(diner: Diner) -> None:
    diner.bridge.drain()
    diner.clock.pass_s(40)
    diner.flow.tick()
    heard(diner.bridge, Report, lambda report: report.mode == "connected")


def test_before_a_meal_service_all_accounts_are_asked_for_and_its_end_is_told(canteen: Canteen) -> None:
    canteen.clock.now = datetime(2026, 11, 20, 9, 29, tzinfo=UTC)
    diner = canteen.open()
    before = diner.view.screen
    assert isinstance(before, AttractScreen)
    diner.clock.pass_s(1)
    diner.flow.tick()
    canteen.clock.now += timedelta(hours=1)
    diner.clock.pass_s(3)
    diner.flow.tick()
    heard(diner.bridge, Refresh)
    canteen.clock.now += timedelta(hours=4)
    diner.clock.pass_s(3)
    diner.flow.tick()
    assert heard(diner.bridge, Moment).name == "service_end"


def test_the_end_of_a_shift_is_told(till: Till) -> None:
    till.open_shift()
    till.do(Function.CLOSE_SHIFT)
    till.touch(intents.CountCoin(10000))
    till.type("1")
    assert heard(till.bridge, Moment).name == "shift_end"


def test_a_technician_sees_how_delivery_stands(counter: Counter) -> None:
    till = counter.start()
    till.open_shift()
    till.bridge.send(Mark(1, 2, 0, quarantined=1, skew_s=45))
    till.bridge.send(Proof("Head office", 4711, "2026-11-20T11:20:00+00:00", "every 15 min"))
    till.ring("roast")
    till.touch(intents.CashGiven(None))
    till.wait(3)
    till.flow.handle(HealthChanged("printer", Health(State.ATTENTION, Reason.PAPER_OUT)))
    till.do(Function.TECHNICIAN)
    screen = technician(till.view.screen)
    assert screen.mode == "Connected since 12:28"
    assert screen.why.startswith("The last answer of head office took ")
    assert screen.who == "Till 1 · 12:28"
    shown = facts(screen)
    head = till.journal.head.seq
    assert shown["Unsent"] == (f"{head - 2} · 6.20 €", Tone.ATTENTION)
    assert shown["Complete up to"][0] == f"2 of {head}"
    assert shown["Not readable there"] == ("1", Tone.REFUSED)
    assert shown["Sends"][0] == "every 15 minutes"
    assert shown["Given by"][0] == "Head office"
    assert shown["Acknowledgement"][0] == "4,711"
    assert shown["Given at"][0] == "12:20"
    assert shown["Clock"] == ("45 s ahead", Tone.ATTENTION)
    assert shown["Menu and prices"][0] == "revision 7"
    assert shown["Published"][0] == "07:00"
    assert shown["Badge reader"] == ("ready", Tone.GOOD)
    assert shown["Receipt printer"] == ("no paper", Tone.REFUSED)


def test_everything_can_be_sent_at_once(till: Till) -> None:
    till.open_shift()
    till.do(Function.TECHNICIAN)
    (send, done) = technician(till.view.screen).actions
    till.touch(send.intent)
    heard(till.bridge, Send)
    till.touch(done.intent)
    assert till.screen.ticket is not None


def test_why_a_terminal_is_in_local_mode(counter: Counter) -> None:
    till = counter.start(connected=False)
    till.open_shift()
    till.do(Function.TECHNICIAN)
    assert "Nothing has been heard of the connection" in technician(till.view.screen).why
    till.bridge.send(Link(True))
    till.bridge.send(Link(False))
    till.wait(3)
    assert technician(till.view.screen).why.startswith("The line to head office is down.")
    assert technician(till.view.screen).tone is Tone.ATTENTION


def test_a_terminal_that_sends_later_says_so(counter: Counter) -> None:
    till = counter.start(connected=False)
    till.open_shift()
    till.bridge.decide = lambda _asked: None
    till.bridge.follow_nothing()
    till.bridge.send(Link(True))
    till.bridge.send(Proof("", 0, "", "shift_end"))
    till.wait(1)
    till.do(Function.TECHNICIAN)
    screen = technician(till.view.screen)
    assert screen.why.startswith("This terminal sends later, so head office is not asked.")
    assert facts(screen)["Sends"][0] == "at the end of a shift"


def test_the_till_always_says_mode_unsent_proof_and_ages(till: Till) -> None:
    till.open_shift()
    till.bridge.send(Mark(1, till.journal.head.seq, 0))
    till.wait(3)
    head = till.journal.head.seq
    assert till.screen.status.mode == "Connected"
    assert till.screen.status.detail == f"0 unsent · complete up to {head} · balances of 12:18 · prices of 07:00"
    till.bridge.send(Link(False))
    till.ring("roast")
    till.badge(ANNA)
    till.wait(3)
    assert till.screen.status.mode.startswith("Local mode since")
    assert till.screen.status.detail.startswith(f"1 unsent · 6.20 € · complete up to {head} · balances of 12:18")
