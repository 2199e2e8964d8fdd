"""The consumer of a demo: an address on loopback that takes webhook posts, goes away, and comes back. Reads none."""

import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from marketplace_sandbox.delivery.signature import RIGHT, check_signature
from marketplace_sandbox.delivery.webhook_server import WebhookServer

HOST = "127.0.0.1"


class DemoWebhook:
    """Takes posts that are signed with its `secret` while it is up. To be closed.

    It is down at first. While it is, connections to it are refused, and nobody else can have its port.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.secret = ""
        self._clock = clock
        self._server: WebhookServer | None = None
        self._held: socket.socket | None = _hold(0)
        self.url = f"http://{HOST}:{self._held.getsockname()[1]}/"
        self._port: int = self._held.getsockname()[1]

    def listen(self) -> None:
        """Come up, or stay so. Raises OSError where somebody has taken the port in that moment."""
        if self._server is None:
            self._let_go()
            self._server = WebhookServer(self._handle, self._port)

    def go_away(self) -> None:
        """Go down, or stay so."""
        if self._server is not None:
            self._server.close()
            self._server = None
            with suppress(OSError):  # it is gone all the same
                self._held = _hold(self._port)

    def close(self) -> None:
        """Go down for good."""
        self.go_away()
        self._let_go()

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    def _handle(self, headers: Mapping[str, str], raw: bytes) -> int:
        return 200 if check_signature(self.secret, headers, raw, self._clock()) == RIGHT else 401


def _hold(port: int) -> socket.socket:
    """A port that is bound and not listened on."""
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind((HOST, port))
    return held
