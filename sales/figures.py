"""Figures as people write them: decimal comma or point by language."""

_DECIMAL_COMMA = frozenset({"fr", "de", "es"})


def decimal_mark(language: str) -> str:
    """Return the mark between whole and fraction: a comma in French, German and Spanish, else a point."""
    return "," if language in _DECIMAL_COMMA else "."


def format_rate(rate_bp: int, language: str) -> str:
    """Write a rate given in basis points: 700 is "7 %", 810 is "8.1 %" in English and "8,1 %" in German."""
    whole, fraction = divmod(rate_bp, 100)
    digits = f"{fraction:02d}".rstrip("0")
    return f"{whole}{decimal_mark(language) if digits else ''}{digits} %"


def format_weight(weight_g: int, language: str) -> str:
    """Write a weight given in grams as kilograms: 342 is "0.342 kg"."""
    kilograms, grams = divmod(weight_g, 1000)
    return f"{kilograms}{decimal_mark(language)}{grams:03d} kg"
