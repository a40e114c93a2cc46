"""Four languages, at any moment; and catalogues in which nothing is missing."""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from appliance.flows.intents import (
    ChooseLanguage,
    ConfirmPayment,
    OpenArticle,
    OrderAsGuest,
    Pay,
    QuickAdd,
    ToggleOption,
)
from appliance.i18n import LOCALE_DIR, Translators
from tests.appliance.canteen import ANNA, CATALOGUE, Canteen, Diner

ROOT = Path(__file__).parents[2]
KEYWORDS = {"say": None, "say_many": (1, 2), "translate": None, "msg": None}
PLACEHOLDER = re.compile(r"\{(\w*)\}")
TRANSLATED = ("fr", "de", "es")


def test_the_language_changes_at_any_moment_and_keeps_everything(diner: Diner) -> None:
    diner.badge(ANNA)
    diner.touch(OpenArticle("chicken"), ToggleOption("side", "fries"), ChooseLanguage("de"))
    assert diner.sheet.add_label == "Für 6,20 € hinzufügen"
    assert [row.name for row in diner.sheet.sections[0].options if row.chosen] == ["Pommes"]
    assert diner.sheet.allergens_text == "Keine Angabe. Bitte fragen Sie an der Theke."
    diner.touch(QuickAdd("spaghetti"), Pay(), ChooseLanguage("es"))
    assert diner.checkout.confirm_label == "Pagar 3,95 €"
    diner.touch(ChooseLanguage("de"), ConfirmPayment())
    assert diner.done.title == "Vielen Dank und guten Appetit!"
    ticket = diner.tickets()[0]
    assert (ticket["language"], ticket["lines"][0]["name"]) == ("de", "Spaghetti mit Linsenbolognese")
    diner.touch(ChooseLanguage("fr"))
    assert diner.done.rows[1].label == "Nouveau solde"


def test_a_message_on_the_screen_changes_its_language_too(diner: Diner) -> None:
    diner.touch(OrderAsGuest())
    diner.scan("999")
    diner.touch(ChooseLanguage("de"))
    assert diner.notice.text == "Unter dem Barcode 999 wird hier nichts verkauft."


def test_only_the_languages_of_the_store_are_offered(canteen: Canteen) -> None:
    store = replace(CATALOGUE.store, languages=("de", "en", "it"))
    canteen.publish(replace(CATALOGUE, revision=8, store=store))
    diner = canteen.open()
    assert [(choice.code, choice.name) for choice in diner.view.languages] == [("de", "Deutsch"), ("en", "English")]
    diner.touch(ChooseLanguage("fr"))
    assert diner.attract.guest_button == "Order as a guest"


def test_numbers_and_times_are_written_as_in_the_language() -> None:
    translators = Translators()
    assert translators("de").percent(810) == "8,1 %"
    assert translators("en").percent(1900) == "19 %"
    assert translators("fr").money(-123456, "EUR") == "−1\u202f234,56 €"
    assert translators("es").money(500, "CHF") == "CHF 5.00"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_no_old_one_is_left(language: str) -> None:
    messages = {_key(message): message for message in _catalogue(language) if message.id}
    extracted = {message for _file, _line, message, _comments, _context in _extracted()}
    assert extracted - set(messages) == set(), "run `make messages` and translate"
    assert set(messages) - extracted == set(), "these texts are used no more"
    for key, message in messages.items():
        assert not message.fuzzy, key
        for text in _texts(message.string):
            assert text.strip(), f"{key} is not translated"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_fills_in_the_same_things(language: str) -> None:
    for message in _catalogue(language):
        if message.id:
            wanted = {name for text in _texts(message.id) for name in PLACEHOLDER.findall(text)}
            for text in _texts(message.string):
                assert set(PLACEHOLDER.findall(text)) == wanted, f"{language}: {text}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_nobody_is_addressed_too_familiarly(language: str) -> None:
    familiar = {
        "de": r"\b(du|dein\w*|dir|dich)\b",
        "fr": r"\b(tu|ton|ta|tes|toi)\b",
        "es": r"\b(tú|tu|tus|ti|vosotros)\b",
    }
    for message in _catalogue(language):
        for text in _texts(message.string) if message.id else ():
            assert not re.search(familiar[language], text, re.IGNORECASE), text


def test_a_compiled_catalogue_that_is_older_than_its_source_is_not_used(tmp_path: Path) -> None:
    for language in TRANSLATED:
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        catalogue = Catalog(locale=language)
        catalogue.add("Pay", "OLD")
        with (folder / "refectory.mo").open("wb") as file:
            write_mo(file, catalogue)
        source = LOCALE_DIR / language / "LC_MESSAGES" / "refectory.po"
        (folder / "refectory.po").write_bytes(source.read_bytes())
    assert Translators(tmp_path)("de").say("Pay") == "Bezahlen"


def test_a_compiled_catalogue_is_used_when_it_is_newer(tmp_path: Path) -> None:
    for language in TRANSLATED:
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "refectory.po").write_bytes(b"")
        buffer = io.BytesIO()
        catalogue = Catalog(locale=language)
        catalogue.add("Pay", "COMPILED")
        write_mo(buffer, catalogue)
        assert gettext.GNUTranslations(io.BytesIO(buffer.getvalue())).gettext("Pay") == "COMPILED"
        (folder / "refectory.mo").write_bytes(buffer.getvalue())
    assert Translators(tmp_path)("fr").say("Pay") == "COMPILED"


def _extracted() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    for room in ("appliance", "sales"):
        yield from extract_from_dir(ROOT / room, keywords=KEYWORDS)


def _catalogue(language: str) -> Catalog:
    with (LOCALE_DIR / language / "LC_MESSAGES" / "refectory.po").open("rb") as file:
        return read_po(file, locale=language)


def _key(message: Message) -> str | tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id


def _texts(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
