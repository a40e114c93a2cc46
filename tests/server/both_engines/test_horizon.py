"""What head office signs of its backups, and how it goes on after one was put back."""

from __future__ import annotations

import pytest
from django.db import connection

from server.backup.aftermath import statements
from server.backup.manifest import Reach
from server.backup.taking import record_horizon
from server.fleet.models import Enrolment
from server.replication.models import PublishRequest
from server.replication.publishing import publish, publish_pending
from server.spool.answers import acknowledge
from server.spool.intake import take_in


def reach(till, upto: int, **changes) -> Reach:
    return Reach(
        **{"terminal": till.code, "epoch": till.epoch, "upto": upto, "head": till.entries[upto - 1].hash} | changes
    )


@pytest.fixture
def sold(till, house):
    for _ in range(4):
        till.sell(house.anna)
    take_in(till.code, till.epoch, till.documents())
    return till


def test_every_later_acknowledgement_says_what_is_in_a_backup(sold, keys) -> None:
    assert acknowledge(sold.enrolment, keys).backed_up == 0
    record_horizon([reach(sold, 3)])
    assert acknowledge(sold.enrolment, keys).backed_up == 3
    record_horizon([reach(sold, 2)])
    assert acknowledge(sold.enrolment, keys).backed_up == 3
    record_horizon([reach(sold, 5)])
    assert acknowledge(sold.enrolment, keys).backed_up == 5


@pytest.mark.parametrize("wrong", [{"head": "f" * 64}, {"epoch": 2}, {"terminal": "kiosk-9"}])
def test_a_journal_that_is_not_the_one_in_the_backup_gets_no_horizon(sold, keys, wrong) -> None:
    record_horizon([reach(sold, 3, **wrong)])
    assert acknowledge(sold.enrolment, keys).backed_up == 0


def test_a_horizon_above_what_is_here_is_never_signed(sold, keys) -> None:
    Enrolment.objects.update(backed_up=99)
    assert acknowledge(sold.enrolment, keys).backed_up == 5


def test_after_a_backup_was_put_back_revisions_go_on_above_all_that_were_published(house, keys, sold) -> None:
    before = publish(house.store, keys)
    assert before is not None
    assert publish(house.store, keys) is None
    PublishRequest.objects.all().delete()
    Enrolment.objects.update(backed_up=99)

    with connection.cursor() as cursor:
        for statement in statements():
            cursor.execute(statement.sql, statement.values)

    (again,) = publish_pending(keys)
    assert again.number > before.number + 1000
    assert publish(house.store, keys) is None
    assert sold.enrolment.backed_up == sold.enrolment.upto
