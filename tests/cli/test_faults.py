"""The faults commands say what they are told and show what they get, whatever kinds a server knows."""

import http.server
import json
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest

from tests.cli.terminal import Terminal

Json = dict[str, Any]
seen: list[tuple[str, str, str | None, Any]] = []


class Server(http.server.BaseHTTPRequestHandler):
    """Keeps faults as it gets them, like a server that knows every kind but one."""

    faults: ClassVar[list[Json]] = []

    def do_GET(self) -> None:
        self._answer(200, {"faults": self.faults, "next": None})

    def do_POST(self) -> None:
        fault = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        seen.append(("POST", self.path, self.headers["X-Sandbox-Seller"], fault))
        if fault["kind"] == "sttus":
            message = "There is no fault 'sttus'; did you mean 'status'?"
            self._answer(400, {"errors": [{"code": "InvalidInput", "message": message, "details": "kind"}]})
            return
        self.faults.append(fault)
        self._answer(201, fault)

    def do_DELETE(self) -> None:
        seen.append(("DELETE", self.path, self.headers["X-Sandbox-Seller"], None))
        self.faults.clear()
        self._answer(204, None)

    def _answer(self, status: int, body: Any) -> None:
        raw = json.dumps(body).encode() if body is not None else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class calls it so
        """Say nothing."""


@pytest.fixture
def user() -> Iterator[Terminal]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    seen.clear()
    yield Terminal(f"http://127.0.0.1:{server.server_address[1]}", "ASHOP")
    server.shutdown()
    thread.join()
    server.server_close()
    Server.faults.clear()


def test_a_fault_is_added_with_what_it_needs(user: Terminal) -> None:
    pairs = ("operation=getOrders", "status=503", "latency=0.5", 'bodies=["a", "b"]', "order=902-0000001-0000001")
    added = user.json("faults", "add", "status", *pairs)
    assert added == {
        "kind": "status",
        "operation": "getOrders",
        "status": 503,
        "latency": 0.5,
        "bodies": ["a", "b"],
        "order": "902-0000001-0000001",
    }
    assert seen == [("POST", "/_sandbox/faults", "ASHOP", added)]
    assert user.run("faults", "add", "drop") == "Added: drop.\n"


def test_faults_are_listed_and_cleared(user: Terminal) -> None:
    assert user.run("faults", "list") == "Nothing will go wrong.\n"
    user.run("faults", "add", "status", "operation=getOrders", "status=503")
    user.run("faults", "add", "drop", "times=2")
    assert user.run("faults", "list").split()[:4] == ["kind", "operation", "status", "times"]
    assert [each["kind"] for each in user.json("faults", "list")] == ["status", "drop"]
    user.run("faults", "clear")
    assert seen[-1] == ("DELETE", "/_sandbox/faults", "ASHOP", None)
    assert user.json("faults", "list") == []


def test_a_wrong_fault_is_told(user: Terminal) -> None:
    assert user.refused("faults", "add", "sttus") == "Error: There is no fault 'sttus'; did you mean 'status'?\n"
    assert "key=value" in user.refused("faults", "add", "status", "503", status=2)
