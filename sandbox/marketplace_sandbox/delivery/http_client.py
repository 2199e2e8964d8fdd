"""HTTP posts to exactly the addresses that were checked, within a bounded time. Knows no webhooks.

Imported late, with requests.
"""

import http.client
import math
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from weakref import WeakSet

import requests
import urllib3
from requests.adapters import HTTPAdapter

from marketplace_sandbox.delivery.targets import Target

ANSWER_BYTES = 4096
"""As much of an answer is read; what is longer costs the connection."""

_CUT_AGAIN_SECONDS = 0.1


class UnansweredError(Exception):
    """No answer came; the text says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Response:
    """The part of an answer that matters: its code, and its Retry-After as it stands there."""

    code: int
    retry_after: str


class HttpClient:
    """Makes the posts of one thread, one after the other. Nothing of the environment is used: no proxy, no netrc."""

    def __init__(self) -> None:
        self._adapter = _PinnedAdapter()
        self._watch = _Watch(self._adapter.cut)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers.clear()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)

    def close(self) -> None:
        """Let go of the connections."""
        self._watch.close()
        self._session.close()

    def post(self, target: Target, body: bytes, headers: Mapping[str, str], seconds: float) -> Response:
        """The answer, redirects not followed. `seconds` is all the time there is. Raises UnansweredError."""
        ends, reason = time.monotonic() + seconds, ""
        with self._watch.limit(seconds) as deadline:
            for address in target.addresses:
                self._adapter.aim(target, address)
                try:
                    return self._post(target, body, headers, max(0.001, ends - time.monotonic()), deadline)
                except requests.RequestException as error:
                    reason = _explain(error, deadline.over)
                    if deadline.over or not _is_caused_by(error, urllib3.exceptions.NewConnectionError):
                        raise UnansweredError(reason) from error
                    # Nothing was sent; of the addresses of one name, another may be listened on.
        raise UnansweredError(reason)

    def _post(
        self, target: Target, body: bytes, headers: Mapping[str, str], seconds: float, deadline: "_Deadline"
    ) -> Response:
        with self._session.post(
            target.url,
            data=body,
            headers={"Host": target.authority, **headers},
            timeout=seconds,
            allow_redirects=False,
            stream=True,
        ) as response:
            if deadline.over:
                # A head that was cut off looks like one that has ended.
                raise requests.Timeout
            with suppress(urllib3.exceptions.HTTPError, http.client.HTTPException, OSError):
                response.raw.read(ANSWER_BYTES, decode_content=False)
            return Response(response.status_code, response.headers.get("Retry-After", ""))


class _PinnedAdapter(HTTPAdapter):
    """Connects to an address, while the Host header and TLS go by the name."""

    def __init__(self) -> None:
        super().__init__()
        self._name = self._address = ""
        self._connections: WeakSet[Any] = WeakSet()

    def aim(self, target: Target, address: str) -> None:
        """Where the next post connects to."""
        self._name, self._address = target.host, address

    def cut(self) -> None:
        """End whatever is being read or written."""
        for connection in list(self._connections):
            if (sock := connection.sock) is not None:
                with suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> tuple[Any, Any]:
        """The address in the place of the name, and the name for TLS."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        tls = {"server_hostname": self._name, "assert_hostname": self._name} if host["scheme"] == "https" else {}
        return {**host, "host": self._address}, {**pool, **tls}

    def get_connection_with_tls_context(self, *arguments: Any, **options: Any) -> Any:
        """The pool for a request; each connection it makes can be cut."""
        pool: Any = super().get_connection_with_tls_context(*arguments, **options)
        connect = type(pool).ConnectionCls

        def connect_and_remember(**settings: Any) -> Any:
            connection = connect(**settings)
            self._connections.add(connection)
            return connection

        pool.ConnectionCls = connect_and_remember
        return pool


class _Deadline:
    """When one post has to be over, by `time.monotonic`, and whether it was cut off then."""

    def __init__(self, ends: float) -> None:
        self.ends = ends
        self.over = False


class _Watch:
    """Calls `cut` once the time of a post is over, until the post has ended; one thread for all posts of a client.

    A socket's timeout is about one read or write: a receiver that sends a byte now and then would hold us for ever. The
    thread sleeps until the earliest end it knows of and is not woken for a later one, so a post that is answered in
    time costs it nothing.
    """

    def __init__(self, cut: Callable[[], None]) -> None:
        self._cut = cut
        self._changed = threading.Condition()
        self._deadline: _Deadline | None = None
        self._wakes_at = math.inf
        self._thread: threading.Thread | None = None
        self._closed = False

    @contextmanager
    def limit(self, seconds: float) -> Iterator[_Deadline]:
        """A post, which has so many seconds."""
        deadline = _Deadline(time.monotonic() + seconds)
        with self._changed:
            self._deadline = deadline
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="webhook-deadline", daemon=True)
                self._thread.start()
            elif deadline.ends < self._wakes_at:
                self._changed.notify()
        try:
            yield deadline
        finally:
            with self._changed:
                self._deadline = None

    def close(self) -> None:
        """Let the thread go."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        with self._changed:
            while not self._closed:
                deadline, now = self._deadline, time.monotonic()
                if deadline is None:
                    wait = math.inf
                elif deadline.ends > now:
                    wait = deadline.ends - now
                else:
                    deadline.over = True
                    self._cut()
                    # a connection that was just being made could not be cut yet
                    wait = _CUT_AGAIN_SECONDS
                self._wakes_at = now + wait
                self._changed.wait(None if wait == math.inf else wait)


def _explain(error: requests.RequestException, too_late: bool) -> str:
    """What went wrong, for people who read no Python."""
    if too_late or isinstance(error, requests.Timeout) or _is_caused_by(error, TimeoutError):
        return "No answer came in time."
    if isinstance(error, requests.exceptions.SSLError):
        return "The TLS connection failed: the receiver's certificate or protocol was not accepted."
    if _is_caused_by(error, ConnectionRefusedError):
        return "The connection was refused."
    if _is_caused_by(error, urllib3.exceptions.NewConnectionError):
        return "The connection could not be made."
    if _is_caused_by(error, http.client.HTTPException) and not _is_caused_by(error, http.client.RemoteDisconnected):
        return "The answer was not HTTP."
    if isinstance(error, requests.ConnectionError):
        return "The connection was closed before an answer came."
    return "The address could not be posted to."


def _is_caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Whether an error is of this kind, or one of this kind lies behind it."""
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
