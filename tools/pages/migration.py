"""What became of each operation, parameter and field of Orders v0, as a page of the documents.

Made from the tables, never written by hand.
"""

from collections.abc import Iterable, Iterator

from marketplace_sandbox.amazon.orders_v0_end import ORDERS_V0_ENDING
from marketplace_sandbox.api.migration.comparison import SHARED, Difference, field_result
from marketplace_sandbox.api.migration.fields import GOES_WITH, ONLY_LATEST, ONLY_V0, SAYS_MORE, data_set_of
from marketplace_sandbox.api.migration.parameters import INCLUDED_DATA, OF_ITEMS, PARAMETERS, PERSONAL_DATA
from marketplace_sandbox.api.migration.requests import BY_IDS, ONE_BY_ONE
from marketplace_sandbox.api.shared.status_table import Dialect

_HEAD = """# What became of Orders v0

Made from the tables in `api/migration` by `make docs`: what Orders 2026-01-01 has in the place of each operation,
parameter and field that ends. `GET /_sandbox/migration` shows the same for the calls of a client, with the values; the
tests make every read of random worlds beside what replaces it, and nothing may differ but by a line of this page. How
to go about it is told in [migration](migration.md), what all dialects have in common in
[correspondence](correspondence.md).

## Operations

"""

_WRITES = "confirmShipment, updateShipmentStatus, getOrderRegulatedInfo and updateVerificationStatus stay."

_PARAMETERS = """
## Parameters of getOrders

A filter of the client is one that searchOrders has not: search by date, and filter what comes by the field. Its data
set has to be included.

"""

_FIELDS = """
## Fields of both

A path is written as in [correspondence](correspondence.md). The data set is what `includedData` has to name.

"""

_GONE = """
## Fields without counterpart

"""

_NEW = """
## New fields

"""

_NEXT = "\nNext: [scenarios](scenarios.md), to have your own orders go through it.\n"


def markdown() -> str:
    """The whole page."""
    return "".join(
        [
            _HEAD,
            *_table(["v0", "2026-01-01"], _operations()),
            f"\n{BY_IDS} The nearest way: {ONE_BY_ONE} {PERSONAL_DATA} {_WRITES}\n",
            _PARAMETERS,
            *_table(["v0", "2026-01-01", "what becomes of it", "data set", "note"], _parameters()),
            _FIELDS,
            *_table(["fact", "v0", "2026-01-01", "data set", "what differs", "note"], _fields()),
            _GONE,
            *_table(["v0", "the nearest"], _gone()),
            _NEW,
            *_table(["2026-01-01", "data set", "what it is"], _new()),
            _NEXT,
        ]
    )


def _table(names: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    for cells in [names, ["---"] * len(names), *rows]:
        yield f"| {' | '.join(cells)} |\n"


def _operations() -> Iterator[list[str]]:
    for name in ORDERS_V0_ENDING:
        yield [name, "searchOrders" if name == "getOrders" else "getOrder, which has all of an order"]


def _parameters() -> Iterator[list[str]]:
    for name, each in PARAMETERS.items():
        yield [f"`{name}`", _code(each.latest), str(each.kind), each.data_set, each.note]
    yield ["`NextToken` of items", "", str(OF_ITEMS.kind), "", OF_ITEMS.note]
    yield ["", _code(INCLUDED_DATA.latest), str(INCLUDED_DATA.kind), "", INCLUDED_DATA.note]


def _fields() -> Iterator[list[str]]:
    for fact in sorted(SHARED, key=lambda each: each.of_item):
        known = field_result(fact)
        latest = fact.field_paths[Dialect.LATEST].path
        v0 = f"OrderItems[].{known.v0}" if fact.of_item else str(known.v0)
        kinds = ", ".join(str(each) for each in Difference if each in known.kinds)
        more = SAYS_MORE.get(fact.name) or GOES_WITH.get(fact.name, ("", ""))[1]
        note = " ".join(filter(None, dict.fromkeys((fact.note, more))))
        yield [fact.name, _code(v0), _code(str(known.latest)), data_set_of(latest) or "", kinds, note]


def _gone() -> Iterator[list[str]]:
    for name, each in ONLY_V0.items():
        yield [_code(f"OrderItems[].{name}" if each.of_item else name), each.nearest]


def _new() -> Iterator[list[str]]:
    for path, what in ONLY_LATEST.items():
        yield [_code(path), data_set_of(path) or "", what]


def _code(path: str) -> str:
    return f"`{path}`" if path else ""
