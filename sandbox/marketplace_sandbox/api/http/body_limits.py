"""How much a request may weigh. Knows nothing of what is in it."""

from dataclasses import dataclass

from starlette.types import Message

from marketplace_sandbox.api.http.errors import too_large
from marketplace_sandbox.api.http.exchange import Exchange


@dataclass(frozen=True)
class BodyLimits:
    """What a request may weigh: bytes of body, levels of JSON."""

    body_bytes: int = 10 * 1024 * 1024
    json_levels: int = 64

    def refuse_large_body(self, exchange: Exchange) -> None:
        """Refuses a body whose length says that it is too large, and any other once more has come than may come."""
        length = exchange.headers.get("content-length", "")
        if length.isdecimal() and int(length) > self.body_bytes:
            raise too_large(self.body_bytes)
        if exchange.method in ("GET", "HEAD"):
            return
        receive, byte_count = exchange.receive, 0

        async def receive_within_limit() -> Message:
            nonlocal byte_count
            message = await receive()
            byte_count += len(message.get("body", b""))
            if byte_count > self.body_bytes:
                raise too_large(self.body_bytes)
            return message

        exchange.receive = receive_within_limit
