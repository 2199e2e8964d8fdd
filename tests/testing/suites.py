"""A stranger's test-suite in a folder of its own, run by pytest in a process of its own."""

import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from tests.serving import clean_environment


@dataclass(frozen=True)
class SuiteRun:
    """What pytest printed, and how it ended."""

    output: str
    status: int

    @property
    def counts(self) -> dict[str, int]:
        """`{"passed": 2, "failed": 1}` from the closing line."""
        last = self.output.strip().splitlines()[-1]
        return {word.rstrip("s"): int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", last)}


def run_suite(folder: Path, code: str, *arguments: str, python: str = sys.executable, **env: str) -> SuiteRun:
    """Runs the code as a test module; nothing of this project's own configuration applies."""
    (folder / "test_shop.py").write_text(textwrap.dedent(code))
    return run_pytest(folder, *arguments, python=python, **env)


def run_pytest(folder: Path, *arguments: str, python: str = sys.executable, **env: str) -> SuiteRun:
    """Runs all tests of a folder, which has no configuration."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [python, "-m", "pytest", "-p", "no:cacheprovider", "--basetemp", str(folder / "temp"), *arguments]
    done = subprocess.run(
        command, cwd=folder, env=clean_environment(env), capture_output=True, text=True, timeout=300, check=False
    )
    return SuiteRun(done.stdout + done.stderr, done.returncode)
