"""Where a text breaks into lines, and where it ends in an ellipsis. Knows no widget."""

from __future__ import annotations

import re
from collections.abc import Callable

ELLIPSIS = "…"
SOFT_HYPHEN = "\u00ad"
_BREAKS = re.compile(r"(?<=[-/])(?=\w)|\u00ad")
_VOWELS = "aeiouyäöüáéíóúàèìòùâêîôûëïœæ"
_ONSETS = "sch[lmnrw]?|str?|spr?|pf[lr]?|ch|ck|ph|th|qu|zw|kn|[bcdfgkpt]r|[bcfgkp]l"
_ONSET = re.compile(rf"(?<=\w)(?:{_ONSETS}|(?![{_VOWELS}])[^\W\d_])(?=[{_VOWELS}])", re.IGNORECASE)
LEAST_PART = 3


def wrap(text: str, width_px: float, lines: int, width_of: Callable[[str], int]) -> tuple[list[str], bool]:
    """Break `text` into at most `lines` lines of `width_px`; returns them and whether something was left out.

    Breaks at spaces but not before a raised dot, after hyphens and slashes, at soft hyphens, and inside a word only when
    the word alone is wider than a line, if possible between two syllables. The last line then ends in an ellipsis.
    """
    done: list[str] = []
    current = ""
    for paragraph in text.split("\n"):
        for word in paragraph.replace(" · ", "\u00a0· ").split(" "):
            candidate = f"{current} {word}" if current else word
            if width_of(candidate.replace(SOFT_HYPHEN, "")) <= width_px:
                current = candidate
                continue
            *full, current = _break_word(current, word, width_px, width_of)
            done += full
        done.append(current)
        current = ""
    done = [line.replace(SOFT_HYPHEN, "") for line in done]
    if len(done) <= lines:
        return done, False
    last = " ".join(done[lines - 1 :]).replace("- ", "-")
    while last and width_of(last.rstrip(" \u00a0,;·-") + ELLIPSIS) > width_px:
        last = last[:-1]
    return [*done[: lines - 1], last.rstrip(" \u00a0,;·-") + ELLIPSIS], True


def _break_word(current: str, word: str, width_px: float, width_of: Callable[[str], int]) -> list[str]:
    """Lines that come of adding `word`, which does not fit, to the line `current`."""
    lines = [current] if current else []
    lead = f"{current} " if current else ""
    parts = _BREAKS.split(word)
    for count in range(len(parts) - 1, 0, -1):
        head = "".join(parts[:count])
        head += "" if head[-1:] in "-/" else "-"
        if width_of(lead + head) <= width_px:
            lines = [lead + head]
            word = "".join(parts[count:])
            break
    while width_of(word) > width_px:
        cut = len(word) - 1
        while cut > 1 and width_of(word[:cut] + "-") > width_px:
            cut -= 1
        cut = max((place for place in syllables(word) if place <= cut), default=cut)
        if cut < 1:
            break
        lines.append(word[:cut] + "-")
        word = word[cut:]
    return [*lines, word]


def syllables(word: str) -> list[int]:
    """Places in `word` where a syllable may begin, at least three letters from either end.

    A rule of thumb for English, French, German and Spanish: a syllable begins with the last consonant before a vowel, or
    with the last few where they are spoken together.
    """
    places = (found.start() for found in _ONSET.finditer(word))
    return [place for place in places if LEAST_PART <= place <= len(word) - LEAST_PART]
