"""Calls that the server makes of itself in process, as a seller's own client makes them over the network."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.pipeline import Pipeline

SECONDS = 60.0
"""So long an answer is waited for."""
AGENT = "marketplace-sandbox-demo/1 (Language=Python)"


class OwnCalls:
    """Calls of the platform's APIs that pass every station, on the event loop of the request that they are made for."""

    def __init__(self, app: Callable[[], Pipeline], access_token: Callable[[str], str], url: str) -> None:
        self._app = app
        self._access_token = access_token
        self._host = urlsplit(url).netloc

    def __call__(
        self, loop: asyncio.AbstractEventLoop, method: str, call: str, body: Any, seller_id: str
    ) -> tuple[int, Any]:
        """Status and body of what a call, by its path with its query, is answered. Not to be made on the event loop.

        Raises ApiError where nothing whole is answered, as faults have it.
        """
        headers = {
            "host": self._host,
            "user-agent": AGENT,
            "accept": "application/json",
            "x-amz-access-token": self._access_token(seller_id),
            **({"content-type": "application/json"} if body is not None else {}),
        }
        raw = b"" if body is None else json.dumps(body).encode()
        future = asyncio.run_coroutine_threadsafe(_send(self._app(), method, call, raw, headers), loop)
        try:
            status, answered = future.result(SECONDS)
        except Exception as problem:
            future.cancel()
            message = f"{method} {call} was answered nothing within {SECONDS:.0f} seconds, or was cut off."
            raise ApiError(504, "NO_ANSWER", message) from problem
        try:
            return status, json.loads(answered) if answered else None
        except ValueError:
            return status, answered.decode("utf-8", "replace")


async def _send(app: Pipeline, method: str, call: str, raw: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    parts, answered, sent = urlsplit(call), [], asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not sent.is_set():
            sent.set()
            return {"type": "http.request", "body": raw, "more_body": False}
        await asyncio.Event().wait()  # this client never hangs up
        raise AssertionError

    async def send(message: Any) -> None:
        answered.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "extensions": {},
        "headers": [(name.encode(), text.encode("latin-1")) for name, text in headers.items()],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
    }
    await app(scope, receive, send)
    began, *bodies = answered
    return began["status"], b"".join(each["body"] for each in bodies)
