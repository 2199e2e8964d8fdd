"""Laws of the design that code could break unseen."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import marketplace_sandbox
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.marketplaces import DEFAULT_MARKETPLACE
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.state import State

PACKAGE = Path(marketplace_sandbox.__file__).parent
MODULES = sorted(
    file
    for part in ("core", "api", "delivery", "scenario", "server", "store")
    for file in (PACKAGE / part).rglob("*.py")
)
WALL_CLOCKS = {("time", "time"), ("time", "time_ns"), ("datetime", "now"), ("datetime", "utcnow"), ("date", "today")}


def _read(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and tuple(ast.unparse(node.func).split(".")[-2:]) in WALL_CLOCKS:
            yield f"line {node.lineno}: {ast.unparse(node)}"
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("module", MODULES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_nothing_reads_the_wall_clock_but_what_was_handed_one(module: Path) -> None:
    """The wall clock may be the default of a parameter, so that a test can hand over another; nobody calls it."""
    assert list(_read(ast.parse(module.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("line", ["x = time.time()", "def f(now=datetime.now()): ...", "from time import time"])
def test_a_module_that_reads_it_is_found(line: str) -> None:
    assert list(_read(ast.parse(line)))


def _commands(tree: ast.AST) -> Iterator[str]:
    """The kinds of commands that are sent through the door of a world, by `happen`, or by the courier's own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in {"happen", "_happen", "_reach"}:
            yield from (
                each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )


def test_every_command_that_is_sent_is_one_the_world_takes() -> None:
    sent = {kind for file in PACKAGE.rglob("*.py") for kind in _commands(ast.parse(file.read_text(encoding="utf-8")))}
    taken = set(State(Ids(0, "A1"), (DEFAULT_MARKETPLACE,), Policy())._planners)
    assert sent <= taken
    assert taken - sent == {"reached"}, "a command that nobody sends"
