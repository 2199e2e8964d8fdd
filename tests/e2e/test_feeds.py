"""Feeds through the socket: what clients send in odd ways, what is told of their end, and files that mean harm."""

import base64
import hashlib
import io
import json
import re
from random import Random
from typing import Any
from urllib.parse import urlencode

import mws
import pytest
import requests
from lxml import etree
from sp_api.api import Feeds

from tests.e2e.clients_reports import Clients
from tests.e2e.sandbox import US, Json, Sandbox, receiving

XML, FLAT = "POST_ORDER_ACKNOWLEDGEMENT_DATA", "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA"
REFUND = "POST_PAYMENT_ADJUSTMENT_DATA"
MEDIA = "text/xml; charset=UTF-8"
FEEDS = "/feeds/2021-06-30"


def envelope(subject: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion>'
        f"<MerchantIdentifier>M</MerchantIdentifier></Header><MessageType>{subject}</MessageType>"
        f"<Message><MessageID>1</MessageID><{subject}>{body}</{subject}></Message></AmazonEnvelope>"
    )


def cancellation(order_id: str) -> str:
    """A feed that cancels a whole order."""
    body = f"<AmazonOrderID>{order_id}</AmazonOrderID><StatusCode>Failure</StatusCode>"
    return envelope("OrderAcknowledgement", body)


def by_hand(sandbox: Sandbox, method: str, path: str, body: Any = None) -> requests.Response:
    """One call of the SP-API."""
    headers = {"x-amz-access-token": sandbox.token()}
    return sandbox.session.request(method, sandbox.url + path, json=body, headers=headers, timeout=60)


def upload(sandbox: Sandbox, content: bytes) -> tuple[str, requests.Response]:
    """A new document, and what came of sending a file to it."""
    made = by_hand(sandbox, "POST", f"{FEEDS}/documents", {"contentType": MEDIA}).json()
    sent = sandbox.session.put(made["url"], data=content, headers={"Content-Type": MEDIA}, timeout=60)
    return made["feedDocumentId"], sent


def test_a_client_cancels_and_a_webhook_tells_of_the_feeds_end(clients: Clients) -> None:
    sandbox = clients.sandbox
    order_id = sandbox.place_order(hold=False)
    with receiving() as receiver:
        sandbox.post("webhooks", {"url": receiver.url, "notification_types": ["FEED_PROCESSING_FINISHED"]})
        feeds = clients.new(Feeds)
        _, made = feeds.submit_feed(XML, io.BytesIO(cancellation(order_id).encode()), content_type=MEDIA)
        sandbox.by("PT2M")
    (told,) = (body["payload"]["feedProcessingFinishedNotification"] for body in receiver.bodies)
    done = feeds.get_feed(made.payload["feedId"]).payload
    assert told["feedId"] == done["feedId"]
    assert (told["feedType"], told["processingStatus"]) == (XML, "DONE")
    assert told["resultFeedDocumentId"] == done["resultFeedDocumentId"]
    assert "<MessagesSuccessful>1<" in feeds.get_feed_document(done["resultFeedDocumentId"])
    assert sandbox.sp_orders().get_order(order_id).payload["OrderStatus"] == "Canceled"
    assert [each["feedId"] for each in feeds.get_feeds(feedTypes=XML).payload["feeds"]] == [done["feedId"]]


def test_a_client_takes_a_feed_back(clients: Clients) -> None:
    sandbox = clients.sandbox
    order_id = sandbox.place_order(hold=False)
    feeds = clients.new(Feeds)
    _, made = feeds.submit_feed(XML, io.BytesIO(cancellation(order_id).encode()), content_type=MEDIA)
    feeds.cancel_feed(made.payload["feedId"])
    sandbox.by("PT1H")
    assert feeds.get_feed(made.payload["feedId"]).payload["processingStatus"] == "CANCELLED"
    assert sandbox.get(f"orders/{order_id}")["status"] == "Unshipped"


def test_the_same_refund_sent_by_both_apis_is_paid_once(clients: Clients) -> None:
    sandbox = clients.sandbox
    order_id = sandbox.place_order(hold=False, items=[{"sku": "A", "price": 20}])
    sandbox.act(order_id, "seller-confirm-shipment")
    item = sandbox.get(f"orders/{order_id}")["items"][0]["order_item_id"]
    file = envelope(
        "OrderAdjustment",
        f"<AmazonOrderID>{order_id}</AmazonOrderID><AdjustedItem><AmazonOrderItemCode>{item}</AmazonOrderItemCode>"
        "<AdjustmentReason>CustomerCancel</AdjustmentReason><ItemPriceAdjustments><Component><Type>Principal</Type>"
        '<Amount currency="USD">5.00</Amount></Component></ItemPriceAdjustments></AdjustedItem>',
    )
    clients.new(Feeds).submit_feed(REFUND, io.BytesIO(file.encode()), content_type=MEDIA)
    sandbox.by("PT2M")
    keys = sandbox.seller["mws"]
    legacy = mws.Feeds(keys["access_key"], keys["secret_key"], keys["seller_id"], domain=sandbox.url)
    sent = legacy.submit_feed(file.encode(), f"_{REFUND}_", marketplaceids=[US])
    sandbox.by("PT2M")
    report = legacy.get_feed_submission_result(str(sent.parsed.FeedSubmissionInfo.FeedSubmissionId)).response.text
    assert "<ResultMessageCode>5000<" in report
    assert "<MessagesWithWarning>1<" in report
    refunds = sandbox.get(f"orders/{order_id}")["refunds"]
    assert [(each["state"], each["amounts"][0]["amount"]) for each in refunds] == [("released", "5.00")]


def test_a_feed_is_stuck_and_another_is_given_up(clients: Clients) -> None:
    sandbox = clients.sandbox
    orders = [sandbox.place_order(hold=False) for _ in range(3)]
    sandbox.post("faults", {"kind": "feed_stuck", "type": XML, "by": "PT1H"})
    sandbox.post("faults", {"kind": "feed_fatal", "type": XML})
    feeds = clients.new(Feeds)
    _, made = feeds.submit_feed(XML, io.BytesIO(cancellation(orders[0]).encode()), content_type=MEDIA)
    assert submit(sandbox, cancellation(orders[1]), {"Content-Type": "text/xml"}).status_code == 200
    feeds.submit_feed(XML, io.BytesIO(cancellation(orders[2]).encode()), content_type=MEDIA)
    sandbox.by("PT59M")
    ended = feeds.get_feeds(feedTypes=XML).payload["feeds"]
    assert [each["processingStatus"] for each in ended] == ["DONE", "FATAL", "IN_QUEUE"]
    assert "The feed was told to fail" in feeds.get_feed_document(ended[1]["resultFeedDocumentId"])
    sandbox.by("PT3M")
    assert feeds.get_feed(made.payload["feedId"]).payload["processingStatus"] == "DONE"
    statuses = [sandbox.get(f"orders/{each}")["status"] for each in orders]
    assert statuses == ["Canceled", "Unshipped", "Canceled"]
    assert [each["account"] for each in sandbox.get("faults")["faults"]] == ["1 of 1 were met"] * 2


def test_the_platform_cancels_a_feed_by_itself(clients: Clients) -> None:
    """Captures: the platform can cancel a feed by itself (CANCELLED). Nothing of it is done, and the next goes on."""
    sandbox = clients.sandbox
    orders = [sandbox.place_order(hold=False) for _ in range(2)]
    sandbox.post("faults", {"kind": "feed_canceled", "type": XML})
    feeds = clients.new(Feeds)
    for order_id in orders:
        feeds.submit_feed(XML, io.BytesIO(cancellation(order_id).encode()), content_type=MEDIA)
    sandbox.by("PT1H")
    done, canceled = feeds.get_feeds(feedTypes=XML).payload["feeds"]
    assert (canceled["processingStatus"], done["processingStatus"]) == ("CANCELLED", "DONE")
    assert not {"resultFeedDocumentId", "processingStartTime"} & canceled.keys()
    assert [sandbox.get(f"orders/{each}")["status"] for each in orders] == ["Unshipped", "Canceled"]


def test_a_feed_that_is_refused_meets_no_fault(clients: Clients) -> None:
    sandbox = clients.sandbox
    sandbox.post("faults", {"kind": "feed_fatal"})
    body = {"feedType": XML, "marketplaceIds": [US], "inputFeedDocumentId": "x"}
    assert by_hand(sandbox, "POST", f"{FEEDS}/feeds", body).status_code == 400
    assert submit(sandbox, b"x", {"Content-MD5": "wrong"}).status_code == 400
    assert [each["account"] for each in sandbox.get("faults")["faults"]] == ["0 of 1 were met"]


# SubmitFeed as clients send it


def submit(sandbox: Sandbox, content: Any, headers: dict[str, str], path: str = "/", **more: str) -> requests.Response:
    """SubmitFeed by hand; the server is open, so nothing is signed."""
    keys = sandbox.seller["mws"]
    query = {
        "Action": "SubmitFeed",
        "FeedType": f"_{XML}_",
        "AWSAccessKeyId": keys["access_key"],
        "Version": "2009-01-01",
    }
    query |= {"SellerId": keys["seller_id"], **more}
    url = f"{sandbox.url}{path}?&{urlencode(query)}"
    return sandbox.session.post(url, data=content, headers=headers, timeout=60)


def checksum(content: bytes) -> str:
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


@pytest.mark.parametrize("path", ["/", "/Feeds/2009-01-01", "/anything/at/all"])
@pytest.mark.parametrize("media_type", ["x-www-form-urlencoded", "application/x-www-form-urlencoded", "text/xml", ""])
@pytest.mark.parametrize("chunked", [True, False])
def test_submit_feed_takes_what_clients_send(clients: Clients, path: str, media_type: str, chunked: bool) -> None:
    sandbox = clients.sandbox
    order_id = sandbox.place_order(hold=False)
    file = cancellation(order_id).encode()
    half = len(file) // 2
    body: Any = iter([file[:half], file[half:]]) if chunked else file
    answer = submit(sandbox, body, {"Content-Type": media_type}, path, ContentMD5Value=checksum(file))
    assert answer.status_code == 200, answer.text
    assert "<FeedProcessingStatus>_SUBMITTED_<" in answer.text
    sandbox.by("PT2M")
    assert sandbox.get(f"orders/{order_id}")["status"] == "Canceled"


def test_a_checksum_that_does_not_fit_is_refused(clients: Clients) -> None:
    file = cancellation(clients.sandbox.place_order()).encode()
    before = clients.sandbox.get("journal")
    for headers, more in (({"Content-MD5": "xxx"}, {}), ({}, {"ContentMD5Value": checksum(b"another")})):
        answer = submit(clients.sandbox, file, {"Content-Type": "text/xml", **headers}, **more)
        assert (answer.status_code, "<Code>ContentMD5DoesNotMatch<" in answer.text) == (400, True)
    assert clients.sandbox.get("journal") == before


# Files that mean harm


@pytest.mark.parametrize("chunked", [True, False])
def test_a_hundred_megabytes_are_refused_in_the_words_of_each_dialect(clients: Clients, chunked: bool) -> None:
    sandbox = clients.sandbox
    megabyte = b"x" * 1024 * 1024

    def body() -> Any:
        return (megabyte for _ in range(100)) if chunked else megabyte * 100

    made = by_hand(sandbox, "POST", f"{FEEDS}/documents", {"contentType": MEDIA}).json()
    for send in (
        lambda: requests.put(made["url"], data=body(), headers={"Content-Type": MEDIA}, timeout=60),
        lambda: submit(sandbox, body(), {"Content-Type": "text/xml"}),
    ):
        try:
            answer = send()
        except requests.ConnectionError:
            continue  # the server has answered and closed while the client was still sending
        assert answer.status_code == 413
        assert etree.fromstring(answer.content).findtext(".//{*}Code") == "EntityTooLarge"
    assert sandbox.call("GET", "../health").status_code == 200
    answer = by_hand(
        sandbox,
        "POST",
        f"{FEEDS}/feeds",
        {"feedType": XML, "marketplaceIds": [US], "inputFeedDocumentId": made["feedDocumentId"]},
    )
    assert "Nothing has been uploaded" in answer.text


@pytest.mark.parametrize(
    ("content", "characters"),
    [(b"x" * 5_000_000, range(1_000, 10_000)), (Random(1).randbytes(5_000_000), range(6_200_000, 6_300_000))],
    ids=["compressible", "incompressible"],
)
def test_a_large_file_makes_no_large_list_of_the_journal(clients: Clients, content: bytes, characters: range) -> None:
    """It stands in the journal compressed and as text, and is cut where the journal is shown."""
    sandbox = clients.sandbox
    _, sent = upload(sandbox, content)
    assert sent.status_code == 200
    shown = json.dumps(sandbox.get("journal"))
    assert len(shown) < 10_000
    cut = re.search(r"\\u2026 \((\d+) characters\)", shown)
    assert cut
    assert int(cut[1]) in characters


def test_what_was_uploaded_is_no_page_of_ours(clients: Clients) -> None:
    sandbox = clients.sandbox
    made = by_hand(sandbox, "POST", f"{FEEDS}/documents", {"contentType": "text/html"}).json()
    sandbox.session.put(made["url"], data=b"<script>1</script>", headers={"Content-Type": "text/html"}, timeout=60)
    link: Json = by_hand(sandbox, "GET", f"{FEEDS}/documents/{made['feedDocumentId']}").json()
    answer = sandbox.session.get(link["url"], timeout=60)
    assert answer.content == b"<script>1</script>"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
