"""Invoice confirmations by feed: what is done, what is refused, and what dialects show of it. Source: INVOICES."""

from typing import Any

import pytest

from marketplace_sandbox.api.spapi.notifications import order_change
from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.orders.order import Order
from tests.api.formats.feeds.filing import CONFIRM_INVOICE, envelope, invoice, invoiced, outcome
from tests.api.shop import Seller

TWO = [{"sku": "A", "price": 20}, {"sku": "B", "quantity": 2, "price": 15}]
UNKNOWN = "902-0000001-0000001"


def shipped(seller: Seller, **form: Any) -> Order:
    order = seller.place_order(**{"invoice": True, "items": TWO, **form})
    seller.world.act(order.order_id, "seller-confirm-shipment")
    return order


def status(seller: Seller, order: Order) -> str:
    return str(seller.world.order(order.order_id).status)


def in_v0(seller: Seller, order: Order) -> Any:
    return seller.get(f"/orders/v0/orders/{order.order_id}").payload


def in_2026(seller: Seller, order: Order) -> Any:
    path = f"/orders/2026-01-01/orders/{order.order_id}"
    return seller.get(path, includedData="FULFILLMENT,TAX").body["order"]


def test_an_order_is_shipped_once_its_invoice_is_confirmed(seller: Seller) -> None:
    seller.world.execute(Subscribe("http://127.0.0.1:9/hook", "whsec_a2VwdCBmb3IgZXZlciBhbmQgZXZlcg=="))
    order = shipped(seller)
    shown = in_v0(seller, order)
    assert (shown["OrderStatus"], shown["ElectronicInvoiceStatus"]) == ("InvoiceUnconfirmed", "NotFound")
    assert in_2026(seller, order)["tax"]["taxInvoicing"]["invoiceStatus"] == "NOT_FOUND"
    came = outcome(seller, CONFIRM_INVOICE, envelope(CONFIRM_INVOICE, invoice(order)))
    assert (came.status, came.counts, came.codes) == ("DONE", (1, 1, 0, 0), [])
    shown = in_v0(seller, order)
    assert (shown["OrderStatus"], shown["ElectronicInvoiceStatus"]) == ("Shipped", "Accepted")
    later = in_2026(seller, order)
    assert later["fulfillment"]["fulfillmentStatus"] == "SHIPPED"
    assert later["tax"]["taxInvoicing"]["invoiceStatus"] == "ACCEPTED"
    deliveries = seller.world.state.deliveries.values()
    *_, last = (each for each in deliveries if each.notice.notification_type == "ORDER_CHANGE")
    told = order_change.render(seller.world, last).decode()
    assert '"OrderStatus":"Shipped"' in told
    assert '"OrderChangeType":"OrderStatusChange"' in told


def test_items_are_confirmed_by_their_ids_and_units(seller: Seller) -> None:
    order = shipped(seller)
    one, two = (each.order_item_id for each in order.items)
    for body in (invoice(order, invoiced(one)), invoice(order, invoiced(two, "1"), sent_at="")):
        assert outcome(seller, CONFIRM_INVOICE, envelope(CONFIRM_INVOICE, body)).codes == []
        assert status(seller, order) == "InvoiceUnconfirmed"
    rest = invoice(order, invoiced(two, "1"), sent_at="2026-03-02T15:30:00")
    assert outcome(seller, CONFIRM_INVOICE, envelope(CONFIRM_INVOICE, rest)).codes == []
    assert status(seller, order) == "Shipped"


def test_each_message_stands_alone_and_the_report_says_why(seller: Seller) -> None:
    good, done, plain = shipped(seller), shipped(seller), shipped(seller, invoice=False)
    seller.world.act(done.order_id, "seller-confirm-invoice")
    early = seller.place_order(invoice=True, items=TWO)
    item = early.items[0].order_item_id
    bodies = [
        invoice(done), invoice(plain), invoice(early), invoice(UNKNOWN), invoice(good, invoiced(item)),
        invoice(good, invoiced(good.items[0].order_item_id, "2")), invoice(good, invoiced("A")), invoice(good),
    ]  # fmt: skip
    came = outcome(seller, CONFIRM_INVOICE, envelope(CONFIRM_INVOICE, *bodies))
    assert (came.status, came.counts) == ("DONE", (8, 1, 7, 0))
    assert [(number, code, text.partition(":")[0]) for number, code, _, text in came.listed] == [
        ("1", "18028", "INVOICE_ALREADY_CONFIRMED"),
        ("2", "18028", "NO_INVOICE_OWED"),
        ("3", "18028", "SHIPMENT_NOT_CONFIRMED"),
        ("4", "18028", "UNKNOWN_ORDER"),
        ("5", "18028", "INVALID_ITEM"),
        ("6", "18021", "INVALID_QUANTITY"),
        ("7", "18028", "INVALID_ITEM"),
    ]
    assert [status(seller, each) for each in (good, plain, early)] == ["Shipped", "Shipped", "Unshipped"]
    assert f"<AmazonOrderItemCode>{item}</AmazonOrderItemCode>".encode() in came.raw


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (lambda _order: "", "5000", "InvoiceConfirmation needs AmazonOrderID."),
        (lambda _order: invoice("12"), "25441", "'12' is no order id"),
        (lambda order: invoice(order, sent_at="2026-03-02"), "5000", "InvoiceSentDate is a date with a time"),
        (lambda order: invoice(order, sent_at="soonT"), "5000", "InvoiceSentDate is ISO 8601"),
        (lambda order: invoice(order, sent_at=" "), "5000", "InvoiceSentDate is a date with a time"),
        (lambda order: invoice(order, "<Item/>"), "5000", "Item needs AmazonOrderItemCode."),
        (lambda order: invoice(order, invoiced("1", "0")), "5000", "QuantityConfirmed is a whole number from 1"),
        (lambda order: invoice(order, invoiced("1", "one")), "5000", "QuantityConfirmed is a whole number from 1"),
        (lambda order: invoice(order, "<Itm/>"), "5000", "no element 'Itm'; did you mean 'Item'?"),
        (lambda order: invoice(order, "<Item><Quantity>1</Quantity></Item>"), "5000", "no element 'Quantity'"),
        (lambda order: invoice(order) + invoice(order), "5000", "the sequence is AmazonOrderID, InvoiceSentDate, Item"),
    ],
)
def test_what_is_against_the_schema_is_refused_and_changes_nothing(
    seller: Seller, make: Any, code: str, said: str
) -> None:
    order = shipped(seller)
    came = outcome(seller, CONFIRM_INVOICE, envelope(CONFIRM_INVOICE, make(order)))
    assert (came.status, came.counts, came.codes) == ("DONE", (1, 0, 1, 0), [("1", code)])
    assert said in came.text
    assert status(seller, order) == "InvoiceUnconfirmed"


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        ("", [("0", "5001")]),
        ('{"orderId": "1"}', [("0", "5001")]),
        ("order-id\tquantity\r\n1\t1\r\n", [("0", "5001")]),
        ("<InvoiceConfirmation/>", [("9223372036854775807", "50001")]),
        (envelope(CONFIRM_INVOICE, "", subject="OrderFulfillment"), [("0", "5000")]),
    ],
)
def test_a_file_that_cannot_be_read_makes_a_fatal_feed(
    seller: Seller, content: str, codes: list[tuple[str, str]]
) -> None:
    order = shipped(seller)
    came = outcome(seller, CONFIRM_INVOICE, content)
    assert (came.status, came.codes) == ("FATAL", codes)
    assert status(seller, order) == "InvoiceUnconfirmed"


def test_the_same_file_twice_is_done_once(seller: Seller) -> None:
    order = shipped(seller)
    file = envelope(CONFIRM_INVOICE, invoice(order, invoiced(order.items[1].order_item_id, "1")))
    outcome(seller, CONFIRM_INVOICE, file)
    again = outcome(seller, CONFIRM_INVOICE, file)
    assert "has been worked off before" in again.text
    assert [each.quantity_invoiced for each in seller.world.order(order.order_id).items] == [0, 1]
