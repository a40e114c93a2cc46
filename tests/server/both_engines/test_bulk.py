"""Many rows at once are the rows that one after the other would be."""

import pytest
from django.db import DataError, IntegrityError, transaction

from server.core.bulk import insert
from server.guests.models import Guest, LedgerEntry
from server.sales.models import Ticket, TicketLine
from server.spool.intake import take_in


def test_rows_have_their_keys_and_values_afterwards(house, till):
    till.sell(house.anna)
    take_in(till.code, till.epoch, till.documents())
    line = TicketLine.objects.get()
    text = 'Käse "50 %"\\\t\n{,} \N{FORK AND KNIFE}'
    made = []
    for position in (2, 3):
        line.pk, line.position, line.name, line.options = None, position, text, [{"id": "o", "name": text}]
        made.append(TicketLine(**{field.attname: getattr(line, field.attname) for field in line._meta.concrete_fields}))

    assert insert(made) == made

    found = list(TicketLine.objects.filter(position__gt=1).order_by("position"))
    assert [row.pk for row in made] == [row.pk for row in found]
    assert [(row.name, row.options) for row in found] == [(text, [{"id": "o", "name": text}])] * 2
    made[0].name = "Cheese"
    made[0].save()
    assert TicketLine.objects.get(pk=made[0].pk).name == "Cheese"
    assert TicketLine.objects.count() == 3


def test_nothing_to_insert_is_nothing(db):
    assert insert([]) == []


def test_what_the_database_refuses_is_refused_whole(house, till):
    guest = house.anna
    kind = LedgerEntry.Kind.TOP_UP
    good = LedgerEntry(guest=guest, amount_minor=1, kind=kind)
    before = guest.ledger.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([good, LedgerEntry(guest_id=guest.pk, amount_minor=None, kind=kind)])
    with pytest.raises((DataError, OverflowError)), transaction.atomic():
        insert([LedgerEntry(guest=guest, amount_minor=2**70, kind=kind)])

    assert guest.ledger.count() == before
    assert Guest.objects.get(pk=guest.pk).balance_minor == 2000
    assert not Ticket.objects.exists()
