"""Streams of events: a world has changed, or work has come further. Sent by the event loop alone.

A page that follows holds no thread, and asks nothing of the world but its version: how it has changed, the page asks
for by itself. So a client's calls are not slower for it. A page that shows the client's calls hears of those, too:
reads change no world.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import parse_qsl

from marketplace_sandbox.api.http.errors import ApiError, by_status
from marketplace_sandbox.api.http.exchange import Answer, Exchange, wait_until_gone
from marketplace_sandbox.console.live.followed import Followed, FollowedWork, FollowedWorld
from marketplace_sandbox.console.live.works import Works
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER, Sellers, UnknownSellerError

PATH = "/console/events"
LOOK_SECONDS = 1.0
"""How often a stream looks whether something has changed, and so a page shows it: seldom, for the clients' sake."""
SIGN_OF_LIFE = 30
"""After so many looks without an event a comment is sent, so that whoever is between does not end the connection."""
MOST_STREAMS = 100
HEADERS = [
    (b"Content-Type", b"text/event-stream; charset=utf-8"),
    (b"Cache-Control", b"no-store"),
    (b"X-Content-Type-Options", b"nosniff"),
]

MayFollow = Callable[[Exchange], bool]


class EventStreams:
    """The streams of a server. `may_follow` says whether whoever asks for one may have it; it may wait.

    `count_calls` answers how many calls a seller's client has made.
    """

    def __init__(
        self,
        sellers: Sellers,
        works: Works,
        may_follow: MayFollow,
        count_calls: Callable[[str], int] = lambda _: 0,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._sellers = sellers
        self._works = works
        self._may_follow = may_follow
        self._count_calls = count_calls
        self._look_seconds = look_seconds
        self._open: set[asyncio.Future[None]] = set()
        self._ended = False

    def end(self) -> None:
        """Have every stream end at once: the server stops. Called by any thread."""
        self._ended = True
        for over in list(self._open):
            with suppress(RuntimeError):  # its loop has ended
                over.get_loop().call_soon_threadsafe(_finish, over)

    async def answer_events(self, exchange: Exchange) -> None:
        """Answers whoever wants to follow a world. Raises ApiError: not known, too many, no such seller."""
        if exchange.url_path != PATH or exchange.method != "GET":
            return
        if not await asyncio.to_thread(self._may_follow, exchange):
            raise by_status(401)
        if len(self._open) >= MOST_STREAMS:
            raise ApiError(
                503, by_status(503).code, f"{MOST_STREAMS} pages follow already.", headers={"Retry-After": "10"}
            )
        followed = self._find(dict(parse_qsl(exchange.query_string)))

        async def follow(exchange: Exchange) -> None:
            await self._follow(exchange, followed)

        exchange.answer, exchange.sender = Answer(200, list(HEADERS), b""), follow

    def _find(self, asked: dict[str, str]) -> Followed:
        """What somebody wants to follow: a piece of work or, without, a seller's world. Raises ApiError 404."""
        if "work" in asked:
            work = self._works.find(asked["work"])
            if work is None:
                raise ApiError(404, "NotFound", "This work is over, or was never begun here.")
            return FollowedWork(work)
        world = self._sellers.find(asked.get("seller") or DEFAULT_SELLER)
        if world is None:
            raise ApiError(404, "NotFound", str(UnknownSellerError(asked["seller"], ())))
        version, calls = _number(asked.get("version", "")), _number(asked["calls"]) if "calls" in asked else None
        return FollowedWorld(world, version, calls, self._count_calls)

    async def _follow(self, exchange: Exchange, followed: Followed) -> None:
        """Sends an event for what is new, until the page is gone, what it follows is over, or the server stops."""
        assert exchange.answer  # noqa: S101  (it was begun)
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._open.add(over)
        gone = asyncio.create_task(wait_until_gone(exchange.receive))
        try:
            await exchange.send({"type": "http.response.start", "status": 200, "headers": exchange.answer.headers})
            looks = 0
            while not (self._ended or followed.is_over or gone.done()):
                told = b""
                event = followed.look()
                if event is not None:
                    looks, told = 0, b"data: %s\n\n" % json.dumps(event).encode()
                elif looks % SIGN_OF_LIFE == 0:
                    told = b": here\n\n"
                looks += 1
                if told:
                    await exchange.send({"type": "http.response.body", "body": told, "more_body": True})
                await asyncio.wait({gone, over}, timeout=self._look_seconds, return_when=asyncio.FIRST_COMPLETED)
            with suppress(RuntimeError):  # it may be gone by now
                await exchange.send({"type": "http.response.body", "body": b""})
        finally:
            self._open.remove(over)
            gone.cancel()


def _finish(over: "asyncio.Future[None]") -> None:
    if not over.done():
        over.set_result(None)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
