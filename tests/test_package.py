"""What is shipped: the archives are complete, and the wheel works where there is no checkout."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import requests

import marketplace_sandbox
from marketplace_sandbox._resources import fixtures_dir, openapi_dir
from tests.packaging import CONSTRAINTS, ROOT, install, run
from tests.serving import serving

PACKAGE = ROOT / "sandbox" / "marketplace_sandbox"
DATA_FILES = [path for path in PACKAGE.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
"""What the package reads beside its modules."""

KEPT = ("docs", "examples", "fixtures", "openapi", "sandbox", "tests", "tools")


def shipped(folder: Path) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in folder.rglob("*.yaml")}


def test_resources_are_found_in_a_checkout() -> None:
    assert openapi_dir() == ROOT / "openapi"
    assert fixtures_dir() == ROOT / "fixtures"


def test_names_in_the_checkout_are_names_on_every_system() -> None:
    """Windows takes no colon and no bracket; and a file without an ending is what some run has left behind."""
    names = [path.name for path in ROOT.iterdir()]
    names += [path.name for kept in KEPT for path in (ROOT / kept).rglob("*")]
    assert [name for name in names if not re.fullmatch(r"[\w.@+-]+", name, re.ASCII)] == []
    files = {path.name for path in ROOT.iterdir() if path.is_file() and not path.name.startswith(".")}
    assert {name for name in files if "." not in name} <= {"Dockerfile", "LICENSE", "Makefile"}


@pytest.mark.slow
def test_wheel_carries_documents_fixtures_and_types(wheel: Path) -> None:
    read = shipped(openapi_dir()) | shipped(fixtures_dir()) | {"docs/sources.md"}
    expected = {f"marketplace_sandbox/{name}" for name in read}
    names = set(zipfile.ZipFile(wheel).namelist())
    assert expected, "there is nothing in openapi/ and fixtures/"
    beside = {f"marketplace_sandbox/{path.relative_to(PACKAGE).as_posix()}" for path in DATA_FILES}
    assert expected | beside <= names
    assert {"marketplace_sandbox/py.typed", "marketplace_sandbox/cli/migrate/page.html.jinja"} <= beside
    assert {name.split("/")[0].split("-")[0] for name in names} == {"marketplace_sandbox"}


@pytest.mark.slow
def test_source_archive_carries_what_the_checkout_has(archives: Path) -> None:
    (archive,) = archives.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    expected = shipped(openapi_dir()) | shipped(fixtures_dir())
    assert expected | {"Makefile", "constraints.txt", "tests/test_package.py"} <= names
    assert not {name for name in names if name.startswith((".venv", ".data", ".ci"))}


@pytest.mark.slow
def test_archives_are_taken_by_the_package_index(archives: Path) -> None:
    found = [path for path in archives.iterdir() if path.suffix in {".whl", ".gz"}]
    said = run(sys.executable, "-m", "twine", "check", "--strict", *found, cwd=archives)
    assert said.count("PASSED") == len(found) == 2


@pytest.mark.slow
def test_a_source_archive_makes_itself_again_to_the_byte(archives: Path, tmp_path: Path) -> None:
    """Of what was unpacked from it, with other times of change."""
    (archive,) = archives.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    (unpacked / "PKG-INFO").unlink()  # the one file that the build makes
    for path in unpacked.rglob("*"):
        os.utime(path, (0, 1_000_000_000))
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path / "dist", cwd=unpacked)
    assert (tmp_path / "dist" / archive.name).read_bytes() == archive.read_bytes()


@pytest.mark.slow
def test_installed_wheel_serves_outside_the_checkout(wheel: Path, tmp_path: Path) -> None:
    programs = install(wheel, tmp_path / "venv")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with serving(script=programs / "marketplace-sandbox", cwd=elsewhere) as server:
        health = requests.get(f"{server.url}/health", timeout=10)
    assert health.status_code == 200
    assert health.json() == {"status": "ok", "version": marketplace_sandbox.__version__}
    told = subprocess.run(
        [programs / "marketplace-sandbox", "rules", "--rule", "R3"],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "can only request the cancellation" in told


def test_constraints_pin_names_to_versions_and_nothing_else() -> None:
    pins = [line.split("==") for line in CONSTRAINTS.read_text().splitlines()]
    assert all(len(pin) == 2 and " " not in pin[1] for pin in pins)


@pytest.mark.parametrize("path", sorted((PACKAGE / "core").rglob("*.py")), ids=lambda path: path.name)
def test_core_imports_the_standard_library_and_itself(path: Path) -> None:
    strangers = {
        name
        for name in imports_of(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("marketplace_sandbox.core")
    }
    assert not strangers


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["sqs"], *extras["pytest"]]
    declared = {canonical(re.split(r"[^\w.-]", each)[0]) for each in needed} | {
        "swagger-ui-bundle"
    }  # of connexion's extra
    ours = {name.split(".")[0] for path in PACKAGE.rglob("*.py") for name in imports_of(path)}
    strangers = ours - sys.stdlib_module_names - {"marketplace_sandbox"}
    packages = importlib.metadata.packages_distributions()
    assert {name for name in strangers if not declared & {canonical(each) for each in packages[name]}} == set()
    assert {"flask", "moto", "pytest"} <= strangers


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imports_of(path: Path) -> set[str]:
    return {name for node in ast.walk(ast.parse(path.read_text())) for name in imported(node)}


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module == "marketplace_sandbox":
        return [f"marketplace_sandbox.{alias.name}" for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [node.module or ""]
    return []
