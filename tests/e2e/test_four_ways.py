"""XML and flat file, SP-API and MWS: a request found in a scheduled report is canceled by feed, with one end state."""

import io
from collections.abc import Callable
from typing import Any

import mws
import pytest
from lxml import etree
from sp_api.api import Feeds, Sellers

from tests.e2e.clients_reports import Clients, rows
from tests.e2e.sandbox import US, Json

UNSHIPPED = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
XML, FLAT = "POST_ORDER_ACKNOWLEDGEMENT_DATA", "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
FLAG = "is-buyer-requested-cancellation"


@pytest.fixture
def clients(clients: Clients) -> Clients:
    clients.sandbox.put("settings", {"order_report_cancellation_columns": True})
    return clients


def xml_feed(clients: Clients, wanted: list[Json], reason: str) -> str:
    """An order acknowledgement that cancels a whole order, made from the rows of a report."""
    items = "".join(
        f"<Item><AmazonOrderItemCode>{row['order-item-id']}</AmazonOrderItemCode>"
        f"<CancelReason>{reason}</CancelReason></Item>"
        for row in wanted
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<AmazonEnvelope>
  <Header>
    <DocumentVersion>1.01</DocumentVersion>
    <MerchantIdentifier>{clients.sandbox.seller["seller_id"]}</MerchantIdentifier>
  </Header>
  <MessageType>OrderAcknowledgement</MessageType>
  <Message><MessageID>1</MessageID><OrderAcknowledgement>
    <AmazonOrderID>{wanted[0]["order-id"]}</AmazonOrderID><StatusCode>Failure</StatusCode>{items}
  </OrderAcknowledgement></Message>
</AmazonEnvelope>"""


def flat_feed(_clients: Clients, wanted: list[Json], reason: str) -> str:
    """The same as a table."""
    lines = [
        "TemplateType=OrderCancellation\tVersion=1.0/1.0.3\tThis row is for the platform alone.",
        "order-id\tcancellation-reason-code\tamazon-order-item-code",
        *(f"{row['order-id']}\t{reason}\t{row['order-item-id']}" for row in wanted),
    ]
    return "\r\n".join(lines) + "\r\n"


def by_sp_api(clients: Clients, kind: str, file: str) -> str:
    """Submit by python-amazon-sp-api, wait, and answer the processing report."""
    feeds = clients.new(Feeds)
    media_type = "text/xml; charset=UTF-8" if kind == XML else "text/tab-separated-values; charset=UTF-8"
    _, made = feeds.submit_feed(kind, io.BytesIO(file.encode()), content_type=media_type)
    feed_id = made.payload["feedId"]
    assert feeds.get_feed(feed_id).payload["processingStatus"] == "IN_QUEUE"
    clients.sandbox.by("PT2M")
    done = feeds.get_feed(feed_id).payload
    assert done["processingStatus"] == "DONE"
    report: str = feeds.get_feed_document(done["resultFeedDocumentId"])
    return report


def by_mws(clients: Clients, kind: str, file: str) -> str:
    """The same by the `mws` package."""
    keys = clients.sandbox.seller["mws"]
    feeds = mws.Feeds(keys["access_key"], keys["secret_key"], keys["seller_id"], domain=clients.sandbox.url)
    media_type = "text/xml" if kind == XML else "text/tab-separated-values; charset=iso-8859-1"
    sent = feeds.submit_feed(file.encode(), f"_{kind}_", marketplaceids=[US], content_type=media_type)
    feed_id = str(sent.parsed.FeedSubmissionInfo.FeedSubmissionId)
    clients.sandbox.by("PT2M")
    info = feeds.get_feed_submission_list(feedids=[feed_id]).parsed.FeedSubmissionInfo
    assert str(info.FeedProcessingStatus) == "_DONE_"
    answer = feeds.get_feed_submission_result(feed_id)
    assert "content-md5" in answer.response.headers
    return str(answer.response.text)


WAYS = [
    pytest.param(by_sp_api, XML, xml_feed, id="SP-API, XML"),
    pytest.param(by_sp_api, FLAT, flat_feed, id="SP-API, flat file"),
    pytest.param(by_mws, XML, xml_feed, id="MWS, XML"),
    pytest.param(by_mws, FLAT, flat_feed, id="MWS, flat file"),
]


def found_in_a_report(clients: Clients) -> list[Json]:
    """The rows of the one order whose buyer asks, from a report that came by itself."""
    sandbox = clients.sandbox
    clients.new(Sellers).get_marketplace_participation()
    clients.reports.create_report_schedule(reportType=UNSHIPPED, marketplaceIds=[US], period="PT15M")
    asked, _other = (sandbox.place_order(items=[{"sku": "A"}, {"sku": "B", "quantity": 2}]) for _ in range(2))
    sandbox.by("PT31M")
    sandbox.act(asked, "buyer-request-cancellation", reason="late")
    sandbox.by("PT20M")
    done = clients.reports.get_reports(reportTypes=[UNSHIPPED], processingStatuses=["DONE"]).payload["reports"][0]
    wanted = [row for row in rows(clients.read(done)) if row[FLAG].lower() == "true"]
    assert {row["order-id"] for row in wanted} == {asked}
    assert len(wanted) == 2
    return wanted


@pytest.mark.parametrize(("submit", "kind", "write"), WAYS)
@pytest.mark.parametrize(("reason", "counts"), [("BuyerCanceled", False), ("NoInventory", True)])
def test_every_way_ends_alike(
    clients: Clients,
    submit: Callable[[Clients, str, str], str],
    kind: str,
    write: Callable[[Clients, list[Json], str], str],
    reason: str,
    counts: bool,
) -> None:
    wanted = found_in_a_report(clients)
    report = submit(clients, kind, write(clients, wanted, reason))
    check_report(kind, report)
    check_end(clients, wanted[0]["order-id"], counts=counts)


def check_report(kind: str, report: str) -> None:
    """One message or two records, all accepted, none mentioned."""
    if kind == FLAT:
        assert "Number of records processed\t\t2" in report
        assert "Number of records successful\t\t2" in report
        return
    root: Any = etree.fromstring(report.encode())
    summary = {each.tag: each.text for each in root.iter() if str(each.tag).startswith("Messages")}
    assert (summary["MessagesProcessed"], summary["MessagesSuccessful"], summary["MessagesWithError"]) == (
        "1",
        "1",
        "0",
    )
    assert root.find(".//Result") is None


def check_end(clients: Clients, order_id: str, *, counts: bool) -> None:
    sandbox = clients.sandbox
    assert sandbox.sp_orders().get_order(order_id).payload["OrderStatus"] == "Canceled"
    order = sandbox.get(f"orders/{order_id}")
    assert (order["cancellation"]["by"], order["cancellation"]["counts_in_rate"]) == ("MERCHANT", counts)
    rate = sandbox.get("metrics")["cancellation_rate"]
    assert (rate["canceled"], rate["orders"], rate["status"]) == (int(counts), 2, "BAD" if counts else "GOOD")
    mails = [mail["kind"] for mail in sandbox.get("mail")["mail"] if mail["order_id"] == order_id]
    assert mails[-2:] == ["canceled_by_seller", "cancellation_receipt"]
