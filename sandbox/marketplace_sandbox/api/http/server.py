"""How the app is put on a socket: uvicorn with uvloop and httptools where they are, quiet, HTTP only.

Knows nothing of the app.
"""

import asyncio
import socket
import struct
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from marketplace_sandbox.api.http.errors import by_status
from marketplace_sandbox.api.http.exchange import CUT

BAD_REQUEST = by_status(400)


class Protocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # uvicorn has no other way in
    """uvicorn's own, but what it cannot parse is refused in the platform's shape, not in plain text.

    Every scope bears the function that ends its connection.
    """

    def connection_made(self, transport: Any) -> None:
        """Has the app called with the means to end this connection."""
        super().connection_made(transport)
        app: ASGIApp = self.app  # type: ignore[has-type]  # uvicorn is untyped here

        def run_app(scope: Scope, receive: Receive, send: Send) -> Any:
            scope[CUT] = lambda abruptly: _cut(transport, abruptly=abruptly)
            return app(scope, receive, send)

        self.app = run_app

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  (uvicorn calls it so)
        """Refuses and hangs up: where the next request begins is not known."""
        body = BAD_REQUEST.body()
        lines = [
            "HTTP/1.1 400 Bad Request",
            "content-type: application/json",
            f"content-length: {len(body)}",
            "connection: close",
        ]
        self.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        self.transport.close()


def _cut(transport: asyncio.Transport, *, abruptly: bool) -> None:
    """Ends a connection; abruptly, the other side is told that it is broken, and what was sent may be lost."""
    if not abruptly:
        transport.close()
        return
    if (sock := transport.get_extra_info("socket")) is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def config(app: Any, *, host: str = "127.0.0.1", port: int = 0, **more: Any) -> uvicorn.Config:
    """The settings of a server for an app; `more` goes to uvicorn as it is. Port 0 picks a free one."""
    settings: dict[str, Any] = {
        "http": Protocol,
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "date_header": True,
        "timeout_graceful_shutdown": 5,
    }
    return uvicorn.Config(app, host=host, port=port, **(settings | more))
