"""Every scenario in fixtures/ is replayed, and each of its expectations is shown to be one that can fail."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox._resources import fixtures_dir
from marketplace_sandbox.core.views.projections import order_json
from marketplace_sandbox.core.world.sellers import Defaults, Sellers
from marketplace_sandbox.scenario import expectations, library, writing
from marketplace_sandbox.scenario.player import PlayResult, play
from marketplace_sandbox.scenario.receipt import build_receipt
from marketplace_sandbox.scenario.scenario import Scenario, Step, read_file, read_yaml
from marketplace_sandbox.scenario.when import When
from marketplace_sandbox.store.memory import MemoryStore

FILES = sorted(fixtures_dir().glob("*.yaml"))
EVERY_FILE = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
NOW = datetime(2026, 3, 2, 16, tzinfo=UTC)
# weekends, the ends of a year and of a February, both clock changes of Los Angeles, and a leap day
DATES = ("2026-01-01", "2026-02-28", "2026-03-08", "2026-07-04", "2026-11-01", "2026-12-31", "2028-02-29")


def played(document: Scenario, now: datetime = NOW) -> PlayResult:
    """The scenario in process; one without a start begins `now`."""
    return play(document, Sellers(MemoryStore(), Defaults(start=now)))


@EVERY_FILE
def test_every_expectation_is_met(path: Path) -> None:
    assert [each.message for each in played(read_file(path)).failures] == []


@EVERY_FILE
def test_it_says_what_it_shows_and_whence(path: Path) -> None:
    document = read_file(path)
    name = f"fixtures/{path.name}"
    assert document.about.endswith("."), f"{name} does not say in a sentence what it shows: begin it with `about:`"
    assert document.source, f"{name} does not say what it rests on: add `source:`"
    assert document.rules, f"{name} names no rule that it shows: add `rules:`"
    assert expectations.count_expectations(document) > 1, (
        f"{name} expects nothing, so anything may come of it: add `expect:`"
    )
    assert path.stem.replace("-", "").isalpha(), f"{name} is not named in words with hyphens between"


@EVERY_FILE
def test_playing_twice_gives_the_same_timeline_and_ids(path: Path) -> None:
    document = read_file(path)
    assert build_receipt(played(document)) == build_receipt(played(document))


@EVERY_FILE
def test_it_reads_back_as_written(path: Path) -> None:
    document = read_file(path)
    again = read_yaml("".join(writing.to_yaml(writing.to_json(document))))
    assert again == document
    assert build_receipt(played(again))["timeline"] == build_receipt(played(document))["timeline"]


@EVERY_FILE
def test_stopping_in_between_changes_nothing(path: Path) -> None:
    document = read_file(path)
    straight, halting = played(document), played(with_stops(document))
    assert build_receipt(halting)["timeline"] == build_receipt(straight)["timeline"]
    assert views(halting) == views(straight)


def with_stops(document: Scenario) -> Scenario:
    """The same scenario with a bare step half-way to each step and to the end."""
    start = document.start or NOW
    stops: list[Step] = []
    last = start
    ends = [Step(document.until)] if document.until else []
    for step in (*document.script, *ends):
        at = step.at.on(start)
        stops += [Step(When(offset=(last - start) + (at - last) / 2)), step]
        last = at
    return replace(document, script=tuple(stops[:-1] if ends else stops))


def views(play: PlayResult) -> list[dict[str, Any]]:
    return [order_json(each, play.world.now(), play.world.policy) for each in play.world.orders.values()]


@EVERY_FILE
def test_every_expectation_can_fail(path: Path) -> None:
    document = read_file(path)
    result = played(document)
    refused = [lint for event in result.timeline if event.refused for lint in event.lints]
    mutants = list(mutated(dict(document.expect)))
    assert mutants
    for where, expect in mutants:
        wrong = replace(document, expect=expect)
        assert expectations.find_failures(wrong, result.world, result.start, refused), f"{where} may be anything"


def mutated(value: Any, where: str = "expect") -> Iterator[tuple[str, Any]]:
    """The value once for each leaf in it, with that leaf made wrong."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            for inner, changed in mutated(each, f"{where}.{key}"):
                yield inner, {**value, key: changed}
    elif isinstance(value, list) and value:
        for index, each in enumerate(value):
            for inner, changed in mutated(each, f"{where}[{index}]"):
                yield inner, [*value[:index], changed, *value[index + 1 :]]
    else:
        yield where, spoiled(value)


def spoiled(leaf: Any) -> Any:
    if isinstance(leaf, bool):
        return not leaf
    if isinstance(leaf, int | float):
        return leaf + 1
    if isinstance(leaf, When):
        return When(instant=leaf.instant + timedelta(seconds=1)) if leaf.instant else later(leaf)
    return ["nothing of the kind"] if isinstance(leaf, list) else "nothing of the kind"


def later(leaf: When) -> When:
    return When(offset=(leaf.offset or timedelta(0)) + timedelta(seconds=1))


@pytest.mark.parametrize("path", [p for p in FILES if "refused:" in p.read_text()], ids=lambda path: path.stem)
def test_every_refusal_of_a_step_can_fail(path: Path) -> None:
    document = read_file(path)
    for index, step in enumerate(document.script):
        if step.refused:
            hopeful = (*document.script[:index], replace(step, refused=""), *document.script[index + 1 :])
            failures = played(replace(document, script=hopeful)).failures
            assert [each.path for each in failures] == [("script", index)]
            assert step.refused in failures[0].message


def test_every_row_of_the_table_of_causes_has_a_scenario() -> None:
    shown = {rule for path in FILES for rule in read_file(path).rules}
    assert {f"R{number}" for number in range(39, 47)} <= shown


@pytest.mark.parametrize("date", DATES)
def test_the_demo_loads_at_any_date(date: str) -> None:
    document = library.read_named(fixtures_dir(), "demo")
    assert document.start is None
    for hour in (0, 9, 23):
        now = datetime.fromisoformat(f"{date}T{hour:02}:59:59Z")
        assert [each.message for each in played(document, now).failures] == []
