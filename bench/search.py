"""A till with 5,000 articles is searched while typing: from a letter typed to the list made and drawn.

The catalogue is made up here, published into a catalogue file as head office does, and searched by the till's own flow and
screen in one process, after the terminal has had the seconds between its start and the first cashier. Beside it stand a plain
scan of all names with `in`, the least any search could do, and a bare redraw of the same window, the least any key could take.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.plot import Bar, bars

ARTICLES = 5000
LIMIT_MS = 50.0
TICKS = 60
WORDS = tuple(
    """
    Apfel Bohnen Curry Dinkel Erbsen Falafel Gemüse Hähnchen Ingwer Joghurt Kürbis Linsen Mango Nudeln Oliven Paprika
    Quark Reis Spinat Tomate Ulmer Vanille Walnuss Ziege Bulgur Couscous Feta Gnocchi Hirse Kichererbsen Lauch Möhren
    Pilze Rote Bete Sellerie Tofu Zucchini Auflauf Bratling Eintopf Gratin Pfanne Salat Suppe Wrap Bowl Ragout Taler
    """.split()  # noqa: SIM905 (a list of them would be a page long)
)
TYPED = (
    "spinat",
    "kürb",
    "hahnchen",
    "rote b",
    "tofu pf",
    "zuc",
    "linsen s",
    "quark",
    "1042",
    "wal",
    "vanille str",
    "möh",
)


def grow(sent: Path) -> list[str]:
    """Add made-up articles to the demonstration's revision; returns all English names."""
    from masterdata import revision
    from tools.demonstration import NOW

    catalogue = revision.decode((sent / "revision.xml").read_bytes())
    choose = random.Random(5)
    like = next(
        article for article in catalogue.articles if article.is_on_sale(NOW.date()) and not article.option_groups
    )
    price = catalogue.prices_of(like.id)[0]
    more, prices = [], []
    for number in range(ARTICLES - len(catalogue.articles)):
        name = f"{choose.choice(WORDS)} {choose.choice(WORDS)} {number % 97}"
        article_id = f"made-up-{number}"
        more.append(replace(like, id=article_id, plu=20000 + number, barcodes=(), name={"en": name, "de": name}))
        prices.append(replace(price, article_id=article_id, guest_category_id=None, store_id=None))
    grown = replace(catalogue, articles=(*catalogue.articles, *more), prices=(*catalogue.prices, *prices))
    (sent / "revision.xml").write_bytes(revision.encode(grown))
    return [article.name.get("en", "") for article in grown.articles]


def measure(sent: Path, home: Path) -> tuple[list[float], list[float]]:
    """Milliseconds from each key until its list is drawn, the first key of the day first; and those of bare redraws."""
    from appliance.flows import intents as do
    from appliance.ui import environment

    environment.prepare("offscreen", home)
    environment.configure("offscreen", 1280, 800)
    from kivy.base import EventLoop
    from kivy.core.window import Window

    from appliance.ui.stage import Stage
    from tools.scenes_till import MARIE
    from tools.terminal import Terminal

    times_ms, bare_ms = [], []
    with Terminal(sent, home / "till", "till-1") as till, Stage() as stage:
        stage.show(till.view)
        for _ in stage.app.root.make_ahead():
            EventLoop.idle()
        for _ in range(TICKS):
            till.pass_s(0.2)
        till.badge(MARIE)
        till.type("200")
        till.touch(do.PadDone())
        stage.show(till.view)
        for text in TYPED:
            till.touch(do.OpenSearch())
            stage.show(till.view)
            for letter in text:
                started = time.perf_counter()
                till.touch(do.Typed(letter))
                stage.app.show(till.view)
                EventLoop.idle()
                times_ms.append((time.perf_counter() - started) * 1e3)
                stage.settle()
            Window.canvas.ask_update()
            started = time.perf_counter()
            EventLoop.idle()
            bare_ms.append((time.perf_counter() - started) * 1e3)
            till.touch(do.ClosePanel())
            stage.show(till.view)
    return times_ms, bare_ms


def scan_ms(names: list[str]) -> float:
    """The least any search of these names could take."""
    rounds = 50
    started = time.perf_counter()
    for _ in range(rounds):
        [name for name in names if "tofu" in name.lower()]
    return (time.perf_counter() - started) / rounds * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        from tools.demonstration import send

        sent, home = Path(scratch) / "sent", Path(scratch) / "home"
        sent.mkdir()
        home.mkdir()
        send(sent)
        names = grow(sent)
        (first_ms, *times_ms), bare_ms = measure(sent, home)
    p50, p95 = statistics.median(times_ms), sorted(times_ms)[int(len(times_ms) * 0.95)]
    least, bare = scan_ms(names), statistics.median(bare_ms)
    print(f"{len(names)} articles, {len(times_ms)} keys: p50 {p50:.0f} ms  p95 {p95:.0f} ms (limit {LIMIT_MS:.0f})")
    print(f"the first key of the day {first_ms:.0f} ms; a plain scan of the names alone takes {least:.2f} ms")
    print(f"a bare redraw of the window {bare:.0f} ms: a key takes {p50 / bare:.2f} times that")
    if args.plot:
        rows = [Bar("key to list, p50", p50, LIMIT_MS), Bar("key to list, p95", p95, LIMIT_MS)]
        rows.append(Bar("a bare redraw", bare))
        bars(args.plot, f"Search in {len(names)} articles while typing, ms", rows, "limit")


if __name__ == "__main__":
    main()
