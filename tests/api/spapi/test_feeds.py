"""Feeds 2021-06-30 over HTTP: documents, sending, following, listing, cancelling, and what is refused."""

import gzip
from datetime import timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from tests.api.contract import Answer
from tests.api.formats.feeds.filing import (
    ACKNOWLEDGE,
    ADJUST,
    BASE,
    FLAT_ACKNOWLEDGE,
    XML,
    announced,
    cancel,
    create,
    envelope,
    feed,
    fetched,
    link,
    sent,
    submit,
    uploaded,
)
from tests.api.shop import US, Seller, Shop


def refused(answer: Answer, status: int = 400) -> str:
    assert answer.status == status, answer.raw
    return str(answer.error["message"])


def test_a_feed_tells_how_far_it_has_come(seller: Seller) -> None:
    order = seller.place_order()
    feed_id = submit(seller, ACKNOWLEDGE, envelope(ACKNOWLEDGE, cancel(order)))
    queued = feed(seller, feed_id)
    assert queued == {
        "feedId": feed_id,
        "feedType": ACKNOWLEDGE,
        "marketplaceIds": [US],
        "createdTime": "2026-03-02T16:00:00Z",
        "processingStatus": "IN_QUEUE",
    }
    seller.pass_time(seconds=30)
    started = queued | {"processingStatus": "IN_PROGRESS", "processingStartTime": "2026-03-02T16:00:30Z"}
    assert feed(seller, feed_id) == started
    seller.pass_time(seconds=60)
    done = feed(seller, feed_id)
    ended = {"processingStatus": "DONE", "processingEndTime": "2026-03-02T16:01:30Z"}
    assert done == started | ended | {"resultFeedDocumentId": done["resultFeedDocumentId"]}
    assert seller.read(order)["OrderStatus"] == "Canceled"
    assert seller.world.seller_id not in seller.shop.woken


@pytest.mark.parametrize("method", ["get", "delete"])
def test_an_unknown_feed_is_told_in_the_words_of_mws(seller: Seller, method: str) -> None:
    """As reported with its whole body, selling-partner-api-models#2500: there are no details."""
    answer = getattr(seller, method)(f"{BASE}/feeds/1")
    message = "One or more of the provided FeedSubmissionIds could not be found."
    assert (answer.status, answer.error) == (404, {"code": "NotFound", "message": message})


def test_a_queued_feed_can_be_cancelled_and_no_other(seller: Seller) -> None:
    order = seller.place_order()
    file = envelope(ACKNOWLEDGE, cancel(order))
    first, second = submit(seller, ACKNOWLEDGE, file), submit(seller, ACKNOWLEDGE, file)
    answer = seller.delete(f"{BASE}/feeds/{first}")
    assert (answer.status, answer.raw) == (200, b"")
    seller.pass_time(seconds=30)
    assert "IN_PROGRESS; only one that is IN_QUEUE" in refused(seller.delete(f"{BASE}/feeds/{second}"))
    seller.pass_time(hours=1)
    assert "resultFeedDocumentId" not in feed(seller, first)
    assert [feed(seller, each)["processingStatus"] for each in (first, second)] == ["CANCELLED", "DONE"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"feedType": "POST_ORDER_ACKNOWLEDGMENT_DATA"}, 400, f"did you mean '{ACKNOWLEDGE}'?"),
        ({"feedType": None}, 400, "feedType is required"),
        ({"marketplaceIds": []}, 400, "marketplaceIds"),
        ({"marketplaceIds": [US] * 26}, 400, "marketplaceIds"),
        ({"marketplaceIds": ["ATVPDKIKX0DEX"]}, 400, f"did you mean '{US}'?"),
        ({"marketplaceIds": ["A1PA6795UKMFR9"]}, 403, "Access to requested resource is denied."),
        ({"feedOptions": {"a": 1}}, 400, "feedOptions.a is text; 1 is not."),
        ({"inputFeedDocumentId": "amzn1.tortuga.4.x"}, 400, "There is no feed document 'amzn1.tortuga.4.x'."),
    ],
)
def test_what_cannot_be_sent_is_refused(seller: Seller, body: dict[str, Any], status: int, said: str) -> None:
    document_id = uploaded(seller, "<a/>", XML)
    before = seller.standing()
    assert said in refused(create(seller, ACKNOWLEDGE, **{"document_id": document_id, **body}), status)
    assert seller.standing() == before


def test_a_document_is_the_sellers_own_uploaded_and_new(seller: Seller) -> None:
    others = uploaded(seller.shop.open(), "<a/>", XML)
    assert f"There is no feed document '{others}'" in refused(create(seller, ACKNOWLEDGE, others))
    empty = announced(seller, XML)["feedDocumentId"]
    assert f"Nothing has been uploaded to feed document {empty}" in refused(create(seller, ACKNOWLEDGE, empty))
    used = uploaded(seller, "<a/>", XML)
    feed_id = create(seller, ACKNOWLEDGE, used).body["feedId"]
    assert f"belongs to feed {feed_id} already" in refused(create(seller, ACKNOWLEDGE, used))
    assert len(seller.world.state.feeds.all) == 1


@pytest.mark.parametrize("media_type", ["", "text/xml\r\nx: y", "é", "x" * 201])
def test_a_media_type_has_to_be_one(seller: Seller, media_type: str) -> None:
    answer = seller.post(f"{BASE}/documents", {"contentType": media_type})
    assert "contentType is a media type such as 'text/xml; charset=UTF-8'" in refused(answer)


def test_an_upload_has_the_type_that_was_announced(seller: Seller) -> None:
    document = announced(seller, XML)
    answer = sent(seller, document["url"], b"<a/>", "text/plain")
    assert (answer.status, answer.headers["content-type"]) == (403, "application/xml")
    assert b"<Code>SignatureDoesNotMatch</Code>" in answer.raw
    assert b"'text/plain'; the document was created for 'text/xml; charset=UTF-8'" in answer.raw
    assert sent(seller, document["url"], b"<a/>", XML).status == 200


@pytest.mark.parametrize(("seconds", "status"), [(299, 200), (300, 403)])
def test_an_upload_has_five_minutes(seller: Seller, seconds: int, status: int) -> None:
    document = announced(seller, XML)
    seller.pass_time(seconds=seconds)
    answer = sent(seller, document["url"], b"<a/>", XML)
    assert answer.status == status
    assert (b"Request has expired" in answer.raw) is (status == 403)


def test_a_document_that_is_used_is_not_changed_any_more(seller: Seller) -> None:
    document = announced(seller, XML)
    assert sent(seller, document["url"], b"<a/>", XML).status == 200
    create(seller, ACKNOWLEDGE, document["feedDocumentId"])
    answer = sent(seller, document["url"], b"<b/>", XML)
    assert (answer.status, b"belongs to feed" in answer.raw) == (403, True)
    assert fetched(seller, link(seller, document["feedDocumentId"])["url"]).raw == b"<a/>"


def test_nothing_is_read_from_a_document_without_a_file(seller: Seller) -> None:
    document = announced(seller, XML)
    answer = seller.get(f"{BASE}/documents/{document['feedDocumentId']}")
    assert "There is no uploaded file of feed document" in refused(answer, 404)
    assert "There is no feed document 'x'" in refused(seller.get(f"{BASE}/documents/x"), 404)
    assert fetched(seller, document["url"]).status == 403


@pytest.mark.parametrize("media_type", [XML, "application/gzip", f"{XML}; compressionAlgorithm=GZIP"])
def test_a_packed_file_is_not_read(seller: Seller, media_type: str) -> None:
    """Source: amzn/selling-partner-api-models#4907, Amazon in May 2026: gzip is not supported for feeds."""
    order = seller.place_order()
    packed = gzip.compress(envelope(ACKNOWLEDGE, cancel(order)).encode())
    feed_id = submit(seller, ACKNOWLEDGE, packed, media_type)
    seller.pass_time(seconds=90)
    ended = feed(seller, feed_id)
    assert ended["processingStatus"] == "FATAL"
    assert seller.read(order)["OrderStatus"] == "Unshipped"
    report = fetched(seller, link(seller, ended["resultFeedDocumentId"])["url"]).raw
    assert b"<ResultMessageCode>5001</ResultMessageCode>" in report
    assert b"Content is not allowed in prolog." in report


def test_a_report_may_be_packed(shop: Shop) -> None:
    seller = shop.open({"feed_report_gzip": True})
    feed_id = submit(seller, ACKNOWLEDGE, "no XML")
    seller.pass_time(seconds=90)
    document_id = feed(seller, feed_id)["resultFeedDocumentId"]
    said = link(seller, document_id)
    assert said["compressionAlgorithm"] == "GZIP"
    plain = gzip.decompress(fetched(seller, said["url"]).raw)
    assert b"<ResultMessageCode>5001</ResultMessageCode>" in plain
    encoded = fetched(seller, link(seller, document_id, enableContentEncodingUrlHeader="true")["url"])
    assert (encoded.headers["content-encoding"], gzip.decompress(encoded.raw)) == ("gzip", plain)


def test_files_are_gone_when_they_are_too_old_whether_or_not_another_feed_is_sent(seller: Seller) -> None:
    seller.world.execute(ConfigurePolicy({"feed_retention": "PT2M"}))
    feed_id = submit(seller, ACKNOWLEDGE, "<a/>")
    seller.pass_time(seconds=119)
    kept = feed(seller, feed_id)
    source = seller.world.state.feeds.find(feed_id).input_id
    links = {each: link(seller, each)["url"] for each in (kept["resultFeedDocumentId"], source)}
    assert [fetched(seller, each).status for each in links.values()] == [200, 200]
    seller.pass_time(seconds=1)
    for sent_another in (False, True):
        if sent_another:
            submit(seller, ACKNOWLEDGE, "<b/>")
        for document_id, url in links.items():
            assert document_id in refused(seller.get(f"{BASE}/documents/{document_id}"), 404)
            assert b"<Code>NoSuchKey</Code>" in fetched(seller, url).raw
        assert feed(seller, feed_id) == kept


# Lists


def listed(seller: Seller, **query: Any) -> list[str]:
    answer = seller.get(f"{BASE}/feeds", **query)
    assert answer.status == 200, answer.raw
    return [each["feedId"] for each in answer.body["feeds"]]


def test_a_list_has_the_latest_first_and_what_its_filter_lets_through(seller: Seller) -> None:
    early = submit(seller, ACKNOWLEDGE, "<a/>")
    seller.pass_time(minutes=10)
    late = submit(seller, ACKNOWLEDGE, "<a/>")
    flat = submit(seller, FLAT_ACKNOWLEDGE, "<a/>")
    assert listed(seller, feedTypes=ACKNOWLEDGE) == [late, early]
    assert listed(seller, feedTypes=[ACKNOWLEDGE, FLAT_ACKNOWLEDGE]) == [flat, late, early]
    assert listed(seller, feedTypes=ACKNOWLEDGE, processingStatuses="IN_QUEUE") == [late]
    assert listed(seller, feedTypes=ACKNOWLEDGE, processingStatuses=["FATAL", "DONE"]) == [early]
    assert listed(seller, feedTypes=ACKNOWLEDGE, createdSince="2026-03-02T16:00:01Z") == [late]
    assert listed(seller, feedTypes=ACKNOWLEDGE, createdUntil="2026-03-02T16:00:01Z") == [early]
    assert listed(seller, feedTypes=ACKNOWLEDGE, marketplaceIds="A2EUQ1WTGCTBG2") == []
    seller.world.advance(timedelta(days=90))
    assert listed(seller, feedTypes=ACKNOWLEDGE) == [late]


def test_a_list_comes_in_pages(seller: Seller) -> None:
    made = [submit(seller, ACKNOWLEDGE, "<a/>") for _ in range(5)][::-1]
    answer = seller.get(f"{BASE}/feeds", feedTypes=ACKNOWLEDGE, pageSize=2).body
    found = [each["feedId"] for each in answer["feeds"]]
    submit(seller, ACKNOWLEDGE, "<a/>")
    while "nextToken" in answer:
        answer = seller.get(f"{BASE}/feeds", nextToken=answer["nextToken"]).body
        found += [each["feedId"] for each in answer["feeds"]]
    assert found == made


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "Either feedTypes or nextToken is required."),
        ({"feedTypes": "POST_ORDER"}, f"there are '{ACKNOWLEDGE}'"),
        ({"feedTypes": ACKNOWLEDGE, "pageSize": 101}, "pageSize"),
        ({"feedTypes": ACKNOWLEDGE, "processingStatuses": "CANCELED"}, "CANCELLED"),
        ({"feedTypes": ACKNOWLEDGE, "createdSince": "yesterday"}, "createdSince"),
        ({"nextToken": "x"}, "We could not decode your nextToken"),
        ({"nextToken": "x", "feedTypes": ACKNOWLEDGE}, "NextToken cannot be specified with other input parameters"),
    ],
)
def test_a_list_that_cannot_be_made_is_refused(seller: Seller, query: dict[str, Any], said: str) -> None:
    assert said in refused(seller.get(f"{BASE}/feeds", **query))


def test_no_seller_sees_anothers_feeds(seller: Seller) -> None:
    feed_id = submit(seller.shop.open(), ADJUST, "<a/>")
    assert seller.get(f"{BASE}/feeds/{feed_id}").status == 404
    assert listed(seller, feedTypes=ADJUST) == []
