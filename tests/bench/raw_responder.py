"""`python -m tests.bench.raw_responder PORT BYTES`: the same answer to every request, on the server that ours is on.

What an answer costs when nothing has to be thought about: what the lane, and our receiver of webhooks, is held against.
"""

import sys
from typing import Any

import uvicorn

from marketplace_sandbox.api.http.server import config


def responder(length: int) -> Any:
    """An ASGI app whose answer has a body of so many bytes, and the headers that ours have."""
    body = b'{"payload":' + b" " * (length - 13) + b"{}}"
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"x-amzn-ratelimit-limit", b"50.0"),
        (b"x-amzn-requestid", b"00000000-0000-4000-8000-000000000000"),
    ]
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    whole = {"type": "http.response.body", "body": body}

    async def answer(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            return
        if scope["method"] == "POST":
            while (await receive()).get("more_body"):
                pass
        await send(start)
        await send(whole)

    return answer


if __name__ == "__main__":
    uvicorn.Server(config(responder(int(sys.argv[2])), port=int(sys.argv[1]), lifespan="off")).run()
