"""The container and the CI examples: as small and as shut as they say, and made of commands that work."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from marketplace_sandbox.cli import COMMANDS
from tests.documents import ROOT
from tests.serving import SCRIPT, clean_environment

DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLES = sorted((ROOT / "examples" / "ci").glob("*.yaml"))


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, continued lines joined."""
    lines = re.sub(r"\\\n\s*", " ", DOCKERFILE).splitlines()
    kept = [line for line in lines if line and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in kept]


def of(name: str) -> list[str]:
    return [arguments for instruction, arguments in instructions() if instruction == name]


def test_images_are_small_and_of_a_version() -> None:
    for image in of("FROM"):
        name = image.split()[0]
        assert re.fullmatch(r"python:3\.\d+-slim", name)


def test_the_server_is_not_root_and_runs_last_as_it_was_told() -> None:
    names = [name for name, _ in instructions()]
    assert of("USER") == ["10001"]
    assert names.index("USER") > max(index for index, name in enumerate(names) if name == "RUN")
    assert of("ENTRYPOINT") == ['["marketplace-sandbox"]']
    assert of("CMD") == ['["serve"]']
    assert "serve" in COMMANDS


def test_the_container_is_looked_after_and_has_no_secret() -> None:
    assert "/health" in of("HEALTHCHECK")[0]
    assert of("VOLUME") == ["/data"]
    assert not any("TOKEN" in each for each in of("ENV") + of("ARG"))
    assert not of("ADD")
    assert all("--no-cache-dir" in each for each in of("RUN") if "pip" in each)


def test_everything_that_is_copied_is_there_and_let_in() -> None:
    let_in = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    copied = {source for each in of("COPY") if "--from" not in each for source in each.split()[:-1]}
    assert copied <= let_in
    assert all((ROOT / source).exists() for source in let_in)


def test_the_health_check_sees_the_server(shared_server: str) -> None:
    program = yaml.safe_load(of("HEALTHCHECK")[0].partition("CMD ")[2])[-1]
    environment = clean_environment({"NO_PROXY": "127.0.0.1", "SANDBOX_PORT": shared_server.rpartition(":")[2]})
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, timeout=30)
    wrong = program.replace("/health", "/nothing")
    ended = subprocess.run([sys.executable, "-c", wrong], check=False, capture_output=True, env=environment, timeout=30)
    assert ended.returncode


def test_beyond_loopback_nothing_starts_without_a_token() -> None:
    command = [str(SCRIPT), "serve", "--host", "0.0.0.0", "--port", "0", "--store", "memory"]  # noqa: S104  the point
    ended = subprocess.run(command, check=False, capture_output=True, text=True, env=clean_environment(), timeout=60)
    assert ended.returncode == 1
    assert "SANDBOX_ADMIN_TOKEN" in ended.stderr


def test_compose_shows_the_server_to_this_machine_only() -> None:
    service = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["marketplace"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert service["environment"]["SANDBOX_ADMIN_TOKEN"].startswith("${SANDBOX_ADMIN_TOKEN:?")
    assert service["read_only"]
    assert service["command"][0] == "serve"


def steps(file: Path) -> list[Any]:
    (job,) = yaml.safe_load(file.read_text())["jobs"].values()
    found: list[Any] = job["steps"]
    return found


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_examples_use_versions_and_least_rights(file: Path) -> None:
    said = yaml.safe_load(file.read_text())
    assert said["permissions"] == {"contents": "read"}
    for step in steps(file):
        assert "run" in step or re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step["uses"])


def test_the_job_without_a_container_runs(tmp_path: Path) -> None:
    """Every step but the installation, in a folder with one test of somebody's own."""
    (tmp_path / "test_orders.py").write_text(
        "import os\n\nimport requests\n\n\n"
        "def test_the_clock_stands() -> None:\n"
        "    url = os.environ['SANDBOX_URL']\n"
        "    clock = requests.get(f'{url}/_sandbox/clock', timeout=30).json()\n"
        "    assert clock['now'] == '2026-03-02T16:00:00Z'\n"
    )
    (file,) = [each for each in EXAMPLES if each.stem == "github-without-container"]
    path = f"{SCRIPT.parent}{os.pathsep}{os.environ['PATH']}"
    environment = clean_environment({"PATH": path, "GITHUB_ENV": str(tmp_path / "env")})
    runs = [step["run"] for step in steps(file) if "run" in step and not step["run"].startswith(("pip", "cat"))]
    script = "set -e\ntrap 'kill $(jobs -p)' EXIT\n" + "\nset -a; . ./env; set +a\n".join(runs)
    script = script.replace("\npytest", "\npython -m pytest -q -p no:cacheprovider")
    ended = subprocess.run(
        ["bash", "-c", script],
        check=False,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "1 passed" in ended.stdout
