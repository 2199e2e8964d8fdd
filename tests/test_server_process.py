"""A copy behaves as the program started from nothing does, and what sets the two apart is known."""

import os
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.server_process import Copy, Process, run_copy, start_server
from tests.serving import clean_environment

STARTS = ("copied", "from nothing")
FROM_NOTHING = {"PYTHONHASHSEED": "1729"}

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system has no pidfd_open")


def start(how: str, folder: Path, *arguments: str, **env: str) -> Process:
    more = env if how == "copied" else env | FROM_NOTHING
    with (folder / "errors").open("w") as errors:
        started = start_server(["serve", *arguments], env=clean_environment(more), errors=errors, cwd=folder)
    assert isinstance(started, Copy) is (how == "copied")
    return started


@pytest.mark.parametrize("how", STARTS)
def test_it_has_its_arguments_environment_and_folder(how: str, tmp_path: Path) -> None:
    with start(how, tmp_path, "--ready-file", "ready", "--store", "memory", SANDBOX_PORT="0") as process:
        assert process.stdout
        line = process.stdout.readline()
        assert line == f"Listening on {(tmp_path / 'ready').read_text()}"
        assert process.poll() is None
        process.terminate()
        assert process.stdout.read() == ""
        assert process.wait(60) == 0
    assert "Default seller" in (tmp_path / "errors").read_text()
    assert not (tmp_path / "ready").exists()


@pytest.mark.parametrize("how", STARTS)
def test_a_refusal_ends_it_with_its_status(how: str, tmp_path: Path) -> None:
    with start(how, tmp_path, "--no-such-option") as process:
        assert process.wait(60) == 2
    assert "No such option" in (tmp_path / "errors").read_text()


@pytest.mark.parametrize("how", STARTS)
def test_a_signal_is_told_as_such(how: str, tmp_path: Path) -> None:
    with start(how, tmp_path, "--port", "0", "--store", "memory") as process:
        assert process.stdout
        process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0)
        process.kill()
        assert process.wait(60) == -signal.SIGKILL
        process.kill()  # of one that is gone


def test_two_in_a_row_are_of_different_parents(tmp_path: Path) -> None:
    """So each has another hash seed than the one before it, and what depends on the seed shows at a restart."""
    running = [start("copied", tmp_path, "--port", "0", "--store", "memory") for _ in range(2)]
    statuses = [Path(f"/proc/{each.pid}/status").read_text() for each in running]
    parents = {parent for each in statuses for parent in re.findall(r"^PPid:\t(\d+)$", each, re.MULTILINE)}
    for each in running:
        with each:
            each.kill()
    assert len(parents) == len(running)
    assert str(os.getpid()) not in parents


def test_python_has_the_packages_of_its_checkout_and_none_that_were_imported_before(tmp_path: Path) -> None:
    package = tmp_path / "sandbox" / "marketplace_sandbox"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("whose = 'of the checkout'")
    (tmp_path / "asked.py").write_text(
        "import sys\n"
        "before = [name for name in sys.modules if name.startswith(('marketplace_sandbox', 'tests', 'tools'))]\n"
        "import marketplace_sandbox\n"
        "print(before, marketplace_sandbox.whose, sys.argv[1:])\n"
        "sys.exit('it fails')\n"
    )
    env = clean_environment({"PYTHONPATH": str(package.parent)})
    done = run_copy("python", ["asked", "a", "b c"], env=env, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (1, "[] of the checkout ['a', 'b c']\n", "it fails\n")


def test_what_does_not_end_is_killed(tmp_path: Path) -> None:
    (tmp_path / "waits.py").write_text("import signal; signal.pause()")
    done = run_copy("python", ["waits"], env=clean_environment(), cwd=tmp_path, seconds=0)
    assert done.returncode == -signal.SIGKILL


def test_what_the_fuzzer_finds_is_told_by_its_status(tmp_path: Path) -> None:
    """No server is there, so no request is answered."""
    (tmp_path / "said.yaml").write_text(
        "{openapi: 3.0.3, info: {title: t, version: v}, paths: {/x: {get: {responses: {'200': {description: d}}}}}}"
    )
    command = ["run", "said.yaml", "--url", "http://127.0.0.1:1", "--max-examples", "1", "--no-color"]
    done = run_copy("fuzzer", command, env=clean_environment(), cwd=tmp_path)
    assert done.returncode == 1
    assert "Network Error" in done.stdout
