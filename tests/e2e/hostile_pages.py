"""A browser with hostile pages in it: what they send, and what stands between them and the servers they are after.

Every server is reached through a relay, which passes on what comes as it comes and keeps it. A relay also has a page of
its own: so the page comes from the very name and port that its calls then go to, as if its name had pointed to the
page's server before and were made to point to the sandbox now.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import load

BROWSER = shutil.which("chromium")
EVIL = "evil.test"
PAGE, TOLD = "/its-own-page", "/told"
SECONDS = 120
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # the guard is to be tried, not the browser's own that asks before a page may reach this machine
    "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,PrivateNetworkAccessSendPreflights",
    f"--host-resolver-rules=MAP {EVIL} 127.0.0.1",
)
SCRIPT = Path(__file__).with_name("hostile_page.js")
LEFT_OUT = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True)
class Call:
    """Something to send. One that is `shown` is tried in a frame as well, and one is sent `every_way` at any depth."""

    method: str
    path: str
    body: str = ""
    type: str = "application/json"
    shown: bool = False
    every_way: bool = False


@dataclass(frozen=True)
class Passed:
    """A request that a relay has passed on, and how it was answered."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    status: int


@dataclass
class Relay:
    """A port that leads to a server, or to none; `plan` is what the page does that it has itself."""

    target: str = ""
    plan: dict[str, Any] = field(default_factory=dict)
    passed: list[Passed] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)
    heard: threading.Condition = field(default_factory=threading.Condition)
    port: int = 0
    frames: Sequence[str] = ()

    def page(self) -> bytes:
        script = SCRIPT.read_text().replace("PLAN;", f"{json.dumps(self.plan)};", 1)
        frames = "".join(f'<iframe src="{url}"></iframe>' for url in self.frames)
        return f"<!DOCTYPE html><body><script>{script}</script>{frames}</body>".encode()

    def hear(self, name: str, body: bytes) -> None:
        with self.heard:
            self.told[name] = json.loads(body)
            self.heard.notify_all()

    def wait_for(self, names: Sequence[str]) -> dict[str, Any]:
        with self.heard:
            assert self.heard.wait_for(lambda: self.told.keys() >= set(names), SECONDS), f"only {list(self.told)} told"
            return self.told


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    relay: Relay

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.path = self.requestline.split(" ")[1]  # the library makes one slash of two
        path, _, query = self.path.partition("?")
        if path == PAGE:
            self._send(200, {"Content-Type": "text/html"}, self.relay.page())
        elif path == TOLD:
            self._send(204, {}, b"")
            self.relay.hear(query, body)
        elif not self.relay.target:
            self._send(404, {}, b"")
        else:
            self._pass_on(body)

    def _pass_on(self, body: bytes) -> None:
        connection = HTTPConnection(urlsplit(self.relay.target).netloc, timeout=SECONDS)
        try:
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, text in self.headers.items():
                connection.putheader(name, text)
            connection.endheaders(body)
            got = connection.getresponse()
            content = got.read()
        finally:
            connection.close()
        self.relay.passed.append(Passed(self.command, self.path, dict(self.headers.items()), body, got.status))
        self._send(got.status, {name: text for name, text in got.getheaders() if name.lower() not in LEFT_OUT}, content)

    def _send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, text in headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """The browser is killed in the middle of what it does."""


@contextmanager
def relaying(target: str = "") -> Iterator[Relay]:
    """A relay to a server, on a port of its own."""
    relay = Relay(target)
    with _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"relay": relay})) as server:
        relay.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield relay
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def browsing(url: str, profile: Path) -> Iterator[None]:
    """A browser that has opened a page."""
    assert BROWSER
    command = [BROWSER, *QUIET, f"--user-data-dir={profile}", url]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, start_new_session=True, **quiet) as process:  # type: ignore[call-overload]  # of one kind
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def calls_of_documents(order_id: str, bodies: Mapping[str, str], mws: Mapping[str, str]) -> list[Call]:
    """A call of every operation of every document, MWS actions among them, and of every page of the documents."""
    calls: list[Call] = []
    for file in sorted(openapi_dir().glob("*.yaml")):
        document = load(file)
        calls += [Call("GET", f"/docs/{document.stem}/", shown=True), Call("GET", f"/docs/{document.name}")]
        for operation in document.operations.values():
            path, _, action = operation.path.partition("#Action=")
            if action:
                query = urlencode({"Action": action, "Version": path.rpartition("/")[2], **mws})
                body = bodies.get(action, "")
                calls += [Call("GET", f"{path}?{query}"), Call("POST", f"{path}?{query}", body, "text/xml")]
                calls += [Call("POST", "/", query, "application/x-www-form-urlencoded")]
            else:
                filled = re.sub(r"\{[^}]*\}", lambda name: order_id if "rder" in name[0] else "any", path)
                body = bodies.get(operation.operation_id, "{}")
                calls.append(Call(operation.method, filled, body, shown=operation.method == "GET" and "{" not in path))
    return calls
