"""What a server answers before it is ready."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from marketplace_sandbox.server import startup
from marketplace_sandbox.server.listening import address, listen
from marketplace_sandbox.server.startup import answer_while_starting

STARTING = "The server is starting."


@pytest.fixture
def url() -> Iterator[str]:
    """Where a server is being put together, until the test is over."""
    with listen("127.0.0.1", 0) as bound, answer_while_starting(bound):
        yield address(bound)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_health_fails_and_says_why(url: str, session: requests.Session, path: str) -> None:
    answer = session.get(url + path, timeout=10)
    assert (answer.status_code, answer.json()["status"], answer.json()["why"]) == (503, "failing", STARTING)
    assert answer.headers["x-amzn-requestid"]
    assert session.head(url + path, timeout=10).status_code == 503


def test_the_process_is_live(url: str, session: requests.Session) -> None:
    answer = session.get(f"{url}/health/live", timeout=10)
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    refused = session.post(f"{url}/health/live", timeout=10)
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_calls_are_refused_in_the_platform_s_shape(url: str, session: requests.Session, method: str) -> None:
    body = b"x" * 300_000 if method in {"POST", "PUT", "PATCH"} else None
    answer = session.request(method, f"{url}/orders/v0/orders?CreatedAfter=2026-03-02", data=body, timeout=10)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
    assert answer.json() == {
        "errors": [{"code": "ServiceUnavailable", "message": f"{STARTING} Please try again.", "details": ""}]
    }


def test_mws_is_refused_in_xml(url: str, session: requests.Session) -> None:
    answer = session.post(f"{url}/Orders/2013-09-01", data={"Action": "GetOrder"}, timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/xml")
    assert ("<Code>ServiceUnavailable</Code>" in answer.text, STARTING in answer.text) == (True, True)


def test_who_says_nothing_keeps_nobody_waiting(url: str, session: requests.Session) -> None:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))), socket.create_connection((host, int(port))):
        assert session.get(f"{url}/health", timeout=10).status_code == 503


def test_who_connects_at_the_end_is_answered_by_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "CONNECTION_SECONDS", 0.2)
    with listen("127.0.0.1", 0) as bound:
        with answer_while_starting(bound):
            pass
        with socket.create_connection(bound.getsockname()[:2]) as client:
            connection, _ = bound.accept()
            with connection:
                connection.sendall(b"ready")
                assert client.recv(5) == b"ready"
    assert not [each for each in threading.enumerate() if each.name == "starting"]


COMPOSES_WHEN_TOLD = """
import sys
from marketplace_sandbox.server import composition

compose = composition.compose

def compose_when_told(options):
    sys.stdin.readline()
    return compose(options)

composition.compose = compose_when_told
from marketplace_sandbox.cli import main
main()
"""
"""A server that takes long to put together, as with a large store."""


def test_serve_answers_while_it_is_put_together(session: requests.Session) -> None:
    with listen("127.0.0.1", 0) as bound:
        port = bound.getsockname()[1]
    command = [sys.executable, "-c", COMPOSES_WHEN_TOLD, "serve", "--port", str(port), "--store", "memory"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            answer = _first_answer(session, f"http://127.0.0.1:{port}/health")
            assert (answer.status_code, answer.json()["why"]) == (503, STARTING)
            assert server.stdin is not None
            assert server.stdout is not None
            server.stdin.write("go on\n")
            server.stdin.flush()
            assert server.stdout.readline() == f"Listening on http://127.0.0.1:{port}\n"
            assert session.get(f"http://127.0.0.1:{port}/health", timeout=30).status_code == 200
        finally:
            server.terminate()


def _first_answer(session: requests.Session, url: str) -> requests.Response:
    """What is answered as soon as anything is."""
    ends = time.monotonic() + 60
    while True:
        try:
            return session.get(url, timeout=30)
        except requests.ConnectionError:
            assert time.monotonic() < ends, "nobody has ever answered"
            time.sleep(0.05)
