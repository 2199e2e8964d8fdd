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
) -> Json:
    """One page of the entries admitted. Raises FieldError for a cursor not of this list.

    `forgotten` is the number of entries that stood before the first one.
    """
    size, cursor = int(query.get("limit") or LIMIT), query.get("cursor") or None
    try:
        page = _CURSORS.page_at_offset(plural, world, entries, size, cursor, admits=admits, forgotten=forgotten)
    except PageTokenError:
        raise FieldError("cursor", "cursor is not one that this list gave; leave it out to begin again.") from None
    return {plural: [to_json(each) for each in page.entries], "next": page.token}


def names(query: Mapping[str, Any], parameter: str, value: str) -> bool:
    """Whether a filter of the query lets a value through; one that is not sent lets every value through."""
    sent = query.get(parameter)
    return not sent or (value in sent if isinstance(sent, list) else value == sent)
