"""Durable sales per second, against what the disk itself can do.

    python bench/durable_sales.py [--plot PICTURE.png] [--folder FOLDER] [--seconds S] [--rounds N]

A sale is one `Journal.append` of a ticket of about 1 kB with five deltas: canonical JSON, hash, Ed25519 signature, one
SQLite transaction in WAL mode with synchronous=FULL. The limit is appending as many bytes to a file with fdatasync. Both
run in turns, so that a busy disk slows both.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from journal.canonical import canonical
from journal.keys import SigningKey
from journal.store import Journal

DAY = date(2026, 11, 21)
RAW, SALE = "append + fdatasync", "durable sale"


def ticket(number: int) -> dict[str, Any]:
    """A lunch of three lines paid by account, as `sales` writes it."""
    names = [("M1", "Käsespätzle mit Röstzwiebeln", 450), ("S3", "Blattsalat", 120), ("D7", "Apfelschorle 0,5 l", 180)]
    lines = [
        {
            "article_id": article,
            "plu": 1000 + index,
            "name": name,
            "quantity": 1,
            "weight_g": None,
            "unit": "piece",
            "unit_minor": amount,
            "options": [],
            "amount_minor": amount,
            "tax_class_id": "food",
            "rate_bp": 700,
        }
        for index, (article, name, amount) in enumerate(names)
    ]
    guest = f"{number % 300:032x}"
    return {
        "schema": 1,
        "number": number,
        "store": "main-canteen",
        "currency": "EUR",
        "catalogue_revision": 17,
        "service": "eat_in",
        "language": "de",
        "guest_id": guest,
        "guest_category_id": "student",
        "lines": lines,
        "taxes": [{"rate_bp": 700, "gross_minor": 750, "net_minor": 701, "tax_minor": 49}],
        "tenders": [{"kind": "account", "amount_minor": 750, "guest_id": guest}],
        "total_minor": 750,
        "rounding_minor": 0,
        "change_minor": 0,
        "pickup_number": number % 100,
    }


def timed(action: Callable[[], object], seconds: float) -> list[float]:
    """How long each repetition of `action` took, in seconds, over about `seconds`."""
    durations_s: list[float] = []
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        action()
        durations_s.append(time.perf_counter() - start)
    return durations_s


def measure(folder: Path, seconds: float, rounds: int) -> dict[str, list[list[float]]]:
    """Durations of each kind, one list a round, the kinds taking turns."""
    key = SigningKey.generate()
    path = folder / "journal.sqlite"
    Journal.create(path, "kiosk-1", 1, key)
    content = os.urandom(len(canonical(ticket(1))) + 400)
    raw = os.open(folder / "raw", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def append_raw() -> None:
        os.write(raw, content)
        os.fdatasync(raw)

    results: dict[str, list[list[float]]] = {RAW: [], SALE: []}
    with Journal.open(path, key, business_day=DAY, now_utc=datetime.now(UTC), software="bench") as journal:

        def sell() -> None:
            payload = ticket(journal.next_number("ticket"))
            account = ("account:" + payload["guest_id"], -750)
            deltas = [("ticket_count", 1), ("turnover", 750), ("tender:account", 750), account, ("tax:700", 49)]
            journal.append("ticket", payload, deltas, now_utc=datetime.now(UTC), business_day=DAY)

        timed(append_raw, 0.2)
        timed(sell, 0.2)
        for _ in range(rounds):
            results[RAW].append(timed(append_raw, seconds))
            results[SALE].append(timed(sell, seconds))
    os.close(raw)
    return results


def rates(rounds: list[list[float]]) -> list[float]:
    """Repetitions a second of each round."""
    return [len(durations_s) / sum(durations_s) for durations_s in rounds]


def percentile(durations_s: list[float], share: float) -> float:
    """The duration that `share` of all stay below, in milliseconds."""
    return sorted(durations_s)[min(len(durations_s) - 1, int(len(durations_s) * share))] * 1000


def draw(results: dict[str, list[list[float]]], picture: Path) -> None:
    """Share of operations done within a time (logarithmic, 0.05 to 50 ms), one curve a kind."""
    width, height, left, bottom = 900, 480, 70, 60
    image = Image.new("RGB", (width, height), "white")
    pen, font, small = ImageDraw.Draw(image), ImageFont.load_default(18), ImageFont.load_default(14)
    plot_w, plot_h = width - left - 30, height - bottom - 60

    def point(duration_ms: float, share: float) -> tuple[float, float]:
        decades = min(3.0, max(0.0, math.log10(duration_ms / 0.05)))
        return left + plot_w * decades / 3, 60 + plot_h * (1 - share)

    for tick_ms in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50):
        x, _ = point(tick_ms, 0)
        pen.line([(x, 60), (x, 60 + plot_h)], fill="#dddddd")
        pen.text((x, 64 + plot_h), f"{tick_ms:g} ms", fill="black", font=small, anchor="ma")
    for share in (0, 0.25, 0.5, 0.75, 1):
        _, y = point(1, share)
        pen.line([(left, y), (left + plot_w, y)], fill="#dddddd")
        pen.text((left - 8, y), f"{share:.0%}", fill="black", font=small, anchor="rm")
    for index, (name, colour) in enumerate([(RAW, "#8a8f98"), (SALE, "#c2410c")]):
        every = sorted(duration_s * 1000 for durations_s in results[name] for duration_s in durations_s)
        curve = [point(every[int((len(every) - 1) * step / 500)], step / 500) for step in range(501)]
        pen.line(curve, fill=colour, width=3)
        label = f"{name}: {statistics.median(rates(results[name])):.0f} a second"
        pen.text((left + 10 + index * 400, 20), label, fill=colour, font=font)
    pen.text((left + plot_w / 2, height - 24), "time until it is on the disk", fill="black", font=small, anchor="ma")
    image.save(picture)


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw the distribution of times to this file")
    parser.add_argument(
        "--folder", type=Path, help="a folder on the disk to measure; default: the current one", default="."
    )
    parser.add_argument("--seconds", type=float, default=1.0, help="length of a round of each kind")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with TemporaryDirectory(dir=args.folder, prefix="durable-sales-") as folder:
        results = measure(Path(folder), args.seconds, args.rounds)
    print(f"ticket payload {len(json.dumps(ticket(1)))} bytes, {args.rounds} rounds of {args.seconds:g} s, in turns")
    for name, rounds in results.items():
        every = [duration_s for durations_s in rounds for duration_s in durations_s]
        each = rates(rounds)
        print(
            f"{name:20} {statistics.median(each):7.0f}/s (rounds {min(each):.0f} to {max(each):.0f}), "
            f"p50 {percentile(every, 0.5):.2f} ms, p99 {percentile(every, 0.99):.2f} ms"
        )
    ratio = statistics.median(sale / raw for raw, sale in zip(rates(results[RAW]), rates(results[SALE]), strict=True))
    print(f"ratio {ratio:.2f} of append + fdatasync in the same run")
    if args.plot:
        draw(results, args.plot)
        print(f"plot {args.plot}")


if __name__ == "__main__":
    main()
