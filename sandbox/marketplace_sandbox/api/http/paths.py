"""Every spelling of a path made one, before anybody looks at it: guards, routes and the log go by the same text.

What is made one: slashes in a row, dot segments (with their dots encoded, too), percent-encoding in either case of its
letters. An encoded slash is part of a name, so it stays encoded; a semicolon is a character like any other. What has
no plain spelling is refused. Knows no path.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote_to_bytes

from marketplace_sandbox.api.http.errors import ApiError, invalid_input
from marketplace_sandbox.api.http.exchange import Exchange

_PLAIN = re.compile(rb"(?:/[A-Za-z0-9_~:-][A-Za-z0-9_.~:-]*)+/?")
"""What nearly every path is: there is nothing to do."""

_BEFORE_THE_PATH = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
"""What a request through a proxy has before its path."""

_ENCODED_SLASH = re.compile(rb"%2f", re.IGNORECASE)
_NEVER_MEANT = re.compile(r"[\x00-\x1f\x7f\\]")


def normalize_path(exchange: Exchange) -> None:
    """Makes every spelling of a path one, for all who come after. Raises ApiError 400 for what is no path.

    No path at all is only what OPTIONS asks of the whole server, `*`.
    """
    scope = exchange.scope
    raw: bytes = scope.get("raw_path") or exchange.url_path.encode("utf-8", "surrogatepass")
    if _PLAIN.fullmatch(raw) or raw == b"*":
        exchange.url_path = scope["path"] = raw.decode("ascii")
        return
    try:
        exchange.url_path = scope["path"] = normal_path(raw)
    except ApiError:
        exchange.turned_away = True
        raise
    scope["raw_path"] = quote(exchange.url_path).encode("ascii")


def normal_path(raw: bytes) -> str:
    """The decoded path that a path of a request means. Raises ApiError 400.

    >>> normal_path(b"//orders/%2e/v0/./orders"), normal_path(b"/a/../%5Fsandbox/x%2Fy/")
    ('/orders/v0/orders', '/_sandbox/x%2Fy/')
    """
    if whole := _BEFORE_THE_PATH.match(raw):
        raw = raw[whole.end() :] or b"/"
    if not raw.startswith(b"/"):
        raise invalid_input("The path does not begin with a slash.")
    try:
        decoded = unquote_to_bytes(_ENCODED_SLASH.sub(b"%252F", raw)).decode("utf-8")
    except UnicodeDecodeError:
        raise invalid_input("The path is not percent-encoded UTF-8.") from None
    if found := _NEVER_MEANT.search(decoded):
        what = "a backslash" if found[0] == "\\" else "a control character"
        raise invalid_input(f"The path has {what}, which is part of no path here.")
    return _without_dots(decoded.split("/"))


def _without_dots(segments: Sequence[str]) -> str:
    """The path of its segments, without empty ones and dots; one that ends in such is a folder's and ends so, too."""
    kept: list[str] = []
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    end = "/" if kept and segments[-1] in ("", ".", "..") else ""
    return f"/{'/'.join(kept)}{end}"
