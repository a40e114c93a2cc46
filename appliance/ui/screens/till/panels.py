"""What can fill the middle of the till: quick keys, a pad, a list, a report, a count. Each is made once and kept."""

from __future__ import annotations

from kivy.app import App
from kivy.properties import ObjectProperty, StringProperty

from appliance.flows.intents import Backspace, CountCoin, Typed
from appliance.presenters.views import AmountRow
from appliance.presenters.views_till import (
    Action,
    CountPanel,
    CountRow,
    KeysPanel,
    ListPanel,
    PadPanel,
    Panel,
    ReportPanel,
)
from appliance.ui.keys import Key
from appliance.ui.layout import Cells, Stack
from appliance.ui.touch import Tap
from appliance.ui.widgets import Card

NOBODY = Action("", None)
WIDE_COLUMNS = 3
DIGITS = tuple(Action(digit, Typed(digit)) for digit in "789456123")
ZERO = Action("0", Typed("0"))
BACK = Action("", Backspace(), icon="delete")
SPACE = Action("", Typed(" "), icon="space")
LETTERS = {
    "en": ("1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm'"),
    "de": ("1234567890ß", "qwertzuiopü", "asdfghjklöä", "yxcvbnm-'"),
    "fr": ("1234567890", "azertyuiop", "qsdfghjklm", "wxcvbn-'"),
    "es": ("1234567890", "qwertyuiop", "asdfghjklñ", "zxcvbnm-'"),
}


def digit_keys(mark: str) -> tuple[Action, ...]:
    """The twelve keys of a pad, with the decimal mark; without one the last row begins with nothing."""
    return (*DIGITS, Action(mark, Typed(".")) if mark else NOBODY, ZERO, BACK)


def letter_rows(language: str) -> tuple[tuple[Action, ...], ...]:
    """Rows of letter keys as `language` has them on its keyboards; the last one ends in space and backspace."""
    rows = [tuple(Action(letter, Typed(letter)) for letter in row) for row in LETTERS.get(language, LETTERS["en"])]
    rows[-1] = (*rows[-1], SPACE, BACK)
    return tuple(rows)


class PadKey(Key):
    """A key of the pad: a large digit. The place of a key that is not there stays empty."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        theme = App.get_running_app().theme
        self.px, self.weight, self.icon_px = theme.dp(28), 700, theme.dp(32)
        self.bind(item=self._hide)
        self._hide()

    def _hide(self, *_args: object) -> None:
        self.opacity = 0 if self.item.intent is None else 1


class LetterKey(Key):
    """A key with a letter on it; the word it shows is upper case, what it types is not."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        theme = App.get_running_app().theme
        self.px, self.inset, self.icon_px = theme.dp(24), 2, theme.dp(26)


class CountKey(Tap, Card):
    """A coin or note: touching it makes its number the one that is typed."""

    item = ObjectProperty((CountRow(0, "", "", ""), False))

    def on_tap(self) -> None:
        App.get_running_app().send(CountCoin(self.item[0].value_minor))


class ReportRow(Stack):
    item = ObjectProperty(AmountRow("", ""), rebind=True)


class PanelView(Stack):
    """Shows one kind of panel. `language` is the code of the screen's language."""

    panel = ObjectProperty(None, rebind=True)
    language = StringProperty("en")


class ConfirmRow(Stack):
    """The way back at the left, the way on at the right."""

    confirm = ObjectProperty(None, allownone=True)
    cancel = ObjectProperty(None, allownone=True)
    nothing = NOBODY


class LetterRow(Cells):
    """One row of letter keys."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.fbind("item", lambda _row, keys: setattr(self, "items", keys))

    item = ObjectProperty(())


class KeysView(PanelView):
    pass


class PadView(PanelView):
    digits = ObjectProperty(digit_keys(""))

    def on_panel(self, _instance: object, panel: PadPanel) -> None:
        """Amounts have a key for the decimal mark."""
        self.digits = digit_keys(panel.mark if panel.decimal else "")


class ListView(PanelView):
    letters = ObjectProperty(())

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.fbind("language", self._spell)
        self._spell()

    def _spell(self, *_args: object) -> None:
        self.letters = letter_rows(self.language)

    def on_panel(self, _instance: object, panel: ListPanel) -> None:
        """Another list begins at its top."""
        if "scroll" in self.ids and panel.title != self._title:
            self.ids.scroll.scroll_y = 1
        self._title = panel.title

    _title = ""


class ReportView(PanelView):
    def on_panel(self, _instance: object, _panel: ReportPanel) -> None:
        """A report is read from its top."""
        if "scroll" in self.ids:
            self.ids.scroll.scroll_y = 1


class CountView(PanelView):
    digits = digit_keys("")
    rows = ObjectProperty(())

    def on_panel(self, _instance: object, panel: CountPanel) -> None:
        """Mark the coin whose number is typed."""
        self.rows = tuple((row, row.value_minor == panel.chosen_minor) for row in panel.rows)


VIEWS: dict[type, type[PanelView]] = {
    KeysPanel: KeysView,
    PadPanel: PadView,
    ListPanel: ListView,
    ReportPanel: ReportView,
    CountPanel: CountView,
}


class PanelHost(Stack):
    """Shows the view that fits `panel` and keeps the others for later."""

    panel = ObjectProperty(None)
    language = StringProperty("en")

    def __init__(self, **kwargs: object) -> None:
        self._views: dict[type, PanelView] = {}
        super().__init__(**kwargs)

    def on_language(self, _instance: object, language: str) -> None:
        for view in self._views.values():
            view.language = language

    def on_panel(self, _instance: object, panel: Panel) -> None:
        kind = type(panel)
        view = self._views.get(kind)
        if view is None:
            view = self._views[kind] = VIEWS[kind](panel=panel, language=self.language)
        else:
            view.panel = panel
        if view.parent is None:
            self.clear_widgets()
            self.add_widget(view)


def wide(panel: Panel) -> bool:
    """Whether a panel needs the room of the tenders as well."""
    return isinstance(panel, ReportPanel | CountPanel) or (
        isinstance(panel, ListPanel) and (panel.typing or panel.columns > WIDE_COLUMNS)
    )
