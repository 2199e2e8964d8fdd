"""A queue service in the same process: moto's SQS on a loopback port of its own. Knows no notification.

Its queues are memory, one set for the whole process, and gone with it. Nothing of boto3 is patched: consumers and the
sandbox itself come through the socket.
"""

import asyncio
import contextlib
import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any

import uvicorn

from marketplace_sandbox.api.control.queues import QueueMessage
from marketplace_sandbox.api.http import server as http_server
from marketplace_sandbox.api.http.bounds import Bodies, Bounds, refuse_unreadable
from marketplace_sandbox.api.http.errors import ApiError, by_status
from marketplace_sandbox.api.http.exchange import Answer, Exchange, read_body
from marketplace_sandbox.api.http.flask_side import environ
from marketplace_sandbox.api.http.page_guard import PageGuard
from marketplace_sandbox.api.http.pipeline import Pipeline, Stations, add_request_id, send_whole
from marketplace_sandbox.core.clock import to_millisecond
from marketplace_sandbox.delivery.queue_names import QueueError, read_arn
from marketplace_sandbox.server.listening import SOON_SECONDS, address, listen
from marketplace_sandbox.server.sqs_calls import CallError, Wsgi, check_calls, refuse
from marketplace_sandbox.server.sqs_room import Room, queues_of

logger = logging.getLogger("marketplace_sandbox.server")

BOUNDS = Bounds()
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
    What may be asked of it is bounded as it is of the sandbox.
    """

    def __init__(self, port: int = 0, public: str = "", bounds: Bounds = BOUNDS) -> None:
        turn = threading.RLock()
        self._turn = turn
        service, room = _moto(turn), Room(bounds, _queues)
        app = _in_pipeline(_guard(check_calls(_one_at_a_time(room.within(service), turn)), public), bounds)
        self._bound = listen(HOST, port, option="--sqs-port")
        self._bound.listen()
        self.url = address(self._bound)
        self._server = uvicorn.Server(http_server.config(app, bounds=bounds, timeout_graceful_shutdown=SOON_SECONDS))
        self._thread = threading.Thread(target=self._serve, name="sqs", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def _serve(self) -> None:
        self._server.run(sockets=[self._bound])

    def look(self, arn: str) -> list[QueueMessage]:
        """What lies in a queue, oldest first, none of it received by that; nothing where there is no such queue."""
        try:
            meant = read_arn(arn)
        except QueueError:
            return []
        with self._turn:
            found = [each for each in _queues() if (each.region, each.name) == (meant.region, meant.name)]
            return [_read_message(each) for queue in found for each in queue._messages]

    def close(self) -> None:
        """Stop answering and forget the queues. Long polls under way are answered with 503."""
        if self._thread.is_alive():
            self._server.should_exit = True
            self._thread.join()
        self._bound.close()
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


def _read_message(message: Any) -> QueueMessage:
    hidden_until = None if message.visible else _read_time(message.visible_at)
    sent_at = _read_time(message.sent_timestamp)
    return QueueMessage(message.id, sent_at, message.approximate_receive_count, hidden_until, message.body)


def _read_time(milliseconds: float) -> datetime:
    return to_millisecond(datetime.fromtimestamp(milliseconds / 1000, UTC))


def _queues() -> Iterable[Any]:
    from moto.sqs.models import sqs_backends  # noqa: PLC0415  imported before

    return queues_of(sqs_backends)


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


def _in_pipeline(app: Wsgi, bounds: Bounds) -> Pipeline:
    """The service with the stations that bound what is asked of it."""
    bodies = Bodies(bounds)

    async def run_app(exchange: Exchange) -> None:
        exchange.body = await read_body(exchange)
        exchange.answer = await _in_thread(partial(_collect_answer, app, exchange))

    stations = Stations(
        request=(refuse_unreadable, bodies.refuse_large_body, run_app),
        refusal=(_answer_problem,),
        answer=(add_request_id, send_whole),
    )
    return Pipeline(stations, on_end=bodies.let_go)


def _answer_problem(exchange: Exchange) -> None:
    problem = exchange.problem
    if not isinstance(problem, ApiError):
        logger.error("The queue service failed", exc_info=problem)
        problem = by_status(500)
    status = f"{problem.status} {HTTPStatus(problem.status).phrase}"
    answer = _collect_answer(partial(refuse, CallError(status, problem.code, problem.message)), exchange)
    more = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in problem.headers.items()]
    exchange.answer = Answer(answer.status, [*answer.headers, *more], b"" if exchange.method == "HEAD" else answer.body)


def _collect_answer(app: Wsgi, exchange: Exchange) -> Answer:
    begun: list[Any] = []
    parts = app(environ(exchange), lambda status, headers, *_: begun.extend((status, headers)))
    body = b"".join(parts)
    status, headers = begun
    encoded = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers]
    return Answer(int(status.split(" ", 1)[0]), encoded, body)


async def _in_thread(call: Callable[[], Answer]) -> Answer:
    """Answers in a thread of its own, which a long poll may keep; it keeps nobody from ending the process."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[Answer] = loop.create_future()

    def tell(result: Answer | None, problem: Exception | None) -> None:
        if answered.done():  # nobody waits any more
            return
        if problem is not None:
            answered.set_exception(problem)
        elif result is not None:
            answered.set_result(result)

    def run() -> None:
        result, problem = None, None
        try:
            result = call()
        except Exception as failure:  # noqa: BLE001  (it is raised where it is awaited)
            problem = failure
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, result, problem)

    threading.Thread(target=run, name="sqs call", daemon=True).start()
    return await answered
