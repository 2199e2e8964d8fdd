"""Feeds as the tests of the API write, send and read them: over HTTP, by the path of a link alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from marketplace_sandbox.core.orders.order import Order
from tests.api.contract import Answer
from tests.api.shop import US, Seller

BASE = "/feeds/2021-06-30"
ACKNOWLEDGE, FLAT_ACKNOWLEDGE = "POST_ORDER_ACKNOWLEDGEMENT_DATA", "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
ADJUST, FLAT_ADJUST = "POST_PAYMENT_ADJUSTMENT_DATA", "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA"
FULFIL, FLAT_FULFIL = "POST_ORDER_FULFILLMENT_DATA", "POST_FLAT_FILE_FULFILLMENT_DATA"
CONFIRM_INVOICE, ESTIMATE = "POST_INVOICE_CONFIRMATION_DATA", "POST_EXPECTED_SHIP_DATE_SOD"
SUBJECTS = {
    ACKNOWLEDGE: "OrderAcknowledgement",
    ADJUST: "OrderAdjustment",
    FULFIL: "OrderFulfillment",
    CONFIRM_INVOICE: "InvoiceConfirmation",
    ESTIMATE: "OrderSourcingOnDemand",
}
XML, TABLE = "text/xml; charset=UTF-8", "text/tab-separated-values; charset=UTF-8"

Json = dict[str, Any]


def envelope(feed_type: str, *bodies: str, subject: str = "") -> str:
    """An XML feed, its messages numbered from one."""
    subject = subject or SUBJECTS[feed_type]
    messages = "".join(
        f"<Message><MessageID>{number}</MessageID><{subject}>{body}</{subject}></Message>"
        for number, body in enumerate(bodies, 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion>'
        f"<MerchantIdentifier>M</MerchantIdentifier></Header><MessageType>{subject}</MessageType>{messages}"
        "</AmazonEnvelope>"
    )


def cancel(order: Order | str, reason: str = "NoInventory", items: Sequence[str] | None = None) -> str:
    """The heart of an OrderAcknowledgement that cancels, with all items of the order unless some are named."""
    order_id = order if isinstance(order, str) else order.order_id
    named = items if items is not None else [] if isinstance(order, str) else [i.order_item_id for i in order.items]
    listed = "".join(
        f"<Item><AmazonOrderItemCode>{each}</AmazonOrderItemCode><CancelReason>{reason}</CancelReason></Item>"
        for each in named
    )
    return f"<AmazonOrderID>{order_id}</AmazonOrderID><StatusCode>Failure</StatusCode>{listed}"


def adjust(order: Order, *items: str) -> str:
    """The heart of an OrderAdjustment."""
    return f"<AmazonOrderID>{order.order_id}</AmazonOrderID>{''.join(items)}"


def adjusted(item_id: str, amount: str, kind: str = "Principal", reason: str = "CustomerCancel") -> str:
    """One AdjustedItem with one component."""
    return (
        f"<AdjustedItem><AmazonOrderItemCode>{item_id}</AmazonOrderItemCode><AdjustmentReason>{reason}</AdjustmentReason>"
        f'<ItemPriceAdjustments><Component><Type>{kind}</Type><Amount currency="USD">{amount}</Amount></Component>'
        "</ItemPriceAdjustments></AdjustedItem>"
    )


def invoice(order: Order | str, *items: str, sent_at: str = "2026-03-02T15:00:00+08:00") -> str:
    """The heart of an InvoiceConfirmation."""
    order_id = order if isinstance(order, str) else order.order_id
    date = f"<InvoiceSentDate>{sent_at}</InvoiceSentDate>" if sent_at else ""
    return f"<AmazonOrderID>{order_id}</AmazonOrderID>{date}{''.join(items)}"


def invoiced(item_id: str, quantity: str = "") -> str:
    """One Item of an InvoiceConfirmation."""
    units = f"<QuantityConfirmed>{quantity}</QuantityConfirmed>" if quantity else ""
    return f"<Item><AmazonOrderItemCode>{item_id}</AmazonOrderItemCode>{units}</Item>"


def ship_date(order: Order | str, sku: str = "SKU-1", at: str = "2026-03-09T17:00:00+09:00") -> str:
    """The heart of an OrderSourcingOnDemand."""
    order_id = order if isinstance(order, str) else order.order_id
    return f"<AmazonOrderID>{order_id}</AmazonOrderID><SKU>{sku}</SKU><EstimatedShipDate>{at}</EstimatedShipDate>"


def table(*rows: Sequence[str], template: str = "") -> str:
    """A flat file, its first row being the heading."""
    first = f"TemplateType={template}\tVersion=1.0/1.0.3\tA note.\r\n" if template else ""
    return first + "".join("\t".join(row) + "\r\n" for row in rows)


def announced(seller: Seller, media_type: str) -> Json:
    """CreateFeedDocument."""
    answer = seller.post(f"{BASE}/documents", {"contentType": media_type})
    assert answer.status == 201, answer.raw
    return dict(answer.body)


def sent(seller: Seller, url: str, content: bytes, media_type: str) -> Answer:
    """The upload to a link."""
    headers = {"content-type": media_type}
    return seller.shop.client("PUT", urlsplit(url).path, body=content, headers=headers, documented=False)


def uploaded(seller: Seller, content: str | bytes, media_type: str) -> str:
    """The id of a document with a file in it."""
    raw = content.encode() if isinstance(content, str) else content
    document = announced(seller, media_type)
    answer = sent(seller, document["url"], raw, media_type)
    assert answer.status == 200, answer.raw
    return str(document["feedDocumentId"])


def create(seller: Seller, feed_type: str, document_id: str, **body: Any) -> Answer:
    """createFeed, whatever comes of it."""
    wanted = {"feedType": feed_type, "marketplaceIds": [US], "inputFeedDocumentId": document_id, **body}
    return seller.post(f"{BASE}/feeds", {name: value for name, value in wanted.items() if value is not None})


def submit(seller: Seller, feed_type: str, content: str | bytes, media_type: str = "") -> str:
    """The id of a new feed."""
    media_type = media_type or (TABLE if "FLAT" in feed_type else XML)
    marketplace_ids = list(seller.world.marketplace_ids)
    answer = create(seller, feed_type, uploaded(seller, content, media_type), marketplaceIds=marketplace_ids)
    assert answer.status == 202, answer.raw
    return str(answer.body["feedId"])


def feed(seller: Seller, feed_id: str) -> Json:
    """GetFeed."""
    answer = seller.get(f"{BASE}/feeds/{feed_id}")
    assert answer.status == 200, answer.raw
    return dict(answer.body)


def link(seller: Seller, document_id: str, **query: Any) -> Json:
    """GetFeedDocument."""
    answer = seller.get(f"{BASE}/documents/{document_id}", **query)
    assert answer.status == 200, answer.raw
    return dict(answer.body)


def fetched(seller: Seller, url: str) -> Answer:
    """What stands behind a link, by its path alone and without a token."""
    return seller.shop.client("GET", urlsplit(url).path, headers={}, documented=False)


@dataclass(frozen=True)
class Outcome:
    """What came of a feed: its status, the counts of its report, and (message, code, kind, text) of what is listed."""

    status: str
    counts: tuple[int, ...]
    listed: list[tuple[str, str, str, str]]
    raw: bytes

    @property
    def codes(self) -> list[tuple[str, str]]:
        return [(number, code) for number, code, _, _ in self.listed]

    @property
    def text(self) -> str:
        """What is said of the only entry."""
        ((_, _, _, text),) = self.listed
        return text


def outcome(seller: Seller, feed_type: str, content: str | bytes, media_type: str = "") -> Outcome:
    """Send a file, let its time pass and read the report."""
    feed_id = submit(seller, feed_type, content, media_type)
    seller.world.advance(timedelta(seconds=90))
    done = feed(seller, feed_id)
    answer = fetched(seller, link(seller, done["resultFeedDocumentId"])["url"])
    assert answer.status == 200, answer.raw
    read = _from_table if "FLAT" in feed_type else _from_xml
    return read(done["processingStatus"], answer.raw)


def _from_xml(status: str, raw: bytes) -> Outcome:
    root = etree.fromstring(raw)
    texts = {each.tag: each.text or "" for each in root.iter()}
    counts = tuple(int(texts[f"Messages{name}"]) for name in ("Processed", "Successful", "WithError", "WithWarning"))
    names = ("MessageID", "ResultMessageCode", "ResultCode", "ResultDescription")
    listed = [tuple(each.findtext(name, "") for name in names) for each in root.iter("Result")]
    return Outcome(status, counts, [(one, two, three, four) for one, two, three, four in listed], raw)


def _from_table(status: str, raw: bytes) -> Outcome:
    lines = raw.decode().split("\n")
    assert lines[0] == "Feed Processing Summary:"
    assert lines[3] == lines[-1] == ""
    counts = tuple(int(line.rpartition("\t")[2]) for line in lines[1:3])
    rows = [line.split("\t") for line in lines[5:-1]]
    return Outcome(status, counts, [(row[0], row[3], row[4], row[5]) for row in rows], raw)
