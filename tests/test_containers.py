"""The container and the CI examples: as small and as shut as they say, and made of commands that work."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from starlette.datastructures import Headers

from marketplace_sandbox.api.http.safety import Safety
from marketplace_sandbox.cli import COMMANDS
from tests.documents import ROOT
from tests.packaging import CONSTRAINTS, run
from tests.server_process import SCRIPT
from tests.serving import clean_environment, serving

DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLES = sorted((ROOT / "examples" / "ci").glob("*.yaml"))


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions with their arguments, continued lines joined."""
    lines = re.sub(r"\\\n\s*", " ", DOCKERFILE).splitlines()
    kept = [line for line in lines if line and not line.startswith("#")]
    return [(line.split(maxsplit=1)[0], line.split(maxsplit=1)[1]) for line in kept]


def of(name: str) -> list[str]:
    return [arguments for instruction, arguments in instructions() if instruction == name]


def test_images_are_one_small_one_of_a_version_by_its_digest() -> None:
    (named,) = of("ARG")
    assert re.fullmatch(r"PYTHON=python:3\.\d+-slim@sha256:[0-9a-f]{64}", named)
    assert [image.split()[0] for image in of("FROM")] == ["${PYTHON}"] * 2


@pytest.mark.slow
def test_what_is_copied_into_the_image_makes_the_wheel_that_is_shipped(wheel: Path, tmp_path: Path) -> None:
    """To the byte, so two builds give the same, whatever lies beside the sources, and whenever they were written."""
    for *sources, target in (each.split() for each in of("COPY") if "--from" not in each):
        for source in sources:
            place = tmp_path / target / (Path(source).name if target.endswith("/") else "")
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, copy_function=shutil.copyfile)
            else:
                place.parent.mkdir(exist_ok=True, parents=True)
                shutil.copyfile(ROOT / source, place)
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist", cwd=tmp_path)
    (built,) = (tmp_path / "dist").iterdir()
    assert (built.name, built.read_bytes()) == (wheel.name, wheel.read_bytes())


def test_the_server_is_not_root_and_runs_last_as_it_was_told() -> None:
    names = [name for name, _ in instructions()]
    assert of("USER") == ["10001"]
    assert names.index("USER") > max(index for index, name in enumerate(names) if name == "RUN")
    assert of("ENTRYPOINT") == ['["marketplace-sandbox"]']
    assert of("CMD") == ['["serve"]']
    assert "serve" in COMMANDS


def test_clients_reach_the_server_by_a_name_that_it_takes() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    services = [*compose["services"].values()]
    for example in EXAMPLES:
        for job in yaml.safe_load(example.read_text())["jobs"].values():
            served = [*job.get("services", {}).values()]
            services += served
            if served and "SANDBOX_URL" in job.get("env", {}):
                taken = Safety(public=served[0]["env"]["SANDBOX_PUBLIC_URL"])
                host = urlsplit(job["env"]["SANDBOX_URL"]).netloc
                assert taken.refusal("GET", "/orders/v0/orders", Headers({"host": host})) is None
    assert all("SANDBOX_PUBLIC_URL" in (each.get("environment") or each.get("env")) for each in services)


def test_the_container_is_looked_after_and_has_no_secret() -> None:
    assert "/health" in of("HEALTHCHECK")[0]
    assert of("VOLUME") == ["/data"]
    assert not any("TOKEN" in each for each in of("ENV") + of("ARG"))
    assert not of("ADD")
    assert all("--no-cache-dir" in each for each in of("RUN") if "pip" in each)


def test_everything_that_is_copied_is_there_and_let_in() -> None:
    let_in = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    copied = {source for each in of("COPY") if "--from" not in each for source in each.split()[:-1]}
    assert copied == let_in
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
        assert step.get("if") in (None, FAILED, ALWAYS)


FAILED, ALWAYS = "failure()", "always()"

ORDERS = """
import os

import requests


def test_the_clock_is_there() -> None:
    bearer = {"Authorization": "Bearer " + os.environ.get("SANDBOX_ADMIN_TOKEN", "")}
    answer = requests.get(os.environ["SANDBOX_URL"] + "/_sandbox/clock", headers=bearer, timeout=30)
    assert "now" in answer.json()
"""


def job_of(name: str) -> dict[str, Any]:
    """The one job of an example."""
    (job,) = yaml.safe_load((ROOT / "examples" / "ci" / f"{name}.yaml").read_text())["jobs"].values()
    found: dict[str, Any] = job
    return found


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """A folder with one test of somebody's own, and a Python of its own, which finds our needs without a network.

    Its pip and pytest are ours, too, since to install them takes longer than the job.
    """
    (tmp_path / "work" / "tests").mkdir(parents=True)
    (tmp_path / "work" / "tests" / "test_orders.py").write_text(ORDERS)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "python"], check=True)
    for name in ("pip", "pytest"):
        program = tmp_path / "python" / "bin" / name
        program.write_text(f'#!/bin/sh\nexec {program.with_name("python")} -m {name} "$@"\n')
        program.chmod(0o755)
    (folder,) = (tmp_path / "python").glob("lib/python*/site-packages")
    # that all of them are declared is proved where the wheel is installed into an empty environment
    (folder / "needs.pth").write_text(sysconfig.get_path("purelib"))
    return tmp_path


def run_steps(job: dict[str, Any], runner: Path, variables: Mapping[str, str], *, fails: str = "") -> str:
    """Runs all commands of a job as a runner does: a shell for each step, which may leave variables and processes.

    Answers what they printed. The step named by `fails` is to fail, and no other.
    """
    kept, printed, failed = runner / "variables", [], ""
    kept.touch()
    (runner / "run").mkdir(mode=0o700)
    path = f"{runner / 'python' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    pins = {"PIP_CONSTRAINT": CONSTRAINTS.as_uri(), "PIP_BUILD_CONSTRAINT": CONSTRAINTS.as_uri()}
    ours = {"PATH": path, "GITHUB_ENV": str(kept), "SANDBOX_RUN_DIR": str(runner / "run")}
    given = clean_environment({**pins, **job.get("env", {}), **variables, **ours})
    for step in job["steps"]:
        when = step.get("if", "")
        if "run" not in step or (when == FAILED and not failed) or (not when and failed):
            continue
        left = dict(line.split("=", 1) for line in kept.read_text().splitlines())
        with (runner / "output").open("w+") as output:  # a pipe would be held open by what a step leaves behind
            code = subprocess.call(
                ["bash", "-e", "-c", step["run"]],
                cwd=runner / "work",
                env=given | left,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=300,
            )
            output.seek(0)
            printed.append(output.read())
        if code:
            assert step["name"] == fails, f"{step['name']}: {printed[-1]}"
            failed = fails
    assert failed == fails
    return "".join(printed)


def unpack_clone(archives: Path, runner: Path) -> None:
    """The sandbox in the repository of the job; the source archive is what a clone has."""
    (archive,) = archives.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(runner / "work", filter="data")
    (unpacked,) = (runner / "work").glob("marketplace_sandbox-*")
    unpacked.rename(runner / "work" / "marketplace-sandbox")


FAILING_ORDERS = """
def test_the_request_is_granted(marketplace):
    order = marketplace.place_order(id="902-0000001-0000001")
    marketplace.clock.advance("31m")
    order.buyer.requests_cancellation()
    assert order.status == "Canceled"
"""


@pytest.mark.slow
def test_the_job_of_a_python_suite_keeps_what_replays_a_failing_test(archives: Path, runner: Path) -> None:
    """From a clone; what is uploaded is what there is, and plays."""
    unpack_clone(archives, runner)
    (runner / "work" / "tests" / "test_orders.py").write_text(FAILING_ORDERS)
    job = job_of("github-pytest")
    said = run_steps(job, runner, {}, fails="Test")
    (upload,) = [each["with"]["path"] for each in job["steps"] if each.get("if") == FAILED]
    kept = runner / "work" / upload
    replays = "tests.test_orders.py.test_the_request_is_granted.yaml"
    assert sorted(each.name for each in kept.iterdir()) == ["junit.xml", replays]
    assert f"Replay it: marketplace-sandbox play {kept / replays}" in said
    played = subprocess.run([SCRIPT, "play", kept / replays], capture_output=True, text=True, check=True)
    assert "902-0000001-0000001" in played.stdout


@pytest.mark.slow
def test_the_job_without_a_container_serves_tells_what_happened_and_stops(wheel: Path, runner: Path) -> None:
    """From a wheel, and with a test that fails beside the one that does not."""
    failing = ORDERS + "\n\ndef test_other() -> None:\n    assert False, 'on purpose'\n"
    (runner / "work" / "tests" / "test_orders.py").write_text(failing)
    job, variables = job_of("github-without-container"), {"MARKETPLACE_SANDBOX": str(wheel)}
    said = run_steps(job, runner, variables, fails="Test")
    assert "1 failed, 1 passed" in said
    assert said.index("on purpose") < said.index("answers at") < said.index("Default seller ASANDBOXSELLER")
    assert list((runner / "run").glob("*.json")) == []


@pytest.mark.slow
def test_the_job_with_a_container_runs_from_a_wheel(wheel: Path, runner: Path) -> None:
    """The server that stands in for the container has its settings, but for the port."""
    job = job_of("github-service-container")
    service = job["services"]["marketplace"]["env"]
    with serving(env=service) as server:
        said = run_steps(job, runner, {"SANDBOX_URL": server.url, "MARKETPLACE_SANDBOX": str(wheel)})
    assert "1 passed" in said
