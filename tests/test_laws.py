"""Laws of the design that code could break unseen."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import marketplace_sandbox
from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.registry import COMMANDS
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.marketplaces import DEFAULT_MARKETPLACE
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.world.state import State, WorldData

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


def _built(tree: ast.AST) -> Iterator[str]:
    """The classes whose values are built somewhere: by a call of the class, or of its `read`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).removesuffix(".read").split(".")[-1]


def test_every_command_is_one_that_the_world_takes_and_somebody_sends() -> None:
    """That only commands are sent, and that each is planned by a planner of its class, is checked with the types."""
    state = State(WorldData(Ids(0, "A1"), (DEFAULT_MARKETPLACE,), Policy(), Policy()))
    assert set(state._planners) == set(COMMANDS.values()), "a command that nobody plans, or the journal has no word for"
    built = {name for file in PACKAGE.rglob("*.py") for name in _built(ast.parse(file.read_text(encoding="utf-8")))}
    assert [each for each in COMMANDS.values() if each.__name__ not in built] == [], "commands that nobody sends"


def test_every_class_of_commands_has_a_word_of_its_own() -> None:
    classes = {each for each in Command.__subclasses__() if each.__module__.startswith("marketplace_sandbox.")}
    assert {each.__name__ for each in classes} == {each.__name__ for each in COMMANDS.values()}
    assert len(COMMANDS) == len({each.__name__ for each in classes})
