"""What the keys of six keyboards write. Keys are numbered as in linux/input-event-codes.h.

Source: the printed keyboards (ISO/IEC 9995-3 for the three levels) as Windows has them, which is what readers imitate:
United States 409, United Kingdom 809, Germany 407, Switzerland (German) 807, France 40C, Spain 40A.
"""

from __future__ import annotations

from dataclasses import dataclass

_ROWS = (
    (41, *range(2, 14)),
    tuple(range(16, 28)),
    (*range(30, 41), 43),
    (86, *range(44, 54)),
)
"""From the key left of 1 down to the key left of Z; 43 stands right of the third row, 86 left of Z on ISO keyboards."""

_NONE = " "
SPACE_KEY = 57
BASE, SHIFT, ALTGR = 0, 1, 2

_US = (
    ("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'\\", "\\zxcvbnm,./"),
    ("~!@#$%^&*()_+", "QWERTYUIOP{}", 'ASDFGHJKL:"|', "|ZXCVBNM<>?"),
)
_UK = (
    ("`1234567890-=", "qwertyuiop[]", "asdfghjkl;'#", "\\zxcvbnm,./"),
    ('¬!"£$%^&*()_+', "QWERTYUIOP{}", "ASDFGHJKL:@~", "|ZXCVBNM<>?"),
    ("¦   €        ", "  é   úíó   ", "á           ", "           "),
)
_DE = (
    ("^1234567890ß´", "qwertzuiopü+", "asdfghjklöä#", "<yxcvbnm,.-"),
    ('°!"§$%&/()=?`', "QWERTZUIOPÜ*", "ASDFGHJKLÖÄ'", ">YXCVBNM;:_"),
    ("  ²³   {[]}\\ ", "@ €        ~", "            ", "|      µ   "),
)
_CH = (
    ("§1234567890'^", "qwertzuiopü¨", "asdfghjklöä$", "<yxcvbnm,.-"),
    ('°+"*ç%&/()=?`', "QWERTZUIOPè!", "ASDFGHJKLéà£", ">YXCVBNM;:_"),
    (" ¦@#°§¬|¢  ´~", "  €       []", "          {}", "\\          "),
)
_FR = (
    ("²&é\"'(-è_çà)=", "azertyuiop^$", "qsdfghjklmù*", "<wxcvbn,;:!"),
    (" 1234567890°+", "AZERTYUIOP¨£", "QSDFGHJKLM%µ", ">WXCVBN?./§"),
    ("  ~#{[|`\\^@]}", "  €        ¤", "            ", "           "),
)
_ES = (
    ("º1234567890'¡", "qwertyuiop`+", "asdfghjklñ´ç", "<zxcvbnm,.-"),
    ('ª!"·$%&/()=?¿', "QWERTYUIOP^*", "ASDFGHJKLÑ¨Ç", ">ZXCVBNM;:_"),
    ("\\|@#~€¬      ", "  €       []", "          {}", "           "),
)
_DEAD = {
    "us": (),
    "uk": (),
    "de": ((41, BASE), (13, BASE), (13, SHIFT)),
    "ch": ((13, BASE), (13, SHIFT), (13, ALTGR), (12, ALTGR), (27, BASE)),
    "fr": ((26, BASE), (26, SHIFT), (3, ALTGR), (8, ALTGR)),
    "es": ((26, BASE), (26, SHIFT), (40, BASE), (40, SHIFT), (5, ALTGR)),
}

COMBINING = {"´": "\u0301", "`": "\u0300", "^": "\u0302", "¨": "\u0308", "~": "\u0303"}
"""The accents that wait for the next key, as Unicode joins them to a letter."""

KEYPAD = dict(zip((71, 72, 73, 75, 76, 77, 79, 80, 81, 82, 55, 74, 78, 98), "7894561230*-+/", strict=True))
"""Keys of the number pad; its decimal key differs from country to country and is left out."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`keys` maps (key, level) to a character; `dead` are those that wait for the next key."""

    keys: dict[tuple[int, int], str]
    dead: frozenset[tuple[int, int]]
    has_altgr: bool


def layout(name: str) -> Layout:
    """Return one of `drivers.evdev_wedge.LAYOUTS`; raises `KeyError` for others."""
    levels: tuple[tuple[str, ...], ...] = {"us": _US, "uk": _UK, "de": _DE, "ch": _CH, "fr": _FR, "es": _ES}[name]
    keys = {(SPACE_KEY, BASE): " ", (SPACE_KEY, SHIFT): " "}
    for level, rows in enumerate(levels):
        for numbers, characters in zip(_ROWS, rows, strict=True):
            for number, character in zip(numbers, characters, strict=True):
                if character != _NONE:
                    keys[number, level] = character
    return Layout(keys, frozenset(_DEAD[name]), len(levels) > ALTGR)
