"""What the benchmarks say of what they have measured; the measuring itself decides no test."""

from pathlib import Path
from typing import Any

import pytest

from tests.bench import page
from tests.bench.__main__ import BENCHMARKS, describe, main
from tests.bench.figures import Figure, percentile
from tests.bench.growth import exponent
from tests.bench.load import _quote
from tests.bench.table import cells


@pytest.mark.parametrize(
    ("figure", "goal", "reached"),
    [
        (Figure("a", 1.0), "", None),
        (Figure("a", 4.99, at_least=5), "at least 5", False),
        (Figure("a", 5.0, at_least=5), "at least 5", True),
        (Figure("a", 0.35, at_most=0.35), "at most 0.35", True),
        (Figure("a", 0.36, at_most=0.35), "at most 0.35", False),
    ],
)
def test_a_goal_is_reached_at_its_number(figure: Figure, goal: str, reached: bool | None) -> None:
    assert (figure.goal, figure.reached) == (goal, reached)


def test_a_line_of_the_table_has_the_goal_beside_the_figure() -> None:
    run = describe({"fork": [Figure("fork of 1,000 orders", 0.4, "ms", at_most=0.5, generator=0.97)]}, [], quick=False)
    (figure,) = run["figures"]
    assert cells(figure) == ["fork of 1,000 orders", "0.40 ms", "at most 0.50", "reached", "97%", ""]


def test_so_many_per_cent_are_no_greater() -> None:
    values = [float(each) for each in range(100, 0, -1)]
    assert [percentile(values, each) for each in (1, 50, 95, 100)] == [1, 50, 95, 100]


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_the_exponent_of_a_power_is_that_power(power: float) -> None:
    points = [(number, 3 * float(number) ** power) for number in (100, 1_000, 10_000, 100_000)]
    assert exponent(points, "s") == pytest.approx(power)


def test_too_few_points_have_no_exponent() -> None:
    assert exponent([(10, 0.001), (100, 0.002), (1_000, 0.02), (10_000, 0.2)], "s") is None


def test_wrk_gets_every_byte_of_a_request() -> None:
    assert _quote(b'GET / HTTP/1.1\r\nA: "\\\xff\r\n') == '"GET / HTTP/1.1\\013\\010A: \\034\\092\\255\\013\\010"'


def test_the_page_is_written_between_its_marks_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "performance.md"
    copy.write_text(page.PAGE.read_text())
    before = copy.read_text()
    monkeypatch.setattr(page, "PAGE", copy)
    run: dict[str, Any] = describe({"fork": [Figure("fork", 0.4, "ms")]}, ["moto is not measured: none."], quick=False)
    for _ in range(2):
        page.write_table(run)
    head, mark, rest = copy.read_text().partition("<!-- table: written by make bench-page -->")
    assert before.startswith(head + mark)
    assert rest.count("| fork | 0.40 ms |") == 1
    assert "\nmoto is not measured: none.\n\n<!-- end of table -->" in rest
    assert before.partition("<!-- end of table -->")[2] == rest.partition("<!-- end of table -->")[2]


def test_a_benchmark_nobody_has_is_told_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "frok"]) == 2
    assert "There is no benchmark 'frok'; did you mean 'fork'?" in capsys.readouterr().err
    assert main(["--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [each.name for each in BENCHMARKS]
