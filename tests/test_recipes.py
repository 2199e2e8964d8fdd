"""CONTRIBUTING's recipes are followed as they stand there, in a copy of the checkout, and none of their steps is idle.

A step changes a file by the snippets under it: `+` is added, `-` taken away, and what has no sign is there already and
says where; a snippet of additions alone goes to the file's end, or makes the file. Or a step runs `make docs`, or a
module that it names. Behind "Without it" stands what the tests named at the recipe's end say when the step is left out.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from tests.documents import ROOT
from tests.server_process import run_copy
from tools.pages import GENERATED

PARTS = (
    *("sandbox", "openapi", "fixtures", "examples", "docs", "tests", "tools"),
    *("pyproject.toml", "README.md", "CONTRIBUTING.md"),
)
STEP = re.compile(r"^\d+\. (?P<text>.*?)^   Without it: \"(?P<failure>.*?)\"\n", re.DOTALL | re.MULTILINE)
SNIPPET = re.compile(r"^   ```diff\n(?P<lines>.*?)^   ```\n", re.DOTALL | re.MULTILINE)
PLUGINS = ("-p", "_hypothesis_pytestplugin", "-p", "marketplace_sandbox.testing.plugin")
STORES = "tests/data/stores"
FILE = re.compile(r"`(?P<path>[\w./-]+/[\w.-]+\.\w+)`")
MODULE = re.compile(r"`python -m (?P<module>[\w.]+)`")
TESTS = re.compile(r"^```text\npytest (?P<arguments>.*?)\n```", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """One step. `path` is the file it changes; without snippets it runs a `module` that writes files."""

    path: str
    snippets: tuple[str, ...]
    failure: str
    module: str = "tools.pages"

    def follow(self, checkout: Path) -> str:
        """Does the step; answers why its module could not. AssertionError for a snippet that has no place."""
        if not self.snippets:
            return run(checkout, self.module).stderr
        for snippet in self.snippets:
            change(checkout / self.path, snippet.splitlines())
        return ""


@dataclass(frozen=True)
class Recipe:
    """One recipe: its steps, and the tests that prove it."""

    name: str
    steps: tuple[Step, ...]
    tests: tuple[str, ...]


def change(path: Path, lines: list[str]) -> None:
    """Applies one snippet to a file."""
    before = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
    after = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
    text = path.read_text() if path.exists() else ""
    if before:
        assert text.count(before) == 1, f"{path.name} has {text.count(before)} places like\n{before}"
        path.write_text(text.replace(before, after))
    else:
        path.write_text(text + after)


def recipes() -> list[Recipe]:
    """All of them, as CONTRIBUTING has them."""
    text = (ROOT / "CONTRIBUTING.md").read_text().partition("\n## Recipes\n")[2].partition("\n## ")[0]
    return [recipe(*section.split("\n", 1)) for section in text.split("\n### ")[1:]]


def recipe(name: str, text: str) -> Recipe:
    """One recipe out of its section; a step that names no file goes on with that of the step before."""
    steps: list[Step] = []
    for found in STEP.finditer(text):
        path = FILE.search(found["text"].partition("```")[0])
        snippets = tuple(dedent(each["lines"]) for each in SNIPPET.finditer(found["text"]))
        module = MODULE.search(found["text"])
        named = {"module": module["module"]} if module else {}
        failure = " ".join(found["failure"].split())
        steps.append(Step(path["path"] if path else steps[-1].path, snippets, failure, **named))
    proof = TESTS.search(text)
    assert proof, f"CONTRIBUTING.md: {name} does not name the tests that prove it"
    assert len(steps) == len(re.findall(r"^\d+\. ", text, re.MULTILINE)), (
        f"CONTRIBUTING.md: {name} has a step without end"
    )
    return Recipe(name, tuple(steps), tuple(proof["arguments"].split()))


def run(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A module of Python in a checkout, with the package that stands there; pytest loads no plugin but PLUGINS."""
    env = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"PYTHONPATH": str(checkout / "sandbox"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return run_copy("python", list(arguments), env=env, cwd=checkout)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout. All tests of a process share it, so that Python has to compile it once."""
    copy = tmp_path_factory.mktemp("checkout")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, copy / part)
        else:
            shutil.copy2(ROOT / part, copy)
    return copy


def followed(checkout: Path, steps: Iterable[Step], tests: Iterable[str]) -> tuple[int, str]:
    """Takes back what was done before and does the steps; how the tests end, and what they say on one line."""
    for path in {*GENERATED, *(step.path for recipe in RECIPES for step in recipe.steps)}:
        if (ROOT / path).exists():
            shutil.copy2(ROOT / path, checkout / path)
        else:
            (checkout / path).unlink(missing_ok=True)
    for kept in (checkout / STORES).iterdir():
        if not (ROOT / STORES / kept.name).exists():
            kept.unlink()
    for step in steps:
        if problem := step.follow(checkout):
            return 1, on_one_line(problem)
    done = run(checkout, "pytest", "-q", "-p", "no:cacheprovider", *PLUGINS, *tests)
    return done.returncode, on_one_line(done.stdout + done.stderr)


def on_one_line(text: str) -> str:
    """A text without line ends and pytest's marks at them."""
    return " ".join(text.replace("\nE  ", "").split())


RECIPES = recipes()
IDLE = [(recipe, at) for recipe in RECIPES for at in range(len(recipe.steps))]
pytestmark = pytest.mark.slow


def test_there_is_a_recipe_for_whatever_is_added_often() -> None:
    names = [each.name for each in RECIPES]
    assert names == ["Add a rule", "Add an operation", "Add a setting", "Add a report", "Add a scenario"]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name.replace(" ", "-"))
def test_a_recipe_works(recipe: Recipe, checkout: Path) -> None:
    status, said = followed(checkout, recipe.steps, recipe.tests)
    assert status == 0, said[-3000:]


@pytest.mark.parametrize(
    ("recipe", "left_out"), IDLE, ids=[f"{recipe.name.replace(' ', '-')}-{at + 1}" for recipe, at in IDLE]
)
def test_a_step_left_out_is_missed(recipe: Recipe, left_out: int, checkout: Path) -> None:
    steps = [step for at, step in enumerate(recipe.steps) if at != left_out]
    status, said = followed(checkout, steps, recipe.tests)
    assert status != 0, "nothing misses it"
    assert recipe.steps[left_out].failure in said, said[-3000:]
