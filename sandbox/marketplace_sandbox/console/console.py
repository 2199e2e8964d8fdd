"""The pages as a part of the server: which requests are theirs, and their app, made when the first page is asked for.

What pages are made with is imported then, so that a server starts as fast as one without pages.
"""

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marketplace_sandbox.api.admission.rate_limits import RateLimiter
from marketplace_sandbox.api.admission.request_log import RequestLog
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.api.http.flask_side import environ
from marketplace_sandbox.console.live.events import EventStreams
from marketplace_sandbox.console.live.works import Works
from marketplace_sandbox.console.paths import is_lost, is_page
from marketplace_sandbox.core.courier_port import CourierPort
from marketplace_sandbox.core.world.sellers import Sellers

if TYPE_CHECKING:
    import flask


CallPlatform = Callable[[asyncio.AbstractEventLoop, str, str, Any, str], tuple[int, Any]]
"""Makes a call of the platform's as a seller's client: on an event loop, by method, path, body and seller."""


@dataclass(frozen=True)
class Parts:
    """What pages are put together from.

    `operations` are the control API's, `credentials` answers a seller's, and `secret` gives a key of the store by its
    name. `call_platform` calls this server as a seller's client does. `url` is the base URL clients reach the server
    by. Where there is a `token`, whoever wants a page shows it first; on loopback there is none.
    """

    sellers: Sellers
    courier: CourierPort
    requests: RequestLog
    limits: RateLimiter
    operations: tuple[object, ...]
    credentials: Callable[[str], Mapping[str, Any]]
    secret: Callable[[str], bytes]
    call_platform: CallPlatform
    url: str
    token: str = ""


class Console:
    """The pages of a server."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._app: flask.Flask | None = None
        self._lock = threading.Lock()
        self.works = Works()
        self.streams = EventStreams(parts.sellers, self.works, self._is_known, parts.requests.count)

    takes = staticmethod(is_page)

    def app(self) -> "flask.Flask":
        """The Flask app of the pages."""
        with self._lock:
            if self._app is None:
                from marketplace_sandbox.console.app import make_app  # noqa: PLC0415  (see above)

                self._app = make_app(self._parts, self.works)
            return self._app

    def close(self) -> None:
        """Ends what pages have begun that does not end by itself."""
        with self._lock:
            app = self._app
        if app is not None:
            from marketplace_sandbox.console.demos.views import end_all  # noqa: PLC0415  (see above)

            end_all(app)

    def _is_known(self, exchange: Exchange) -> bool:
        """Whether pages are shown to whoever has sent a request."""
        if not self._parts.token:
            return True
        from marketplace_sandbox.console.session.login import is_known  # noqa: PLC0415  (see above)

        with self.app().request_context(environ(exchange)):
            return is_known()

    def refuse_in_html(self, exchange: Exchange) -> None:
        """Answers as a page what was refused before a page was asked, and a browser that has mistyped an address."""
        problem = exchange.problem
        lost = isinstance(problem, ApiError) and problem.status == 404 and is_lost(exchange)
        if problem is not None and (lost or is_page(exchange)):
            from marketplace_sandbox.console.frame.early_refusals import answer_refusal  # noqa: PLC0415  (few are)

            exchange.answer = answer_refusal(problem)
