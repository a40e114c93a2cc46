"""Who pays what in the canteen that `make run` shows, and who works there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings

from sales.basket import Basket
from sales.catalogue import Catalogue
from sales.funding import Diner, MealUsed, ShareReason
from server.catalog.models import Store
from server.guests.models import Badge, Cashier, Guest
from server.guests.photos import LARGEST_BYTES
from server.replication.catalogue import build_catalogue

SATURDAY = date(2026, 11, 21)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


@pytest.fixture(scope="module")
def folder(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Path]:
    """The demonstration, seeded once for all tests of this file, and head office's folder with the photos."""
    path = tmp_path_factory.mktemp("office")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(REFECTORY_DATA=path):
            call_command("seed_demo", "--today", SATURDAY.isoformat())
        yield path
        transaction.set_rollback(True)


@pytest.fixture
def catalogue() -> Catalogue:
    return build_catalogue(Store.objects.get(), 1, datetime.now(UTC), SATURDAY)


def by_plu(catalogue: Catalogue, *plus: int) -> list[str]:
    return [article.id for plu in plus if (article := catalogue.by_plu(plu))]


def test_a_set_menu_at_lunch_costs_staff_of_werk_nord_what_was_agreed_and_the_second_tray_all_of_it(
    catalogue: Catalogue,
) -> None:
    lunch = catalogue.service_period_at("12:10")
    thomas = Guest.objects.get(name="Thomas Berger")
    assert lunch
    assert thomas.payer
    had_one = (MealUsed(SATURDAY, lunch.id, 1, None, "till-1"),)
    paid = []
    for used in ((), had_one):
        diner = Diner(thomas.category.code, thomas.pk, thomas.payer.code, used)
        basket = Basket(catalogue, diner, SATURDAY, meal_id=lunch.id)
        # The drink first, the main last: the order of taps does not matter.
        for article_id in by_plu(catalogue, 603, 401, 103):
            basket.add(article_id)
        bill = basket.bill
        paid.append((bill.total_minor, bill.to_pay_minor, bill.funding.reason, [m.set_menu.id for m in bill.menus]))
    assert paid == [
        (1030, 730, ShareReason.APPLIED, ["menu-veggie"]),
        (1030, 1030, ShareReason.SECOND_MEAL, ["menu-veggie"]),
    ]


@pytest.mark.parametrize(("category", "price_minor"), [("student", 520), ("employee", 620), ("guest", 840)])
def test_whoever_has_no_payer_pays_the_set_menu_of_their_category(
    catalogue: Catalogue, category: str, price_minor: int
) -> None:
    basket = Basket(catalogue, Diner(category), SATURDAY, meal_id="lunch")
    for article_id in by_plu(catalogue, 103, 401, 603):
        basket.add(article_id)
    assert (basket.total_minor, basket.to_pay_minor) == (price_minor, price_minor)


def test_a_cost_centre_is_charged_at_its_own_rate(catalogue: Catalogue) -> None:
    sabine = Guest.objects.get(name="Sabine Wolf")
    basket = Basket(catalogue, Diner("employee", sabine.pk, "stadtarchiv"), SATURDAY, meal_id="lunch")
    basket.add(by_plu(catalogue, 103)[0])
    (charge,) = basket.bill.charges
    assert [(part.rate_bp, part.gross_minor) for part in charge.parts] == [(1900, 250)]


def test_the_till_s_first_page_is_full_and_all_of_the_menu_is_on_some_page(catalogue: Catalogue) -> None:
    layout = catalogue.layout_for("till-1")
    assert layout
    assert (layout.columns, layout.rows, len(layout.page(0))) == (4, 6, 24)
    assert [key.set_menu_id for key in layout.page(0)][:3] == ["menu-veggie", "menu-classic", "menu-soup"]
    on_keys = {key.article_id for key in layout.keys}
    on_sale = {article.id for article in catalogue.on_sale(SATURDAY) if article.plu}
    assert on_sale <= on_keys
    assert all(set(key.label) == {"en", "fr", "de", "es"} for key in layout.keys if key.label)
    assert all(set(menu.name) == {"en", "fr", "de", "es"} for menu in catalogue.set_menus)
    assert {article.plu for article in catalogue.articles if article.kitchen} == {105, 107, 113, 114, 116}


def test_cashiers_and_portraits_are_there_and_photos_are_small(folder: Path) -> None:
    marie, jonas = Cashier.objects.order_by("-name")
    assert (marie.name, jonas.name) == ("Marie", "Jonas")
    assert set(jonas.permissions) < set(marie.permissions)
    with_photo = Guest.objects.exclude(photo_key="")
    assert 40 <= with_photo.count() <= 60
    assert not Guest.objects.exclude(payer=None).filter(photo_key="").exists()
    photos = list((folder / "photos").iterdir())
    assert len(photos) == with_photo.count()
    assert max(photo.stat().st_size for photo in photos) <= LARGEST_BYTES


def test_a_lost_badge_is_replaced_and_a_lent_one_ends() -> None:
    assert Badge.objects.get(number="04D5E6F7").replaced_by == Badge.objects.get(number="04D5E6F8")
    lent = Badge.objects.get(guest__name="Lena Sommer")
    assert (lent.temporary, lent.valid_from, lent.valid_to) == (True, SATURDAY, SATURDAY + timedelta(days=13))
    numbers = set(Badge.objects.values_list("number", flat=True))
    assert all(sum(number.startswith(short) for number in numbers) == 1 for short in {n[:8] for n in numbers})
