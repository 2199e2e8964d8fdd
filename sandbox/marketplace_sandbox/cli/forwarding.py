"""Passes what a receiver was sent on to another address, as it came, and the answer back. Verifies nothing.

Loaded late, with requests.
"""

import os
from collections.abc import Mapping
from contextlib import closing

import click

from marketplace_sandbox.cli.receiver import ForwardedPost
from marketplace_sandbox.delivery.http_client import HttpClient, UnansweredError
from marketplace_sandbox.delivery.targets import Target, TargetError, check_target

SECONDS = 30.0
"""How long an answer is waited for; the sandbox itself waits as long as its setting `webhook_timeout` says."""

UNANSWERED = 502
OF_ONE_CONNECTION = ("connection", "content-length", "host", "keep-alive", "te", "transfer-encoding", "upgrade")
"""Headers that are of the connection a post came on, and not of the post."""


class Forwarding:
    """Posts to one address, which is held to what webhooks are held to: loopback, and SANDBOX_WEBHOOK_HOSTS."""

    def __init__(self, url: str, own_port: int) -> None:
        self._url = url
        self._hosts = tuple(filter(None, os.environ.get("SANDBOX_WEBHOOK_HOSTS", "").split(",")))
        try:
            target = self._check()
        except TargetError as wrong:
            raise click.UsageError(f"--forward-to: {wrong}") from None
        if target.port == own_port:
            raise click.UsageError("--forward-to is where this command listens itself; name your consumer's address.")

    def send(self, headers: Mapping[str, str], body: bytes) -> ForwardedPost:
        """Passes a post on; answers the code that came back, or 502 and why there is none."""
        passed_on = {name: text for name, text in headers.items() if name not in OF_ONE_CONNECTION}
        try:
            with closing(HttpClient()) as client:
                return ForwardedPost(self._url, client.post(self._check(), body, passed_on, SECONDS).code)
        except (TargetError, UnansweredError) as problem:
            return ForwardedPost(self._url, UNANSWERED, str(problem))

    def _check(self) -> Target:
        return check_target(self._url, self._hosts)
