"""Builds the project's archives and installs them into environments of their own. Judges nothing."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONSTRAINTS = ROOT / "constraints.txt"


def run(*command: str | Path, cwd: Path) -> str:
    """What a program prints that must go well. pip, wherever it runs beneath, takes only pinned versions."""
    pins = {"PIP_CONSTRAINT": CONSTRAINTS.as_uri(), "PIP_BUILD_CONSTRAINT": CONSTRAINTS.as_uri()}
    env = os.environ | pins | {"PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(command, cwd=cwd, text=True, capture_output=True, env=env, check=False)
    assert done.returncode == 0, f"{command} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build(folder: Path) -> None:
    """Builds the source archive, and the wheel out of it, into a folder."""
    run(sys.executable, "-m", "build", "--no-isolation", "-x", "--outdir", folder, ROOT, cwd=folder)


def install(wheel: Path, venv: Path, *further: str) -> Path:
    """Makes an environment with the wheel, its needs and `further` packages; answers the folder of its programs.

    It is filled by our pip and has none, and is not compiled ahead: both take longer than what is tried in it.
    """
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=venv.parent)
    programs = venv / "bin"
    pip = (sys.executable, "-m", "pip", "--python", venv)
    run(*pip, "install", "--quiet", "--no-compile", wheel, *further, cwd=venv.parent)
    where = run(programs / "python", "-c", "import marketplace_sandbox; print(marketplace_sandbox.__file__)", cwd=venv)
    assert Path(where.strip()).is_relative_to(venv)
    return programs
