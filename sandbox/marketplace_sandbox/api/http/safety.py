"""Keeps strangers out: web pages elsewhere from everything, whoever has no token from what is ours. Knows no operation.

The stranger on loopback is a page in the user's own browser, which can reach the server as any program can. So Host,
Origin and Sec-Fetch-Site are looked at on every path, and the control API takes commands only as JSON, which no page
sends elsewhere unasked. The platform's paths take the Hosts that its clients send, too: Amazon's, where they are
redirected, and what one of them makes of a base URL. Beyond loopback, what is ours needs a token. All this comes before
anything of a request is read or checked.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from starlette.datastructures import Headers

from marketplace_sandbox.amazon.hosts import is_platform_host
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.api.http.page_guard import LONGEST_QUOTED, PageGuard, is_address, is_cut_base_url, is_loopback

GUARDED = ("/_sandbox", "/docs")
COMMANDS = "/_sandbox"
HEALTH = "/health"
BEARER = "bearer "
READS = ("GET", "HEAD", "OPTIONS")


class TokenNeededError(ValueError):
    """A server bound beyond loopback without a token, or one with a token that nobody could send."""


@dataclass(frozen=True)
class Safety:
    """Where the server is bound and who may reach what. Raises TokenNeededError.

    `bound_to` is the address as `serve` takes it, `public` the base URL clients reach the server by, or nothing;
    `guarded` is where our paths begin. `on_loopback` says that only this machine reaches the server. `is_page` tells a
    request for a page, which is ours, too: beyond loopback whoever answers it asks for the token, by a form.
    """

    bound_to: str = "127.0.0.1"
    public: str = ""
    token: str = ""
    guarded: tuple[str, ...] = GUARDED
    is_page: Callable[[Exchange], bool] = lambda _: False

    def __post_init__(self) -> None:
        if self.token and (self.token.strip() != self.token or not self.token.isprintable()):
            raise TokenNeededError(
                "SANDBOX_ADMIN_TOKEN is blank, has blanks at its ends, or control characters: no client could send it."
            )
        if not self.on_loopback and not self.token:
            raise TokenNeededError(
                f"Bound to {self.bound_to}, the server can be reached from elsewhere: set SANDBOX_ADMIN_TOKEN, "
                "the bearer token that the control API will ask for, or bind to 127.0.0.1."
            )

    @cached_property
    def on_loopback(self) -> bool:
        return is_loopback(self.bound_to)

    def refuse_strangers(self, exchange: Exchange) -> None:
        """Refuses what a web page elsewhere may have sent, and who may not reach a path of ours. Raises ApiError."""
        headers = cast(Headers, exchange.headers)
        if self.is_page(exchange):
            refused = _page_problem(self._ours if self.on_loopback else self._anywhere, headers)
        else:
            refused = self.refusal(exchange.method, exchange.url_path, headers)
        if refused is not None:
            exchange.turned_away = True
            raise refused

    def refusal(self, method: str, path: str, headers: Headers) -> ApiError | None:
        """Why a request may not go on, or None."""
        if _lies_in(path, self.guarded):
            refused = _page_problem(self._ours, headers) if self.on_loopback else self._token_problem(headers)
            return refused or _media_type_problem(method, path, headers)
        return _page_problem(self._health if _lies_in(path, (HEALTH,)) else self._platforms, headers)

    @cached_property
    def _ours(self) -> PageGuard:
        return PageGuard(self.public, host_needed=True)

    @cached_property
    def _anywhere(self) -> PageGuard:
        # who knows the token may reach the server by any name
        return PageGuard(self.public, lambda _: True)

    @cached_property
    def _platforms(self) -> PageGuard:
        return PageGuard(self.public, self._is_clients_host, ("the platform's own",))

    @cached_property
    def _health(self) -> PageGuard:
        # an orchestrator asks a container by its address
        return PageGuard(
            self.public,
            lambda host: self._is_clients_host(host) or is_address(host),
            ("the platform's own", "an address"),
        )

    def _is_clients_host(self, host: str) -> bool:
        return is_platform_host(host) or is_cut_base_url(host, self.public)

    def _token_problem(self, headers: Mapping[str, str]) -> ApiError | None:
        authorization = headers.get("authorization", "")
        if not authorization.lower().startswith(BEARER):
            message = "This path needs the server's token: Authorization: Bearer, and SANDBOX_ADMIN_TOKEN."
            return ApiError(401, "Unauthorized", message, headers={"WWW-Authenticate": "Bearer"})
        sent = authorization[len(BEARER) :].strip().encode("latin-1", "replace")
        if not hmac.compare_digest(sent, self.token.encode("utf-8")):
            return ApiError(403, "Unauthorized", "The token is not this server's SANDBOX_ADMIN_TOKEN.")
        return None


def _lies_in(path: str, beginnings: tuple[str, ...]) -> bool:
    return any(path == beginning or path.startswith(f"{beginning}/") for beginning in beginnings)


def _page_problem(guard: PageGuard, headers: Headers) -> ApiError | None:
    sent: dict[bytes, list[str]] = {b"host": [], b"origin": [], b"sec-fetch-site": []}
    for name, text in headers.raw:  # once through, since every request comes by here
        if name in sent:
            sent[name].append(text.decode("latin-1"))
    problem = guard.problem(*sent.values())
    return ApiError(403, "Unauthorized", problem) if problem else None


def _media_type_problem(method: str, path: str, headers: Headers) -> ApiError | None:
    """Commands come as JSON; a page elsewhere cannot send that unasked. No body at all needs no kind."""
    if method in READS or not _lies_in(path, (COMMANDS,)):
        return None
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or (not kind and not _has_body(headers)):
        return None
    got = repr(kind[:LONGEST_QUOTED]) if kind else "none"
    return ApiError(415, "UnsupportedMediaType", f"Commands are taken as application/json only, got {got}.")


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
