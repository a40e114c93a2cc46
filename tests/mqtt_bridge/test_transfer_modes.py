"""With a transfer mode entries wait until they may go; everything else goes on over the line."""

from __future__ import annotations

from mqtt_bridge import local_socket
from mqtt_bridge.local_socket import Link, Mark
from mqtt_bridge.transfer import TransferMode, TransferPlan
from tests.mqtt_bridge.conftest import House
from tests.waiting import wait_until

BY_HAND = TransferPlan(TransferMode.BY_HAND)


def start(house: House, plan: TransferPlan) -> None:
    house.broker.start()
    house.head_office.start()
    house.till.start_bridge(house.enrolment, transfer=plan)


def standing(house: House) -> Mark | None:
    return (house.till.news(Mark) or [None])[-1]


def waits(house: House) -> bool:
    """Whether the terminal is connected and greeted, knows what is unsent, and head office has nothing of it."""
    mark, links = standing(house), house.till.news(Link)
    unsent = house.till.journal.head.seq - house.head_office.upto()
    return bool(links and links[-1].connected and house.head_office.asked and mark and mark.unsent == unsent)


def test_by_hand_entries_wait_and_all_else_goes_on(house: House) -> None:
    house.till.sell(10)
    start(house, BY_HAND)
    wait_until(lambda: waits(house), "the terminal is connected")
    house.till.sell(5)
    house.settle()

    assert house.head_office.received == 0
    mark = standing(house)
    assert mark is not None
    assert (mark.upto, mark.unsent) == (0, 16)
    assert house.head_office.states[-1].transfer == "by_hand"

    house.till.socket.send(local_socket.Send())

    wait_until(house.delivered, "everything is delivered")


def test_what_comes_after_the_opening_waits_for_the_next(house: House) -> None:
    house.till.sell(120)
    start(house, BY_HAND)
    wait_until(lambda: waits(house), "the terminal is connected")
    house.head_office.slowness_s = 0.2
    house.till.socket.send(local_socket.Send())
    wait_until(lambda: house.head_office.received, "delivery has begun")
    house.till.sell(30)

    wait_until(lambda: house.head_office.upto() == 121, "what there was is delivered")
    house.settle()
    assert house.head_office.upto() == 121

    house.till.socket.send(local_socket.Send())
    wait_until(house.delivered, "everything is delivered")


def test_an_opening_survives_a_lost_line_and_a_restart_of_the_bridge(house: House) -> None:
    house.till.sell(40)
    house.till.start_bridge(house.enrolment, transfer=BY_HAND)
    wait_until(lambda: standing(house), "the bridge works without a line")
    house.till.socket.send(local_socket.Send())
    house.settle()
    house.till.stop_bridge()
    house.till.sell(3)

    start(house, BY_HAND)

    wait_until(lambda: house.head_office.upto() == 41, "what was let through is delivered")
    house.settle()
    assert house.head_office.upto() == 41


def test_a_head_office_put_back_to_a_backup_is_sent_again_what_it_lacks(house: House) -> None:
    house.till.sell(20)
    start(house, BY_HAND)
    wait_until(lambda: waits(house), "the terminal is connected")
    house.till.socket.send(local_socket.Send())
    wait_until(lambda: house.head_office.upto() == 21, "delivered")
    house.till.sell(2)

    house.head_office.restore_backup(5)
    house.broker.kill()
    house.broker.start()

    wait_until(lambda: house.head_office.upto() == 21, "sent again, and no more than was let through")


def test_the_end_of_a_shift_is_found_in_the_journal(house: House) -> None:
    house.till.sell(3)
    start(house, TransferPlan(TransferMode.SHIFT_END))
    wait_until(lambda: waits(house), "the terminal is connected")
    house.settle()
    assert house.head_office.received == 0

    house.till.close_shift()

    wait_until(house.delivered, "everything is delivered")
    house.till.sell(2)
    house.settle()
    assert house.head_office.upto() == 5


def test_what_ends_opens_only_for_the_mode_that_waits_for_it(house: House) -> None:
    house.till.sell(3)
    start(house, TransferPlan(TransferMode.SERVICE_END))
    wait_until(lambda: waits(house), "the terminal is connected")
    house.till.socket.send(local_socket.Moment("shift_end"))
    house.settle()
    assert house.head_office.received == 0

    house.till.socket.send(local_socket.Moment("service_end"))

    wait_until(house.delivered, "everything is delivered")


def test_every_few_minutes_begins_at_once(house: House) -> None:
    house.till.sell(3)
    start(house, TransferPlan(TransferMode.EVERY, every_minutes=60))
    wait_until(house.delivered, "everything is delivered")
    house.till.sell(3)
    house.settle()
    assert house.head_office.upto() == 4


def test_only_a_terminal_that_sends_at_once_asks_for_authorisations(house: House) -> None:
    start(house, BY_HAND)
    wait_until(lambda: waits(house), "the terminal is connected")
    house.till.socket.send(local_socket.Authorise({"request": "later"}))
    house.settle()
    house.till.stop_bridge()
    assert house.head_office.authorise == []

    connections = len(house.head_office.asked)
    house.till.start_bridge(house.enrolment)
    wait_until(lambda: len(house.head_office.asked) > connections, "the terminal is connected again")
    wait_until(lambda: asks(house), "the request arrives")


def asks(house: House) -> bool:
    house.till.socket.send(local_socket.Authorise({"request": "now"}))
    return {"request": "now"} in house.head_office.authorise
