"""The control API's lists: `{"<plural>":[…],"next":…}`, filtered by what the query names. Knows no entry.

A list only grows at its end, so a cursor is an offset in it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from marketplace_sandbox.api.shared.pagination import PageTokenError, PageTokens
from marketplace_sandbox.core.projections import Json
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.world import World

Entry = TypeVar("Entry")

LIMIT = 100

_CURSORS = PageTokens(b"", url_safe=True)
"""Without a secret key: whoever can read a list may read all of it, so that a cursor need only be told from a typo."""


def answer_page(
    plural: str,
    entries: Sequence[Entry],
    to_json: Callable[[Entry], Any],
    query: Mapping[str, Any],
    world: World | None = None,
    admits: Callable[[Entry], bool] = lambda _: True,
    forgotten: int = 0,
    life: str = "",
) -> Json:
    """One page of the entries admitted. Raises FieldError for a cursor not of this list.

    `forgotten` is the number of entries that stood before the first one. Cursors are of one `life` of a list that is
    not the world's own. With `follow` in the query there is a cursor at the end, too, from which what comes later is
    read; one that is of an earlier beginning of the world is refused, so that nobody goes on in the middle of another.
    """
    size, cursor = int(query.get("limit") or LIMIT), query.get("cursor") or None
    name = f"{plural} {life}"
    try:
        page = _CURSORS.page_at_offset(name, world, entries, size, cursor, admits=admits, forgotten=forgotten)
    except PageTokenError:
        raise _no_cursor() from None
    following = page.token
    if following is None and query.get("follow"):
        following = _CURSORS.seal(name, world, {"offset": forgotten + len(entries)})
    return {plural: [to_json(each) for each in page.entries], "next": following}


def begin(query: Mapping[str, Any], plural: str, world: World) -> int:
    """How many entries of a list stand before the page that is asked for. Raises FieldError as `answer_page` does."""
    cursor = query.get("cursor") or None
    try:
        return int(_CURSORS.open(f"{plural} ", world, cursor)["offset"]) if cursor else 0
    except PageTokenError:
        raise _no_cursor() from None


def _no_cursor() -> FieldError:
    return FieldError("cursor", "cursor is not one that this list gave; leave it out to begin again.")


def names(query: Mapping[str, Any], parameter: str, value: str) -> bool:
    """Whether a filter of the query lets a value through; one that is not sent lets every value through."""
    sent = query.get(parameter)
    return not sent or (value in sent if isinstance(sent, list) else value == sent)
