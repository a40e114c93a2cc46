"""Master data becomes signed revisions, by itself, and only when something changed."""

from datetime import date

import pytest

from masterdata.revision import decode, verify_manifest
from server.catalog.models import Price, ServicePeriod
from server.menus.models import MenuEntry
from server.replication.models import PublishRequest, Revision
from server.replication.publishing import publish, publish_pending


@pytest.fixture
def first(house, keys):
    return {revision.store.code: revision for revision in publish_pending(keys)}["hall"]


def test_a_revision_is_what_its_signed_manifest_says(first, keys, client):
    manifest = verify_manifest(first.manifest, keys.revision.public.to_base64())
    answer = client.get(first.manifest["path"])

    assert (manifest.store, manifest.revision) == ("hall", 1)
    assert answer.status_code == 200
    assert len(answer.content) == manifest.size_bytes
    assert answer["ETag"] == f'"{first.sha256}"'
    assert "immutable" in answer["Cache-Control"]
    catalogue = decode(answer.content)
    assert catalogue.article("soup").name == {"en": "Soup", "fr": "Soupe"}
    assert [price.amount_minor for price in catalogue.prices_of("soup")] == [450]


def test_a_revision_that_does_not_exist_is_not_found(first, client):
    assert client.get("/replication/hall/2.xml").status_code == 404
    assert client.get("/replication/nowhere/1.xml").status_code == 404


def test_a_changed_price_is_published_and_nothing_else_is(first, house, keys):
    assert publish_pending(keys) == []

    price = Price.objects.get()
    price.amount_minor = 480
    price.save()
    published = publish_pending(keys)

    assert {(revision.store.code, revision.number) for revision in published} == {("hall", 2), ("cafe", 2)}
    assert decode(bytes(published[0].xml)).prices_of("soup")[0].amount_minor == 480
    assert not PublishRequest.objects.exists()


def test_saving_without_a_change_makes_no_revision(first, house, keys):
    house.soup.save()

    assert publish_pending(keys) == []
    assert publish(house.store, keys) is None
    assert Revision.objects.filter(store=house.store).count() == 1


def test_a_change_in_one_store_leaves_the_others_alone(first, house, keys):
    ServicePeriod.objects.create(
        store=house.other_store, code="lunch", name={"en": "Lunch"}, start="11:00", end="14:00"
    )

    assert [(revision.store.code, revision.number) for revision in publish_pending(keys)] == [("cafe", 2)]


def test_an_article_off_the_everyday_menu_is_on_sale_on_its_days_only(house, keys):
    from django.utils import timezone

    today = timezone.localdate()
    house.soup.everyday = False
    house.soup.save()
    MenuEntry.objects.create(store=house.store, date=today, article=house.soup, sold_out=True)

    revisions = {revision.store.code: decode(bytes(revision.xml)) for revision in publish_pending(keys)}

    soup = revisions["hall"].article("soup")
    assert (soup.days, soup.sold_out) == (frozenset([today]), True)
    assert revisions["cafe"].articles == ()


def test_master_data_that_contradicts_itself_is_not_published_and_says_why(first, house, keys):
    Price.objects.filter(article=house.soup).update(base_minor=100)
    ServicePeriod.objects.create(store=house.store, code="lunch", name={"en": "Lunch"}, start="11:00", end="14:00")

    assert publish_pending(keys) == []
    assert "base price" in PublishRequest.objects.get().problem

    Price.objects.get().delete()
    Price.objects.create(article=house.soup, amount_minor=450, valid_from=date(2026, 1, 1))
    ServicePeriod.objects.update(end="15:00")
    assert ("hall", 2) in {(revision.store.code, revision.number) for revision in publish_pending(keys)}
