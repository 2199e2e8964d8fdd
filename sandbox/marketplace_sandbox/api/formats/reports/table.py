"""Tables as the platform writes them: tab separated text, a line of names and one for each row. Knows no report.

There is no quoting: what would end a cell or a line stands as a blank.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from marketplace_sandbox.api.shared.status_table import Dialect, visible_parts
from marketplace_sandbox.api.shared.visible_order import Money, VisibleItem, VisibleOrder
from marketplace_sandbox.core.orders.order import Item, Order
from marketplace_sandbox.core.reports.values import Contents

_BREAKS = re.compile("[\t\n\v\f\r\0\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Row:
    """What one line is about: an item of an order, as the report found it. What a status may hide is read from the
    visible ones.
    """

    contents: Contents
    visible_order: VisibleOrder
    visible_item: VisibleItem

    @property
    def order(self) -> Order:
        return self.visible_order.order

    @property
    def item(self) -> Item:
        return self.visible_item.item


def rows_of(contents: Contents, dialect: Dialect) -> Iterator[Row]:
    """A row for every item of every order, with what the report shows of it."""
    for order in contents.orders:
        delivery_after = contents.policy.span("delivery_after", order.marketplace_id)
        visible = VisibleOrder(order, visible_parts(order, dialect), delivery_after)
        yield from (Row(contents, visible, VisibleItem(visible.of_item(item), item)) for item in order.items)


Cell = Callable[[Row], str]
Column = tuple[str, Cell]


def nothing(_row: Row) -> str:
    """The cell of a column for which the sandbox has no data."""
    return ""


def empty(names: str) -> list[Column]:
    """Columns that are there and have nothing in them, by their names with blanks between."""
    return [(name, nothing) for name in names.split()]


def write_table(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """The whole table, its lines ending with CR and LF."""
    lines = ["\t".join(name for name, _ in columns)]
    lines += ["\t".join(one_line(cell(row)) for _, cell in columns) for row in rows]
    return "".join(f"{line}\r\n" for line in lines)


def one_line(text: str) -> str:
    """The text on one line and in one cell."""
    if text.isprintable():  # nearly always, and many times faster to see
        return text
    return _BREAKS.sub(" ", text)


def moment(at: datetime | None, zone: tzinfo = UTC) -> str:
    """`2026-03-02T16:00:00+00:00`, in the zone's own offset; empty for none."""
    return at.astimezone(zone).isoformat(timespec="seconds") if at else ""


def money(sum_: Money | None) -> str:
    """Two decimals, whatever the currency; empty for none."""
    return f"{sum_.amount:.2f}" if sum_ else ""


def flag(stands: bool) -> str:
    """A flag in small letters."""
    return "true" if stands else "false"
