"""The right side of the till: account, card and cash, and what is seldom needed at the foot."""

from __future__ import annotations

from kivy.app import App
from kivy.properties import NumericProperty, ObjectProperty

from appliance.presenters.views_till import Action
from appliance.ui.keys import Key
from appliance.ui.layout import Arrangement, Stack

ACCOUNT_PX, TENDER_PX = 132, 84
LOOKS = ("main", "card")


class CashKey(Key):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        theme = App.get_running_app().theme
        self.px, self.weight, self.inset = theme.dp(23), 700, theme.dp(6)


class FooterKey(Key):
    """Its icon stands above the name where it is narrow."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.look = "quiet"
        self.fbind("width", self._turn)
        self._turn()

    def _turn(self, *_args: object) -> None:
        theme = App.get_running_app().theme
        narrow = self.width < theme.dp(160)
        self.form, self.inset, self.px = ("above", 6, theme.dp(15)) if narrow else ("beside", 10, theme.dp(17))


class TenderKeys(Arrangement):
    """The ways to pay: the first green and large, the second blue, any further one plain."""

    items = ObjectProperty(())
    spacing = NumericProperty(10)
    full_height = NumericProperty(0)
    reasons = ("spacing", "children", "size", "pos", "items")

    def __init__(self, **kwargs: object) -> None:
        self._keys: list[Key] = []
        super().__init__(**kwargs)

    def on_items(self, _instance: object, items: tuple[Action, ...]) -> None:
        theme = App.get_running_app().theme
        while len(self._keys) < len(items):
            place = len(self._keys)
            key = Key(look=LOOKS[place] if place < len(LOOKS) else "plain", weight=700, inset=theme.dp(14))
            key.px, key.icon_px = theme.dp(26 if place == 0 else 22), theme.dp(34 if place == 0 else 28)
            self._keys.append(key)
        for place, key in enumerate(self._keys):
            if place < len(items):
                key.item = items[place]
                if key.parent is None:
                    self.add_widget(key)
            elif key.parent is not None:
                self.remove_widget(key)
        heights = self._heights()
        self.full_height = sum(heights) + self.spacing * max(0, len(heights) - 1)

    def _heights(self) -> list[int]:
        theme = App.get_running_app().theme
        return [theme.dp(ACCOUNT_PX if place == 0 else TENDER_PX) for place in range(len(self.items))]

    def do_layout(self, *_args: object) -> None:
        heights = self._heights()
        if not heights:
            return
        gaps = self.spacing * (len(heights) - 1)
        share = min(1.0, max(0.0, self.height - gaps) / sum(heights))
        top = self.top
        for key, height in zip(self._keys, heights, strict=False):
            key.size = self.width, int(height * share)
            top -= key.height
            key.pos = round(self.x), round(top)
            top -= self.spacing


class TenderColumn(Stack):
    content = ObjectProperty(None, rebind=True)
