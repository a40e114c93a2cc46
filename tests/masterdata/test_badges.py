"""One card is one number, whichever reader it is held to; and where that cannot be, nobody guesses."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masterdata.accounts_file import AccountsReader, AccountsReplica, AmbiguousBadge
from masterdata.badges import BadgeFormat, badge_hash, canonical, short_badge_hash, short_number
from tests.masterdata.test_accounts import KEY, TODAY, document, guest

# Manufacturer codes (ISO/IEC 7816-6) begin at 01; 00 and 88 (the cascade tag) begin no identifier of seven bytes.
first_bytes = st.integers(0x01, 0x7F).map(lambda value: bytes([value]))
uids7 = st.builds(bytes.__add__, first_bytes, st.binary(min_size=6, max_size=6))
uids4 = st.binary(min_size=4, max_size=4)
RADIXES = ("hex", "decimal")
ORDERS = ("msb", "lsb")


def shown(uid: bytes, radix: str, order: str) -> str:
    """What a reader of that kind types."""
    raw = uid if order == "msb" else uid[::-1]
    return raw.hex() if radix == "hex" else str(int.from_bytes(raw, "big"))


@given(uids4 | uids7 | st.binary(min_size=10, max_size=10), st.sampled_from(RADIXES), st.sampled_from(ORDERS))
def test_a_card_has_one_number_on_every_kind_of_reader(uid: bytes, radix: str, order: str) -> None:
    reader = BadgeFormat(radix, order, len(uid))

    assert canonical(shown(uid, radix, order), reader) == uid.hex().upper()


@given(uids7, st.sampled_from(RADIXES))
def test_a_reader_of_unknown_length_that_begins_with_the_first_byte_needs_no_more(uid: bytes, radix: str) -> None:
    assert canonical(shown(uid, radix, "msb"), BadgeFormat(radix, "msb")) == uid.hex().upper()


@pytest.mark.parametrize(
    ("text", "format", "expected"),
    [
        ("04:a2:3f:11", BadgeFormat(), "04A23F11"),
        ("Karte 17", BadgeFormat(), "KARTE17"),
        ("04:a2:3f:11", BadgeFormat("hex"), "04A23F11"),
        ("11 3f a2 04", BadgeFormat("hex", "lsb"), "04A23F11"),
        ("0077741841", BadgeFormat("decimal"), "04A23F11"),
        ("0289382916", BadgeFormat("decimal", "lsb"), "04A23F11"),
        ("4A23F11", BadgeFormat("hex", bytes=4), "04A23F11"),
        ("0000000017", BadgeFormat("decimal"), "00000011"),
    ],
)
def test_numbers_as_readers_print_them(text: str, format: BadgeFormat, expected: str) -> None:
    assert canonical(text, format) == expected


@pytest.mark.parametrize(
    ("text", "format", "reason"),
    [
        ("04A23F1G", BadgeFormat("hex"), "expected hex digits only"),
        ("04A23F11", BadgeFormat("decimal"), "expected decimal digits only"),
        ("٤٢", BadgeFormat("decimal"), "expected decimal digits only"),
        ("04A23F1122", BadgeFormat("hex", bytes=4), "longer than 4 bytes"),
        ("9" * 25, BadgeFormat("decimal"), "longer than 10 bytes"),
        ("--", BadgeFormat("hex"), "no letter or digit"),
    ],
)
def test_what_is_no_number_of_a_reader_is_refused(text: str, format: BadgeFormat, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        canonical(text, format)


@pytest.mark.parametrize("wrong", [("octal", "msb", 0), ("hex", "middle", 0), ("hex", "msb", 5)])
def test_a_format_that_is_none_is_refused(wrong: tuple[str, str, int]) -> None:
    with pytest.raises(ValueError, match=r"(is|are) none of"):
        BadgeFormat(*wrong)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("04A23F11223344", "04A23F11"),
        ("04a2:3f11:2233:44", "04A23F11"),
        ("04A23F112233445566FF", "04A23F11"),
        ("04A23F11", None),
        ("KARTE170000000", None),
        ("04A23F112233", None),
    ],
)
def test_only_a_long_number_has_a_short_form(number: str, expected: str | None) -> None:
    assert short_number(number) == expected
    assert short_badge_hash(KEY, number) == (badge_hash(KEY, expected) if expected else "")


class Canteen:
    """A replica of guests, each with one badge."""

    def __init__(self, folder: Path, *uids: bytes) -> None:
        with AccountsReplica(folder / "accounts.sqlite") as replica:
            guests = [guest(f"g-{number}", uid.hex()) for number, uid in enumerate(uids)]
            replica.apply(document(1, *guests))
        self._reader = AccountsReader(folder / "accounts.sqlite", KEY)

    def whose(self, uid: bytes, radix: str, order: str) -> str | None:
        """Whose card this is, by a reader that gives its bytes in that way."""
        number = canonical(shown(uid, radix, order), BadgeFormat(radix, order, len(uid)))
        row = self._reader.guest_by_badge(number, TODAY)
        return row.guest_id if row else None


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_both_kinds_of_reader_find_the_same_guest_or_refuse(data: st.DataObject) -> None:
    """Cards of a few first bytes only, so that many share them: then the short reader refuses, and only then."""
    few = st.sampled_from([b"\x04\xa2\x3f\x11", b"\x04\xa2\x3f\x12"])
    longs = st.builds(bytes.__add__, few, st.binary(min_size=3, max_size=3))
    uids = data.draw(st.lists(longs | few | uids4, min_size=1, max_size=6, unique=True))
    with tempfile.TemporaryDirectory() as folder:
        canteen = Canteen(Path(folder), *uids)
        for number, uid in enumerate(uids):
            radix, order = data.draw(st.sampled_from(RADIXES)), data.draw(st.sampled_from(ORDERS))
            sharing = [other for other in uids if other[:4] == uid[:4]]
            if len(uid) == 7:
                assert canteen.whose(uid, radix, order) == f"g-{number}"
            if len(sharing) == 1:
                assert canteen.whose(uid[:4], radix, order) == f"g-{number}"
            else:
                with pytest.raises(AmbiguousBadge):
                    canteen.whose(uid[:4], radix, order)


def test_two_badges_of_one_guest_are_not_ambiguous(tmp_path: Path) -> None:
    badges = [
        {"hash": badge_hash(KEY, number), "short_hash": short_badge_hash(KEY, number), "blocked": blocked}
        for number, blocked in (("04A23F11223344", True), ("04A23F11", False))
    ]
    with AccountsReplica(tmp_path / "accounts.sqlite") as replica:
        replica.apply(document(1, guest("g-1", badges=badges)))

    row = AccountsReader(tmp_path / "accounts.sqlite", KEY).guest_by_badge("04A23F11", TODAY)

    assert row is not None
    assert (row.guest_id, row.badge_blocked) == ("g-1", False)
