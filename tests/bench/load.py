"""Load on one loopback address by wrk, which Debian has; where it is not installed, by `own_load`, which is slower.

wrk looks at statuses alone, so before and after it a few answers are held to what they have to hold.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import own_load
from tests.bench.asks import Ask, Load, WrongAnswerError

LOOKED_AT = 5
"""How many answers are looked at before a load, and after it."""
PATIENCE = 60.0
NO_WRK = "There is no wrk here (make test-system installs it): load is made in Python, which takes more of its core."

SCRIPT = """local requests = {%s}
local place = %d
function request()
  place = place %% #requests + 1
  return requests[place]
end
function done(summary, latency, _)
  local errors = summary.errors
  local form = '{"requests": %%d, "microseconds": %%d, "p50": %%d, "p99": %%d, "broken": %%d, "refused": %%d}\\n'
  io.write(string.format(form,
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.timeout, errors.status))
end
"""


def has_wrk() -> bool:
    """Whether load is made by wrk."""
    return shutil.which("wrk") is not None


def load(port: int, asks: Sequence[Ask], connections: int, seconds: float) -> Load:
    """The figures of one measurement; wrk takes whole seconds. Raises WrongAnswerError."""
    own_load.look(port, asks[:LOOKED_AT])
    if not has_wrk():
        return own_load.load(port, asks, connections, seconds)
    found = _wrk(port, asks, connections, max(1, round(seconds)))
    own_load.look(port, asks[-LOOKED_AT:])
    return found


def _wrk(port: int, asks: Sequence[Ask], connections: int, seconds: int) -> Load:
    requests = ",\n".join(_quote(each.request) for each in asks)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "asks.lua"
        script.write_text(SCRIPT % (requests, 0))
        command = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s"]
        before, began = os.times(), time.perf_counter()
        done = subprocess.run(
            [*command, "--timeout", "30s", "--script", str(script), f"http://127.0.0.1:{port}"],
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds + PATIENCE,
        )
        took, after = time.perf_counter() - began, os.times()
    if done.returncode:
        raise WrongAnswerError(f"wrk ended with {done.returncode}: {(done.stderr or done.stdout)[-300:]}")
    said = json.loads(done.stdout.strip().splitlines()[-1])
    if said["broken"] or said["refused"] or not said["requests"]:
        raise WrongAnswerError(f"wrk saw wrong answers: {said}")
    worked = after.children_user + after.children_system - before.children_user - before.children_system
    rate = said["requests"] / said["microseconds"] * 1_000_000
    return Load(said["requests"], rate, said["p50"] / 1_000, said["p99"] / 1_000, worked / took)


def _quote(request: bytes) -> str:
    """As a string of Lua, byte by byte where it is no plain letter."""
    plain = "".join(chr(each) if 32 <= each < 127 and chr(each) not in '"\\' else f"\\{each:03d}" for each in request)
    return f'"{plain}"'
