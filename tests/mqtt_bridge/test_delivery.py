"""Every entry reaches head office exactly once and in order, whatever broker, messages and head office go through."""

from __future__ import annotations

import dataclasses
import os
import threading

import msgspec
import pytest

from journal.chain import link
from journal.keys import SigningKey
from mqtt_bridge import wire
from mqtt_bridge.bridge import Bridge
from mqtt_bridge.local_socket import Alarm, Link, Mark
from mqtt_bridge.lock import FolderInUse
from mqtt_bridge.uplink import AckTiming
from tests.mqtt_bridge.conftest import House
from tests.mqtt_bridge.terminal import DAY, IMPATIENT, NOW
from tests.waiting import wait_until


def seqs(house: House) -> list[int]:
    return [entry.seq for entry in house.head_office.entries]


def test_entries_arrive_packed_and_the_terminal_hears_it(house: House) -> None:
    last = house.till.sell(400, note="x" * 500)
    house.open()

    wait_until(house.delivered, "everything is delivered")

    assert seqs(house) == list(range(1, last + 1))
    size, _ = house.head_office.largest_up
    assert size <= 64 * 1024
    assert 8 <= house.head_office.received <= 12
    assert house.till.news(Link)[-1].connected


def test_a_message_holds_at_most_fifty_entries(house: House) -> None:
    house.till.sell(120)
    house.open()

    wait_until(house.delivered, "everything is delivered")

    assert house.head_office.largest_up[1] == 50


def test_an_entry_too_large_for_a_pack_goes_alone(house: House) -> None:
    house.till.sell(3, note="x" * 70_000)
    house.open()

    wait_until(house.delivered, "everything is delivered")

    size, entries = house.head_office.largest_up
    assert size > 64 * 1024
    assert entries == 1
    assert house.head_office.received == 4


def test_the_doorbell_delivers_at_once(house: House) -> None:
    sleepy = dataclasses.replace(IMPATIENT, tick_s=60.0)
    house.broker.start()
    house.head_office.start()
    house.till.start_bridge(house.enrolment, sleepy)
    wait_until(house.delivered, "the opening entry is delivered")
    before = house.head_office.received

    house.till.sell(1)

    wait_until(house.delivered, "the sale is delivered, long before the bridge would look by itself")
    assert house.head_office.received == before + 1


def test_without_the_doorbell_it_is_found_too(house: House) -> None:
    house.open()
    wait_until(house.delivered, "the opening entry is delivered")

    house.till.sell(1, ring=False)

    wait_until(house.delivered, "the sale is delivered")


def test_sales_made_while_the_broker_is_down_follow_when_it_is_there(house: House) -> None:
    house.till.start_bridge(house.enrolment)
    house.till.sell(30)
    wait_until(lambda: house.till.news(Link), "the terminal hears that there is no connection")
    assert not house.till.news(Link)[-1].connected

    house.broker.start()
    house.head_office.start()

    wait_until(house.delivered, "everything is delivered")
    assert seqs(house) == list(range(1, 32))


def test_the_broker_is_killed_midway_twice(house: House) -> None:
    house.head_office.slowness_s = 0.05
    house.open()
    for kept in (100, 400):
        house.till.sell(300)
        wait_until(lambda: house.head_office.upto() >= kept, "the first messages are through")  # noqa: B023 (used at once)
        house.broker.kill()
        assert house.head_office.upto() < house.till.journal.head.seq
        house.till.sell(50)
        house.broker.start()

    wait_until(house.delivered, "everything is delivered")
    assert seqs(house) == list(range(1, 702))


def test_lost_messages_and_lost_acknowledgements_are_made_up_for(house: House) -> None:
    house.head_office.lose_ups = 2
    house.head_office.lose_acks = 2
    house.till.sell(200)
    house.open()

    wait_until(house.delivered, "everything is delivered")

    assert seqs(house) == list(range(1, 202))
    assert (house.head_office.lose_ups, house.head_office.lose_acks) == (0, 0)


def test_a_silent_head_office_is_not_flooded(house: House) -> None:
    house.till.sell(30, note="x" * 40_000)
    house.head_office.lose_ups = 1000
    house.open()
    wait_until(lambda: len(house.head_office.asked) == 2, "the bridge asks again")
    house.head_office.lose_ups = 0

    assert house.head_office.received_when_asked == [0, 20]
    wait_until(house.delivered, "everything is delivered")


def test_acknowledgements_that_come_three_times_change_nothing(house: House) -> None:
    house.head_office.repeat_acks = 2
    house.till.sell(200)
    house.open()

    wait_until(house.delivered, "everything is delivered")

    assert house.head_office.received == 5
    assert house.till.news(Alarm) == []


def test_a_head_office_restored_from_a_backup_is_sent_the_rest_again(house: House) -> None:
    house.till.sell(200)
    house.open()
    wait_until(house.delivered, "everything is delivered")
    house.head_office.stop()
    house.head_office.restore_backup(upto=80)
    house.broker.stop()
    house.broker.start()
    house.head_office.start()

    wait_until(lambda: house.head_office.upto() == 201, "the lost entries came again")

    wait_until(house.delivered, "the terminal knows")
    assert 80 in [mark.upto for mark in house.till.news(Mark)]


def test_an_idle_terminal_finds_out_by_itself_that_head_office_was_restored(house: House) -> None:
    house.broker.start()
    house.head_office.start()
    house.till.sell(20)
    house.till.start_bridge(house.enrolment, dataclasses.replace(IMPATIENT, ack=AckTiming(0.5, 2.0, quiet_s=0.5)))
    wait_until(house.delivered, "everything is delivered")

    house.head_office.restore_backup(upto=8)

    wait_until(lambda: house.head_office.upto() == 21, "the lost entries came again on the same connection")
    wait_until(house.delivered, "the terminal knows")


def test_the_mark_survives_a_restart_of_the_bridge(house: House) -> None:
    house.till.sell(100)
    house.open()
    wait_until(house.delivered, "everything is delivered")
    house.till.stop_bridge()
    before = house.head_office.received

    house.till.sell(1)
    house.till.start_bridge(house.enrolment)

    wait_until(house.delivered, "the new sale is delivered")
    assert house.head_office.received == before + 1


def test_head_office_sees_who_is_connected(house: House) -> None:
    house.open()
    wait_until(house.delivered, "the opening entry is delivered")
    wait_until(lambda: house.head_office.states, "the birth is there")
    birth = house.head_office.states[-1]
    assert (birth.online, birth.software, birth.epoch, birth.head_seq) == (True, "refectory test", 1, 1)

    house.till.stop_bridge()

    wait_until(lambda: not house.head_office.states[-1].online, "the good-bye is there")


def test_an_acknowledgement_signed_by_somebody_else_moves_nothing(house: House) -> None:
    house.open()
    wait_until(house.delivered, "the opening entry is delivered")
    house.head_office.signer = SigningKey.generate()

    house.till.sell(3)

    wait_until(lambda: house.till.news(Alarm), "the terminal hears of it")
    assert "signature" in house.till.news(Alarm)[0].text
    assert {mark.upto for mark in house.till.news(Mark)} <= {0, 1}
    house.head_office.signer = house.head_office.ack_key
    wait_until(house.delivered, "head office's own acknowledgement counts")


def test_an_alarm_about_a_copy_does_not_stop_the_terminal_whose_journal_is_held(house: House) -> None:
    house.head_office.alarm = "The journal has two branches at entry 3."
    house.till.sell(5)
    house.open()

    wait_until(house.delivered, "everything is delivered")
    wait_until(lambda: house.till.news(Alarm), "the terminal hears the alarm")
    assert "two branches at entry 3" in house.till.news(Alarm)[0].text
    assert not any(alarm.stops for alarm in house.till.news(Alarm))
    wait_until(lambda: len(house.till.news(Alarm)) > 2, "the alarm stands")

    house.head_office.alarm = None
    house.till.sell(1)
    wait_until(house.delivered, "the next sale is delivered")
    heard = len(house.till.news(Alarm))
    wait_until(lambda: len(house.till.news(Mark)) > len(house.till.news(Link)), "more news come", 20)
    assert len(house.till.news(Alarm)) <= heard + 1


def test_a_copy_is_stopped_and_its_branch_is_shown_to_head_office(house: House) -> None:
    house.till.sell(5)
    house.open()
    wait_until(house.delivered, "everything is delivered")
    common = house.till.journal.head
    house.head_office.entries.append(
        link(
            common,
            terminal="kiosk-1",
            epoch=1,
            key=house.till.key,
            kind="note",
            time_utc=NOW,
            business_day=DAY,
            payload={},
        )
    )

    branch = house.till.sell(3)

    wait_until(lambda: house.till.news(Alarm), "the terminal hears the alarm")
    assert house.till.news(Alarm)[-1].stops
    wait_until(lambda: {common.seq + 1, branch} <= set(house.head_office.refused), "head office sees the branch")
    assert house.till.news(Mark)[-1].upto == common.seq


def test_a_stop_survives_a_restart_without_a_connection(house: House) -> None:
    house.till.sell(5)
    house.open()
    wait_until(house.delivered, "everything is delivered")
    house.head_office.send("ack", house.head_office.acknowledge(head="f" * 64))
    wait_until(lambda: house.till.news(Alarm), "the terminal hears the alarm")
    house.till.stop_bridge()
    house.broker.stop()
    heard, marks = len(house.till.news(Alarm)), house.till.news(Mark)

    house.till.start_bridge(house.enrolment)

    wait_until(lambda: len(house.till.news(Alarm)) > heard, "the terminal hears the alarm again")
    assert house.till.news(Alarm)[-1].stops
    assert house.till.news(Mark) == marks


def test_the_terminal_hears_how_far_its_clock_is_off(house: House) -> None:
    house.head_office.clock_ahead_s = -86_400
    house.till.sell(5)
    house.open()
    wait_until(house.delivered, "a clock that is wrong rejects nothing")
    assert abs(house.till.news(Mark)[-1].skew_s - 86_400) < 60


def test_another_head_than_ours_stops_the_terminal(house: House) -> None:
    house.till.sell(5)
    house.open()
    wait_until(house.delivered, "everything is delivered")

    house.head_office.send("ack", house.head_office.acknowledge(head="f" * 64))

    wait_until(lambda: house.till.news(Alarm), "the terminal hears the alarm")
    assert "another entry 6" in house.till.news(Alarm)[0].text
    assert house.till.news(Alarm)[0].stops


def test_head_office_knows_more_than_this_journal_holds(house: House) -> None:
    house.open()
    wait_until(house.delivered, "the opening entry is delivered")

    house.head_office.send("ack", house.head_office.acknowledge(upto=99, head="f" * 64))

    wait_until(lambda: house.till.news(Alarm), "the terminal hears the alarm")
    assert "entry 99, which this terminal's journal does not hold" in house.till.news(Alarm)[0].text
    assert house.till.news(Alarm)[0].stops


def test_an_acknowledgement_of_another_epoch_stops_nothing(house: House) -> None:
    house.open()
    wait_until(house.delivered, "the opening entry is delivered")

    house.head_office.send("ack", house.head_office.acknowledge(epoch=2))
    house.till.sell(3)

    wait_until(house.delivered, "the sales are delivered")
    assert "epoch: it is for 2, ours is 1" in house.till.news(Alarm)[0].text
    assert not any(alarm.stops for alarm in house.till.news(Alarm))


@pytest.mark.parametrize("changes", [{"nonce": "0" * 32}, {"number": 0}, {"nonce": ""}])
def test_an_old_acknowledgement_replayed_moves_nothing(house: House, changes: dict[str, object]) -> None:
    house.till.sell(5)
    house.open()
    wait_until(house.delivered, "everything is delivered")
    before = len(house.till.news(Mark))

    house.head_office.send("ack", house.head_office.acknowledge(upto=0, head=wire.EMPTY_HEAD, **changes))
    house.till.sell(1)
    wait_until(house.delivered, "the next sale is delivered")

    assert 0 not in [mark.upto for mark in house.till.news(Mark)[before:]]


def test_quarantined_entries_are_counted(house: House) -> None:
    house.head_office.quarantined = [1, 3]
    house.till.sell(5)
    house.open()

    wait_until(house.delivered, "everything is delivered")

    assert house.till.news(Mark)[-1].quarantined == 2


def test_a_journal_of_another_enrolment_is_not_sent(house: House) -> None:
    house.broker.start()
    house.head_office.start()
    house.till.start_bridge(msgspec.structs.replace(house.enrolment, epoch=2))

    wait_until(lambda: house.till.news(Alarm), "the terminal hears the alarm")
    assert "is of terminal kiosk-1 epoch 1, enrolment.json says kiosk-1 epoch 2" in house.till.news(Alarm)[0].text
    assert house.head_office.received == 0


def test_a_second_bridge_on_the_same_folder_is_refused_and_disturbs_nothing(house: House) -> None:
    house.open()
    wait_until(house.delivered, "the opening entry is delivered")

    with pytest.raises(FolderInUse, match=rf"{house.till.folder} is in use by the bridge of process {os.getpid()}; .*"):
        Bridge(house.enrolment, house.till.folder).run(threading.Event())

    house.till.sell(1)
    wait_until(house.delivered, "the doorbell still rings")
    house.till.stop_bridge()
    house.till.start_bridge(house.enrolment)
    house.till.sell(1)
    wait_until(house.delivered, "a stopped bridge leaves the folder to the next")
