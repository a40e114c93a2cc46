"""The look as values: colours and sizes for one screen size, and how readable the colours are together.

A `Theme` is frozen. The app holds the current one; another one (another size of window, the high-contrast look) makes
all widgets anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, hypot
from types import MappingProxyType

Colour = tuple[float, float, float, float]

MINIMUM_TARGET_PX = 64
MINIMUM_TARGET_MM = 15
MOTION_S = 0.14


def colour(code: str, opacity: float = 1.0) -> Colour:
    """`#RRGGBB` as four numbers from 0 to 1."""
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (red, green, blue, opacity)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """`first` with a `share` (0 to 1) of `second` stirred in; the opacity stays that of `first`."""
    red, green, blue = (a + (b - a) * share for a, b in zip(first[:3], second[:3], strict=True))
    return (red, green, blue, first[3])


def contrast(first: Colour, second: Colour) -> float:
    """Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, definition of "contrast ratio")."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(value: Colour) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in value[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True)
class Palette:
    """`on_x` is what is legible on `x`; `x_soft` is the quiet background that goes with `x`."""

    ground: Colour
    surface: Colour
    sunken: Colour
    line: Colour
    ink: Colour
    muted: Colour
    action: Colour
    on_action: Colour
    on_action_muted: Colour
    action_raised: Colour
    good: Colour
    good_soft: Colour
    attention: Colour
    attention_soft: Colour
    refused: Colour
    refused_soft: Colour
    attention_solid: Colour
    on_attention: Colour
    refused_solid: Colour
    on_refused: Colour
    card: Colour
    on_card: Colour
    training: Colour
    on_training: Colour
    focus: Colour
    key_detail: Colour
    disabled: Colour
    disabled_line: Colour
    scrim: Colour
    handle: Colour
    tints: Mapping[str, Colour]

    def tint(self, name: str) -> Colour:
        """The background of a category's colour, or the sunken ground for a name nobody knows."""
        return self.tints.get(name, self.sunken)

    def tone(self, name: str) -> Colour:
        """The text colour of a `Tone`."""
        return {"good": self.good, "attention": self.attention, "refused": self.refused}.get(name, self.muted)

    def tone_soft(self, name: str) -> Colour:
        """The background of a `Tone`."""
        soft = {"good": self.good_soft, "attention": self.attention_soft, "refused": self.refused_soft}
        return soft.get(name, self.sunken)

    def solid(self, name: str) -> tuple[Colour, Colour]:
        """The strong background of a `Tone` and what is legible on it."""
        strong = {
            "good": (self.action, self.on_action),
            "attention": (self.attention_solid, self.on_attention),
            "refused": (self.refused_solid, self.on_refused),
        }
        return strong.get(name, (self.surface, self.ink))


NORMAL = Palette(
    ground=colour("#F6F4EF"),
    surface=colour("#FFFFFF"),
    sunken=colour("#EFECE5"),
    line=colour("#E6E2D9"),
    ink=colour("#1D1C1A"),
    muted=colour("#6A665E"),
    action=colour("#0E5C46"),
    on_action=colour("#FFFFFF"),
    on_action_muted=colour("#DDEFE6"),
    action_raised=colour("#2C745F"),
    good=colour("#0E5C46"),
    good_soft=colour("#DDEFE6"),
    attention=colour("#8A4B00"),
    attention_soft=colour("#FBEBD6"),
    refused=colour("#B3261E"),
    refused_soft=colour("#FBE6E3"),
    attention_solid=colour("#8A4B00"),
    on_attention=colour("#FFFFFF"),
    refused_solid=colour("#B3261E"),
    on_refused=colour("#FFFFFF"),
    card=colour("#24468A"),
    on_card=colour("#FFFFFF"),
    training=colour("#FFD23F"),
    on_training=colour("#1D1C1A"),
    focus=colour("#0E5C46"),
    key_detail=colour("#55524B"),
    disabled=colour("#6A665E"),
    disabled_line=colour("#E6E2D9"),
    scrim=colour("#1D1C1A", 0.55),
    handle=colour("#CFCABD"),
    tints=MappingProxyType(
        {
            "sides": colour("#F7E7CF"),
            "mains": colour("#DDEFE6"),
            "sweets": colour("#F6E0DE"),
            "drinks": colour("#DCEBF3"),
            "weight": colour("#E3E9F6"),
        }
    ),
)

HIGH_CONTRAST = Palette(
    ground=colour("#000000"),
    surface=colour("#000000"),
    sunken=colour("#1C1C1C"),
    line=colour("#FFFFFF"),
    ink=colour("#FFFFFF"),
    muted=colour("#FFFFFF"),
    action=colour("#FFE14D"),
    on_action=colour("#000000"),
    on_action_muted=colour("#000000"),
    action_raised=colour("#FFFFFF"),
    good=colour("#FFFFFF"),
    good_soft=colour("#1C1C1C"),
    attention=colour("#FFE14D"),
    attention_soft=colour("#1C1C1C"),
    refused=colour("#FFE14D"),
    refused_soft=colour("#1C1C1C"),
    attention_solid=colour("#FFE14D"),
    on_attention=colour("#000000"),
    refused_solid=colour("#000000"),
    on_refused=colour("#FFE14D"),
    card=colour("#FFFFFF"),
    on_card=colour("#000000"),
    training=colour("#FFE14D"),
    on_training=colour("#000000"),
    focus=colour("#FFE14D"),
    key_detail=colour("#FFFFFF"),
    disabled=colour("#9C9C9C"),
    disabled_line=colour("#5A5A5A"),
    scrim=colour("#000000", 0.8),
    handle=colour("#FFFFFF"),
    tints=MappingProxyType({}),
)

# name: (portrait at 1080 x 1920, landscape at 1280 x 800, never below), all in pixels
_TYPE: Mapping[str, tuple[int, int, int]] = {
    "hero": (108, 76, 54),
    "number": (300, 184, 130),
    "title": (40, 28, 23),
    "headline": (52, 34, 26),
    "subtitle": (26, 18, 15),
    "heading": (32, 21, 18),
    "lead": (38, 28, 22),
    "body": (27, 18, 16),
    "detail": (25, 16, 15),
    "small": (22, 15, 14),
    "tiny": (20, 14, 13),
    "price": (38, 25, 21),
    "pay": (50, 36, 28),
    "button": (27, 19, 17),
    "big_button": (36, 29, 22),
}
_SPACE: Mapping[str, tuple[int, int, int]] = {
    "edge": (44, 28, 20),
    "gap": (22, 14, 10),
    "pad": (28, 18, 14),
    "near": (10, 8, 6),
    "radius": (20, 18, 16),
    "key": (16, 14, 14),
    "target": (72, 64, MINIMUM_TARGET_PX),
    "big_target": (112, 80, 68),
    "icon": (30, 22, 20),
    "picture": (116, 84, 68),
    "chip": (34, 25, 23),
    "badge": (72, 52, 46),
}


@dataclass(frozen=True)
class Theme:
    """Colours and sizes for a window of `width` x `height` pixels, on a screen of `diagonal_mm` (0: not known)."""

    width: int
    height: int
    high_contrast: bool = False
    diagonal_mm: int = 0

    @property
    def portrait(self) -> bool:
        return self.height > self.width

    @property
    def colours(self) -> Palette:
        return HIGH_CONTRAST if self.high_contrast else NORMAL

    @property
    def scale(self) -> float:
        """1.0 at the size the drawings were made for."""
        if self.portrait:
            return min(self.width / 1080, self.height / 1600)
        return min(self.width / 1280, self.height / 800)

    def px(self, portrait: float, landscape: float) -> int:
        """A length that is `portrait` pixels at 1080 x 1920 and `landscape` pixels at 1280 x 800."""
        return round((portrait if self.portrait else landscape) * self.scale)

    def dp(self, length: float) -> int:
        """A length of the till's drawing, which was made at 1280 x 800, for this window."""
        return round(length * self.scale * (1.1 if self.portrait else 1))

    @property
    def finger(self) -> int:
        """The least height and width of what a cashier touches."""
        return max(MINIMUM_TARGET_PX, self.dp(MINIMUM_TARGET_PX))

    @property
    def tile_height(self) -> int:
        """What an article's tile needs: badges, two lines of name, its detail, allergens, price and the margins."""
        letters = self.type("heading") * 2 * 1.2 + self.type("detail") * 1.25 * (2 if self.portrait else 1)
        return round(letters + self.space("chip") + self.type("tiny") * 1.55 + self.type("price") * 1.22) + self.px(
            72, 42
        )

    def type(self, role: str) -> int:
        """Height of the letters of `role` in pixels; raises `KeyError` for a role that is not in the table."""
        portrait, landscape, minimum = _TYPE[role]
        return max(minimum, self.px(portrait, landscape))

    def space(self, role: str) -> int:
        """A distance or the size of a thing, in pixels; raises `KeyError` for a role that is not in the table."""
        portrait, landscape, minimum = _SPACE[role]
        return max(minimum, self.px(portrait, landscape), self.least_target if role.endswith("target") else 0)

    @property
    def least_target(self) -> int:
        """Pixels that a guest's finger needs: 15 mm where the size of the screen is known."""
        if not self.diagonal_mm:
            return MINIMUM_TARGET_PX
        return max(MINIMUM_TARGET_PX, ceil(MINIMUM_TARGET_MM * hypot(self.width, self.height) / self.diagonal_mm))


def text_pairs(palette: Palette) -> dict[str, tuple[Colour, Colour]]:
    """Every combination of text and background that the screens use, by name."""
    pairs = {
        "ink on ground": (palette.ink, palette.ground),
        "ink on surface": (palette.ink, palette.surface),
        "ink on sunken": (palette.ink, palette.sunken),
        "muted on ground": (palette.muted, palette.ground),
        "muted on surface": (palette.muted, palette.surface),
        "muted on sunken": (palette.muted, palette.sunken),
        "good on surface": (palette.good, palette.surface),
        "on_action on action": (palette.on_action, palette.action),
        "on_action on action_raised": (palette.on_action, palette.action_raised),
        "on_action_muted on action": (palette.on_action_muted, palette.action),
    }
    for tone in ("neutral", "good", "attention", "refused"):
        pairs[f"{tone} on its soft ground"] = (palette.tone(tone), palette.tone_soft(tone))
        pairs[f"{tone} on surface"] = (palette.tone(tone), palette.surface)
        pairs[f"{tone} on its strong ground"] = palette.solid(tone)[::-1]
    for name, tint in {**palette.tints, "sunken": palette.sunken}.items():
        pairs[f"ink on {name}"] = (palette.ink, tint)
        pairs[f"detail on {name}"] = (palette.key_detail, tint)
        pairs[f"attention on {name}"] = (palette.attention, tint)
    pairs["disabled on sunken"] = (palette.disabled, palette.sunken)
    pairs["disabled on ground"] = (palette.disabled, palette.ground)
    pairs["on_card on card"] = (palette.on_card, palette.card)
    pairs["on_training on training"] = (palette.on_training, palette.training)
    return pairs
