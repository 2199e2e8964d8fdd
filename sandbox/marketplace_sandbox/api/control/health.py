"""Whether the server is up, and whether it can take commands. Needs no token, and is answered on the event loop."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from marketplace_sandbox.api.http.errors import wrong_method
from marketplace_sandbox.api.http.exchange import Answer, Exchange, encode
from marketplace_sandbox.core.journal.journal import JournalStore, StoreUnavailableError

LIVE = "/health/live"
PATHS = ("/health", LIVE, "/health/ready")
METHODS = ("GET", "HEAD")
STARTING = "The server is starting."
CHECK_SECONDS = 1.0
"""How long an answer waits to learn whether a store that has failed is well again."""


class Health:
    """`/health`, `/health/live` and `/health/ready`, as openapi/health.yaml describes them.

    `starting` says that the start is not done. Well, the store is only asked what it knows of itself; once it has
    failed, whoever asks has it tried again, one at a time.
    """

    def __init__(self, version: str, store: JournalStore, starting: Callable[[], bool] = lambda: False) -> None:
        self._version = version
        self._store = store
        self._starting = starting
        self._check: asyncio.Future[None] | None = None

    async def answer_health(self, exchange: Exchange) -> None:
        """Answers whoever asks for the server's health, without a thread while all is well."""
        if exchange.url_path not in PATHS:
            return
        if exchange.method not in METHODS:
            raise wrong_method(exchange.method, exchange.url_path, METHODS)
        why = None if exchange.url_path == LIVE else await self._find_failure()
        body = {"status": "failing" if why else "ok", "version": self._version} | ({"why": why} if why else {})
        sent = encode(body)
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % len(sent)),
            (b"cache-control", b"no-store"),
        ]
        exchange.answer = Answer(503 if why else 200, headers, b"" if exchange.method == "HEAD" else sent)

    async def _find_failure(self) -> str | None:
        if self._starting():
            return STARTING
        if self._store.failure is not None:
            if self._check is None or self._check.done():
                self._check = asyncio.get_running_loop().run_in_executor(None, self._try_store)
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._check), CHECK_SECONDS)
        failure = self._store.failure
        return str(failure) if failure else None

    def _try_store(self) -> None:
        with suppress(StoreUnavailableError):
            self._store.check()
