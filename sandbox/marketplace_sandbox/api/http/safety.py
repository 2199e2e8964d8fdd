"""Keeps strangers out of what is ours: the control API, the documents and the pages. Knows no operation.

On loopback the stranger is a web page in the user's own browser: it can reach the server, so Host, Origin and
Sec-Fetch-Site are looked at, and commands are taken only as JSON, which no page sends elsewhere unasked. Anywhere
else a token is needed. The platform's paths are not looked at: clients send Amazon's Host there. All this comes
before anything of a request is read or checked.
"""

import hmac
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.api.http.refusals import json_answer

GUARDED = ("/_sandbox", "/docs")
COMMANDS = "/_sandbox"
BEARER = "bearer "
OWN_SITES = ("same-origin", "none")
READS = ("GET", "HEAD", "OPTIONS")
LONGEST_QUOTED = 100

_NAMED_PORT = re.compile(r":\d{1,5}\Z")


class TokenNeededError(ValueError):
    """A server bound beyond loopback without a token."""


@dataclass(frozen=True)
class Safety:
    """Where the server is bound and who may reach what is ours. Raises TokenNeededError.

    `bound_to` is the address as `serve` takes it, `public` the base URL clients reach the server by, or nothing;
    `guarded` is where our paths begin. `on_loopback` says that only this machine reaches the server.
    """

    bound_to: str = "127.0.0.1"
    public: str = ""
    token: str = ""
    guarded: tuple[str, ...] = GUARDED
    on_loopback: bool = field(init=False, repr=False)
    _beneath: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "on_loopback", is_loopback(self.bound_to))
        object.__setattr__(self, "_beneath", tuple(f"{path}/" for path in self.guarded))
        if not self.on_loopback and not self.token:
            raise TokenNeededError(
                f"Bound to {self.bound_to}, the server can be reached from elsewhere: set SANDBOX_ADMIN_TOKEN, "
                "the bearer token that the control API will ask for, or bind to 127.0.0.1."
            )

    def refuse_strangers(self, exchange: Exchange) -> None:
        """Answers whoever may not reach a path of ours; the platform's paths are not looked at."""
        path = exchange.url_path
        if path not in self.guarded and not path.startswith(self._beneath):
            return
        refused = self.refusal(exchange.method, path, cast(Headers, exchange.headers))
        if refused is not None:
            exchange.answer = json_answer(refused, exchange.method)

    def refusal(self, method: str, path: str, headers: Headers) -> ApiError | None:
        """Why a request for a path of ours may not go on, or None."""
        refused = self._page_problem(headers) if self.on_loopback else self._token_problem(headers)
        return refused or _media_type_problem(method, path, headers)

    def _page_problem(self, headers: Headers) -> ApiError | None:
        hosts = headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ""
        if not self._knows_host(host):
            ours = f"a loopback Host{f' or {self._public_host}' if self._public_host else ''}"
            return _unauthorized(f"This path takes {ours} only, got {_quote(host)}.")
        for origin in headers.getlist("origin"):
            if not self._is_own_origin(origin, host):
                return _unauthorized(f"This path takes no calls from pages elsewhere, got the Origin {_quote(origin)}.")
        for site in headers.getlist("sec-fetch-site"):
            if site.lower() not in OWN_SITES:
                return _unauthorized(
                    f"This path takes no calls from pages elsewhere, got Sec-Fetch-Site {_quote(site)}."
                )
        return None

    def _knows_host(self, host: str) -> bool:
        name = _NAMED_PORT.sub("", host).lower()
        return is_loopback(name) or (bool(name) and name == self._public_host)

    def _is_own_origin(self, origin: str, host: str) -> bool:
        """Whether an Origin is the server itself, under the name it was called by or its public one."""
        parts = urlsplit(self.public)
        public = f"{parts.scheme}://{parts.netloc}".lower()
        return origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower(), public)

    @property
    def _public_host(self) -> str:
        return urlsplit(self.public).hostname or ""

    def _token_problem(self, headers: Mapping[str, str]) -> ApiError | None:
        authorization = headers.get("authorization", "")
        if not authorization.lower().startswith(BEARER):
            message = "This path needs the server's token: Authorization: Bearer, and SANDBOX_ADMIN_TOKEN."
            return ApiError(401, "Unauthorized", message, headers={"WWW-Authenticate": "Bearer"})
        sent = authorization[len(BEARER) :].strip().encode("latin-1", "replace")
        if not hmac.compare_digest(sent, self.token.encode("utf-8")):
            return _unauthorized("The token is not this server's SANDBOX_ADMIN_TOKEN.")
        return None


def is_loopback(host: str) -> bool:
    """Whether a host without its port is this machine: 127.0.0.0/8, ::1 (with or without brackets), localhost."""
    if host.lower() == "localhost":
        return True
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return False


def _media_type_problem(method: str, path: str, headers: Headers) -> ApiError | None:
    """Commands come as JSON; a page elsewhere cannot send that unasked. No body at all needs no kind."""
    if method in READS or not (path == COMMANDS or path.startswith(f"{COMMANDS}/")):
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or (not kind and not _has_body(headers)):
        return None
    return ApiError(415, "UnsupportedMediaType", f"Commands are taken as application/json only, got {_quote(kind)}.")


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _unauthorized(message: str) -> ApiError:
    return ApiError(403, "Unauthorized", message)


def _quote(text: str) -> str:
    return repr(text[:LONGEST_QUOTED]) if text else "none"
