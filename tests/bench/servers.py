"""What is measured: our server with ten thousand orders, Prism on our own document, and how fast the load can be.

Each runs in a process of its own, pinned to one core. Knows nothing of how load is made.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from marketplace_sandbox.api.admission.credentials import DEFAULTS
from tests.bench.load import Ask, WrongAnswerError, get
from tests.documents import ROOT
from tests.server_process import SCRIPT
from tests.serving import clean_environment

ORDERS = 10_000
ASKED = 300
START_SECONDS = 60
STOP_SECONDS = 15
INSTALL_SECONDS = 300

ITEMS = "/orders/v0/orders/{}/orderItems"
BENCH = ROOT / ".bench"
PRISM = BENCH / "node_modules" / ".bin" / "prism"
PRISM_PACKAGE = "@stoplight/prism-cli"


@dataclass(frozen=True)
class Contender:
    """A server to be measured. `command` spawns it on a port; `first` tries for its first getOrderItems.

    `prepare` fills it and answers what to ask. Both may raise `requests.ConnectionError` while nobody listens.
    """

    name: str
    command: Callable[[int], Sequence[str]]
    first: Callable[[str], requests.Response]
    prepare: Callable[[str], list[Ask]]


class NoPeerError(Exception):
    """The peer cannot be installed; the text says why."""


def ours() -> Contender:
    """Our server: stateful, validating, its world's clock frozen."""
    start = ("--store", "memory", "--start", "2026-03-02T16:00:00Z")
    return Contender(
        "marketplace-sandbox",
        lambda port: [str(SCRIPT), "serve", "--port", str(port), *start],
        _first_of_ours,
        _fill,
    )


def prism() -> Contender:
    """Prism mocking our Orders v0 document: stateless, validating requests, logging off. Raises NoPeerError."""
    version = _installed_prism()
    document = str(ROOT / "openapi" / "orders-v0.yaml")
    paths = [ITEMS.format(f"902-0000001-{number:07d}").removeprefix("/orders/v0") for number in range(ASKED)]
    headers = {"x-amz-access-token": "Atza|x"}
    return Contender(
        f"Prism {version}",
        lambda port: [str(PRISM), "mock", "--port", str(port), "--verboseLevel", "silent", document],
        lambda url: requests.get(url + paths[0], headers=headers, timeout=5),
        lambda _: [Ask(get(path, headers), b'"AmazonOrderId"') for path in paths],
    )


def responder() -> Contender:
    """The same bytes for every request, without a look at it: what the load cannot exceed."""
    return Contender(
        "raw responder (ceiling)",
        lambda port: [sys.executable, "-m", "tests.bench.responder", str(port)],
        lambda url: requests.get(url, timeout=5),
        lambda _: [Ask(get("/", {}), b"payload")],
    )


@contextmanager
def running(contender: Contender, core: int | None) -> Iterator[tuple[int, float]]:
    """The contender on a port of its own; answers the port, and the seconds from spawn to its first good answer."""
    port = free_port()
    started = time.perf_counter()
    process = subprocess.Popen(
        contender.command(port),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=clean_environment(),
        cwd=ROOT,
    )
    try:
        if core is not None and sys.platform == "linux":
            os.sched_setaffinity(process.pid, {core})
        yield port, _first_answer(process, contender, f"http://127.0.0.1:{port}") - started
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _first_answer(process: subprocess.Popen[bytes], contender: Contender, url: str) -> float:
    ends = time.perf_counter() + START_SECONDS
    while time.perf_counter() < ends:
        if process.poll() is not None:
            raise WrongAnswerError("it ended before it answered")
        try:
            answer = contender.first(url)
        except requests.ConnectionError:
            time.sleep(0.005)
            continue
        if answer.status_code != 200:
            raise WrongAnswerError(f"its first answer was {answer.status_code}: {answer.text[:300]}")
        return time.perf_counter()
    raise WrongAnswerError(f"it did not answer within {START_SECONDS} s")


def _first_of_ours(url: str) -> requests.Response:
    """A world has to have an order before there is an answer, so the first answer takes three requests."""
    (ask,) = _place(url, 1)
    return requests.get(url + ask["path"], headers=ask["headers"], timeout=5)


def _fill(url: str) -> list[Ask]:
    placed = _place(url, ORDERS)
    every = len(placed) // ASKED
    return [Ask(get(one["path"], one["headers"]), one["order_id"].encode()) for one in placed[::every][:ASKED]]


def _place(url: str, count: int) -> list[dict[str, Any]]:
    """The reads of freshly placed orders."""
    placed = _good(requests.post(f"{url}/_sandbox/orders", json={"count": count, "hold": False}, timeout=120))
    form = {"grant_type": "refresh_token", **DEFAULTS["lwa"]}
    token = _good(requests.post(f"{url}/auth/o2/token", data=form, timeout=30))["access_token"]
    ids = [order["order_id"] for order in placed["orders"]]
    headers = {"x-amz-access-token": token}
    return [{"order_id": each, "path": ITEMS.format(each), "headers": headers} for each in ids]


def _good(answer: requests.Response) -> Any:
    """The JSON of an answer. A server that still starts says so by 503, and is to be asked again like one not there."""
    if answer.status_code == 503:
        raise requests.ConnectionError(answer.text[:300])
    if not answer.ok:
        raise WrongAnswerError(f"{answer.status_code} for {answer.url}: {answer.text[:300]}")
    return answer.json()


def _installed_prism() -> str:
    """The version of Prism, which npm fetches if it is not there yet."""
    if not PRISM.exists():
        _install_prism()
    package = BENCH / "node_modules" / PRISM_PACKAGE / "package.json"
    version: str = json.loads(package.read_text())["version"]
    return version


def _install_prism() -> None:
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NoPeerError("there is no Node with npm here")
    BENCH.mkdir(exist_ok=True)
    print(f"Installing {PRISM_PACKAGE} into {BENCH.name}/ ...", file=sys.stderr)
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(BENCH), f"{PRISM_PACKAGE}@5"]
    try:
        ended = subprocess.run(command, check=False, timeout=INSTALL_SECONDS).returncode
    except subprocess.TimeoutExpired:
        raise NoPeerError(f"npm did not install it within {INSTALL_SECONDS} s") from None
    if ended or not PRISM.exists():
        raise NoPeerError(f"npm could not install it and ended with {ended}")
