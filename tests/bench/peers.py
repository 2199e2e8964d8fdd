"""Other servers to be measured in turn with ours, each fetched into .bench/ where that can be done.

They answer one read of about the size of ours: Prism and WireMock from what stands fixed, localstripe from its state.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import requests

from tests.bench.asks import Ask, get
from tests.bench.servers import ASKED, BENCH, ITEMS, Contender
from tests.documents import ROOT

INSTALL_SECONDS = 600
NODE_MODULES = BENCH / "node_modules"
PRISM, WIREMOCK = "@stoplight/prism-cli@5", "wiremock@3"
ENVIRONMENT = BENCH / "peers"
"""Where localstripe and moto live, whose dependencies are not ours."""

BODY_BYTES = 1_838
"""The size of getOrderItems with three items, as ours is; that of localstripe is about as large, Prism's larger."""
STRIPE_KEY = "Basic c2tfdGVzdF8xOg=="
SQS_LIST = {"Authorization": "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host"}


class NoPeerError(Exception):
    """The peer cannot be installed; the text says why."""


@cache
def prism() -> Contender:
    """Prism mocking our Orders v0 document: stateless, validating requests, logging off. Raises NoPeerError."""
    version = _from_npm(PRISM)
    program, document = NODE_MODULES / ".bin" / "prism", str(ROOT / "openapi" / "orders-v0.yaml")
    paths = [ITEMS.format(f"902-0000001-{number:07d}").removeprefix("/orders/v0") for number in range(ASKED)]
    headers = {"x-amz-access-token": "Atza|x"}
    return Contender(
        f"Prism {version}",
        lambda port: [str(program), "mock", "--port", str(port), "--verboseLevel", "silent", document],
        lambda url: requests.get(url + paths[0], headers=headers, timeout=5),
        lambda _: [Ask(get(path, headers), b'"AmazonOrderId"') for path in paths],
    )


@cache
def wiremock() -> Contender:
    """WireMock with one static stub, its request journal off, answering in threads of its own. Raises NoPeerError."""
    version = _from_npm(WIREMOCK)
    java = shutil.which("java")
    if java is None:
        raise NoPeerError("there is no Java here")
    (jar,) = (NODE_MODULES / "wiremock" / "build").glob("*.jar")
    mappings = BENCH / "wiremock" / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    stub = {
        "request": {"method": "GET", "urlPathPattern": ITEMS.format("[0-9-]+")},
        "response": {"status": 200, "body": _body(), "headers": {"Content-Type": "application/json"}},
    }
    (mappings / "items.json").write_text(json.dumps(stub))
    tuned = (
        "--no-request-journal",
        "--async-response-enabled",
        "true",
        "--async-response-threads",
        "16",
        "--disable-banner",
    )
    paths = [ITEMS.format(f"902-0000001-{number:07d}") for number in range(ASKED)]
    return Contender(
        f"WireMock {version}, tuned",
        lambda port: [java, "-jar", str(jar), "--port", str(port), "--root-dir", str(mappings.parent), *tuned],
        lambda url: requests.get(url + paths[0], timeout=5),
        lambda _: [Ask(get(path, {}), b'"AmazonOrderId"') for path in paths],
    )


@cache
def localstripe() -> Contender:
    """localstripe, stateful, asked for customers as large as our order items. Raises NoPeerError."""
    program, version = _from_pypi("localstripe")
    return Contender(
        f"localstripe {version}",
        lambda port: [str(program), "--port", str(port), "--from-scratch"],
        lambda url: requests.get(f"{url}/v1/customers", headers={"Authorization": STRIPE_KEY}, timeout=5),
        _customers,
    )


@cache
def moto() -> Contender:
    """The server of moto, asked for its SQS queues. Raises NoPeerError."""
    program, version = _from_pypi("moto", "moto[server]", "moto_server")
    return Contender(
        f"moto {version}",
        lambda port: [str(program), "-p", str(port)],
        lambda url: requests.post(f"{url}/?Action=ListQueues", headers=SQS_LIST, timeout=5),
    )


def found(*peers: Callable[[], Contender], tell: Callable[[str], None]) -> list[Contender]:
    """Those of the peers that are here or could be fetched; of each other one a line says why not."""
    here = []
    for each in peers:
        try:
            here.append(each())
        except NoPeerError as why:
            tell(f"{each.__name__} is not measured: {why}.")
    return here


def _body() -> str:
    fixed = '{"payload":{"AmazonOrderId":"902-0000001-0000001","OrderItems":[]},"filled":"'
    return fixed + "x" * (BODY_BYTES - len(fixed) - 2) + '"}'


def _customers(url: str) -> list[Ask]:
    headers = {"Authorization": STRIPE_KEY}
    asks = []
    for number in range(ASKED):
        form = {"email": f"buyer{number}@example.com", "description": "x" * 850}
        made = requests.post(f"{url}/v1/customers", data=form, headers=headers, timeout=30)
        made.raise_for_status()
        customer_id = made.json()["id"]
        asks.append(Ask(get(f"/v1/customers/{customer_id}", headers), customer_id.encode()))
    return asks


def _from_npm(package: str) -> str:
    """The version of a package, which npm fetches if it is not there yet."""
    name = package.rpartition("@")[0]
    about = NODE_MODULES / name / "package.json"
    if not about.exists():
        npm = shutil.which("npm")
        if npm is None or shutil.which("node") is None:
            raise NoPeerError("there is no Node with npm here")
        BENCH.mkdir(exist_ok=True)
        _install([npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(BENCH), package])
    version: str = json.loads(about.read_text())["version"]
    return version


def _from_pypi(name: str, package: str = "", program: str = "") -> tuple[Path, str]:
    """The program of a package, and its version; pip fetches it into an environment of its own."""
    script, pip = ENVIRONMENT / "bin" / (program or name), ENVIRONMENT / "bin" / "pip"
    if not script.exists():
        if not pip.exists():
            _install([sys.executable, "-m", "venv", str(ENVIRONMENT)])
        _install([str(pip), "install", "--quiet", "--disable-pip-version-check", package or name])
    code = f"from importlib.metadata import version; print(version({name!r}))"
    said = subprocess.run([str(ENVIRONMENT / "bin" / "python"), "-c", code], capture_output=True, text=True, check=True)
    return script, said.stdout.strip()


def _install(command: list[str]) -> None:
    print(f"Installing: {' '.join(command[-2:])} ...", file=sys.stderr)
    try:
        ended = subprocess.run(command, check=False, timeout=INSTALL_SECONDS).returncode
    except subprocess.TimeoutExpired:
        raise NoPeerError(f"{command[0]} did not install it within {INSTALL_SECONDS} s") from None
    if ended:
        raise NoPeerError(f"{command[0]} could not install it and ended with {ended}")
