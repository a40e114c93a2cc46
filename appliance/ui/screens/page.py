"""What all full screens have in common."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import ObjectProperty, StringProperty

from appliance.presenters.views import LanguageChoice
from appliance.ui.layout import Stack

UI = Path(__file__).parent.parent


class Page(Stack):
    """One full screen. `content` is its part of the view, `languages` what can be chosen."""

    content = ObjectProperty(None, rebind=True)
    languages = ObjectProperty(())
    language = StringProperty("")

    def on_languages(self, _instance: object, languages: tuple[LanguageChoice, ...]) -> None:
        self.language = next((choice.name for choice in languages if choice.chosen), "")


def load_rules() -> None:
    """Load all .kv files once; call after the widget classes have been imported."""
    for path in [UI / "widgets.kv", *sorted((UI / "screens").glob("*.kv"))]:
        if str(path) not in Builder.files:
            Builder.load_file(str(path), encoding="utf-8")
