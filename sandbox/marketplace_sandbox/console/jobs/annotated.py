"""The lines of an uploaded file with what its processing report says of each. Judges nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace_sandbox.api.formats.feeds.feed_file import read_lines
from marketplace_sandbox.api.formats.feeds.processing_report import fatal_problem, wire_code, wire_text
from marketplace_sandbox.core.feeds.values import Feed, Result
from marketplace_sandbox.core.jobs import JobStatus

MOST_LINES = 200
"""As many lines of a file are shown; the file has all."""
LONGEST_LINE = 500
"""As many characters of a line are shown."""


@dataclass(frozen=True)
class Said:
    """What a processing report says: the platform's code, the sentence, and whether it is only a warning."""

    code: str
    text: str
    warning: bool


@dataclass(frozen=True)
class Line:
    """A line of a file by its number. `record` is that of the record or message it begins, empty in any other line.

    `order_id` is the order that one is about. `accepted` is one that nothing was said of once the file was processed.
    """

    number: int
    text: str
    record: str
    order_id: str
    said: tuple[Said, ...]
    accepted: bool


@dataclass(frozen=True)
class AnnotatedFile:
    """The lines that are shown of `total`, how many have something said of them, and what is said of the whole.

    With `only_spoken_of` none but those are among them.
    """

    lines: tuple[Line, ...]
    total: int
    only_spoken_of: bool
    spoken_of: int
    of_all: tuple[Said, ...]


def annotate(feed: Feed, content: bytes, media_type: str, only_spoken_of: bool | None = None) -> AnnotatedFile:
    """The file of a feed, with what was said of it; all lines, or only those that something is said of.

    Where nobody says which, a long file is shown with those only, if there are any.
    """
    texts, begins = read_lines(feed.kind, content, media_type)
    records = {line: str(number) for number, line in enumerate(begins, 1)}
    orders = {number: each.order_id for each in feed.messages for number, _ in each.rows}
    results: dict[str, list[Result]] = {}
    for each in feed.results:
        for number, _ in each.rows:
            results.setdefault(number, []).append(each)

    def line(number: int) -> Line:
        record, text = records.get(number, ""), texts[number - 1]
        shown = text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}…"
        said = tuple(_said(feed, each) for each in results.get(record, ()))
        accepted = bool(record) and not said and feed.status is JobStatus.DONE
        return Line(number, shown, record, orders.get(record, ""), said, accepted)

    spoken_of = [number for number, record in records.items() if record in results]
    if only_spoken_of is None:
        only_spoken_of = len(texts) > MOST_LINES and bool(spoken_of)
    wanted: Sequence[int] = spoken_of if only_spoken_of else range(1, len(texts) + (1 if texts[-1:] != [""] else 0))
    shown = tuple(line(number) for number in wanted[:MOST_LINES])
    return AnnotatedFile(shown, len(wanted), only_spoken_of, len(spoken_of), _said_of_all(feed, set(records.values())))


def _said(feed: Feed, result: Result) -> Said:
    return Said(wire_code(result), wire_text(feed, result), result.warning)


def _said_of_all(feed: Feed, records: set[str]) -> tuple[Said, ...]:
    """What no line of the file can stand beside."""
    fatal = fatal_problem(feed)
    first = (Said(fatal.code, fatal.text, warning=False),) if fatal else ()
    others = (each for each in feed.results if not records.intersection(number for number, _ in each.rows))
    return (*first, *(_said(feed, each) for each in others))
