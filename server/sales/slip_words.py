"""The words of slips in the languages of guests: those of the terminals, so that screen and paper say the same."""

import gettext
from functools import lru_cache
from importlib.resources import files

from sales.slip import Translate


@lru_cache(maxsize=8)
def slip_words(language: str) -> Translate:
    """Return what turns the English words of slips into those of `language`; a language nobody translated stays English."""
    folder = str(files("appliance") / "locale")
    return gettext.translation("refectory", folder, languages=[language], fallback=True).gettext
