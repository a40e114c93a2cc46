"""However a feed was damaged on its way: it is read, or refused with a reason; nothing else ever comes out."""

import contextlib
import json
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from server.menus import eat_api, openmensa
from server.menus.dish import legend_of, read_dish
from server.menus.feed import Feed, FeedError

XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<openmensa version="2.1" xmlns="http://openmensa.org/open-mensa-v2"><canteen><name>Hall</name>
<day date="2026-11-23"><category name="A"><meal><name>Suppe (je 100g) (Ei,Sl)</name><note>Milch</note>
<price role="student">1.10</price></meal></category></day><day date="2026-11-24"><closed/></day></canteen></openmensa>"""

WEEK = json.dumps(
    {
        "number": 48,
        "days": [
            {
                "date": "2026-11-23",
                "dishes": [
                    {
                        "name": "Suppe",
                        "dish_type": "A",
                        "labels": ["MILK"],
                        "prices": {"students": {"base_price": 0.5, "price_per_unit": 0.9, "unit": "100g"}},
                    }
                ],
            }
        ],
    }
).encode()


def damaged(original: bytes) -> st.SearchStrategy[bytes]:
    place = st.integers(0, len(original))
    piece = st.one_of(
        st.binary(max_size=6),
        st.sampled_from(
            [b"<", b">", b"&x;", b"<!--", b"<![CDATA[", b"null", b"{", b"}", b"[", b'"', b"-1", b"1e999", b"true"]
        ),
    )

    def apply(edits: list[tuple[int, int, bytes]]) -> bytes:
        data = original
        for start, length, new in edits:
            data = data[:start] + new + data[start + length :]
        return data

    return st.lists(st.tuples(place, st.integers(0, 12), piece), min_size=1, max_size=4).map(apply)


def read(parse: Callable[[bytes, str], Feed], data: bytes) -> None:
    with contextlib.suppress(FeedError):
        feed = parse(data, "feed")
        legend = legend_of(feed)
        for day in feed.days:
            for category in day.categories:
                for meal in category.meals:
                    assert read_dish(meal, legend).name


@settings(max_examples=300, deadline=None)
@given(damaged(XML))
def test_a_damaged_openmensa_feed_is_read_or_refused(data: bytes) -> None:
    read(openmensa.parse, data)


@settings(max_examples=300, deadline=None)
@given(damaged(WEEK))
def test_a_damaged_week_of_the_eat_api_is_read_or_refused(data: bytes) -> None:
    read(eat_api.parse, data)
