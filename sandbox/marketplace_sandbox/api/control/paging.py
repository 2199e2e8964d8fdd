"""The control API's lists: `{"<plural>":[…],"next":…}` with opaque cursors. Knows nothing of what is listed.

A list only grows at its end, so a cursor is a place in it; it is bound to its list and to one beginning of one world.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.world import World

Thing = TypeVar("Thing")

LIMIT = 100
_SEAL_BYTES = 8
_PLACE_BYTES = 6


def page(
    plural: str,
    things: Sequence[Thing],
    view: Callable[[Thing], Any],
    query: Mapping[str, Any],
    world: World | None = None,
    keep: Callable[[Thing], bool] = lambda _: True,
    first: int = 0,
) -> dict[str, Any]:
    """One page of the things kept, each as `view` shows it. Raises FieldError for a cursor not of this list.

    `first` is the number of things that stood before the first one and are forgotten.
    """
    scope = f"{world.seller_id}\n{world.opening.wall!r}" if world else ""
    start = _place(query["cursor"], plural, scope, first + len(things)) if query.get("cursor") else 0
    skipped = max(0, start - first)
    kept = ((at, each) for at, each in enumerate(things[skipped:], first + skipped) if keep(each))
    limit = int(query.get("limit") or LIMIT)
    found = list(islice(kept, limit + 1))
    following = _cursor(found[limit][0], plural, scope) if len(found) > limit else None
    return {plural: [view(each) for _, each in found[:limit]], "next": following}


def _cursor(place: int, plural: str, scope: str) -> str:
    raw = place.to_bytes(_PLACE_BYTES, "big")
    return base64.urlsafe_b64encode(raw + _seal(raw, plural, scope)).decode().rstrip("=")


def _place(cursor: str, plural: str, scope: str, end: int) -> int:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raw = b""
    place, seal = raw[:_PLACE_BYTES], raw[_PLACE_BYTES:]
    if seal != _seal(place, plural, scope) or int.from_bytes(place, "big") > end:
        raise FieldError("cursor", "cursor is not one that this list gave; leave it out to begin again.")
    return int.from_bytes(place, "big")


def _seal(place: bytes, plural: str, scope: str) -> bytes:
    return hashlib.sha256(place + f"{plural}\n{scope}".encode()).digest()[:_SEAL_BYTES]
