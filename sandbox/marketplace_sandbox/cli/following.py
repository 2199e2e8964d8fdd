"""How `--follow` goes on: a list is asked for again and again, each time from where it ended.

Twice a second is often enough for people. The cursor at a list's end loses and repeats nothing; once the world has
begun again it is refused, and the list is read from its new beginning.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click

from marketplace_sandbox.cli.control_client import LONGEST_PAGE, ControlClient, NoAnswerError, RefusedCallError
from marketplace_sandbox.cli.params import InstantText
from marketplace_sandbox.cli.tables import print_json_line, say, write_value
from marketplace_sandbox.core.text.instants import parse_instant

PAUSE_SECONDS = 0.5

follow_option = click.option("--follow", is_flag=True, help="Go on with what comes later, until Ctrl-C.")

latest_option = click.option(
    "--limit", type=click.IntRange(1), help="Only the latest so many; with --follow, the first. [default: all]"
)
since_option = click.option("--since", type=InstantText(), help="Only what came at this instant or later.")

Entry = dict[str, Any]


def latest(entries: Iterable[Entry], limit: int | None, since: str | None = None) -> list[Entry]:
    """The latest so many entries of a list, oldest first, from an instant on."""
    after = parse_instant(since) if since else None
    found = [each for each in entries if after is None or parse_instant(each["at"]) >= after]
    return found[-limit:] if limit else found


def check_end(as_of: str | None, *, follow: bool) -> None:
    """Refuses to go on with a list as of an earlier moment, which has an end."""
    if follow and as_of:
        raise click.UsageError("A list --as-of a moment has an end; leave out --follow.")


def print_followed(
    entries: Iterator[Entry], to_cells: Callable[[Entry], Sequence[Any]], as_json: bool, limit: int | None
) -> None:
    """Prints entries as they come, a line each, or so many of them. Ctrl-C ends it without a word."""
    with _until_interrupted():
        for number, entry in enumerate(entries, 1):
            if as_json:
                print_json_line(entry)
            else:
                say("  ".join(text for each in to_cells(entry) if (text := write_value(each))))
            if number == limit:
                return


def follow_list(control: ControlClient, plural: str, query: Mapping[str, Any] | None = None) -> Iterator[Entry]:
    """Every entry of a list from its first on, and each that comes later; never ends by itself."""
    for page in follow_pages(control, plural, query or {}):
        yield from page or ()


def follow_deliveries(control: ControlClient, query: Mapping[str, Any]) -> Iterator[Entry]:
    """Every delivery as it stands, and again whenever something has become of it.

    The journal has whatever changes one, so the deliveries are read again only when the journal has grown.
    """
    shown: dict[str, tuple[Any, ...]] = {}
    first = True
    for page in follow_pages(control, "journal"):
        if page is None:
            shown.clear()
        elif page or first:
            first = False
            for each in control.list_all("deliveries", dict(query)):
                state = (each["status"], len(each["attempts"]), each["next_at"])
                if shown.get(each["id"]) != state:
                    shown[each["id"]] = state
                    yield each


def follow_pages(
    control: ControlClient, plural: str, query: Mapping[str, Any] | None = None
) -> Iterator[list[Entry] | None]:
    """Page after page of a list, empty ones when nothing has come; None where the world has begun again."""
    asked = {name: each for name, each in (query or {}).items() if each not in (None, "")}
    asked |= {"follow": "true", "limit": LONGEST_PAGE}
    reached = False
    while True:
        try:
            page = control.get(plural, asked)
        except RefusedCallError as refused:
            if refused.details != "cursor" or "cursor" not in asked:
                raise
            del asked["cursor"]
            yield None
            continue
        except NoAnswerError:
            if not reached:
                raise
            raise click.ClickException(f"The server at {control.url} has gone.") from None
        reached = True
        asked["cursor"] = page["next"]
        yield page[plural]
        if len(page[plural]) < LONGEST_PAGE:
            time.sleep(PAUSE_SECONDS)


@contextmanager
def _until_interrupted() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        return
