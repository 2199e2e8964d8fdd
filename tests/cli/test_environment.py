"""What surrounds a command: variables with a typo, and a standard output that cannot be written."""

import subprocess
from pathlib import Path

import pytest

from marketplace_sandbox.cli.environment import misspelt_variables
from tests.cli.terminal import run
from tests.server_process import SCRIPT
from tests.serving import clean_environment

FULL = Path("/dev/full")


def test_a_typo_in_a_variable_is_told_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SANDBOX_PROT", "SANDBOX_UR", "SANDBOX_COLOUR_OF_MY_OWN", "SANDBOX_PORT", "SANBOX_PORT"):
        monkeypatch.setenv(name, "1")
    told = list(misspelt_variables(["SANDBOX_PORT", "SANDBOX_HOST", None]))
    assert told == [
        "The variable SANDBOX_PROT says nothing to the sandbox; did you mean SANDBOX_PORT?",
        "The variable SANDBOX_UR says nothing to the sandbox; did you mean SANDBOX_URL?",
    ]


def test_serve_tells_it() -> None:
    answer = run("serve", "--store", "redis://x", env={"SANDBOX_STOER": "memory"})
    assert "did you mean SANDBOX_STORE?" in answer.stderr


def test_a_port_in_a_variable_that_is_none_is_told() -> None:
    answer = run("serve", env={"SANDBOX_PORT": "abc"})
    assert answer.exit_code == 2
    assert "'abc' is not a port, a whole number from 0 to 65535." in answer.stderr
    assert "'70000' is not a port" in run("serve", "--port", "70000").stderr


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full on this system")
@pytest.mark.parametrize("arguments", [("rules",), ("rules", "--json"), ("completion", "bash")])
def test_an_output_that_cannot_be_written_is_told_in_a_sentence(arguments: tuple[str, ...]) -> None:
    with FULL.open("w") as full:
        ended = subprocess.run(
            [SCRIPT, *arguments], stdout=full, stderr=subprocess.PIPE, env=clean_environment(), text=True, check=False
        )
    assert ended.returncode == 1
    assert ended.stderr == "Error: What was to be printed cannot be written: No space left on device.\n"


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [SCRIPT, "rules"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=clean_environment(), text=True
    ) as program:
        assert program.stdout
        assert program.stderr
        program.stdout.close()
        assert program.stderr.read() == ""
