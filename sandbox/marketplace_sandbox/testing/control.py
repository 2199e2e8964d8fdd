"""The control API as a test calls it: JSON, and refusals as exceptions.

Calls come from several threads at once: a webhook handler may look at the clock while the test waits for an advance. So
each has a connection to itself while it lasts, one that is free or else a new one. The client is our own because tests
patch all others.
"""

import atexit
import json
import os
import socket
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from marketplace_sandbox.testing.connection import Answer, Connection

Json = dict[str, Any]
SECONDS = 120
VERSION_HEADER = "x-sandbox-version"
"""In every answer about one seller: the version of that world it was made at."""


class MarketplaceError(Exception):
    """The marketplace cannot do what the test asks; the text says what would do."""


class RefusedError(MarketplaceError):
    """The sandbox refused a call; nothing has changed.

    `status` and `code` are the ones a client of the platform would see, `details` names the field that is wrong or
    says what would be allowed.
    """

    def __init__(self, tried: str, status: int, error: Mapping[str, str]) -> None:
        self.tried = tried
        self.status = status
        self.code = error.get("code", "")
        self.message = error.get("message", "")
        self.details = error.get("details", "")
        refusal = f"{self.code} ({status}): {self.message}"
        super().__init__("\n".join(filter(None, (refusal, tried and f"{tried}.", self.details))))


class UnreachableError(MarketplaceError):
    """The server does not answer."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command of the test's, by the last part of its path, and the version from which on is told what it changed."""

    name: str
    since: int | None


class Control:
    """One seller's side of the control API of a running server.

    `version` is that of the seller's world at the latest answer, and `step` the latest command.
    """

    def __init__(self, url: str, seller_id: str = "") -> None:
        self.url = url
        self.seller_id = seller_id
        self.version: int | None = None
        self.step: Step | None = None
        self._at = urlsplit(url)

    def get(self, path: str, **query: Any) -> Any:
        """A read. Raises RefusedError or UnreachableError, as every call does."""
        __tracebackhide__ = True
        encoded = urlencode({name: each for name, each in query.items() if each is not None})
        return self.call("GET", f"{path}?{encoded}" if encoded else path)

    def post(self, path: str, body: Any = None, tried: str = "") -> Any:
        """A command."""
        __tracebackhide__ = True
        return self.call("POST", path, body or {}, tried)

    def put(self, path: str, body: Any) -> Any:
        """A change."""
        __tracebackhide__ = True
        return self.call("PUT", path, body)

    def delete(self, path: str) -> Any:
        """An end."""
        __tracebackhide__ = True
        return self.call("DELETE", path, {})

    def list_all(self, path: str, plural: str, cursor: str | None = None, **query: Any) -> Iterator[Json]:
        """Everything of a list, page after page, from a cursor on."""
        __tracebackhide__ = True
        while True:
            page = self.get(path, **query, limit=1000, cursor=cursor)
            yield from page[plural]
            cursor = page.get("next")
            if not cursor:
                return

    def call(self, method: str, path: str, body: Any = None, tried: str = "") -> Any:
        """Any call, by its path below `/_sandbox`; `tried` says in words what it is for."""
        __tracebackhide__ = True
        headers = {"X-Sandbox-Seller": self.seller_id} if self.seller_id else {}
        before = self.version
        status, content = self.exchange(method, f"/_sandbox/{path}", body, headers)
        if status < 400:
            if method != "GET":
                # an order is there once it is placed: what comes of it, comes then
                since = self.version if path == "orders" else before
                self.step = Step(path.rpartition("/")[2], since)
            return json.loads(content) if content else None
        raise RefusedError(tried, status, _error(content))

    def exchange(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Status and content of any call to the server. Raises UnreachableError."""
        __tracebackhide__ = True
        sent = None if body is None else json.dumps(body).encode()
        typed = {} if body is None else {"Content-Type": "application/json"}
        try:
            answer = self._ask(method, path, sent, {**headers, **typed})
        except OSError as problem:
            raise UnreachableError(f"The marketplace's server at {self.url} does not answer: {problem}") from problem
        version = answer.headers.get(VERSION_HEADER)
        self.version = int(version) if version else self.version
        return answer.status, answer.content

    def _ask(self, method: str, path: str, sent: bytes | None, headers: Mapping[str, str]) -> Answer:
        """An answer, over a connection of before if there is one.

        The server may just have ended that, since nobody needed it; then the call has not been read, and goes again.
        Not so one of the platform's, whose connection a fault may have reset.
        """
        connection = _FREE.take(self._at.hostname or "", self._at.port)
        is_used = connection.sock is not None
        try:
            answer = connection.ask(method, path, sent, headers)
        except BaseException as problem:  # after an interrupt, too, half an answer may stand there
            connection.close()
            if is_used and isinstance(problem, ConnectionError) and path.startswith("/_sandbox/"):
                return self._ask(method, path, sent, headers)
            raise
        _FREE.give_back(connection)
        return answer


class _Connections:
    """Connections that are free for the next call, each of this process's own: a fork has none of its parent's."""

    def __init__(self) -> None:
        self._free: dict[tuple[int, str, int | None], list[Connection]] = defaultdict(list)
        atexit.register(self.close)

    def take(self, host: str, port: int | None) -> Connection:
        """One that the server has not closed meanwhile, or a new one."""
        free = self._free[os.getpid(), host, port]
        while free:
            connection = free.pop()
            if _is_open(connection):
                return connection
            connection.close()
        return Connection(host, port, SECONDS)

    def give_back(self, connection: Connection) -> None:
        """It is free again, unless the server wanted it to end with its answer."""
        if connection.sock is not None:
            self._free[os.getpid(), connection.host, connection.port].append(connection)

    def close(self) -> None:
        """End all that are free."""
        for (process, _, _), free in self._free.items():
            while process == os.getpid() and free:
                free.pop().close()


def _is_open(connection: Connection) -> bool:
    """Whether nothing can be read of a connection: before anything was asked, that would be its end."""
    open_socket = connection.sock
    if open_socket is None:
        return False
    open_socket.setblocking(False)
    try:
        open_socket.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        open_socket.settimeout(SECONDS)
        return True
    except OSError:
        return False
    return False


_FREE = _Connections()


def segment(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")


def _error(content: bytes) -> Mapping[str, str]:
    try:
        error: Mapping[str, str] = json.loads(content)["errors"][0]
    except (ValueError, LookupError, TypeError):
        return {"message": content[:500].decode(errors="replace")}
    return error
