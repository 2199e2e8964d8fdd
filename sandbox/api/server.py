"""How the app is put on a socket: uvicorn with uvloop and httptools where they are, quiet, HTTP only.

Knows nothing of the app.
"""

from typing import Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from sandbox.api.errors import by_status

BAD_REQUEST = by_status(400)


class Protocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # uvicorn has no other way in
    """uvicorn's own, but what it cannot parse is refused in the platform's shape, not in plain text."""

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
