"""The headers by which an answer of the control API says at which version of its seller's world it was made, and how
long that took.
"""

import time
from collections.abc import Iterable, Iterator, Mapping

from marketplace_sandbox.api.admission.access import SELLER_HEADER
from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.api.http.openapi import Document, Operation, find
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER, Sellers, UnopenedWorldError
from marketplace_sandbox.core.world.world import World

VERSION_HEADER = b"x-sandbox-version"
TIMING_HEADER = b"server-timing"


class AnswerVersion:
    """The versions of answers to the operations of one document."""

    def __init__(self, sellers: Sellers, document: Document) -> None:
        self._sellers = sellers
        self._document = document
        self._below = f"{document.base_path}/"

    def tell_version(self, exchange: Exchange) -> None:
        """Has an answer of the control API say its version, where it is about one seller, and what it took."""
        if exchange.answer is None or not exchange.url_path.startswith(self._below):
            return
        version = exchange.call.made_at.version if exchange.call else None
        if version is None and (world := self._addressed_world(exchange)) is not None:
            version = world.version
        if version is not None:
            exchange.answer.headers.append((VERSION_HEADER, b"%d" % version))
        milliseconds = (time.perf_counter() - exchange.began) * 1000
        exchange.answer.headers.append((TIMING_HEADER, f"total;dur={milliseconds:.3f}".encode()))

    def _addressed_world(self, exchange: Exchange) -> World | None:
        """The world that a call is about that its operation has not spoken of; strangers learn of nobody."""
        if exchange.turned_away:
            return None
        addressed = find([self._document], exchange.url_path)
        named = [each["seller_id"] for each in _path_values(addressed, exchange.url_path) if "seller_id" in each]
        if not named and not any(SELLER_HEADER in operation.header_names for operation in addressed):
            return None
        try:
            return self._sellers.find(named[0] if named else exchange.headers.get(SELLER_HEADER) or DEFAULT_SELLER)
        except UnopenedWorldError:
            return None


def _path_values(operations: Iterable[Operation], path: str) -> Iterator[Mapping[str, str]]:
    for operation in operations:
        yield operation.path_values(path) or {}
