"""`make test-pythons`: the wheel, installed for every Python of this machine that may be used, and tested there.

Says which were tried and how it went; exits with 1 when a test fails, and with 2 when fewer Pythons are there than
pyproject.toml has classifiers for.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
Command = list[str | Path]
ENVIRONMENTS = ROOT / ".venv-pythons"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
PARTS = (
    "tests/core",
    "tests/store",
    "tests/delivery",
    "tests/scenario",
    "tests/server",
    "tests/api",
    "tests/cli",
    "tests/testing/test_plugin.py",
    "tests/e2e/test_acceptance.py",
    "tests/e2e/test_clients.py",
    "tests/e2e/test_sqs.py",
)
"""What says most about a Python: everything but examples, long searches, pages, and what builds environments itself."""


def find_pythons() -> dict[str, Path]:
    """An interpreter of each version, from PATH and from pyenv."""
    folders = [Path(each) for each in os.environ.get("PATH", "").split(os.pathsep) if each]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found: dict[str, Path] = {}
    for version in VERSIONS:
        near = sorted(pyenv.glob(f"{version}.*/bin/python"), key=lambda path: path.parts[-3])
        named = [folder / f"python{version}" for folder in folders]
        for path in (Path(sys.executable), *reversed(near), *named):
            if path.is_file() and _version_of(path) == version:
                found[version] = path
                break
    return found


def _version_of(python: Path) -> str:
    """The version of an interpreter; nothing of one that does not run, as pyenv's for a version not chosen."""
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def classified() -> list[str]:
    """The versions that pyproject.toml claims."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    claims = [re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", each) for each in project["classifiers"]]
    return [claim[1] for claim in claims if claim]


def main(parts: list[str]) -> int:
    """Build the wheel once, and try it everywhere."""
    pins = {"PIP_CONSTRAINT": (ROOT / "constraints.txt").as_uri(), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    env = os.environ | pins
    ENVIRONMENTS.mkdir(exist_ok=True)
    dist = ENVIRONMENTS / "dist"
    for old in dist.glob("*.whl"):
        old.unlink()
    build: Command = [sys.executable, "-m", "build", "--no-isolation", "-x", "--wheel", "--outdir", dist, ROOT]
    subprocess.run(build, env=env, check=True, stdout=subprocess.DEVNULL)
    (wheel,) = dist.glob("*.whl")
    pythons, failed = find_pythons(), []
    for version, python in pythons.items():
        print(f"\n== Python {version}: {python} ==", flush=True)
        venv = ENVIRONMENTS / version
        own = venv / "bin" / "python"
        if not own.exists():
            subprocess.run([python, "-m", "venv", venv], check=True)
        subprocess.run([own, "-m", "pip", "install", "--quiet", f"{wheel}[test]"], env=env, check=True)
        again: Command = ["--quiet", "--force-reinstall", "--no-deps", wheel]  # the same version may be another wheel
        subprocess.run([own, "-m", "pip", "install", *again], env=env, check=True)
        jobs = os.environ.get("JOBS", "2")
        tests: Command = [own, "-m", "pytest", "-q", "-n", jobs, "--dist", "worksteal", *parts]
        if subprocess.run(tests, cwd=ROOT, env=os.environ, check=False).returncode:
            failed.append(version)
    return _report(pythons, failed)


def _report(pythons: dict[str, Path], failed: list[str]) -> int:
    missing = [version for version in VERSIONS if version not in pythons]
    print(f"\nTried: {', '.join(pythons)}.", f"Not on this machine: {', '.join(missing)}." if missing else "")
    unproved = [version for version in classified() if version not in pythons]
    if failed:
        print(f"Failed: {', '.join(failed)}.")
        return 1
    if unproved:
        print(f"pyproject.toml claims {', '.join(unproved)}, which could not be tried here.")
        return 2
    print("All of them passed.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(PARTS)))
