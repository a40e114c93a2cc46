"""Figures for people, by whichever database head office has."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from journal.keys import SigningKey
from sales.tender import Tender, TenderKind
from server.core.keys import HeadOfficeKeys
from server.fleet.enrolment import enrol
from server.reporting.live import live, sight_of
from server.reporting.payroll import payroll
from server.sales.models import Ticket
from server.sales.slip_page import slip_pieces
from server.spool.intake import take_in
from tests.server.lunch import furnish, lane_of

NOON = datetime(2026, 11, 20, 11, 40, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_today_payroll_and_slips_say_the_same(house: Any, keys: HeadOfficeKeys) -> None:
    people = furnish(house.store)
    key = SigningKey.generate()
    enrolment = enrol({"terminal": "till-1", "public_key": key.public.to_base64()}, keys, house.store.code)
    lane = lane_of("till-1", enrolment.epoch, key, house.store)
    lane.sell(lane.basket(people[0], "stew"))
    lane.sell(lane.basket(None, "soup"), Tender(TenderKind.CARD, 450))
    lane.take_back(lane.sell(lane.basket(people[1], "stew")))
    take_in(lane.code, lane.epoch, lane.documents())

    found = live(sight_of(User.objects.create_superuser("boss")), house.store, NOON)

    assert (found["turnover"], found["payers_part"], found["meals"]) == ("14.80 €", "3.00 €", 2)
    assert found["chart"].count('class="bar"') == 1
    rows = {row.guest: (row.meals, row.share_minor, row.guest_minor) for row in payroll(date(2026, 11, 1))}
    assert rows == {"Guest 0": (1, 300, 730), "Guest 1": (0, 0, 0)}
    slip = slip_pieces(Ticket.objects.get(number=1))
    assert [piece.right for piece in slip if piece.left == "To pay"] == ["7.30 €"]
