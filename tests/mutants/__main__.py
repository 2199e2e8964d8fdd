"""`make mutants`: tries a sample of mutants against the tests of their modules, and prints those that none finds out.

`python -m tests.mutants --sample 40 --seed 2 --only metrics` tries fewer, or others. The sample follows from seed and
code alone. A mutant that changes nothing stands in `equivalent.txt` with the reason; any other that survives is
printed, and the command fails.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tests.documents import ROOT
from tests.mutants.equivalent import equivalents
from tests.mutants.population import PACKAGE, Mutant, population

CELLS = "tests/core/rules/test_decision_table.py tests/core/rules/test_outcomes.py"
RULES = "tests/core/rules"
WORLD = "tests/core tests/scenario tests/test_fixtures.py"
SHOWN = "tests/api/shared"
APIS = "tests/api/control tests/api/spapi tests/api/mws tests/api/formats"
# What is tried, and by which tests, in stages: the quickest and likeliest first. Collecting tests takes long, so a
# later stage is run only for what the earlier ones have not found out.
TARGETS = {
    "core/rules/*.py": (CELLS, RULES, WORLD, APIS),
    "core/policy.py": (f"tests/core/test_policy.py {RULES}", WORLD, APIS),
    "core/views/metrics.py": ("tests/core/views/test_metrics.py", f"{RULES} tests/api/formats", WORLD, APIS),
    "api/shared/status_table.py": (SHOWN, APIS, "tests/api/field_mapping"),
    "api/shared/visible_order.py": (SHOWN, APIS, "tests/api/field_mapping"),
}
PARTS = ("sandbox", "openapi", "fixtures", "tests", "tools", "pyproject.toml")
LONGEST = 300
"""Seconds; whoever takes longer goes round for ever, and is found out."""


def main() -> None:
    """Tries the sample, prints the survivors, and ends with 1 if one of them is not known to be equivalent."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--sample", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", default="", help="a part of the modules' names")
    options = parser.parse_args()
    everything = population([each for each in modules() if options.only in each])
    sample = random.Random(options.seed).sample(everything, min(options.sample, len(everything)))
    started = time.perf_counter()
    survivors = tried(sample, options.jobs)
    known = {each.key: each.reason for each in equivalents()}
    unknown = [each for each in survivors if (each.module, *each.lines) not in known]
    print(f"{len(sample)} of {len(everything):,} mutants (seed {options.seed}), {time.perf_counter() - started:.0f} s:")
    print(
        f"{len(sample) - len(survivors)} found out, {len(survivors) - len(unknown)} equivalent, {len(unknown)} survive"
    )
    for mutant in sorted(unknown, key=lambda each: (each.module, each.row)):
        before, after = mutant.lines
        print(f"\n{PACKAGE / mutant.module}:{mutant.row} {mutant.operator} {mutant.occurrence}\n- {before}\n+ {after}")
    sys.exit(1 if unknown else 0)


def modules() -> list[str]:
    """The modules that are tried, by their paths within the package."""
    found = [path for pattern in TARGETS for path in sorted((ROOT / PACKAGE).glob(pattern))]
    return [path.relative_to(ROOT / PACKAGE).as_posix() for path in found if path.name != "__init__.py"]


def stages_of(module: str) -> tuple[str, ...]:
    """Which tests are to find out a mutant of a module, stage by stage."""
    (stages,) = [stages for pattern, stages in TARGETS.items() if Path(module).match(pattern)]
    return stages


def tried(mutants: Sequence[Mutant], jobs: int) -> list[Mutant]:
    """Those that no test finds out, each tried in one of as many copies of the checkout as there are jobs."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        copies: Queue[Path] = Queue()
        stages = [stage for mutant in mutants for stage in stages_of(mutant.module)]
        tests = list(dict.fromkeys(test for stage in stages for test in stage.split()))
        first = copied(Path(folder) / "0", tests)
        for number in range(1, jobs):
            copies.put(Path(shutil.copytree(first, Path(folder) / str(number))))
        copies.put(first)
        results = pool.map(lambda mutant: survives(mutant, copies), mutants)
        alive = []
        for number, (mutant, survived) in enumerate(zip(mutants, results, strict=True), 1):
            alive += [mutant] if survived else []
            print(f"{number} of {len(mutants)}, {len(alive)} alive: {mutant.module}:{mutant.row}", file=sys.stderr)
        return alive


def copied(checkout: Path, tests: list[str]) -> Path:
    """A copy of the checkout, compiled, and shown to pass its tests without a mutant."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, checkout / part)
        else:
            shutil.copy2(ROOT / part, checkout / part)
    done = pytest(checkout, tests, compiles=True)
    if done.returncode:
        sys.exit(f"The tests fail without any mutant:\n{done.stdout[-3000:]}")
    return checkout


def survives(mutant: Mutant, copies: "Queue[Path]") -> bool:
    """Whether every test passes with the mutant in place."""
    checkout = copies.get()
    path = checkout / PACKAGE / mutant.module
    try:
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):  # a mutant may be as long and as old
            compiled.unlink()
        path.write_text(mutant.code)
        return all(pytest(checkout, stage.split()).returncode == 0 for stage in stages_of(mutant.module))
    except subprocess.TimeoutExpired:
        return False
    finally:
        shutil.copy2(ROOT / PACKAGE / mutant.module, path)
        copies.put(checkout)


def pytest(checkout: Path, tests: list[str], *, compiles: bool = False) -> subprocess.CompletedProcess[str]:
    """Runs tests in a checkout up to the first that fails."""
    env = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # what pytest loads by itself takes longer than most mutants live, and none of these tests needs it
    env |= {"PYTHONPATH": str(checkout / "sandbox"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    env |= {} if compiles else {"PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=checkout,
        env=env,
        timeout=None if compiles else LONGEST,
        check=False,
    )


if __name__ == "__main__":
    main()
