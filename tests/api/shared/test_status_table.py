"""What a status shows: every dialect as recorded, field by field, and no cell of the table that nobody would miss."""

import pytest

from marketplace_sandbox.api.shared import status_table
from marketplace_sandbox.api.shared.status_table import (
    DIALECT_SHOWS,
    STATUS_SHOWS,
    VISIBLE_PARTS,
    Dialect,
    DisplayStatus,
    Part,
    StatusTableError,
    display_status,
)
from marketplace_sandbox.core.orders.order import Channel
from tests.api.shared.status_shows import COLUMNS, recorded, sample, signs

MEANINGS = {"+": "shown", "0": "shown as nothing", ".": "hidden"}
ROWS: list[tuple[Part, Dialect | None]] = [*((part, None) for part in STATUS_SHOWS), *DIALECT_SHOWS]


def differences(channel: Channel, status: DisplayStatus) -> list[str]:
    """What a situation shows otherwise than recorded, a sentence for each field."""
    now, before = signs(channel, status), recorded()[channel, status]
    return [
        f"{name} of a {status} order of {channel} is {MEANINGS[now.get(name, '.')]}; it was recorded as "
        f"{MEANINGS[before.get(name, '.')]}. Mend the cell in status_table.py, or record anew: "
        "python -m tests.api.shared.status_shows"
        for name in sorted(now.keys() | before.keys())
        if now.get(name) != before.get(name)
    ]


@pytest.mark.parametrize(("channel", "status"), COLUMNS)
def test_every_dialect_shows_what_is_recorded(channel: Channel, status: DisplayStatus) -> None:
    assert display_status(sample(channel, status)) is status
    assert differences(channel, status) == []


def turn_round(
    cells: dict[tuple[Dialect | None, DisplayStatus, Channel], frozenset[Part]],
    part: Part,
    of: Dialect | None,
    status: DisplayStatus,
    channel: Channel,
) -> None:
    """Has one cell say the opposite to all who read it."""
    for dialect in Dialect:
        if dialect is of or (of is None and (part, dialect) not in DIALECT_SHOWS):
            cells[dialect, status, channel] ^= {part}


@pytest.mark.parametrize(("part", "of"), ROWS, ids=[" ".join(map(str, filter(None, row))) for row in ROWS])
def test_the_record_misses_every_cell_that_is_turned_round(
    part: Part, of: Dialect | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever field is taken from whichever cell, or given to it: the test above fails and names the field."""
    for channel, status in COLUMNS:
        with monkeypatch.context() as patch:
            turned = dict(VISIBLE_PARTS)
            turn_round(turned, part, of, status, channel)
            patch.setattr(status_table, "VISIBLE_PARTS", turned)
            found = differences(channel, status)
        assert found, f"nobody misses {part}, {status}, {channel}"
        if of:
            assert {each.partition(",")[0] for each in found} == {of}


def test_a_part_is_missed_by_every_dialect_that_has_a_field_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which parts a dialect has fields for, found by taking them away from an unshipped order."""
    fields: dict[Dialect, set[Part]] = {each: set() for each in Dialect}
    for part in Part:
        with monkeypatch.context() as patch:
            without = {situation: parts - {part} for situation, parts in VISIBLE_PARTS.items()}
            patch.setattr(status_table, "VISIBLE_PARTS", without)
            for each in differences(Channel.MFN, DisplayStatus.UNSHIPPED):
                fields[Dialect(each.partition(",")[0])].add(part)
    everywhere = {Part.ADDRESS, Part.QUANTITY, Part.REQUEST}
    dates, paid = {Part.SHIP_FROM, Part.SHIP_BY}, {Part.TOTAL, Part.PAYMENT}
    reads = everywhere | dates | {Part.PRICES, Part.BUYER, Part.PHONE, Part.PROMISE, Part.UNITS}
    assert fields == {
        Dialect.MWS: reads | paid | {Part.CONDITION, Part.GIFT, Part.PAYMENT_DETAILS},
        Dialect.V0: reads | paid | {Part.CONDITION, Part.GIFT, Part.PAYMENT_DETAILS},
        Dialect.LATEST: reads | paid | {Part.CONDITION, Part.PARCELS},
        Dialect.ORDER_CHANGE: everywhere | dates | {Part.PROMISE, Part.UNITS, Part.ITEM_STATUS},
        Dialect.ORDER_REPORTS: reads | {Part.PAYMENT},
        Dialect.ALL_ORDERS: everywhere | {Part.PRICES, Part.BUYER, Part.PAYMENT_DETAILS, Part.ITEM_STATUS},
        Dialect.PENDING_ORDERS: {Part.QUANTITY, Part.PAYMENT},
    }


def test_a_row_that_cannot_be_read_names_its_cell_and_the_mend() -> None:
    with pytest.raises(StatusTableError, match=r"status_table\.py: the row total has 1 cells; give it 9\."):
        status_table._row(Part.TOTAL, "+V1")
    cells = ["+V1"] * 8
    with pytest.raises(
        StatusTableError, match=r"the cell total, Unfulfillable is '\+V1/V2'; write \+ or - and the code"
    ):
        status_table._row(Part.TOTAL, *cells, "+V1/V2")


def test_a_cell_names_its_source() -> None:
    with pytest.raises(StatusTableError, match=r"the cell total, Unfulfillable is '\+'; write \+ or - and the code"):
        status_table._row(Part.TOTAL, *["+V1"] * 8, "+")
