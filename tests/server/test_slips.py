"""The electronic slip: there for whoever has its address, and telling nothing to anybody who tries addresses."""

import re

import pytest
from django.utils import timezone

from server.guests.models import Cashier
from server.sales.models import Ticket
from server.spool.intake import take_in


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("\xa0", " ")


@pytest.fixture
def sold(till, house):
    till.sell(house.anna, 2)
    return till


def address(till, proof=None, number=1):
    return f"/r/{till.code}/{till.epoch}/{number}/{proof or till.entries[-1].hash[:12]}"


def arrive(till):
    take_in(till.code, till.epoch, till.documents())


def test_the_slip_shows_what_was_sold_and_what_was_paid(sold, client):
    arrive(sold)
    answer = client.get(address(sold))
    assert answer.status_code == 200
    text = words(answer)
    assert "Hall" in text
    assert "2 x Soup 9.00 A" in text
    assert "Total 9.00 €" in text
    assert "A 19 % 7.56 1.44 9.00" in text
    assert "DUPLICATE" not in text
    assert "<svg" in answer.content.decode()


def test_it_is_written_in_the_language_of_the_ticket_whatever_the_reader_s_browser_wants(sold, client, house):
    arrive(sold)
    ticket = Ticket.objects.get()
    Ticket.objects.update(payload=ticket.payload | {"language": "de"})
    answer = client.get(address(sold), headers={"Accept-Language": "fr"})
    assert '<html lang="de">' in answer.content.decode()
    assert "Summe 9,00 €" in words(answer)


def test_it_names_who_served(sold, client, house):
    Cashier.objects.create(company=house.store.company, code="marie", name="Marie")
    arrive(sold)
    ticket = Ticket.objects.get()
    Ticket.objects.update(payload=ticket.payload | {"cashier_id": "marie"}, cashier_code="marie")
    assert "Served by Marie" in words(client.get(address(sold)))


def test_until_it_has_arrived_the_page_says_so_in_four_languages_and_looks_again(sold, client):
    answer = client.get(address(sold), headers={"Accept-Language": "es"})
    text = words(answer)
    assert answer.status_code == 404
    for title in ("Your receipt is on its way", "Ihr Beleg ist unterwegs", "Votre ticket", "Su recibo"):
        assert title in text
    assert "<h1>Su recibo está en camino</h1>" in answer.content.decode()
    again = re.search(r'http-equiv="refresh" content="3;url=(\?again=1)"', answer.content.decode())[1]

    arrive(sold)

    assert "Total 9.00 €" in words(client.get(address(sold) + again))


def test_it_does_not_look_again_for_ever(sold, client):
    assert "refresh" not in client.get(address(sold) + "?again=40").content.decode()
    assert "refresh" in client.get(address(sold) + "?again=nonsense").content.decode()


def test_a_wrong_proof_says_no_more_than_a_ticket_that_never_was(sold, client):
    arrive(sold)
    wrong = client.get(address(sold, "0" * 12))
    never = client.get(address(sold, "0" * 12, number=77))
    nowhere = client.get("/r/no-such-till/9/1/" + "0" * 12)
    assert wrong.status_code == never.status_code == nowhere.status_code == 404
    assert wrong.content == never.content == nowhere.content
    assert "Soup" not in words(wrong)


@pytest.mark.parametrize("proof", ["0" * 11, "0" * 13, "G" * 12, "0" * 64, ""])
def test_what_is_no_proof_is_no_address(sold, client, proof):
    arrive(sold)
    answer = client.get(f"/r/{sold.code}/{sold.epoch}/1/{proof}")
    assert answer.status_code == 404
    assert "on its way" not in words(answer)


def test_no_cache_and_no_search_engine_keeps_it(sold, client):
    waiting = client.get(address(sold))
    arrive(sold)
    shown = client.get(address(sold))
    assert (waiting["Cache-Control"], shown["Cache-Control"]) == ("private, no-store", "private")
    for answer in (waiting, shown):
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "no-referrer"


def test_times_are_those_of_the_store(sold, client):
    arrive(sold)
    assert timezone.is_aware(Ticket.objects.get().time_utc)
    assert "12:28" in words(client.get(address(sold)))
