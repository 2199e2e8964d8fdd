"""A queue service in the same process: moto's SQS on a loopback port of its own. Knows no notification.

Its queues are memory, one set for the whole process, and gone with it. Nothing of boto3 is patched: consumers and the
sandbox itself come through the socket.
"""

import logging
import os
import socket
import threading
import warnings
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from marketplace_sandbox.api.http.page_guard import PageGuard
from marketplace_sandbox.server.listening import address, listen
from marketplace_sandbox.server.sqs_calls import CallError, Wsgi, check_calls, refuse

HOST = "127.0.0.1"
MISSING = 'The embedded queue service needs moto: pip install "marketplace-sandbox[sqs]".'
PAGES = ("HTTP_ORIGIN", "HTTP_SEC_FETCH_SITE")
NO_PAGES = "The queue service takes no calls from pages."


class NoMotoError(Exception):
    """What the embedded service is made of is not installed; the text says what to install."""


class EmbeddedSqs:
    """The service at `url`, from the start of its thread on.

    Port 0 picks a free one. The user's AWS profiles are out of the process's sight from then on. Raises NoMotoError,
    or PortTakenError. `public` is the base URL that clients reach this machine by, if they have another than loopback.
    """

    def __init__(self, port: int = 0, public: str = "") -> None:
        turn = threading.RLock()
        app = _guard(check_calls(_one_at_a_time(_moto(turn), turn)), public)
        bound = listen(HOST, port, option="--sqs-port")
        self.url = address(bound)
        self._server = _on_socket(app, bound)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sqs", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def close(self) -> None:
        """Stop answering and forget the queues. Long polls under way end by themselves."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        _forget()


def _moto(turn: threading.RLock) -> Wsgi:
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="When using MotoServer")  # ours says it better
            from moto.moto_server.werkzeug_app import create_backend_app  # noqa: PLC0415  takes long, is optional
            from moto.sqs import models  # noqa: PLC0415  the same
    except ImportError as missing:
        raise NoMotoError(MISSING) from missing
    # A queue waits for messages on a condition; on this one it gives its turn away while it waits.
    vars(models)["Condition"] = partial(threading.Condition, turn)
    _leave_profiles_alone()
    _forget()
    app: Any = create_backend_app("sqs")
    app.debug = False
    app.config["PROPAGATE_EXCEPTIONS"] = True  # to `check_calls`, which answers them in the protocol
    # What a consumer asks wrongly is told to the consumer.
    logging.getLogger("moto").setLevel(logging.CRITICAL)
    return app  # type: ignore[no-any-return]


def _leave_profiles_alone() -> None:
    # moto asks boto3 which regions and services there are, and boto3 fails over a profile it cannot read.
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        os.environ.pop(name, None)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        os.environ[name] = os.devnull


def _forget() -> None:
    from moto.sqs.models import sqs_backends  # noqa: PLC0415  imported before

    for account in sqs_backends.values():
        account.reset()


def _one_at_a_time(app: Wsgi, turn: threading.RLock) -> Wsgi:
    """Requests in turn: moto would lose a message that is sent while another is deleted."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with turn:
            return app(environ, start_response)

    return answer


def _guard(app: Wsgi, public: str) -> Wsgi:
    """Without what pages in the user's browser send: moto would let every one of them read the queues."""
    guard = PageGuard(public)

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        from_page = any(name in environ for name in PAGES)
        problem = NO_PAGES if from_page else guard.problem([environ.get("HTTP_HOST", "")], [], [])
        if problem:
            return refuse(CallError("403 Forbidden", "AccessDenied", problem), environ, start_response)
        return app(environ, start_response)

    return answer


def _on_socket(app: Wsgi, bound: socket.socket) -> Any:
    from werkzeug.serving import make_server  # noqa: PLC0415  not needed otherwise

    # Without a level werkzeug gives its log one, and tells every request.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    with bound:
        bound.listen()
        server: Any = make_server(HOST, 0, app, threaded=True, fd=bound.fileno())
    server.daemon_threads = True
    return server
