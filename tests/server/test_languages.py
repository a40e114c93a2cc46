"""The back office in French, German and Spanish: no text of ours is left in English, no placeholder is lost."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

SERVER = Path(__file__).parents[2] / "server"
KEYWORDS = {"_": None, "gettext_lazy": None}
TRANSLATED_TAG = re.compile(r"{% trans \"([^\"]+)\"")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def texts_of_the_back_office():
    found = {
        message if isinstance(message, str) else message[0]
        for _file, _line, message, _comments, _context in extract_from_dir(
            SERVER, method_map=[("**.py", "python")], keywords=KEYWORDS
        )
    }
    for template in SERVER.rglob("*.html"):
        found |= set(TRANSLATED_TAG.findall(template.read_text(encoding="utf-8")))
    return found


def catalogue(language):
    with (SERVER / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", ["fr", "de", "es"])
def test_every_text_is_translated(language):
    texts = texts_of_the_back_office()
    translated = {message.id for message in catalogue(language) if isinstance(message.id, str) and message.string}

    assert len(texts) > 200
    assert texts - translated == set()


@pytest.mark.parametrize("language", ["fr", "de", "es"])
def test_translations_keep_their_placeholders(language):
    for message in catalogue(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if ids[0]:
            expected = sorted(PLACEHOLDER.findall(ids[0]))
            assert [sorted(PLACEHOLDER.findall(string)) for string in strings] == [expected] * len(strings), ids
