"""The pages of every list: opaque tokens, and the part of a list that a page has. Knows nothing of what is listed.

A token goes on at an offset where a list only grows at its end (`PageTokens.page_at_offset`). Where the latest stand
first and newer ones come in before them it goes on after an entry, named by its id (`job_lists`), and in lists of
orders after a date and an id, as of the version of the first page (`order_lists`).
What a client is told of a token that will not do is each API's own.
"""

import base64
import hashlib
import hmac
import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from marketplace_sandbox.api.http import exact_base64
from marketplace_sandbox.core.world.world import AnyWorld

Entry = TypeVar("Entry")

TOKEN_LENGTH = 16_384
"""The longest token that is looked at, in characters."""

_MAC_BYTES = 16


Bound = tuple[str, datetime | None]
"""A bound under the name its dialect gives it; None where it was not sent."""


class BoundError(ValueError):
    """A date that a list cannot begin or end at. `field` is the dialect's name for it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class PageTokenError(ValueError):
    """A token that was not issued for this world and list, or has expired."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Entry]):
    """Some entries of a list, and the token of the next page; None where nothing follows."""

    entries: list[Entry]
    token: str | None


class PageTokens:
    """Opaque tokens under a key, bound to the name of a list and to one beginning of one world, if it is of a world.

    They contain `+`, `/` and `=`, as the platform's do; with `url_safe` nothing that has to be escaped in a URL.
    """

    def __init__(self, key: bytes, *, url_safe: bool = False) -> None:
        self._key = key
        self._altchars = b"-_" if url_safe else b"+/"
        self._padded = not url_safe

    def seal(self, name: str, world: AnyWorld | None, content: Mapping[str, Any]) -> str:
        """A token that says this."""
        packed = zlib.compress(json.dumps(content, separators=(",", ":")).encode())
        token = base64.b64encode(self._mac(name, world, packed) + packed, self._altchars).decode("ascii")
        return token if self._padded else token.rstrip("=")

    def open(self, name: str, world: AnyWorld | None, token: str) -> dict[str, Any]:
        """What a token says. Raises PageTokenError."""
        if len(token) > TOKEN_LENGTH:
            raise PageTokenError("too long")
        padding = "" if self._padded else "=" * (-len(token) % 4)
        try:
            raw = exact_base64.decode(token + padding, self._altchars)
        except ValueError:
            raise PageTokenError("not base64") from None
        mac, packed = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(name, world, packed)):
            raise PageTokenError("not issued for this list")
        content: dict[str, Any] = json.loads(zlib.decompress(packed))
        return content

    def page_at_offset(
        self,
        name: str,
        world: AnyWorld | None,
        entries: Sequence[Entry],
        size: int,
        token: str | None,
        *,
        admits: Callable[[Entry], bool] = lambda _: True,
        forgotten: int = 0,
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> Page[Entry]:
        """A page of the entries that a filter admits, the first without a token. Raises PageTokenError.

        The filter is sent again with each token, so offsets count all entries, those that it does not admit too, and
        those that stood before the first one and are `forgotten`. What stood at an offset may have been removed since,
        then the page is empty. The token of the next page says `more`, too.
        """
        start = 0 if token is None else int(self.open(name, world, token)["offset"])
        skipped = max(0, start - forgotten)
        admitted = (
            (offset, each) for offset, each in enumerate(entries[skipped:], forgotten + skipped) if admits(each)
        )
        found = list(islice(admitted, size + 1))
        following = self.seal(name, world, {"offset": found[size][0], **more}) if len(found) > size else None
        return Page([each for _, each in found[:size]], following)

    def _mac(self, name: str, world: AnyWorld | None, packed: bytes) -> bytes:
        # A reset begins the world at another moment of the real clock, a rewind has it go on by another lineage, so no
        # token outlives either.
        scope = f"{world.seller_id}\n{world.opening.wall!r}{world.opening.lineage}" if world else ""
        bound = f"{name}\n{scope}\n".encode()
        return hmac.new(self._key, bound + packed, hashlib.sha256).digest()[:_MAC_BYTES]


def first_of(entries: Iterable[Entry], size: int) -> tuple[list[Entry], bool]:
    """The first entries, and whether more follow."""
    found = list(islice(entries, size + 1))
    return found[:size], len(found) > size


def plus_hint(token: str) -> str:
    """What a refusal adds where a token was not escaped in the query; nothing where that is not the trouble."""
    return " A + in it has to be sent as %2B." if " " in token else ""
