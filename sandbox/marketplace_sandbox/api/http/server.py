"""How the app is put on a socket: uvicorn with uvloop and httptools where they are, quiet, HTTP only, within bounds.

Knows nothing of the app.
"""

from functools import partial
from typing import Any

import uvicorn

from marketplace_sandbox.api.http.bounds import Bounds

try:
    from marketplace_sandbox.api.http.httptools_connection import HttpToolsConnection as DefaultConnection
except ImportError:  # there is no httptools
    from marketplace_sandbox.api.http.h11_connection import H11Connection as DefaultConnection  # type: ignore[assignment]

BOUNDS = Bounds()


def config(
    app: Any,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    bounds: Bounds = BOUNDS,
    connection: Any = DefaultConnection,
    **more: Any,
) -> uvicorn.Config:
    """The settings of a server for an app; `more` goes to uvicorn as it is. Port 0 picks a free one.

    `connection` is the class whose instances read, each one connection. An app that can answer some requests at once
    is asked by its `answer_at_once` first.
    """
    at_once = getattr(app, "answer_at_once", None)
    settings: dict[str, Any] = {
        "http": partial(connection, bounds=bounds, heard={}, at_once=at_once),
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # nobody asks who connects, or through what
        "date_header": True,
        "timeout_graceful_shutdown": 5,
        "timeout_keep_alive": bounds.idle_seconds,
    }
    return uvicorn.Config(app, host=host, port=port, **(settings | more))
