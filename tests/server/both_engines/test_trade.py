"""What tills need besides articles: payers, terms, set menus and quick keys reach the revision of their store."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from masterdata.revision import decode
from sales.receipt import ReceiptRule
from server.catalog import models as catalog
from server.fleet.models import Terminal
from server.replication.models import PublishRequest
from server.replication.publishing import publish_pending

FIRST = date(2026, 1, 1)


@pytest.fixture
def lunch(house):
    """Two payers, lunch with terms for one of them, and a set menu of soup and bread, in the hall."""
    store, company = house.store, house.store.company
    staff = catalog.GuestCategory.objects.get(code="staff")
    food = catalog.TaxClass.objects.get(code="food")
    internal = catalog.TaxClass.objects.create(code="internal", name={"en": "Internal"})
    catalog.TaxRate.objects.create(tax_class=internal, valid_from=FIRST, eat_in_bp=1900, take_away_bp=1900)
    catalog.Category.objects.filter(code="mains").update(is_meal=True)
    sides = catalog.Category.objects.create(code="sides", name={"en": "Sides"}, tint="sides")
    bread = catalog.Article.objects.create(code="bread", name={"en": "Bread"}, category=sides, tax_class=food)
    catalog.Price.objects.create(article=bread, amount_minor=90, valid_from=FIRST)
    period = catalog.ServicePeriod.objects.create(
        store=store, code="lunch", name={"en": "Lunch"}, start="11:00", end="14:00"
    )
    works = catalog.Payer.objects.create(company=company, code="works", name={"en": "Works"})
    centre = catalog.Payer.objects.create(company=company, code="centre", name={"en": "Centre"}, tax_class=internal)
    terms = catalog.MealTerms.objects.create(
        code="works-lunch",
        store=store,
        guest_category=staff,
        payer=works,
        service_period=period,
        fee_minor=410,
        fee_tax_class=food,
        share_minor=300,
        valid_from=FIRST,
    )
    menu = catalog.SetMenu.objects.create(code="soup-menu", name={"en": "Soup menu", "de": "Suppenmenü"}, store=store)
    main = catalog.SetMenuSlot.objects.create(set_menu=menu, position=1, name={"en": "Main"})
    main.articles.add(house.soup)
    side = catalog.SetMenuSlot.objects.create(set_menu=menu, position=2, name={"en": "Side"})
    side.categories.add(sides)
    catalog.SetMenuPrice.objects.create(set_menu=menu, guest_category=staff, amount_minor=480)
    catalog.SetMenuPrice.objects.create(set_menu=menu, amount_minor=520)
    return SimpleNamespace(
        store=store,
        staff=staff,
        food=food,
        period=period,
        works=works,
        centre=centre,
        terms=terms,
        menu=menu,
        bread=bread,
    )


@pytest.fixture
def published(keys):
    """Publishes what waits and reads the new revision of a store as a terminal does, None when there is none."""

    def publish(code="hall"):
        found = {revision.store.code: revision for revision in publish_pending(keys)}
        return decode(bytes(found[code].xml)) if code in found else None

    return publish


def test_payers_and_terms_reach_the_terminals_of_their_store(house, lunch, published):
    catalogue = published()
    assert [(payer.id, payer.tax_class_id) for payer in catalogue.payers] == [("centre", "internal"), ("works", None)]
    (terms,) = catalogue.meal_terms
    assert (terms.guest_category_id, terms.payer_id, terms.service_period_id) == ("staff", "works", "lunch")
    assert (terms.fee_minor, terms.fee_tax_class_id, terms.share_minor) == (410, "food", 300)
    assert catalogue.category("mains").is_meal
    assert not catalogue.category("sides").is_meal


def test_terms_of_a_store_go_before_those_of_every_store_and_ended_ones_are_gone(house, lunch, published):
    for code, store, payer, share_minor, valid_to in (
        ("all", None, lunch.centre, 100, None),
        ("hall", lunch.store, lunch.centre, 250, None),
        ("cafe", house.other_store, lunch.centre, 400, None),
        ("past", lunch.store, None, 50, date(2026, 2, 1)),
    ):
        catalog.MealTerms.objects.create(
            code=code,
            store=store,
            guest_category=lunch.staff,
            payer=payer,
            share_minor=share_minor,
            valid_from=FIRST,
            valid_to=valid_to,
        )
    assert {terms.id: terms.share_minor for terms in published().meal_terms} == {"hall": 250, "works-lunch": 300}


def test_a_payer_of_another_company_stays_there(house, lunch, published):
    other = catalog.Company.objects.create(code="other", name="Other")
    foreign = catalog.Payer.objects.create(company=other, code="foreign", name={"en": "Foreign"})
    catalog.MealTerms.objects.create(code="foreign", guest_category=lunch.staff, payer=foreign, valid_from=FIRST)
    catalogue = published()
    assert "foreign" not in {payer.id for payer in catalogue.payers}
    assert [terms.id for terms in catalogue.meal_terms] == ["works-lunch"]


def test_set_menus_are_sold_where_every_slot_can_be_filled(house, lunch, published):
    (menu,) = published().set_menus
    assert (menu.id, menu.name["de"]) == ("soup-menu", "Suppenmenü")
    assert [(set(slot.article_ids), set(slot.category_ids)) for slot in menu.slots] == [
        ({"soup"}, set()),
        (set(), {"sides"}),
    ]
    assert (menu.price_minor("staff"), menu.price_minor("guest")) == (480, 520)

    house.soup.active = False
    house.soup.save()

    assert published().set_menus == ()


def test_quick_keys_are_those_of_the_till_and_of_what_is_sold(house, lunch, make_till, published):
    make_till("till-2")
    layouts = {}
    for code in ("all", "till-two"):
        layouts[code] = catalog.QuickKeyLayout.objects.create(
            store=lunch.store, code=code, name=code, columns=4, rows=5
        )
    catalog.QuickKey.objects.create(layout=layouts["all"], row=1, column=1, set_menu=lunch.menu, tint="sweets")
    catalog.QuickKey.objects.create(layout=layouts["all"], page=2, row=5, column=4, article=lunch.bread)
    catalog.QuickKey.objects.create(layout=layouts["all"], row=2, column=1, article=house.soup, label={"de": "Suppe"})
    layouts["till-two"].terminals.add(Terminal.objects.get(code="till-2"))

    catalogue = published()

    keys = {
        key.place: (key.article_id, key.set_menu_id, key.label, key.tint) for key in catalogue.layout_for("till-1").keys
    }
    assert keys == {
        (0, 0, 0): (None, "soup-menu", None, "sweets"),
        (0, 1, 0): ("soup", None, {"de": "Suppe"}, None),
        (1, 4, 3): ("bread", None, None, None),
    }
    assert catalogue.layout_for("till-2").id == "till-two"
    lunch.bread.active = False
    lunch.bread.save()
    assert [key.place for key in published().layout_for("till-1").keys] == [(0, 1, 0)]


def test_what_is_linked_or_unlinked_is_published_too(house, lunch, make_till, published):
    make_till("till-2")
    layout = catalog.QuickKeyLayout.objects.create(store=lunch.store, code="keys", name="Keys")
    published()
    layout.terminals.add(Terminal.objects.get(code="till-2"))
    assert published().layout_for("till-9") is None
    lunch.menu.slots.get(position=1).articles.add(lunch.bread)
    assert {"soup", "bread"} == set(published().set_menus[0].slots[0].article_ids)
    catalog.QuickKey.objects.create(layout=layout, row=1, column=1, article=house.soup)
    assert [request.store.code for request in PublishRequest.objects.all()] == ["hall"]


def test_receipts_balances_and_dishes_made_to_order_are_as_the_store_says(house, lunch, published):
    lunch.store.receipt, lunch.store.hide_balance = "on_request", True
    lunch.store.save()
    house.soup.kitchen = True
    house.soup.save()
    catalogue = published()
    assert (catalogue.store.receipt, catalogue.store.hide_balance) == (ReceiptRule.ON_REQUEST, True)
    assert [article.id for article in catalogue.articles if article.kitchen] == ["soup"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fee_tax_class": None}, "fee_tax_class"),
        ({"share_minor": -1}, "share_minor"),
        ({"valid_to": date(2025, 12, 31)}, "valid_to"),
        ({"store": None}, "service_period"),
        ({"code": "copy", "pk": None}, "__all__"),
    ],
    ids=["fee without tax class", "negative", "ends before", "service of a store", "twice"],
)
def test_terms_that_make_no_sense_name_the_field(lunch, change, field):
    for name, value in change.items():
        setattr(lunch.terms, name, value)
    with pytest.raises(ValidationError) as problem:
        lunch.terms.full_clean()
    assert list(problem.value.message_dict) == [field]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"row": 6}, "row"),
        ({"column": 5}, "column"),
        ({"article": None}, "article"),
        ({"page": 0}, "page"),
    ],
)
def test_a_key_that_makes_no_sense_names_the_field(house, lunch, change, field):
    layout = catalog.QuickKeyLayout.objects.create(store=lunch.store, code="keys", name="Keys", columns=4, rows=5)
    with pytest.raises(ValidationError) as problem:
        catalog.QuickKey(**{"layout": layout, "row": 1, "column": 1, "article": house.soup} | change).full_clean()
    assert list(problem.value.message_dict) == [field]
    with pytest.raises(ValidationError, match="either an article or a set menu"):
        catalog.QuickKey(layout=layout, row=1, column=1, article=house.soup, set_menu=lunch.menu).full_clean()


def test_a_second_price_for_the_same_guests_is_refused(lunch):
    with pytest.raises(ValidationError) as problem:
        catalog.SetMenuPrice(set_menu=lunch.menu, amount_minor=100).full_clean()
    assert list(problem.value.message_dict) == ["guest_category"]


def test_a_time_zone_nobody_knows_is_refused(house):
    house.store.timezone = "Europe/Atlantis"
    with pytest.raises(ValidationError, match="IANA") as problem:
        house.store.full_clean()
    assert list(problem.value.message_dict) == ["timezone"]
