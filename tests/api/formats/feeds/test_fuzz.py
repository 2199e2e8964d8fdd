"""Files changed at random: each is read or told what is wrong with it, and its feed comes to an end."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace_sandbox.api.formats.feeds.feed_documents import processing_report_file
from marketplace_sandbox.api.formats.feeds.feed_file import read_feed_file
from marketplace_sandbox.core.commands.feeds import CreateFeed
from marketplace_sandbox.core.feeds.values import FEED_TYPES
from marketplace_sandbox.core.journal.opening import Opening
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.formats.feeds.filing import (
    ACKNOWLEDGE,
    ADJUST,
    CONFIRM_INVOICE,
    ESTIMATE,
    FLAT_ACKNOWLEDGE,
    FLAT_ADJUST,
    FLAT_FULFIL,
    FULFIL,
    adjust,
    adjusted,
    cancel,
    envelope,
    invoice,
    invoiced,
    ship_date,
    table,
)

START = datetime(2026, 3, 2, 16, tzinfo=UTC)
KINDS = {"invoice": True, "is_estimated_ship_date_set": False}
ORDER, ITEM = "902-0000001-0000001", "70000000000001"
DATE = "<FulfillmentDate>2026-03-02T15:00:00Z</FulfillmentDate>"


def new_world() -> World:
    """A world with one order, shipped in part."""
    world = World.open(Opening("AFUZZED", START, 0.0, 0.0), MemoryStore(), lambda: 0.0)
    world.place_orders({"id": ORDER, "hold": False, **KINDS, "items": [{"id": ITEM, "price": 20}, {"sku": "B"}]})
    world.act(ORDER, "seller-confirm-shipment", {"items": [ITEM]})
    return world


def files() -> dict[str, str]:
    """One file of each type that is in order."""
    order = new_world().order(ORDER)
    return {
        ACKNOWLEDGE: envelope(ACKNOWLEDGE, cancel(order), cancel(order, items=[ITEM])),
        ADJUST: envelope(ADJUST, adjust(order, adjusted(ITEM, "5.00"))),
        FULFIL: envelope(FULFIL, f"<AmazonOrderID>{ORDER}</AmazonOrderID>{DATE}"),
        CONFIRM_INVOICE: envelope(CONFIRM_INVOICE, invoice(order, invoiced(ITEM, "1")), invoice(order)),
        ESTIMATE: envelope(ESTIMATE, ship_date(order, "B"), ship_date(order)),
        FLAT_ACKNOWLEDGE: table(
            ("order-id", "cancellation-reason-code", "amazon-order-item-code"), (ORDER, "NoInventory", ITEM)
        ),
        FLAT_ADJUST: table(
            ("order-id", "order-item-id", "adjustment-reason-code", "currency", "item-price-adj"),
            (ORDER, ITEM, "NoInventory", "USD", "1.00"),
        ),
        FLAT_FULFIL: table(("order-id", "order-item-id", "quantity", "ship-date"), (ORDER, "", "", "2026-03-02")),
    }


FILES = files()
PIECES = st.one_of(
    st.sampled_from(
        [b"", b"\t", b"\r\n", b"\0", b"<", b">", b"&", b"</", b"<a>", b"&lt;", b"]]>", b"<!--", b"\xff\xfe"]
    ),
    st.sampled_from([b"Failure", b"Cancel", b"-1", b"0", b"1e9", b"99999999999999999999", b"NaN", "Größe🙃".encode()]),
    st.binary(max_size=8),
)
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), PIECES), min_size=1, max_size=4)


@pytest.mark.parametrize("feed_type", FILES)
@settings(max_examples=120)
@given(changes=CHANGES)
def test_whatever_is_sent_comes_to_an_end(feed_type: str, changes: list[tuple[float, int, bytes]]) -> None:
    content = FILES[feed_type].encode()
    for where, length, piece in changes:
        at = int(where * len(content))
        content = content[:at] + piece + content[at + length :]
    said = read_feed_file(FEED_TYPES[feed_type], content, "text/plain; charset=UTF-8")
    world = new_world()
    command = CreateFeed(
        feed_type,
        (FEED_TYPES[feed_type].only_in or "ATVPDKIKX0DER",),
        media_type="x",
        content=content,
        digest=said.digest,
        messages=said.messages,
        fatal=said.fatal,
    )
    assert CreateFeed.read(json.loads(json.dumps(command.write()))) == command, "the journal bears it"
    feed_id = world.execute(command).feed_id
    world.advance(timedelta(seconds=90))
    feed = world.state.feeds.find(feed_id)
    assert feed.status in ("DONE", "FATAL")
    for legacy in (False, True):
        report = processing_report_file(feed, world.seller_id, legacy=legacy).content
        assert not any(word in report for word in (b"Traceback", b"None", b"True", b"object at 0x"))
