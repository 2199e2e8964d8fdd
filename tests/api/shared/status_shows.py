"""What comes of the table of statuses in every dialect's own words: each field in each status, as text.

`python -m tests.api.shared.status_shows` writes it to status_shows.txt anew; read the difference before you keep it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from marketplace_sandbox.api.field_mapping.projections import EVERY_DATA_SET, EVERY_RIGHT
from marketplace_sandbox.api.formats.reports import all_orders, converged, new_orders, pending, unshipped
from marketplace_sandbox.api.formats.reports.all_orders_xml import order_element as all_orders_element
from marketplace_sandbox.api.formats.reports.order_xml import order_report
from marketplace_sandbox.api.mws.order_xml import item_element, order_element
from marketplace_sandbox.api.shared.status_table import Dialect, DisplayStatus
from marketplace_sandbox.api.spapi.notifications import order_change
from marketplace_sandbox.api.spapi.orders_2026 import renderer as latest
from marketplace_sandbox.api.spapi.orders_v0 import renderer as v0
from marketplace_sandbox.core.notifications.outbox import Delivery, Notice
from marketplace_sandbox.core.orders.order import (
    Cancellation,
    Channel,
    Order,
    Party,
    Request,
    RequestState,
    Shipment,
    Status,
)
from marketplace_sandbox.core.reports.values import REPORT_TYPES, Contents, Report
from marketplace_sandbox.core.rules.outcomes import STATUS_CHANGE
from tests.core.worlds import START, a_world, place

GOLDEN = Path(__file__).with_name("status_shows.txt")
COLUMNS = [(channel, status) for channel in Channel for status in DisplayStatus]
"""The situations of an order, in the order of the signs in a line."""

WORLD = a_world(buyer_withdrawal=True, order_report_cancellation_columns=True)
POLICY = WORLD.policy
_GIFT = {
    "buyer_customized_info": {"customized_url": "https://example.com/design.zip"},
    "gift_wrap_price": 3,
    "gift_wrap_tax": 0.25,
    "gift_message_text": "Many happy returns!",
    "gift_wrap_level": "Classic",
}
_ITEM = {
    "sku": "A", "quantity": 3, "price": 20, "tax": 1.5, "shipping": 2.25, "shipping_tax": 0.25, "cod_fee": 2,
    "cod_fee_discount": 1, "promotion_discount": 1, "promotion_discount_tax": 0.1, "shipping_discount": 1,
    "shipping_discount_tax": 0.1, "promotion_ids": ["SPRING"], "buyer_info": _GIFT,
    "condition_note": "Dented", "serial_number_required": True,
    "points_granted": {"points_number": 5, "points_monetary_value": 5},
    "associated_items": [{"order_id": "1", "order_item_id": "2", "association_type": "WARRANTY", "purchase_price": 9}],
}  # fmt: skip
_TAX_INFO = {"company_legal_name": "Example Ltd.", "tax_classifications": [{"name": "VATNumber", "value": "DE0"}]}
_ORDER = place(
    WORLD,
    items=[_ITEM],
    hold=False,
    buyer={"buyer_tax_info": _TAX_INFO, "buyer_county": "Kent", "purchase_order_number": "PO-1"},
    ship_to={"line2": "Flat 2", "company_name": "Example Ltd.", "address_line3": "Ring twice", "county": "Kent"},
    delivery_preferences={"drop_off_location": "Front Door", "address_instructions": "The blue door"},
    payment_execution_detail=[{"payment": 77, "payment_method": "CreditCard", "authorization_code": "A1"}],
    buyer_tax_information={"buyer_tax_office": "Ulus", "buyer_business_address": "Ornek Sokak 1"},
    buyer_invoice_preference="BUSINESS",
    delivery_tip=2,
)

REPORT = Report("1", next(iter(REPORT_TYPES.values())), (_ORDER.marketplace_id,), START, START, START)
"""One that is asked for in the SP-API."""

Fields = Mapping[str, str]
"""The fields a dialect writes, by their paths, each with its sign."""


def sample(channel: Channel, status: DisplayStatus) -> Order:
    """An order in a situation that has everything any status could show, be there such an order or not."""
    canceled = status in (DisplayStatus.CANCELED, DisplayStatus.CANCELED_BEFORE_RELEASE)
    (item,) = _ORDER.items
    confirmed = 3 if status in (DisplayStatus.SHIPPED, DisplayStatus.INVOICE_UNCONFIRMED) else 1
    request = Request(RequestState.OPEN, "late", "It is late", START)
    return replace(
        _ORDER,
        channel=channel,
        status=Status.CANCELED if canceled else Status(status.value),
        items=(replace(item, quantity_confirmed=confirmed, request=request),),
        released_at=None if status is DisplayStatus.CANCELED_BEFORE_RELEASE else START,
        ship_by_at=START + timedelta(days=3),
        shipments=(Shipment("UPS", "1Z", START, ((item.order_item_id, confirmed),)),),
        cancellation=Cancellation(Party.AMAZON, "fraud", START, counts_in_rate=False) if canceled else None,
    )


def notice_of(order: Order) -> Notice:
    """A notice of what brought such an order about."""
    outcome = "canceled_for_fraud" if order.cancellation else "released"
    promise = POLICY.span("delivery_after", order.marketplace_id)
    return Notice("1", "ORDER_CHANGE", STATUS_CHANGE, outcome, order.last_updated_at, order, delivery_after=promise)


def fields_by_file(order: Order) -> Iterator[tuple[Dialect, str, Fields]]:
    """Every answer and file that shows an order, with the dialect whose cells it follows."""
    promise = POLICY.span("delivery_after", order.marketplace_id)
    (item,) = order.items
    yield Dialect.MWS, "order", of_xml(order_element(order, promise))
    yield Dialect.MWS, "item", of_xml(item_element(order, item, POLICY))
    yield Dialect.V0, "order", of_json(v0.ORDER.dump(v0.order_in_v0(order, POLICY, EVERY_RIGHT)))
    yield Dialect.V0, "item", of_json(v0.ITEMS.dump(v0.items_in_v0(order, POLICY, personal=True))[0])
    yield Dialect.LATEST, "order", of_json(latest.ORDER.dump(latest.order_in_2026(order, POLICY, EVERY_DATA_SET)))
    notification = json.loads(order_change.render(WORLD, Delivery("1", notice_of(order), "1")))
    yield Dialect.ORDER_CHANGE, "summary", of_json(notification["Payload"]["OrderChangeNotification"]["Summary"])
    yield Dialect.ORDER_REPORTS, "new orders", of_table(new_orders, order)
    yield Dialect.ORDER_REPORTS, "unshipped", of_table(unshipped, order)
    yield Dialect.ORDER_REPORTS, "xml", of_xml(order_report(order))
    yield Dialect.ORDER_REPORTS, "converged", of_table(converged, order)
    yield Dialect.ALL_ORDERS, "all orders", of_table(all_orders, order)
    yield (
        Dialect.ALL_ORDERS,
        "xml",
        of_xml(all_orders_element(REPORT, all_orders.rows(Contents(START, POLICY, (order,))))),
    )
    yield Dialect.PENDING_ORDERS, "pending", of_table(pending, order)


def of_json(value: Any, path: str = "") -> dict[str, str]:
    """The leaves of a body by their paths: `+`, or `0` for what is null, false, zero or empty."""
    if isinstance(value, dict):
        return {name: sign for key, each in value.items() for name, sign in of_json(each, f"{path}.{key}").items()}
    if isinstance(value, list) and value:
        return {name: sign for each in value for name, sign in of_json(each, f"{path}[]").items()}
    return {path.lstrip("."): "0" if value in (None, "", "0", "false", []) or not value else "+"}


def of_xml(node: "etree._Element", path: str = "") -> dict[str, str]:
    """The leaves of an element, in the same way."""
    fields: dict[str, str] = {}
    for child in node:
        name = f"{path}.{etree.QName(child).localname}"
        fields |= of_xml(child, name) if len(child) else of_json(child.text, name)
    return fields


def of_table(file: Any, order: Order) -> dict[str, str]:
    """The cells of the first row of a table; an order without a row has none."""
    columns = file.columns(REPORT, requests=True)
    for row in file.rows(Contents(START, POLICY, (order,))):
        return {name: of_json(text)[""] for name, read in columns if (text := read(row)) != ""}
    return {}


def signs(channel: Channel, status: DisplayStatus) -> dict[str, str]:
    """Every field that is shown in a situation, as `dialect, file: field`, with its sign."""
    order = sample(channel, status)
    return {
        f"{dialect}, {file}: {field}": sign
        for dialect, file, fields in fields_by_file(order)
        for field, sign in fields.items()
    }


def whole() -> str:
    """The text: a line for each field, with a sign for each situation."""
    columns = [signs(*situation) for situation in COLUMNS]
    names = list(dict.fromkeys(name for column in columns for name in column))
    names.sort(key=lambda name: [str(each) for each in Dialect].index(name.partition(",")[0]))
    half = len(DisplayStatus)
    lines = [
        "What every dialect shows of an order: + shown, 0 shown as nothing (0, false, null or empty), . not there.",
        f"The nine signs are {', '.join(DisplayStatus)}; first of orders the seller ships, then of Amazon's.",
        "",
    ]
    for name in names:
        line = "".join(column.get(name, ".") for column in columns)
        lines.append(f"{line[:half]} {line[half:]}  {name}")
    return "\n".join(lines) + "\n"


@cache
def recorded() -> dict[tuple[Channel, DisplayStatus], dict[str, str]]:
    """What status_shows.txt says, by situation."""
    by_situation: dict[tuple[Channel, DisplayStatus], dict[str, str]] = {each: {} for each in COLUMNS}
    for line in GOLDEN.read_text(encoding="utf-8").splitlines()[3:]:
        by_seller, by_amazon, name = line.split(maxsplit=2)
        for situation, sign in zip(COLUMNS, by_seller + by_amazon, strict=True):
            if sign != ".":
                by_situation[situation][name] = sign
    return by_situation


if __name__ == "__main__":
    GOLDEN.write_text(whole(), encoding="utf-8")
