"""`make bench`: every row of the table in one run, or those that are named; the goals beside what was reached.

Figures decide nothing: a goal that is missed is said and ends the run with 0, a wrong answer with 1.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marketplace_sandbox.core.text.quoting import suggestion
from tests.bench import commands, page, pages_served, reads, worlds
from tests.bench.asks import WrongAnswerError
from tests.bench.effort import QUICK, Benchmark, Effort
from tests.bench.figures import Figure
from tests.bench.load import NO_WRK, has_wrk
from tests.bench.servers import BENCH, own_core
from tests.bench.table import show

BENCHMARKS = (
    Benchmark("cold-start", "from spawn to the first good answer", reads.cold_start),
    Benchmark("order-items", "getOrderItems at 8 and 64 connections, lane and peers", reads.order_items),
    Benchmark("lists", "getOrders from 100,000 orders, and MWS ListOrderItems", reads.lists),
    Benchmark("plugin", "a fresh seller and an isolated test", commands.plugin),
    Benchmark("fork", "of 1,000 and of 100,000 orders", worlds.fork),
    Benchmark("open", "a world of 100,000 orders, and its fold without a checkpoint", worlds.open_long_world),
    Benchmark("advance", "ten years over 10,000 open orders", worlds.advance),
    Benchmark("place", "100,000 orders in one call, and the memory of them", worlds.place),
    Benchmark("durable", "commands by 16 clients on SQLite", commands.durable),
    Benchmark("pages", "of 100,000 orders, and what an open one costs a busy client", pages_served.pages),
    Benchmark("webhooks", "posts to a local receiver", commands.webhooks),
)
LAST = BENCH / "last.json"


def main(arguments: Sequence[str]) -> int:
    """Measure, print and keep; the exit status."""
    asked = _parser().parse_args(arguments)
    if asked.list:
        for each in BENCHMARKS:
            print(f"{each.name:<12} {each.about}")
        return 0
    chosen, wrong = [each for each in BENCHMARKS if not asked.only or each.name in asked.only], False
    for name in set(asked.only) - {each.name for each in BENCHMARKS}:
        print(f"There is no benchmark {name!r}{suggestion(name, [each.name for each in BENCHMARKS])}", file=sys.stderr)
        return 2
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is started is to start as it does for users
    effort, notes = QUICK if asked.quick else Effort(), []
    own_core()  # from here on the load has the other cores
    if not has_wrk():
        notes.append(NO_WRK)
        effort.tell(NO_WRK)
    figures: dict[str, list[Figure]] = {}
    for each in chosen:
        effort.tell(f"{each.name}: {each.about} ...")
        began = time.perf_counter()
        try:
            figures[each.name] = each.run(effort)
        except (WrongAnswerError, AssertionError) as problem:
            notes.append(f"{each.name} has no figures: {str(problem)[:300]}")
            wrong = True
        effort.tell(f"  {time.perf_counter() - began:.0f} s")
    run = describe(figures, notes, quick=asked.quick)
    show(run, json.loads(asked.against.read_text()) if asked.against else None)
    target = asked.json or LAST
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(run, indent=1) + "\n")
    if asked.page:
        page.write_table(run)
    return 1 if wrong else 0


def describe(figures: dict[str, list[Figure]], notes: list[str], *, quick: bool) -> dict[str, Any]:
    """A run as JSON, to be shown, kept and compared with a later one."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d"),
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "quick": quick,
        "notes": notes,
        "figures": [
            {
                "benchmark": name,
                "what": each.what,
                "value": each.value,
                "unit": each.unit,
                "goal": each.goal,
                "reached": each.reached,
                "generator": each.generator,
                "per_second_worked": each.per_second_worked,
            }
            for name, several in figures.items()
            for each in several
        ],
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="these benchmarks alone")
    parser.add_argument("--quick", action="store_true", help="a minute's look that all of them work; no goals of sizes")
    parser.add_argument("--list", action="store_true", help="the names of the benchmarks")
    parser.add_argument("--json", type=Path, metavar="FILE", help=f"where the figures are kept, {LAST.name} by default")
    parser.add_argument("--against", type=Path, metavar="FILE", help="figures of an earlier run, to be set beside")
    parser.add_argument("--page", action="store_true", help="write the table into docs/performance.md")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
