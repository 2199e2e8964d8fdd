"""An answer that goes wrong on its way: late, never, cut short or garbled. Knows ASGI, and no operation and no fault.

What waits here holds no thread and no other request up, and ends when the client hangs up.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.types import Receive

from marketplace_sandbox.api.http.exchange import CUT, Answer, Exchange, wait_until_gone
from marketplace_sandbox.api.http.pipeline import send_whole

CLOSING_SECONDS = 1.0

Cut = Callable[[bool], None]
"""Ends a connection: with what was sent still arriving, or, given true, as if the other side had vanished."""


@dataclass(frozen=True, slots=True)
class FaultyAnswer:
    """What goes wrong with an answer.

    It waits some seconds of wall time, less if the client hangs up. `silent`: then nothing comes, and the connection is
    reset. `cut`: the length of the whole is announced and half of it comes. `halved`: half of it is there, with its own
    length. `body` stands in the place of the right body, and `media`, if it is given, in that of its content type.
    """

    seconds: float = 0.0
    silent: bool = False
    cut: bool = False
    halved: bool = False
    body: bytes | None = None
    media: str = ""


async def send_faulty(faulty: FaultyAnswer, exchange: Exchange) -> None:
    """Send an answer, or what is left of it."""
    answer = exchange.answer
    assert answer  # noqa: S101  (every way ends in an answer)
    if faulty.seconds and await _hung_up(exchange.receive, faulty.seconds):
        return
    if faulty.silent:
        await _end(exchange, abrupt=True)
    elif faulty.cut and answer.body:
        await exchange.send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        half = answer.body[: len(answer.body) // 2]
        await exchange.send({"type": "http.response.body", "body": half, "more_body": True})
        await _end(exchange, abrupt=False)
    else:
        exchange.answer = _change(answer, faulty)
        await send_whole(exchange)


async def _hung_up(receive: Receive, seconds: float) -> bool:
    """Whether the client hangs up within this time."""
    try:
        await asyncio.wait_for(wait_until_gone(receive), seconds)
    except TimeoutError:
        return False
    return True


async def _end(exchange: Exchange, *, abrupt: bool) -> None:
    cut: Cut | None = exchange.scope.get(CUT)
    if cut is not None:
        cut(abrupt)
        with contextlib.suppress(TimeoutError):  # the server complains of unfinished answers until it has noticed
            await asyncio.wait_for(wait_until_gone(exchange.receive), CLOSING_SECONDS)


def _change(answer: Answer, faulty: FaultyAnswer) -> Answer:
    body = answer.body[: len(answer.body) // 2] if faulty.halved else answer.body
    if faulty.body is not None and answer.body:
        body = faulty.body
    if body == answer.body:
        return answer
    changed = {b"content-length": b"%d" % len(body)}
    if faulty.media:
        changed[b"content-type"] = faulty.media.encode()
    unchanged = [each for each in answer.headers if each[0].lower() not in (*changed, b"content-md5")]
    return replace(answer, headers=[*unchanged, *changed.items()], body=body)
