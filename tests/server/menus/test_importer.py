"""Menus arriving at head office: once and for all, by validity, all or nothing, and never over a person's work."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from server.catalog.models import Article, Category, GuestCategory, Price, Store
from server.menus import eat_api, openmensa
from server.menus.checking import row_counts
from server.menus.feed import FeedError
from server.menus.importer import Report, TargetError, import_feed
from server.menus.models import ClosedDay, MenuEntry

Feed = Callable[..., bytes]
Meal = Callable[..., str]

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)


def run(store: Store, data: bytes, source: str = "openmensa") -> Report:
    return import_feed(openmensa.parse(data, "week.xml"), store, source=source)


def menu(store: Store, day: date) -> list[str]:
    return [
        entry.article.name["de"] for entry in MenuEntry.objects.filter(store=store, date=day).select_related("article")
    ]


def price(store: Store, article: Article, category: str | None, day: date) -> int:
    rows = Price.objects.filter(store=store, article=article, valid_from__lte=day).exclude(valid_to__lt=day)
    return (
        rows.get(guest_category__code=category).amount_minor if category else rows.get(guest_category=None).amount_minor
    )


def test_a_meal_becomes_an_article_with_prices_for_each_guest_category(store: Store, meal: Meal, feed: Feed) -> None:
    linsen = meal(
        "Linsencurry (Sl,Sw)", "Vegan", "mit Farbstoff", student="2.20", employee="3.50", pupil="1.90", other="4.80"
    )
    report = run(
        store, feed({"2026-11-23": {"Eintopf": [linsen], "Dessert": [meal("Obst", student="0.60")]}, "2026-11-24": {}})
    )
    assert (report.meals, report.new_articles, report.closed_days) == (2, 2, 1)
    curry = Article.objects.get(name__de="Linsencurry")
    assert (curry.allergens_stated, curry.allergens, curry.diets) == (True, ["celery", "sulphites"], ["vegan"])
    assert curry.notes == ["(Sl,Sw)", "mit Farbstoff"]
    assert (curry.category.name, curry.category.tint, curry.everyday) == ({"de": "Eintopf"}, "mains", False)
    paid = {
        category: price(store, curry, category, MONDAY) for category in ("student", "employee", "pupil", "guest", None)
    }
    assert paid == {"student": 220, "employee": 350, "pupil": 190, "guest": 480, None: 480}
    assert menu(store, MONDAY) == ["Linsencurry", "Obst"]
    assert ClosedDay.objects.filter(store=store, date=TUESDAY).exists()
    assert not Article.objects.get(name__de="Obst").allergens_stated


def test_the_same_feed_twice_changes_nothing(store: Store, meal: Meal, feed: Feed) -> None:
    data = feed(
        {"2026-11-23": {"A": [meal("Suppe", "Sellerie", student="1.10", other="2.00")]}, "2026-11-24": {}},
        "<name>Hall</name>",
    )
    assert run(store, data).changes > 0
    before, history = row_counts(), Article.history.count() + Price.history.count()
    assert run(store, data).changes == 0
    assert row_counts() == before
    assert Article.history.count() + Price.history.count() == history


def test_the_same_dish_on_several_days_is_one_article(store: Store, meal: Meal, feed: Feed) -> None:
    soup = meal("Suppe", student="1.10")
    run(store, feed({"2026-11-23": {"A": [soup]}, "2026-11-24": {"A": [soup]}, "2026-11-25": {"B": [soup]}}))
    assert Article.objects.count() == 2
    assert MenuEntry.objects.count() == 3


def test_different_allergens_make_different_articles(store: Store, meal: Meal, feed: Feed) -> None:
    run(store, feed({"2026-11-23": {"A": [meal("Suppe", "Milch")]}, "2026-11-24": {"A": [meal("Suppe", "Sellerie")]}}))
    assert sorted(article.allergens for article in Article.objects.all()) == [["celery"], ["milk"]]


def test_two_sizes_on_one_day_are_two_articles(store: Store, meal: Meal, feed: Feed) -> None:
    data = feed({"2026-11-23": {"A": [meal("Salat", student="1.00"), meal("Salat", student="2.00")]}})
    run(store, data)
    amounts = {price(store, article, "student", MONDAY) for article in Article.objects.all()}
    assert amounts == {100, 200}
    assert run(store, data).changes == 0


def test_a_price_changes_by_validity(store: Store, meal: Meal, feed: Feed) -> None:
    run(
        store,
        feed(
            {"2026-11-23": {"A": [meal("Suppe", student="1.10")]}, "2026-11-24": {"A": [meal("Suppe", student="1.10")]}}
        ),
    )
    dearer = feed(
        {"2026-11-24": {"A": [meal("Suppe", student="1.30")]}, "2026-11-25": {"A": [meal("Suppe", student="1.30")]}}
    )
    assert run(store, dearer).changed_prices == 1
    soup = Article.objects.get()
    assert [price(store, soup, "student", day) for day in (MONDAY, TUESDAY, WEDNESDAY)] == [110, 130, 130]
    assert run(store, dearer).changes == 0


def test_an_older_feed_does_not_touch_later_prices(store: Store, meal: Meal, feed: Feed) -> None:
    run(store, feed({"2026-11-25": {"A": [meal("Suppe", student="1.30")]}}))
    run(store, feed({"2026-11-23": {"A": [meal("Suppe", student="1.10")]}}))
    soup = Article.objects.get()
    assert [price(store, soup, "student", day) for day in (MONDAY, TUESDAY, WEDNESDAY)] == [110, 110, 130]


def test_a_corrected_price_of_the_same_day_replaces_the_wrong_one(store: Store, meal: Meal, feed: Feed) -> None:
    run(store, feed({"2026-11-23": {"A": [meal("Suppe", student="11.00")]}}))
    run(store, feed({"2026-11-23": {"A": [meal("Suppe", student="1.10")]}}))
    assert [row.amount_minor for row in Price.objects.all()] == [110]


def test_weight_prices_keep_their_fixed_part(store: Store) -> None:
    week = b"""{"days": [{"date": "2026-11-23", "dishes": [{"name": "Bratwurst", "dish_type": "Grill", "labels": ["BEEF"],
        "prices": {"students": {"base_price": 0.5, "price_per_unit": 0.9, "unit": "100g"}}}]}]}"""
    import_feed(eat_api.parse(week, "48.json"), store, source="eat-api")
    row = Price.objects.get(guest_category__code="student")
    assert (row.article.unit, row.amount_minor, row.base_minor) == ("per_100_g", 90, 50)


def test_what_the_feed_drops_goes_and_what_people_entered_stays(store: Store, meal: Meal, feed: Feed) -> None:
    run(store, feed({"2026-11-23": {"A": [meal("Suppe"), meal("Salat")]}, "2026-11-24": {}}))
    special = Article.objects.create(
        code="special",
        name={"de": "Extra"},
        category=Category.objects.get(),
        tax_class=Article.objects.earliest("pk").tax_class,
    )
    MenuEntry.objects.create(store=store, date=MONDAY, article=special, position=9)
    ClosedDay.objects.create(store=store, date=WEDNESDAY)
    report = run(
        store,
        feed(
            {
                "2026-11-23": {"A": [meal("Suppe")]},
                "2026-11-24": {"A": [meal("Salat")]},
                "2026-11-25": {"A": [meal("Salat")]},
            }
        ),
    )
    assert report.removed_entries == 1
    assert menu(store, MONDAY) == ["Suppe", "Extra"]
    assert [closed.date for closed in ClosedDay.objects.all()] == [WEDNESDAY]


def test_a_managers_changes_survive_the_next_import(store: Store, meal: Meal, feed: Feed) -> None:
    data = feed({"2026-11-23": {"Menü 1": [meal("Suppe", student="1.10")]}})
    run(store, data)
    Article.objects.update(
        name={"de": "Feine Suppe", "en": "Fine soup"}, picture="steaming_bowl", allergens_stated=True
    )
    Category.objects.update(name={"de": "Tagesmenü"})
    MenuEntry.objects.update(sold_out=True, planned_portions=80)
    assert run(store, data).changes == 0
    assert Article.objects.get().name["en"] == "Fine soup"
    assert MenuEntry.objects.get().sold_out


def test_a_category_of_the_same_name_is_used(store: Store, meal: Meal, feed: Feed) -> None:
    Category.objects.create(code="mains", name={"en": "Mains", "de": "Hauptgerichte"})
    run(
        store,
        feed({"2026-11-23": {"Hauptgerichte": [meal("Suppe")], "Menü 1": [meal("Suppe")], "Menu 1": [meal("Suppe")]}}),
    )
    assert {article.category.code for article in Article.objects.all()} >= {"mains", "menu-1"}
    assert Category.objects.count() == 3


def test_a_failure_half_way_leaves_nothing_behind(store: Store, meal: Meal, feed: Feed) -> None:
    before = row_counts()
    data = feed({"2026-11-23": {"A": [meal("Suppe", student="1.10")]}})
    with pytest.raises(TargetError, match="no tax class 'books'"):
        import_feed(openmensa.parse(data, "week.xml"), store, source="openmensa", tax_class_by_category={"a": "books"})
    Store.objects.update(currency="CHF")
    store.refresh_from_db()
    with pytest.raises(FeedError, match="prices are in EUR, but hall sells in CHF"):
        run(store, data)
    assert row_counts() == before
    assert not GuestCategory.objects.exists()


def test_the_command_reports_a_broken_feed_and_changes_nothing(
    store: Store, meal: Meal, feed: Feed, tmp_path: Path
) -> None:
    path = tmp_path / "week.xml"
    path.write_bytes(
        feed(
            {
                "2026-11-23": {"A": [meal("Suppe", student="1.10")]},
                "2026-11-24": {"A": [meal("Salat", student="gratis")]},
            }
        )
    )
    before = row_counts()
    with pytest.raises(
        CommandError, match=r"week\.xml, line 16: 'gratis' is not a price such as 3\.50; nothing was changed"
    ):
        call_command("import_openmensa", "--store", "hall", "--feed", str(path))
    assert row_counts() == before


def test_the_command_imports_and_says_what_it_did(
    store: Store, meal: Meal, feed: Feed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "week.xml"
    path.write_bytes(feed({"2026-11-23": {"A": [meal("Suppe", student="1.10")]}}))
    call_command("import_openmensa", "--store", "hall", "--feed", str(path))
    assert "1 meals on 1 days, 0 closed days: 1 new articles" in capsys.readouterr().out
    with pytest.raises(CommandError, match=r"there is no store 'hal' \(stores: hall\)"):
        call_command("import_openmensa", "--store", "hal", "--feed", str(path))
    with pytest.raises(CommandError, match=r"missing\.json cannot be read"):
        call_command("import_eat_api", "--store", "hall", "--week", str(tmp_path / "missing.json"))
