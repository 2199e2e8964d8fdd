"""Which requests are for pages: told by the path and, at the root, by what is wanted. Knows no page, and no Flask.

Everybody passes here, so it says so without the packages that pages are made with.
"""

import re

from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.api.shared.unserved_paths import sends_credentials

HOME = "/"
ROOTS = (
    "/seller",
    "/buyer",
    "/amazon",
    "/notifications",
    "/requests",
    "/faults",
    "/scenarios",
    "/rules",
    "/orders/new",
    "/console",
    "/bootstrap",
)
"""Where the paths of pages begin. What pages are made of lies beneath `/console`, and beneath `/bootstrap`."""

_BELOW = tuple(f"{root}/" for root in ROOTS)
_FIRST = {HOME, *(f"/{root.split('/')[1]}" for root in ROOTS)}
_PLATFORMS = re.compile(r"/[^/]+/(?:v\d|\d{4}-\d{2}-\d{2})")
"""Paths of the platform's, such as `/notifications/v1/...`, also where nobody serves them."""


def is_page(exchange: Exchange) -> bool:
    """Whether a request is for a page. Whoever sends credentials of the platform's is a program.

    The root is home for browsers, which ask for HTML; for programs it is like any path nobody serves.
    """
    path = exchange.url_path
    end = path.find("/", 1)
    if (path if end < 0 else path[:end]) not in _FIRST:  # nearly every call, which is not to be slower for pages
        return False
    if path == HOME:
        asked = _looks(exchange)
    else:
        asked = (path in ROOTS or path.startswith(_BELOW)) and not _PLATFORMS.match(path)
    return asked and not sends_credentials(exchange)


def is_lost(exchange: Exchange) -> bool:
    """Whether somebody with a browser has asked for a path that is neither the platform's nor the control API's."""
    path = exchange.url_path
    of_programs = path.startswith("/_sandbox") or _PLATFORMS.match(path)
    return exchange.call is None and not of_programs and _looks(exchange) and not sends_credentials(exchange)


def _looks(exchange: Exchange) -> bool:
    return exchange.method in {"GET", "HEAD"} and "text/html" in exchange.headers.get("accept", "")
