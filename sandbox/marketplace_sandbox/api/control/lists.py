"""The control API's lists: `{"<plural>":[…],"next":…}`, filtered by what the query names. Knows no entry.

A list only grows at its end, so a cursor is an offset in it. One of a list as of an earlier moment says which, so that
the pages of it go on as it stood, whatever was said of the moment when they were asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from marketplace_sandbox.api.shared.pagination import PageTokenError, PageTokens
from marketplace_sandbox.core.past.moment import Moment, read_when
from marketplace_sandbox.core.past.past import PastWorld
from marketplace_sandbox.core.text.instants import format_instant, parse_instant
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.views.projections import Json
from marketplace_sandbox.core.world.world import AnyWorld, World

Entry = TypeVar("Entry")

LIMIT = 100
AS_OF = "asOf"

_CURSORS = PageTokens(b"", url_safe=True)
"""Without a secret key: whoever can read a list may read all of it, so that a cursor need only be told from a typo."""


def answer_page(
    plural: str,
    entries: Sequence[Entry],
    to_json: Callable[[Entry], Any],
    query: Mapping[str, Any],
    world: AnyWorld | None = None,
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
    name, then = f"{plural} {life}", _write_moment(world.moment) if isinstance(world, PastWorld) else {}
    try:
        page = _CURSORS.page_at_offset(
            name, world, entries, size, cursor, admits=admits, forgotten=forgotten, more=then
        )
    except PageTokenError:
        raise _no_cursor() from None
    following = page.token
    if following is None and query.get("follow"):
        following = _CURSORS.seal(name, world, {"offset": forgotten + len(entries)})
    return {plural: [to_json(each) for each in page.entries], "next": following}


def find_moment(query: Mapping[str, Any], plural: str, world: World) -> Moment | None:
    """The moment that a read is as of, by `asOf` or by the cursor of a list; None where it is as of now.

    Raises FieldError for what is no moment of the world, and for a cursor of another one.
    """
    when = read_when(query["asOf"], AS_OF) if query.get("asOf") else None
    if when is not None and query.get("follow"):
        raise FieldError("follow", "follow reads on as things happen; a list as of an earlier moment has an end.")
    cursor = query.get("cursor") or None
    going_on = _read_moment(cursor, plural, world) if cursor else None
    if cursor and when is not None and (going_on is None or when not in (going_on.version, going_on.at)):
        raise FieldError("cursor", "cursor is not one of the list as of that moment; leave it out to begin again.")
    return world.find_moment(when, AS_OF) if going_on is None and when is not None else going_on


def _write_moment(moment: Moment) -> Json:
    return {"version": moment.version, "at": format_instant(moment.at)}


def _read_moment(cursor: str, plural: str, world: World) -> Moment | None:
    """The moment of the list that a cursor is of; None for one as of now."""
    try:
        said = _CURSORS.open(f"{plural} ", world, cursor)
    except PageTokenError:
        raise _no_cursor() from None
    if "version" not in said:
        return None
    if said["version"] > world.version:
        raise _no_cursor()
    return Moment(said["version"], parse_instant(said["at"]))


def cursor_at(plural: str, world: World, offset: int) -> str:
    """A cursor of a world's list as of now, behind so many entries of it."""
    return _CURSORS.seal(f"{plural} ", world, {"offset": offset})


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
