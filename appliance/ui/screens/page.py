"""What all full screens have in common."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import ObjectProperty, StringProperty

from appliance.presenters.views import LanguageChoice
from appliance.ui.layout import Stack

UI = Path(__file__).parent.parent


class Page(Stack):
    """One full screen. `content` is its part of the view, `languages` what can be chosen; `language` is the name of the
    one chosen, `code` its code."""

    content = ObjectProperty(None, rebind=True)
    languages = ObjectProperty(())
    language = StringProperty("")
    code = StringProperty("en")

    def on_languages(self, _instance: object, languages: tuple[LanguageChoice, ...]) -> None:
        self.language = next((choice.name for choice in languages if choice.chosen), "")
        self.code = next((choice.code for choice in languages if choice.chosen), "en")


def load_rules(folder: str = "") -> None:
    """Load the .kv files of the screens in `folder` once; call after their widget classes have been imported.

    Without a name they are those that every terminal needs.
    """
    for path in [UI / "widgets.kv", *sorted((UI / "screens" / folder).glob("*.kv"))]:
        if str(path) not in Builder.files:
            Builder.load_file(str(path), encoding="utf-8")
