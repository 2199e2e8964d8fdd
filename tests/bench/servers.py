"""What is measured: our server with ten thousand orders, and Prism on our own document, each pinned to one core."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import requests

from sandbox.api.credentials import DEFAULTS
from tests.bench.load import get
from tests.documents import ROOT
from tests.serving import SCRIPT, clean_environment

CORE = 0
ORDERS = 10_000
ASKED = 300
PRISM = ROOT / ".bench" / "node_modules" / ".bin" / "prism"
PRISM_PACKAGE = "@stoplight/prism-cli@5"
ITEMS = "/orders/v0/orders/{}/orderItems"


@dataclass(frozen=True)
class Contender:
    """A server to be measured: how it is spawned on a port, its requests, and what a good answer holds."""

    name: str
    command: Callable[[int], Sequence[str]]
    first: str
    prepare: Callable[[int], list[bytes]]
    good: Callable[[bytes], bool]


def ours() -> Contender:
    """Our server: stateful, validating, its world frozen."""
    start = ("--store", "memory", "--start", "2026-03-02T16:00:00Z")
    return Contender(
        "marketplace-sandbox",
        lambda port: [str(SCRIPT), "serve", "--port", str(port), *start],
        "/health",
        _seeded,
        lambda answer: answer.startswith(b"HTTP/1.1 200") and b"BuyerRequestedCancel" in answer,
    )


def _seeded(port: int) -> list[bytes]:
    url = f"http://127.0.0.1:{port}"
    placed = requests.post(f"{url}/_sandbox/orders", json={"count": ORDERS, "hold": False}, timeout=120).json()[
        "orders"
    ]
    form = {"grant_type": "refresh_token", **DEFAULTS["lwa"]}
    token = requests.post(f"{url}/auth/o2/token", data=form, timeout=30).json()["access_token"]
    return [get(ITEMS.format(order["order_id"]), {"x-amz-access-token": token}) for order in placed[:ASKED]]


def prism() -> Contender | None:
    """Prism mocking our Orders v0 document, validating requests, stateless; None where npm cannot bring it."""
    if not PRISM.exists() and not _installed():
        return None
    document = ROOT / "openapi" / "orders-v0.yaml"
    return Contender(
        "Prism",
        lambda port: [str(PRISM), "mock", "--port", str(port), "--verboseLevel", "silent", str(document)],
        _path("902-0000001-0000001"),
        lambda _: [
            get(_path(f"902-0000001-{number:07d}"), {"x-amz-access-token": "Atza|x"}) for number in range(ASKED)
        ],
        lambda answer: answer.startswith(b"HTTP/1.1 200") and b"OrderItems" in answer,
    )


def _path(order_id: str) -> str:
    return ITEMS.format(order_id).removeprefix("/orders/v0")


def _installed() -> bool:
    npm = shutil.which("npm")
    if npm is None:
        return False
    PRISM.parents[2].mkdir(exist_ok=True)
    print(f"Installing {PRISM_PACKAGE} into {PRISM.parents[2].name}/ ...", file=sys.stderr)
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(PRISM.parents[2]), PRISM_PACKAGE]
    return subprocess.run(command, check=False).returncode == 0 and PRISM.exists()


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(contender: Contender) -> Iterator[tuple[int, float]]:
    """The contender on a port of its own, pinned; answers the port, and the seconds from spawn to a good answer."""
    port = free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        contender.command(port),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=clean_environment(),
    )
    os.sched_setaffinity(process.pid, {CORE})
    try:
        yield port, _first_answer(process, port, contender.first) - started
    finally:
        process.terminate()
        process.wait()


def _first_answer(process: subprocess.Popen[bytes], port: int, path: str) -> float:
    ends = time.perf_counter() + 60
    while time.perf_counter() < ends:
        assert process.poll() is None, f"{process.args!r} ended before it answered"
        try:
            if requests.get(f"http://127.0.0.1:{port}{path}", headers={"x-amz-access-token": "x"}, timeout=5).ok:
                return time.perf_counter()
        except requests.ConnectionError:
            time.sleep(0.005)
    raise AssertionError(f"{process.args!r} did not answer in time")
