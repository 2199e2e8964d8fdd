"""`make bench-growth`: how time and memory grow with orders, sellers, timers and the length of a journal.

Each point is measured in a process of its own. The exponent of a line is the slope of the straight one through its
points where both axes are logarithmic: 1 is linear, 0 does not grow. Figures decide nothing.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import linear_regression
from typing import Any

from tests.bench import page
from tests.bench.figures import write_number
from tests.bench.inside import inside
from tests.bench.servers import BENCH
from tests.documents import ROOT

LAST = BENCH / "growth.json"
TIME, MEMORY = "docs/growth-time.svg", "docs/growth-memory.svg"
DECADES = (1_000, 3_162, 10_000, 31_623, 100_000)
LEAST = {"s": 0.01, "MB": 2.0, "ms": 0.0}
"""What is less than this says more about the measuring than about what is measured."""


@dataclass(frozen=True)
class Measured:
    """A function of `inside` at these numbers; of what it finds, `lines` are drawn, each by its key, with its unit."""

    name: str
    against: str
    numbers: tuple[int, ...]
    lines: dict[str, tuple[str, str]]


def measured(most: int) -> list[Measured]:
    """What is measured, up to so many."""
    orders = tuple(each for each in (*DECADES, 316_228, 1_000_000) if each <= most)
    smaller = tuple(each for each in DECADES if each <= most)
    few = tuple(each // 10 for each in smaller)
    return [
        Measured("place", "orders", orders, {"seconds": ("orders are placed", "s"), "MB": ("orders", "MB")}),
        Measured("fork", "orders", smaller, {"ms": ("a world is forked", "ms")}),
        Measured("sellers", "sellers", few, {"seconds": ("sellers are opened", "s"), "MB": ("sellers", "MB")}),
        Measured("advance", "timers", tuple(2 * each for each in orders), {"seconds": ("timers fire", "s")}),
        Measured("deliveries", "notices", smaller, {"seconds": ("notices are recorded", "s")}),
        Measured("feeds", "feeds", few, {"seconds": ("feeds are submitted and processed", "s")}),
        Measured(
            "journal",
            "entries",
            smaller,
            {
                "seconds": ("commands are taken", "s"),
                "fold seconds": ("entries are folded", "s"),
                "MB": ("entries", "MB"),
            },
        ),
    ]


def measure(most: int) -> list[dict[str, Any]]:
    """Every line as JSON: what grows against what, its points, and its exponent."""
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for each in measured(most):
        for number in each.numbers:
            print(f"{each.name} {number:,} ...", file=sys.stderr, flush=True)
            try:
                found = inside(each.name, number // 2 if each.name == "advance" else number)
            except AssertionError as problem:
                print(f"{each.name} {number:,} has no figures: {str(problem).splitlines()[-1]}", file=sys.stderr)
                break
            for key, (what, unit) in each.lines.items():
                blank: dict[str, Any] = {"what": what, "against": each.against, "unit": unit, "points": []}
                lines.setdefault((each.name, key), blank)["points"].append([number, found[key]])
    return [{**line, "exponent": exponent(line["points"], line["unit"])} for line in lines.values()]


def exponent(points: Sequence[Sequence[float]], unit: str) -> float | None:
    """The slope of the line through the points, drawn logarithmically; None of fewer than three."""
    seen = [(log(number), log(value)) for number, value in points if value > LEAST[unit]]
    if len(seen) < 3:
        return None
    return linear_regression([x for x, _ in seen], [y for _, y in seen]).slope


def write_page(lines: Sequence[dict[str, Any]]) -> None:
    """The plots, and the table of exponents in docs/performance.md."""
    from tests.bench.plot import draw

    in_time = [each for each in lines if each["unit"] != "MB"]
    draw([_in_seconds(each) for each in in_time], "seconds", ROOT / TIME)
    draw([each for each in lines if each["unit"] == "MB"], "MB", ROOT / MEMORY)
    table = ["| what | against | least | most | exponent |", "|---|---|--:|--:|--:|", *(_row(each) for each in lines)]
    pictures = [
        f"![Seconds against how many]({Path(TIME).name})",
        f"![MB of memory against how many]({Path(MEMORY).name})",
    ]
    page.write_between("growth", "\n".join([*table, "", "\n\n".join(pictures)]))


def _row(line: dict[str, Any]) -> str:
    ends = (f"{n:,}: {write_number(value)} {line['unit']}" for n, value in (line["points"][0], line["points"][-1]))
    what = f"memory of {line['what']}" if line["unit"] == "MB" else line["what"]
    slope = "–" if line["exponent"] is None else f"{line['exponent']:.2f}"
    return f"| {what} | {line['against']} | {' | '.join(ends)} | {slope} |"


def _in_seconds(line: dict[str, Any]) -> dict[str, Any]:
    if line["unit"] != "ms":
        return line
    return {**line, "points": [[number, value / 1_000] for number, value in line["points"]]}


def main(arguments: Sequence[str]) -> None:
    """Measure, keep, and write the page where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("--most", type=int, default=1_000_000, help="orders and half as many timers, at most")
    parser.add_argument("--page", action="store_true", help="write plots and exponents into docs/")
    parser.add_argument("--from", dest="kept", type=Path, help="figures of an earlier run instead of new ones")
    asked = parser.parse_args(arguments)
    lines = json.loads(asked.kept.read_text()) if asked.kept else measure(asked.most)
    LAST.parent.mkdir(exist_ok=True)
    LAST.write_text(json.dumps(lines, indent=1) + "\n")
    for each in lines:
        print(_row(each))
    if asked.page:
        write_page(lines)


if __name__ == "__main__":
    main(sys.argv[1:])
