"""The whole picture: the screen, the status line at the edge, and the layers on top."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kivy.properties import NumericProperty, ObjectProperty
from kivy.uix.floatlayout import FloatLayout

from appliance.presenters.views import ScreenView, StatusLine, Tone, View
from appliance.ui import ahead
from appliance.ui.layout import Stack
from appliance.ui.pages import page_of
from appliance.ui.screens.layers import ArticleLayer, LanguageLayer, Layer, NoticeLayer, TimeoutLayer
from appliance.ui.screens.page import Page, load_rules
from appliance.ui.theme import MOTION_S
from appliance.ui.widgets import Card

LAYERS: dict[str, type[Layer]] = {
    "languages": LanguageLayer,
    "sheet": ArticleLayer,
    "notice": NoticeLayer,
    "timeout": TimeoutLayer,
}


class StatusStrip(Card):
    """One quiet line; away when there is nothing to say."""

    status = ObjectProperty(StatusLine("", Tone.NEUTRAL), rebind=True)


class TerminalRoot(FloatLayout):
    """Shows one `View` after another and keeps every widget that still fits.

    A screen comes at once; `motion_s` is how long a layer takes to come to rest, 0 for at once.
    """

    motion_s = NumericProperty(MOTION_S)
    view = ObjectProperty(None, rebind=True)

    def __init__(self, **kwargs: Any) -> None:
        load_rules()
        super().__init__(**kwargs)
        self._build()

    def build_again(self) -> None:
        """Make all widgets anew, after the theme has changed."""
        self.clear_widgets()
        self._build()
        if self.view is not None:
            self.on_view(self, self.view)

    def _build(self) -> None:
        self._base = Stack()
        self._strip = StatusStrip()
        self._base.add_widget(self._strip)
        self.add_widget(self._base)
        self._pages: dict[type[ScreenView], Page] = {}
        self._page: Page | None = None
        self._layers: dict[str, Layer] = {}
        self._resting: dict[str, Layer] = {}

    def on_view(self, _instance: object, view: View) -> None:
        """Bring the widgets up to date; what has not changed is left alone."""
        self._strip.status = view.status
        self._show_page(view)
        if self._layers.get("languages"):
            self._show_layer("languages", view.languages)
        self._show_layer("sheet", view.sheet)
        self._show_layer("notice", view.notice)
        self._show_layer("timeout", view.timeout)

    def open_languages(self) -> None:
        """Offer the languages; the choice itself is an intent."""
        self._show_layer("languages", self.view.languages)

    def close_languages(self) -> None:
        self._show_layer("languages", None)

    def make_ahead(self) -> Iterator[None]:
        """Make the pages and layers that are not there yet, out of sight and a few widgets at a time.

        Ends early when one of them is wanted meanwhile.
        """
        view = self.view
        size = self._base.width, self._base.height - (0 if self._strip.gone else self._strip.height)
        made: set[type[ScreenView]] = set()
        for screen in ahead.screens(view.screen):
            kind = type(screen)
            if kind not in self._pages:
                made.add(kind)
                self._pages[kind] = page_of(kind)(
                    content=screen, languages=view.languages, size=size, pos=self._base.pos
                )
            elif kind in made and self._pages[kind] is not self._page:
                self._pages[kind].content = screen
            yield
        for name, content in ahead.layers(view.screen):
            if name not in self._layers:
                layer = self._resting.get(name)
                if layer is None:
                    self._resting[name] = LAYERS[name](content=content, size=self.size, pos=self.pos)
                else:
                    layer.content = content
            yield

    def _show_page(self, view: View) -> None:
        kind = type(view.screen)
        page = self._pages.get(kind)
        if page is None:
            page = self._pages[kind] = page_of(kind)(content=view.screen, languages=view.languages)
        else:
            page.content, page.languages = view.screen, view.languages
        if page is self._page:
            return
        self.close_languages()
        if self._page is not None:
            self._base.remove_widget(self._page)
        self._base.add_widget(page, index=1)
        self._page = page

    def _show_layer(self, name: str, content: object) -> None:
        layer = self._layers.get(name)
        if content is None:
            if layer is not None:
                self._resting[name] = self._layers.pop(name)
                self.remove_widget(layer)
        elif layer is None:
            order = list(LAYERS)
            layer = self._resting.pop(name, None) or LAYERS[name](content=content)
            layer.content = content
            self._layers[name] = layer
            above = sum(1 for other in self._layers if order.index(other) > order.index(name))
            self.add_widget(layer, index=above)
            layer.enter(self.motion_s)
        else:
            layer.content = content
