"""A revoked terminal at a broker that would still let it: head office takes nothing from it and tells it nothing."""

from server.certificates.revoking import revoke_terminals
from server.fleet.models import Terminal
from server.guests.ledger import post
from server.guests.models import LedgerEntry
from server.spool.models import Quarantine
from tests.waiting import wait_until


def test_a_revoked_terminal_is_heard_no_more_and_told_nothing(spool, line, make_till, house):
    stolen, other = make_till("kiosk-1"), make_till("kiosk-2")
    thief, bystander = line("kiosk-1"), line("kiosk-2")
    for till, their_line in ((stolen, thief), (other, bystander)):
        their_line.ask(till)
        their_line.ack()
        their_line.document("accounts")
    revoke_terminals(Terminal.objects.filter(code="kiosk-1"))
    stolen.sell(house.anna)
    thief.up(stolen)
    wait_until(lambda: Quarantine.objects.filter(terminal="kiosk-1").count() == 2, "its entries are set aside")
    seen = thief.waiting("accounts")
    post([LedgerEntry(guest=house.anna, amount_minor=700, kind=LedgerEntry.Kind.TOP_UP)])
    bystander.document("accounts")
    thief.ask(stolen)
    bystander.ask(other)
    bystander.ack()
    assert (thief.waiting("accounts"), thief.waiting("ack")) == (seen, 0)
    house.anna.refresh_from_db()
    assert house.anna.balance_minor == 2700
