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

    `connection` is the class whose instances read, each one connection.
    """
    settings: dict[str, Any] = {
        "http": partial(connection, bounds=bounds, heard={}),
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "date_header": True,
        "timeout_graceful_shutdown": 5,
        "timeout_keep_alive": bounds.idle_seconds,
    }
    return uvicorn.Config(app, host=host, port=port, **(settings | more))
