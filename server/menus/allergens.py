"""What a kitchen's remarks say about allergens and diets.

The rule is caution: a word that is understood is believed, a promise that contradicts it is not, and silence is never
"free from". Remarks that hold more than the allergen's name stay among the notes word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sales.catalogue import Allergen
from server.menus import words

_WORD = re.compile(r"[^\W_]+")
_PARENTHESES = re.compile(r"\([^()]*\)")
_GROUP = re.compile(r"\(([^()]*)\)")
_ADDITIVE = re.compile(r"[0-9]{1,2}[a-z]?")
_NUMBERED = re.compile(r"(?P<gluten>34[A-Z])|(?P<nuts>25[A-Z])")
_FREE_FROM_ALL = re.compile(
    r"(?:enthält )?keine (?:kennzeichnungspflichtigen |deklarationspflichtigen )?allergene(?: enthalten)?|allergenfrei|"
    r"(?:contains )?no (?:declarable )?allergens|sans allergènes|sin alérgenos"
)
_NEGATION_WORDS = "kein keine keinen keiner ohne frei nicht spuren no not without free traces trace sans sin pas"
_ANIMAL = frozenset({Allergen.CRUSTACEANS, Allergen.EGGS, Allergen.FISH, Allergen.MILK, Allergen.MOLLUSCS})
_FLESH = frozenset({Allergen.CRUSTACEANS, Allergen.FISH, Allergen.MOLLUSCS})
_MEAT = frozenset({"beef", "pork", "poultry", "lamb", "game"})


_Meaning = TypeVar("_Meaning")


def _vocabulary(entries: Mapping[_Meaning, str]) -> dict[str, _Meaning]:
    return {word: meaning for meaning, text in entries.items() for word in text.split()}


_NEGATIONS = frozenset(_NEGATION_WORDS.split())
_FILLERS = frozenset(words.FILLERS.split())
_GENERIC = _vocabulary(words.GENERIC)
_SPECIFIC = _vocabulary(words.SPECIFIC)
_LABELS = _vocabulary(words.LABELS)
_SPECIFIC_LABELS = _vocabulary(words.SPECIFIC_LABELS)
_DIETS = _vocabulary(words.DIETS)
_AVOIDED = _vocabulary(words.AVOIDED)


@dataclass(frozen=True)
class Remark:
    """What one note says. `complete` means that it says nothing beyond `allergens` and `diets`."""

    allergens: frozenset[Allergen] = frozenset()
    diets: frozenset[str] = frozenset()
    free_from_all: bool = False
    complete: bool = False


def read_note(note: str) -> Remark:
    """What one note of a meal says; a note that is not understood as a whole says nothing.

    "enthält keine laktosehaltigen Lebensmittel" is no statement about milk, and " = Vegan" is a line of a legend that
    was published among the notes, not a promise about the dish.
    """
    text = " ".join(note.split())
    if text in _LABELS:
        return Remark(frozenset({_LABELS[text]}), complete=True)
    if text in _SPECIFIC_LABELS:
        return Remark(frozenset({_SPECIFIC_LABELS[text]}))
    lowered = text.casefold()
    if lowered in _DIETS:
        return Remark(diets=frozenset({_DIETS[lowered]}), complete=True)
    if lowered.removeprefix("mit ") in _AVOIDED:
        return Remark(diets=frozenset({_AVOIDED[lowered.removeprefix("mit ")]}))
    if _FREE_FROM_ALL.fullmatch(lowered):
        return Remark(free_from_all=True, complete=True)
    numbered = _NUMBERED.fullmatch(text)
    if numbered:
        return Remark(frozenset({Allergen.GLUTEN if numbered["gluten"] else Allergen.NUTS}))
    return _read_words(text)


def _read_words(text: str) -> Remark:
    inside = set(_WORD.findall(" ".join(_GROUP.findall(text)).lower()))
    outside = _WORD.findall(_PARENTHESES.sub(" ", text).lower())
    if text.startswith("=") or _NEGATIONS & {*outside, *inside}:
        return Remark()
    generic = {_GENERIC[word] for word in outside if word in _GENERIC}
    specific = {_SPECIFIC[word] for word in outside if word in _SPECIFIC}
    others = [word for word in outside if word not in _GENERIC and word not in _SPECIFIC]
    if not generic | specific or not _FILLERS.issuperset(others):
        return Remark()
    only_definition = not inside or bool(inside & {"einschließlich", "konzentration", "including"})
    return Remark(frozenset(generic | specific), complete=not specific and only_definition and "msc" not in others)


class Legend:
    """The meaning of the short codes of one feed.

    Canteens use the same two letters for different things, so the legend is chosen by the codes that appear anywhere
    in the feed. Where that leaves a doubt, all meanings are declared.
    """

    def __init__(self, names: Iterable[str]) -> None:
        seen = {item for name in names for group in _GROUP.findall(name) for item in _items(group)}
        legends = [meanings for evidence, meanings in words.LEGENDS if seen.intersection(evidence.split())]
        if len(legends) != 1:
            legends = [meanings for _, meanings in words.LEGENDS]
        self._meanings: dict[str, frozenset[Allergen]] = {}
        for meanings in (words.COMMON_CODES, words.DOUBTFUL_CODES, *legends):
            for allergen, codes in meanings.items():
                for code in codes.split():
                    self._meanings[code] = self._meanings.get(code, frozenset()) | {allergen}

    def read_name(self, name: str) -> tuple[str, Remark, tuple[str, ...]]:
        """The name without its lists of codes, what they say, and the lists themselves, word for word.

        Brackets that hold anything but codes, such as "(2 Stück)", stay in the name; codes among other words are read
        all the same.
        """
        allergens: set[Allergen] = set()
        diets: set[str] = set()
        lists: list[str] = []

        def replace(match: re.Match[str]) -> str:
            items = _items(match[1])
            for item in items:
                allergens.update(self._meanings.get(item, ()))
                if item.casefold() in _DIETS:
                    diets.add(_DIETS[item.casefold()])
            if items and all(self._is_code(item) for item in items):
                lists.append(match[0])
                return " "
            return match[0]

        return _GROUP.sub(replace, name), Remark(frozenset(allergens), frozenset(diets)), tuple(lists)

    def _is_code(self, item: str) -> bool:
        return item in self._meanings or item.casefold() in _DIETS or _ADDITIVE.fullmatch(item) is not None


def _items(group: str) -> list[str]:
    return [item for item in (part.strip() for part in re.split(r"[,;]", group)) if item]


def contradicted(diets: frozenset[str], allergens: frozenset[Allergen]) -> frozenset[str]:
    """The promised diets that the allergens or the meat named beside them deny."""
    denied = set()
    if allergens & _ANIMAL or diets & _MEAT:
        denied.add("vegan")
    if allergens & _FLESH or diets & _MEAT:
        denied.add("vegetarian")
    return frozenset(denied & diets)
