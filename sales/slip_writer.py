"""What slips of every kind share: the layout, the head and the foot, and how figures and times are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from sales.money import format_minor
from sales.paper import Cut, Feed, Paper, Rule, SlipLine

WIDTHS = (32, 42, 48)
_DAYS = {"de": "%d.%m.%Y", "fr": "%d/%m/%Y", "es": "%d/%m/%Y"}
_DAY = "%Y-%m-%d"

Translate = Callable[[str], str]


@dataclass(frozen=True)
class SlipLayout:
    """How a slip looks: its width in columns (32, 42 or 48), what stands above and below the sale, and the QR code."""

    columns: int = 42
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    qr: bool = True
    feed_lines: int = 3

    def __post_init__(self) -> None:
        if self.columns not in WIDTHS:
            raise ValueError(f"a slip has 32, 42 or 48 columns, not {self.columns}")
        if self.feed_lines < 0:
            raise ValueError(f"feed_lines cannot be negative, it is {self.feed_lines}")


class SlipWriter:
    """Writes on one paper in one currency and language; `timezone` is the store's, times say UTC without one."""

    def __init__(
        self, layout: SlipLayout, currency: str, translate: Translate, language: str, timezone: tzinfo = UTC
    ) -> None:
        self.layout = layout
        self.paper = Paper(layout.columns)
        self.translate = translate
        self.language = language
        self._currency = currency
        self._timezone = timezone

    def money(self, amount_minor: int) -> str:
        """An amount with its currency."""
        return format_minor(amount_minor, self._currency, self.language, group="")

    def figure(self, amount_minor: int) -> str:
        """An amount without its currency."""
        return format_minor(amount_minor, self._currency, self.language, symbol=False, group="")

    def moment(self, time_utc: datetime) -> str:
        """A time of day with its day, as the store's clock shows it."""
        local = time_utc.astimezone(self._timezone)
        text = f"{self.day(local.date())} {local:%H:%M}"
        return f"{text} UTC" if self._timezone is UTC else text

    def day(self, day: date) -> str:
        """A day in the order of the language."""
        return day.strftime(_DAYS.get(self.language, _DAY))

    def rule(self) -> None:
        """A line across the paper."""
        self.paper.add(Rule())

    def marks(self, *, duplicate: bool, training: bool = False) -> None:
        """What stands at the very top and at the very bottom of a slip that is not the one original of a sale."""
        if duplicate:
            self.paper.headline(self.translate("DUPLICATE"))
        if training:
            self.paper.headline(self.translate("TRAINING"))
            self.paper.text(self.translate("This is not a receipt"), "center", bold=True)

    def heading(self, store_name: str, address: Sequence[str]) -> None:
        """Who sells: the store, its address and the header of the layout."""
        self.paper.headline(store_name)
        for line in (*address, *self.layout.header):
            self.paper.text(line, "center")
        self.rule()

    def footer(self) -> None:
        """The footer of the layout."""
        if self.layout.footer:
            self.rule()
        for line in self.layout.footer:
            self.paper.text(line, "center")

    def section(self, title: str) -> None:
        """The title of a part of a report."""
        self.rule()
        self.paper.text(title, bold=True)

    def served_by(self, name: str) -> None:
        """Who was at the till; nothing when nobody was."""
        if name:
            self.paper.text(self.translate("Served by {name}").format(name=name))

    def signature(self, title: str) -> None:
        """Room to sign."""
        self.paper.add(Feed(2))
        self.rule()
        self.paper.text(title)

    def end(self) -> tuple[SlipLine, ...]:
        """Feed, cut and return everything that was written."""
        if self.layout.feed_lines:
            self.paper.add(Feed(self.layout.feed_lines))
        self.paper.add(Cut())
        return self.paper.lines
