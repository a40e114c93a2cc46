"""Nothing that arrives, and nothing a manager types, keeps sales from being taken in."""

import pytest

from server.guests.models import Badge
from server.replication.models import PublishRequest
from server.sales.models import Ticket
from server.spool.models import Quarantine
from tests.waiting import wait_until


@pytest.mark.parametrize("depth", [900, 100_000])
def test_a_message_nested_too_deeply_is_kept_aside(spool, till, house, line, depth):
    wired = line(till.code)
    nested = "[" * depth + "]" * depth
    wired.send("up", f'{{"v":1,"terminal":"{till.code}","epoch":1,"entries":[{{"payload":{nested}}}]}}'.encode())
    till.sell(house.anna)
    wired.up(till)

    while wired.ack().upto < 2:
        pass

    assert Ticket.objects.count() == 1
    assert Quarantine.objects.count() == 1


@pytest.mark.parametrize("timezone", ["Mars/Base", "../../etc/passwd"])
def test_a_store_that_cannot_be_published_does_not_keep_sales_from_arriving(spool, till, house, line, timezone):
    house.store.timezone = timezone
    house.store.save()
    wait_until(PublishRequest.objects.exclude(problem="").exists, "it says why it cannot be published")
    wired = line(till.code)
    till.sell(house.anna)
    wired.up(till)

    assert wired.ack().upto == 2


def test_a_badge_that_is_no_badge_does_not_keep_sales_from_arriving(spool, till, house, line):
    Badge.objects.create(guest=house.ben, number="--")
    wired = line(till.code)
    wired.ask(till)
    assert wired.ack().upto == 0
    till.sell(house.anna)
    wired.up(till)

    assert wired.ack().upto == 2
