"""What waits for somebody outside holds no thread that others need: an app with two threads, on a real socket."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Api, Call, Reply, Steps, Wait, call_operation
from marketplace_sandbox.api.http.flask_side import FlaskSide
from marketplace_sandbox.api.http.pipeline import Pipeline
from marketplace_sandbox.api.http.threads import Threads
from tests.api.app import build_app
from tests.api.http.test_edge import listening

THREADS, WAITING = 2, 30
LONG = 60.0
DOCUMENT = """
openapi: 3.0.3
info: {title: Waiting, version: '1'}
paths:
  /_sandbox/wait/{name}:
    post:
      operationId: wait
      parameters: [{name: name, in: path, required: true, schema: {type: string}}]
      responses: {'200': {description: Waited.}}
  /_sandbox/work:
    post: {operationId: work, responses: {'200': {description: Worked.}}}
"""


@dataclass
class Operations:
    """An operation that waits until the test lets it, twice, and one that needs a thread for a moment."""

    begun: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    all_begun: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)
    lets_go: "Future[None]" = field(default_factory=Future)
    threads: set[str] = field(default_factory=set)

    def wait(self, call: Call) -> Steps:
        name = call.path["name"]
        self.threads.add(threading.current_thread().name)
        try:
            self.begun.append(name)
            if len(self.begun) == WAITING:
                self.all_begun.set()
            yield Wait((self.lets_go,), LONG)
            yield Wait()
            if name == "refused":
                raise ApiError(409, "REFUSED", "It waited for nothing.")
            self.threads.add(threading.current_thread().name)
            return Reply(body={"waited": name})
        finally:
            self.ended.append(name)
            self.left.set()

    def work(self, _: Call) -> Reply:
        return Reply(body={"thread": threading.current_thread().name})


@dataclass
class Running:
    port: int
    operations: Operations
    app: Pipeline

    def __call__(self, method: str, path: str) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONG)
        connection.request(method, path)
        got = connection.getresponse()
        answer = got.status, got.read()
        connection.close()
        return answer


def plain_route(app: FlaskSide) -> None:
    app._most_threads = THREADS

    @app.get("/plain")
    def plain() -> str:
        return threading.current_thread().name


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    document = tmp_path / "waiting.yaml"
    document.write_text(DOCUMENT)
    operations = Operations()
    app = build_app([Api(str(document), operations, stations=(call_operation,))], plain_route)
    with listening(app) as port:
        yield Running(port, operations, app)


def test_calls_that_wait_hold_no_thread(server: Running) -> None:
    """Fifteen times as many wait as there are threads. Others are answered meanwhile, and then all of them."""
    with ThreadPoolExecutor(WAITING) as clients:
        waiting = [clients.submit(server, "POST", f"/_sandbox/wait/{number}") for number in range(WAITING)]
        assert server.operations.all_begun.wait(LONG)
        for _ in range(5):
            assert server("GET", "/plain")[1] in (b"request-1", b"request-2")
            assert server("POST", "/_sandbox/work")[0] == 200
        assert not any(each.done() for each in waiting)
        server.operations.lets_go.set_result(None)
        answers = [each.result() for each in waiting]
    assert answers == [(200, b'{"waited":"%d"}' % number) for number in range(WAITING)]
    assert server.operations.threads <= {"request-1", "request-2"}
    assert len(server.operations.ended) == WAITING


def test_what_is_refused_after_a_wait_is_refused_as_ever(server: Running) -> None:
    server.operations.lets_go.set_result(None)
    status, body = server("POST", "/_sandbox/wait/refused")
    assert (status, b"It waited for nothing." in body) == (409, True)


def test_an_operation_is_ended_when_its_client_leaves(server: Running) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(b"POST /_sandbox/wait/lost HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n")
        while server.operations.begun != ["lost"]:
            server("GET", "/plain")
        assert server.operations.ended == []
    assert server.operations.left.wait(LONG)
    assert server.operations.ended == ["lost"]


def test_threads_are_begun_when_they_are_needed_and_end() -> None:
    threads = Threads(3, "few")
    go_on = threading.Event()
    held = [threads.submit(go_on.wait, LONG) for _ in range(3)]
    last = threads.submit(threading.current_thread)
    assert not last.done()
    go_on.set()
    assert all(each.result(LONG) for each in held)
    assert last.result(LONG).daemon
    with pytest.raises(ZeroDivisionError):
        threads.submit(lambda: 1 // 0).result(LONG)
    begun = [each for each in threading.enumerate() if each.name.startswith("few-")]
    assert 1 <= len(begun) <= 3
    threads.shutdown()
    for each in begun:
        each.join(LONG)
    with pytest.raises(RuntimeError):
        threads.submit(go_on.wait)


def test_what_no_thread_has_begun_is_canceled_when_they_are_let_go() -> None:
    threads, go_on = Threads(1, "one"), threading.Event()
    busy = threads.submit(go_on.wait, LONG)
    while not busy.running():
        pass
    left = threads.submit(go_on.wait)
    threads.shutdown()
    assert left.cancelled()
    go_on.set()
    assert busy.result(LONG)
