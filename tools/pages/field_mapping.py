"""The table of correspondences, and the table of what a status shows, as a page of the documents.

Made from the tables, never written by hand.
"""

from collections.abc import Iterable, Iterator, Mapping

from marketplace_sandbox.api.field_mapping.facts import DIALECTS, FACTS, REPORTS, STATUS_FACTS, Fact
from marketplace_sandbox.api.shared.status_table import DIALECT_SHOWS, STATUS_SHOWS, Dialect, DisplayStatus, Row
from marketplace_sandbox.core.orders.order import Channel

_HEAD = """# What corresponds to what

Made from `api/field_mapping/facts.py` by `make docs`. Each line is one fact about an order and where each
dialect says it. `marketplace-sandbox compare ORDER` shows the same for one order, with its values; the tests compare
the dialects by this table in random histories. How to use it is told in [migration](migration.md).

A path is written with dots; `[]` goes through a list, `[name=value]` to one entry, `[=value]` to the entry that is
that value, `(sum)` adds up, `?` asks whether something is there at all. The paths of MWS are those of its XML. Those of
ORDER_CHANGE begin beneath `Payload.OrderChangeNotification`.
"""

_HIDEABLE = """## What a status shows or hides besides

Further facts, each with the part of the next table that it is shown or hidden with. The names in reports are those of
columns. `compare` has no lines for these.
"""

_STATUSES = """## What a status shows

Made from `api/shared/status_table.py`, which every dialect and every report reads. A cell says whether a part is shown
(`+`) or hidden (`-`) in a status, then the code of its [source](sources.md); `ours` is where nothing public decides.
Where it matters who ships, a cell has two halves: seller / Amazon. A part with a dialect is that dialect's own line in
the place of the part's. Quantities that are hidden are written as 0.
"""

_NEXT = "\n\nNext: [migration](migration.md), which walks through one order.\n"


def markdown() -> str:
    """The whole page."""
    lines = [
        _HEAD,
        *_section("## The order\n", (fact for fact in FACTS if not fact.of_item), DIALECTS),
        *_section("## Each item\n", (fact for fact in FACTS if fact.of_item), DIALECTS),
        *_section(_HIDEABLE, STATUS_FACTS, {**DIALECTS, **REPORTS}),
        *_statuses(),
    ]
    return "\n".join(lines).rstrip() + _NEXT


def _section(head: str, facts: Iterable[Fact], dialects: Mapping[Dialect, str]) -> Iterator[str]:
    last = "part" if Dialect.ALL_ORDERS in dialects else "note"
    yield head
    yield _line(["fact", *dialects.values(), last])
    yield _line(["---"] * (len(dialects) + 2))
    for fact in facts:
        paths = [_path(fact, each) for each in dialects]
        yield _line([fact.name, *paths, str(fact.part) if last == "part" else fact.note])
    yield ""


def _path(fact: Fact, dialect: Dialect) -> str:
    """Where a dialect says it. Paths of an item begin at the item, but for those of notifications, written whole."""
    if dialect not in fact.field_paths:
        return "–"
    path = fact.field_paths[dialect].path
    if fact.of_item and dialect == Dialect.ORDER_CHANGE:
        path = f"Summary.OrderItems[].{path}"
    return f"`{path.replace('+', ' (sum)')}`"


def _statuses() -> Iterator[str]:
    yield _STATUSES
    yield _line(["part", *DisplayStatus])
    yield _line(["---"] * (len(DisplayStatus) + 1))
    for part, row in STATUS_SHOWS.items():
        yield _line([part, *_cells(row)])
        own_rows = {dialect: own for (of_part, dialect), own in DIALECT_SHOWS.items() if of_part is part}
        yield from (_line([f"{part}, {dialect}", *_cells(own)]) for dialect, own in own_rows.items())


def _cells(row: Row) -> Iterator[str]:
    for status in DisplayStatus:
        halves = [f"{'+' if cell.shown else '-'} {cell.source}" for cell in (row[status, each] for each in Channel)]
        yield " / ".join(dict.fromkeys(halves))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
