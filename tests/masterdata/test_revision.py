"""A revision says the same to everybody who reads it, and what is not one is refused with the line to look at."""

from __future__ import annotations

import dataclasses
import http.server
import threading

import pytest
from hypothesis import HealthCheck, given, settings

from masterdata.revision import RevisionError, decode, encode
from sales.catalogue import Catalogue
from sales.offline import DEFAULT_OFFLINE
from tests.masterdata.catalogues import catalogues
from tests.masterdata.lunch import lunch

moderate = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@moderate
@given(catalogues())
def test_every_catalogue_reads_back_as_it_was(catalogue: Catalogue) -> None:
    assert decode(encode(catalogue)) == catalogue


@moderate
@given(catalogues())
def test_the_same_catalogue_gives_the_same_bytes(catalogue: Catalogue) -> None:
    articles = tuple(
        dataclasses.replace(article, name=dict(reversed(article.name.items()))) for article in catalogue.articles
    )
    again = dataclasses.replace(catalogue, articles=articles)

    assert encode(again) == encode(catalogue)
    assert encode(decode(encode(catalogue))) == encode(catalogue)


def test_a_revision_without_offline_policies_means_the_usual_one() -> None:
    xml = encode(lunch())

    assert b"offline" not in xml
    assert {category.offline for category in decode(xml).guest_categories} == {DEFAULT_OFFLINE}


def test_an_offline_limit_below_zero_is_no_revision() -> None:
    xml = encode(lunch()).replace(b'<guest-category id="staff"', b'<guest-category id="staff" offline-limit="-1"')

    with pytest.raises(RevisionError, match="offline-limit"):
        decode(xml)


def test_what_xml_cannot_carry_is_refused_before_it_is_published() -> None:
    broken = dataclasses.replace(lunch(), store=dataclasses.replace(lunch().store, name="North\x00"))

    with pytest.raises(RevisionError, match="XML compatible"):
        encode(broken)


def test_what_terminals_would_refuse_is_not_published() -> None:
    broken = dataclasses.replace(lunch(), store=dataclasses.replace(lunch().store, currency="euro"))

    with pytest.raises(RevisionError, match=r"line 3: Element 'store', attribute 'currency'"):
        encode(broken)


def line_of(xml: bytes, part: bytes) -> int:
    return xml[: xml.index(part)].count(b"\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"urn:refectory:revision:1", b"urn:refectory:revision:2", "No matching global declaration"),
        (b'<article id="soup"', b'<article colour="red" id="soup"', "'colour' is not allowed"),
        (b"<diet>vegan</diet>", b"<mood>good</mood>", "Element 'mood': This element is not expected"),
        (b'category="mains" unit="piece"', b'category="sides" unit="piece"', "No match found for key-sequence"),
        (b'article="soup" amount', b'article="stew" amount', "No match found for key-sequence"),
        (b'allergen="celery"', b'allergen="celeriac"', "celeriac"),
        (b'amount="250"', b'amount="2.50"', "2.50"),
        (b'date="2026-11-20"', b'date="2026-11-31"', "2026-11-31"),
        (b'eat-in="700"', b'eat-in="70000"', "70000"),
        (b'plu="12"', b'plu="-1"', "-1"),
        (b'payer="plant"', b'payer="plane"', "No match found for key-sequence"),
        (b'share="300"', b'share="-300"', "-300"),
        (b'<article id="soup"/>', b'<article id="stew"/>', "No match found for key-sequence"),
        (b'set-menu="soup-menu"', b'set-menu="stew-menu"', "No match found for key-sequence"),
        (b'terminals="till-1 till-2"', b'terminals="till 1,till 2"', "till 1,till 2"),
        (b"</articles>", b"", "Opening and ending tag mismatch"),
    ],
)
def test_a_wrong_revision_is_refused_with_line_and_reason(old: bytes, new: bytes, reason: str) -> None:
    xml = encode(lunch())
    assert old in xml

    with pytest.raises(RevisionError, match=reason) as refused:
        decode(xml.replace(old, new, 1))

    assert refused.value.line > 0
    if new in xml.replace(old, new, 1) and new:
        assert abs(refused.value.line - line_of(xml, old)) <= 1
    assert f"line {refused.value.line}: " in str(refused.value)


def test_contradictions_the_schema_cannot_see_are_refused() -> None:
    xml = encode(lunch()).replace(b'minimum="0" maximum="1"', b'minimum="5" maximum="9"')

    with pytest.raises(RevisionError, match="option group 'bread'"):
        decode(xml)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'fee-tax-class="food" ', b"", "meal terms 'plant-lunch': a fee needs a tax class"),
        (b'set-menu="soup-menu"', b'set-menu="soup-menu" article="soup"', "either an article or a set menu"),
        (b'row="0" column="1"', b'row="0" column="6"', "lies outside 6 x 5"),
    ],
)
def test_terms_and_keys_that_make_no_sense_are_refused(old: bytes, new: bytes, reason: str) -> None:
    xml = encode(lunch())
    assert old in xml

    with pytest.raises(RevisionError, match=reason):
        decode(xml.replace(old, new, 1))


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE catalogue [
 <!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">
 <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
 <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">
]>
<catalogue xmlns="urn:refectory:revision:1" revision="1">&e;</catalogue>
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_is_refused(encoding: str) -> None:
    with pytest.raises(RevisionError, match=r"line \d+: .*(DOCTYPE|ntity)"):
        decode(BOMB.decode().encode(encoding))


def test_external_entities_and_schemas_are_not_fetched() -> None:
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    with http.server.HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}"
            entity = f'<!DOCTYPE catalogue [<!ENTITY x SYSTEM "{url}/entity">]><catalogue>&x;</catalogue>'
            dtd = f'<!DOCTYPE catalogue SYSTEM "{url}/dtd"><catalogue/>'
            for text in (entity, dtd):
                for encoding in ("utf-8", "utf-16"):
                    with pytest.raises(RevisionError):
                        decode(text.encode(encoding))
            hint = (
                f'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="urn:x {url}/xsd" revision="1"'
            )
            decode(encode(lunch()).replace(b'revision="1"', hint.encode(), 1))
        finally:
            server.shutdown()
            thread.join()

    assert asked == []


def test_more_than_a_revision_may_have_is_not_even_parsed() -> None:
    with pytest.raises(RevisionError, match="33554433 bytes are more than"):
        decode(b" " * (32 * 1024 * 1024 + 1))
