"""What the keys of a reader become: the right number on six keyboards, or none."""

from __future__ import annotations

import pytest
from evdev import ecodes
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.evdev_wedge import LAYOUTS
from drivers.evdev_wedge.layouts import layout
from drivers.evdev_wedge.protocol import Bad, Good, KeyDecoder, WedgeFormat
from drivers.evdev_wedge.sim import strokes

SHIFT, ALTGR, CTRL, ALT = ecodes.KEY_LEFTSHIFT, ecodes.KEY_RIGHTALT, ecodes.KEY_LEFTCTRL, ecodes.KEY_LEFTALT
HELD = {"S": SHIFT, "G": ALTGR, "C": CTRL, "L": ALT}


def keys(text: str) -> list[tuple[int, ...]]:
    """Strokes by the names of linux/input-event-codes.h; S- is with Shift, G- with AltGr."""
    found = []
    for word in text.split():
        *held, name = word.split("-")
        found.append((*(HELD[one] for one in held), getattr(ecodes, f"KEY_{name}")))
    return found


class Reader:
    """Types on a decoder; `step_s` lies between two keys."""

    def __init__(self, step_s: float = 0.01, **options: object) -> None:
        self.decoder = KeyDecoder(WedgeFormat(**options))  # type: ignore[arg-type]
        self.step_s = step_s
        self.now_s = 100.0

    def type(self, *sequence: tuple[int, ...]) -> list[Good | Bad]:
        results: list[Good | Bad] = []
        for stroke in sequence:
            for value, order in ((1, stroke), (0, stroke[::-1])):
                for key in order:
                    results += self.decoder.feed(key, value, self.now_s)
            self.now_s += self.step_s
        return results


def read(text: str, **options: object) -> list[Good | Bad]:
    return Reader(**options).type(*keys(text + " ENTER"))


@pytest.mark.parametrize(
    ("name", "typed", "number"),
    [
        ("us", "0 4 A 1 F 2 C 3", "04a1f2c3"),
        ("uk", "0 4 A 1 F 2 C 3", "04a1f2c3"),
        ("de", "0 4 A 1 F 2 C 3", "04a1f2c3"),
        ("ch", "0 4 A 1 F 2 C 3", "04a1f2c3"),
        ("fr", "S-0 S-4 Q S-1 F S-2 C S-3", "04a1f2c3"),
        ("es", "0 4 A 1 F 2 C 3", "04a1f2c3"),
        ("us", "S-A S-R S-T MINUS 7 SLASH S-Z S-MINUS S-SLASH S-2 S-3", "ART-7/Z_?@#"),
        ("uk", "S-A S-R S-T MINUS 7 SLASH S-Z S-MINUS S-SLASH S-APOSTROPHE BACKSLASH", "ART-7/Z_?@#"),
        ("de", "S-A S-R S-T SLASH 7 S-7 S-Y S-SLASH S-MINUS G-Q BACKSLASH", "ART-7/Z_?@#"),
        ("ch", "S-A S-R S-T SLASH 7 S-7 S-Y S-SLASH S-MINUS G-2 G-3", "ART-7/Z_?@#"),
        ("fr", "S-Q S-R S-T 6 S-7 S-DOT S-W 8 S-M G-0 G-3", "ART-7/Z_?@#"),
        ("es", "S-A S-R S-T SLASH 7 S-7 S-Z S-SLASH S-MINUS G-2 G-3", "ART-7/Z_?@#"),
        ("us", "LEFTBRACE BACKSLASH S-BACKSLASH S-RIGHTBRACE SPACE GRAVE S-GRAVE S-6", "[\\|} `~^"),
        ("uk", "LEFTBRACE 102ND S-102ND S-RIGHTBRACE SPACE GRAVE S-BACKSLASH S-6 S-3", "[\\|} `~^£"),
        ("de", "G-8 G-MINUS G-102ND G-0 SPACE S-EQUAL SPACE G-RIGHTBRACE GRAVE SPACE G-E", "[\\|} `~^€"),
        ("ch", "G-LEFTBRACE G-102ND G-7 G-BACKSLASH SPACE S-EQUAL SPACE G-EQUAL SPACE EQUAL SPACE G-E", "[\\|} `~^€"),
        ("fr", "G-5 G-8 G-6 G-EQUAL SPACE G-7 SPACE G-2 SPACE G-9 G-E", "[\\|} `~^€"),
        (
            "es",
            "G-LEFTBRACE G-GRAVE G-1 G-BACKSLASH SPACE LEFTBRACE SPACE G-4 SPACE S-LEFTBRACE SPACE G-E",
            "[\\|} `~^€",
        ),
        ("de", "GRAVE E S-LEFTBRACE MINUS EQUAL A", "êÜßá"),
        ("fr", "LEFTBRACE E S-LEFTBRACE I 2 9", "êïéç"),
        ("es", "APOSTROPHE A S-APOSTROPHE U SEMICOLON BACKSLASH G-4 N", "áüñçñ"),
        ("ch", "EQUAL O S-APOSTROPHE S-LEFTBRACE G-MINUS E", "ôàèé"),
        ("uk", "G-A G-E", "áé"),
    ],
)
def test_badges_and_codes_on_six_keyboards(name: str, typed: str, number: str) -> None:
    assert read(typed, layout=name, charset="text") == [Good(number)]


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_printable_character_can_be_read_on_every_keyboard(name: str) -> None:
    text = "".join(map(chr, range(0x20, 0x7F)))
    reader = Reader(layout=name, max_length=255)
    assert reader.type(*strokes(layout(name), text), *keys("ENTER")) == [Good(text)]


@pytest.mark.parametrize("name", LAYOUTS)
def test_number_pad_is_the_same_everywhere(name: str) -> None:
    assert read("NUMLOCK KP4 KP0 KP0 KP6 KP3 KP8 KP1 KP3 KP3 KP3 KP9 KP3 KP1 NUMLOCK", layout=name) == [
        Good("4006381333931")
    ]
    assert Reader(layout=name).type(*keys("KP7 KP5 KP2 KPENTER")) == [Good("752")]


def test_capslock_turns_letters_round_and_leaves_digits() -> None:
    assert read("CAPSLOCK A S-B 1 CAPSLOCK C") == [Good("Ab1c")]
    assert read("CAPSLOCK LEFTBRACE MINUS S-LEFTBRACE", layout="de", charset="text") == [Good("Üßü")]


def test_capslock_that_was_on_before_counts() -> None:
    reader = Reader()
    reader.decoder.resync((), caps_lock=True)
    assert reader.type(*keys("A S-B ENTER")) == [Good("Ab")]


def test_shift_that_was_down_before_counts_until_it_is_released() -> None:
    reader = Reader()
    reader.decoder.resync({SHIFT, ecodes.KEY_A}, caps_lock=False)
    assert reader.type(*keys("A")) == []
    reader.decoder.feed(SHIFT, 0, reader.now_s)
    assert reader.type(*keys("A ENTER")) == [Good("Aa")]


def test_ctrl_and_alt_together_are_altgr() -> None:
    assert read("C-L-Q", layout="de") == [Good("@")]


def test_accents_may_come_at_once() -> None:
    assert read("GRAVE 1 EQUAL", layout="de", dead_keys=False, charset="text") == [Good("^1´")]


def test_accent_that_joins_nothing_stands_before_its_neighbour() -> None:
    assert read("GRAVE 1", layout="de") == [Good("^1")]
    assert read("GRAVE GRAVE 1", layout="de", charset="text") == [Good("^^1")]


@pytest.mark.parametrize(
    ("typed", "options", "problem"),
    [
        ("1 2 F1 3 4", {}, "writes no character"),
        ("1 2 C-C 3 4", {}, "together with Ctrl"),
        ("1 2 G-3 4", {"layout": "us"}, "together with Ctrl"),
        ("1 2 A 3 4", {"charset": "digits"}, "other than digits"),
        ("1 2 3 4 G", {"charset": "hex"}, "other than hex"),
        ("1 2 3 4 LEFTBRACE", {"layout": "de"}, "other than printable"),
        ("1 2 3 4", {"min_length": 8}, "allowed are 8"),
        ("1 2 3 4 5", {"max_length": 4}, "longer"),
        ("1 2 3 4", {"prefix": ";"}, "prefix"),
        ("1 2 3 4 TAB", {}, "writes no character"),
        ("1 2 3 4 GRAVE", {"layout": "de"}, "accent"),
    ],
)
def test_doubtful_number_is_thrown_away_whole(typed: str, options: dict[str, object], problem: str) -> None:
    (result,) = read(typed, **options)
    assert isinstance(result, Bad)
    assert problem in result.problem
    assert "1234" not in result.problem


def test_prefix_and_suffix_are_taken_off() -> None:
    assert read("SEMICOLON 1 2 3 4 S-SLASH", prefix=";", suffix="?") == [Good("1234")]
    assert isinstance(read("SEMICOLON S-SLASH", prefix=";", suffix="?")[0], Bad)
    assert isinstance(read("SEMICOLON", prefix=";", suffix=";")[0], Bad)


@pytest.mark.parametrize(
    ("terminator", "typed", "numbers"),
    [
        ("enter", "1 ENTER 2 KPENTER", ["1", "2"]),
        ("tab", "1 TAB 2 TAB", ["1", "2"]),
        ("either", "1 TAB ENTER 2 ENTER TAB", ["1", "2"]),
    ],
)
def test_terminators(terminator: str, typed: str, numbers: list[str]) -> None:
    results = Reader(terminator=terminator).type(*keys(typed))
    assert results == [Good(number) for number in numbers]


def test_half_a_number_is_told_and_not_joined_to_the_next_one() -> None:
    reader = Reader(gap_s=0.3)
    assert reader.type(*keys("1 2")) == []
    assert reader.decoder.expire(reader.now_s) == []
    assert [type(result) for result in reader.decoder.expire(reader.now_s + 1.0)] == [Bad]
    assert reader.decoder.expire(reader.now_s + 2.0) == []
    assert reader.type(*keys("3 4 ENTER")) == [Good("34")]


def test_pause_between_two_keys_is_seen_by_their_own_times() -> None:
    """However late the events are looked at."""
    reader = Reader(step_s=0.5, gap_s=0.3)
    results = reader.type(*keys("1 2"))
    assert [type(result) for result in results] == [Bad]


def test_lost_keys_spoil_the_number_and_not_the_next_one() -> None:
    reader = Reader()
    reader.type(*keys("1 2"))
    reader.decoder.lost_keys()
    (bad,) = reader.type(*keys("5 ENTER"))
    assert isinstance(bad, Bad)
    assert reader.type(*keys("7 ENTER")) == [Good("7")]


def test_babbling_reader_is_complained_about_once() -> None:
    results = Reader(max_length=8).type(*keys("1 " * 500 + "ENTER 7 ENTER"))
    assert [type(result) for result in results] == [Bad, Good]


def test_repeated_keys_of_the_kernel_count_once() -> None:
    reader = Reader()
    for value in (1, 2, 2, 2, 0):
        assert reader.decoder.feed(ecodes.KEY_A, value, reader.now_s) == []
    assert reader.type(*keys("ENTER")) == [Good("a")]


@given(
    st.text(st.characters(codec="ascii", min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=40),
    st.sampled_from(LAYOUTS),
)
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_as_it_was_typed(text: str, name: str) -> None:
    assert Reader(layout=name).type(*strokes(layout(name), text), *keys("ENTER")) == [Good(text)]


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(0, 2)), max_size=80), st.sampled_from(LAYOUTS))
@settings(max_examples=150, deadline=None)
def test_after_any_keys_and_a_pause_the_next_number_is_read(events: list[tuple[int, int]], name: str) -> None:
    reader = Reader(layout=name, min_length=4)
    for key, value in events:
        reader.decoder.feed(key, value, 0.0)
    reader.decoder.expire(50.0)
    reader.decoder.resync((), caps_lock=False)
    assert reader.type(*strokes(layout(name), "04a1"), *keys("ENTER")) == [Good("04a1")]
