"""MWS Feeds 2009-01-01: submitting, listing, counting, cancelling, reading results, and what is refused."""

import base64
import gzip
import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from lxml import etree

from marketplace_sandbox.api.formats.feeds import feed_file
from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.api.mws.contract import load_section
from marketplace_sandbox.api.mws.feeds import MwsFeeds, openapi_path
from marketplace_sandbox.api.mws.jobs import processing_report
from marketplace_sandbox.api.mws.transport import RawRequest, RawResponse
from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.world.world import World
from tests.api.formats.feeds.filing import (
    ACKNOWLEDGE,
    CONFIRM_INVOICE,
    ESTIMATE,
    FLAT_ACKNOWLEDGE,
    cancel,
    envelope,
    invoice,
    ship_date,
    table,
)
from tests.api.mws.client import WALL, Reply, new_mws, new_world
from tests.api.mws.documented import Documented

DOCUMENTED = Documented(load(openapi_path()))
XML, FLAT = f"_{ACKNOWLEDGE}_", f"_{FLAT_ACKNOWLEDGE}_"
WORKED_OFF = timedelta(seconds=90)


@dataclass
class Desk:
    """A seller who submits by MWS, unsigned, as open access lets him; every answer has to be as documented."""

    world: World = field(default_factory=new_world)
    woken: list[str] = field(default_factory=list)
    strict: bool = False

    def __post_init__(self) -> None:
        feeds = MwsFeeds(
            b"key", feed_file.read_feed_file, processing_report, lambda world: self.woken.append(world.seller_id)
        )
        sections = [(load_section(openapi_path()), feeds)]
        self.mws = new_mws(sections, lambda _: (self.world, None), lambda: self.world, lambda: WALL, strict=self.strict)

    def raw(self, action: str, body: bytes = b"", headers: dict[str, str] | None = None, **given: str) -> RawResponse:
        """One call to the root; `__` in a name stands for a dot."""
        common = {"Action": action, "Version": "2009-01-01", "AWSAccessKeyId": "A", "Merchant": self.world.seller_id}
        sent = common | {name.replace("__", "."): value for name, value in given.items()}
        method = "POST" if body else "GET"
        return self.mws.handle(RawRequest(method, "/", urlencode(sent).encode(), body, headers=headers or {}))

    def get(self, action: str, body: bytes = b"", headers: dict[str, str] | None = None, **given: str) -> Reply:
        """One call that answers XML."""
        raw = self.raw(action, body, headers, **given)
        reply = Reply(raw, etree.fromstring(raw.body))
        assert DOCUMENTED.problems(reply.root) == []
        return reply

    def submit(self, file: str, kind: str = XML, media_type: str = "text/xml") -> str:
        """The id of a feed that was taken."""
        answer = self.get("SubmitFeed", file.encode(), {"content-type": media_type}, FeedType=kind)
        assert answer.text("FeedProcessingStatus") == "_SUBMITTED_"
        return answer.text("FeedSubmissionId")

    def place_order(self, **form: object) -> Order:
        (order,) = self.world.place_orders({"hold": False} | form)
        return order

    def listed(self, action: str = "GetFeedSubmissionList", **given: str) -> list[str]:
        return self.get(action, b"", None, **given).texts("FeedSubmissionId")


@pytest.fixture
def desk() -> Desk:
    return Desk()


def names(reply: Reply, element: str) -> list[str]:
    """The names of the children of the only element of a name, in their order."""
    (only,) = reply.root.iter(f"{{*}}{element}")
    return [etree.QName(child).localname for child in only]


def checksum(body: bytes) -> str:
    return base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def header(raw: RawResponse, name: str) -> str:
    (value,) = [text for known, text in raw.headers if known.lower() == name]
    return value


def test_a_submission_tells_how_far_it_has_come(desk: Desk) -> None:
    order = desk.place_order()
    file = envelope(ACKNOWLEDGE, cancel(order)).encode()
    answer = desk.get("SubmitFeed", file, {"content-md5": checksum(file)}, FeedType=XML)
    expected = ["FeedSubmissionId", "FeedType", "SubmittedDate", "FeedProcessingStatus"]
    assert names(answer, "FeedSubmissionInfo") == expected
    assert header(answer.raw, "x-amz-request-id") == header(answer.raw, "x-mws-request-id")
    assert answer.text("SubmittedDate") == "2026-03-02T16:00:00+00:00"
    assert answer.root.nsmap[None] == "http://mws.amazonaws.com/doc/2009-01-01/"
    feed_id = answer.text("FeedSubmissionId")
    for seconds, status in ((30, "_IN_PROGRESS_"), (60, "_DONE_")):
        desk.world.advance(timedelta(seconds=seconds))
        found = desk.get("GetFeedSubmissionList", FeedSubmissionIdList__Id__1=feed_id)
        assert found.text("FeedProcessingStatus") == status
    assert found.text("StartedProcessingDate") == "2026-03-02T16:00:30+00:00"
    assert found.text("CompletedProcessingDate") == "2026-03-02T16:01:30+00:00"
    assert desk.world.order(order.order_id).status == "Canceled"


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_a_result_comes_as_a_file_with_its_checksum(desk: Desk, encoding: str) -> None:
    heading = ("order-id", "cancellation-reason-code", "amazon-order-item-code")
    row = ("902-0000001-0000001", "Größe 🙃", "1")
    feed_id = desk.submit(table(heading, row), FLAT, "text/tab-separated-values; charset=UTF-8")
    if encoding == "utf-8":
        feed_id = desk.submit(envelope(ACKNOWLEDGE, cancel("902-0000001-0000001", "Größe 🙃", ["1"])))
    desk.world.advance(WORKED_OFF)
    raw = desk.raw("GetFeedSubmissionResult", FeedSubmissionId=feed_id)
    kind = "text/xml;charset=UTF-8" if encoding == "utf-8" else "text/plain;charset=windows-1252"
    assert (raw.status, header(raw, "content-type")) == (200, kind)
    assert header(raw, "content-md5") == checksum(raw.body)
    said = raw.body.decode(encoding)
    assert ("'Größe 🙃'" if encoding == "utf-8" else "'Größe ?'") in said
    assert ("5000" if encoding == "utf-8" else "18028") in said


def test_what_cannot_be_read_is_done_and_the_result_says_so(desk: Desk) -> None:
    feed_id = desk.submit("no XML")
    desk.world.advance(WORKED_OFF)
    found = desk.get("GetFeedSubmissionList", FeedSubmissionIdList__Id__1=feed_id)
    assert found.text("FeedProcessingStatus") == "_DONE_"
    report = desk.raw("GetFeedSubmissionResult", FeedSubmissionId=feed_id).body
    assert b"<StatusCode>Complete</StatusCode>" in report
    assert b"<ResultMessageCode>5001</ResultMessageCode>" in report


def test_a_packed_feed_cancels_nothing(desk: Desk) -> None:
    """Source: amzn/selling-partner-api-models#4907: gzip is not supported for feeds."""
    order = desk.place_order()
    packed, headers = gzip.compress(envelope(ACKNOWLEDGE, cancel(order)).encode()), {"content-type": "text/xml"}
    sent = desk.get("SubmitFeed", packed, headers | {"content-encoding": "gzip"}, FeedType=XML)
    feed_id = sent.text("FeedSubmissionId")
    desk.world.advance(WORKED_OFF)
    assert desk.world.order(order.order_id).status == "Unshipped"
    report = desk.raw("GetFeedSubmissionResult", FeedSubmissionId=feed_id).body
    assert b"Content is not allowed in prolog. Content is not allowed in prolog." in report


def test_a_result_has_its_time(desk: Desk) -> None:
    waiting, unwanted = desk.submit("x"), desk.submit("x")
    early = desk.get("GetFeedSubmissionResult", FeedSubmissionId=waiting)
    assert len(early.texts("RequestID")) == 1
    assert early.error[:2] == (404, "FeedProcessingResultNotReady")
    assert waiting in early.error[2]
    assert early.texts("Detail") == [""]
    desk.get("CancelFeedSubmissions", FeedSubmissionIdList__Id__1=unwanted)
    assert desk.get("GetFeedSubmissionResult", FeedSubmissionId=unwanted).error[:2] == (400, "FeedCanceled")
    desk.world.advance(timedelta(days=90))
    gone = desk.get("GetFeedSubmissionResult", FeedSubmissionId=waiting)
    assert gone.error[:2] == (400, "FeedProcessingResultNoLongerAvailable")


def test_lists_have_the_latest_first_and_come_in_pages(desk: Desk) -> None:
    made = [desk.submit("x") for _ in range(12)][::-1]
    flat = desk.submit("x", FLAT)
    assert desk.listed(MaxCount="100") == [flat, *made]
    assert desk.listed(FeedTypeList__Type__1=FLAT) == [flat]
    first = desk.get("GetFeedSubmissionList", FeedTypeList__Type__1=XML)
    assert (first.text("HasNext"), first.texts("FeedSubmissionId")) == ("true", made[:10])
    desk.submit("x")
    rest = desk.get("GetFeedSubmissionListByNextToken", NextToken=first.text("NextToken"))
    assert (rest.text("HasNext"), rest.texts("FeedSubmissionId"), rest.texts("NextToken")) == ("false", made[10:], [])
    assert desk.get("GetFeedSubmissionCount", FeedTypeList__Type__1=XML).text("Count") == "13"
    desk.world.advance(20 * WORKED_OFF)
    assert desk.get("GetFeedSubmissionCount", FeedProcessingStatusList__Status__1="_SUBMITTED_").text("Count") == "0"
    empty = desk.get("GetFeedSubmissionList", SubmittedFromDate="2026-03-02T16:00:01Z")
    assert names(empty, "GetFeedSubmissionListResult") == ["HasNext"]


def test_only_what_waits_is_canceled(desk: Desk) -> None:
    order, other = desk.place_order(), desk.place_order()
    begun = desk.submit(envelope(ACKNOWLEDGE, cancel(order)))
    desk.world.advance(timedelta(seconds=30))
    waiting = desk.submit(envelope(ACKNOWLEDGE, cancel(other)))
    answer = desk.get("CancelFeedSubmissions")
    assert (answer.text("Count"), answer.texts("FeedSubmissionId")) == ("2", [waiting, begun])
    assert answer.texts("FeedProcessingStatus") == ["_CANCELLED_", "_IN_PROGRESS_"]
    desk.world.advance(timedelta(hours=1))
    assert [desk.world.order(each.order_id).status for each in (order, other)] == ["Canceled", "Unshipped"]


def test_a_feed_without_a_checksum_is_taken_in_open_mode_only() -> None:
    assert Desk().get("SubmitFeed", b"<a/>", FeedType=XML).status == 200
    strict = Desk(strict=True)
    refused = strict.get("SubmitFeed", b"<a/>", FeedType=XML)
    assert refused.error[:2] == (400, "ContentMD5Missing")
    assert checksum(b"<a/>") in refused.error[2]
    assert strict.world.version == 1
    assert strict.get("SubmitFeed", b"<a/>", FeedType=XML, ContentMD5Value=checksum(b"<a/>")).status == 200


@pytest.mark.parametrize(
    ("action", "given", "code", "said"),
    [
        ("SubmitFeed", {"FeedType": ACKNOWLEDGE}, "InvalidFeedType", f"did you mean '{XML}'?"),
        ("SubmitFeed", {}, "InvalidParameterValue", "Missing required parameter FeedType."),
        (
            "SubmitFeed",
            {"FeedType": XML, "MarketplaceIdList__Id__1": "ATVPDKIKX0DEX"},
            "InvalidParameterValue",
            "in MarketplaceIdList; did you mean 'ATVPDKIKX0DER'?",
        ),
        ("SubmitFeed", {"FeedType": XML, "ContentMD5Value": "x"}, "ContentMD5DoesNotMatch", "(x) did not match"),
        ("GetFeedSubmissionResult", {"FeedSubmissionId": "1"}, "InvalidFeedSubmissionId", "could not be found"),
        (
            "GetFeedSubmissionList",
            {"FeedSubmissionIdList__Id__1": "1"},
            "InvalidFeedSubmissionId",
            "could not be found",
        ),
        ("GetFeedSubmissionList", {"MaxCount": "101"}, "InvalidParameterValue", "MaxCount"),
        ("GetFeedSubmissionListByNextToken", {"NextToken": "x"}, "NextTokenCorrupted", "could not decode"),
        ("CancelFeedSubmissions", {"FeedTypeList__Type__1": "x"}, "InvalidFeedType", "there are '_POST_"),
    ],
)
def test_what_is_wrong_is_told(desk: Desk, action: str, given: dict[str, str], code: str, said: str) -> None:
    answer = desk.get(action, b"<a/>" if action == "SubmitFeed" else b"", None, **given)
    assert answer.error[:2] == (400, code)
    assert said in answer.error[2]
    assert desk.world.version == 1


def test_an_invoice_is_confirmed_and_a_ship_date_estimated_by_submission(desk: Desk) -> None:
    order = desk.place_order(invoice=True)
    desk.world.act(order.order_id, "seller-confirm-shipment")
    desk.submit(envelope(CONFIRM_INVOICE, invoice(order)), f"_{CONFIRM_INVOICE}_")
    desk.world.advance(WORKED_OFF)
    assert desk.world.order(order.order_id).status == "Shipped"
    japan = Desk(new_world(marketplace_ids=("A1VC38T7YXB528",)))
    sourced = japan.place_order(is_estimated_ship_date_set=False)
    japan.submit(envelope(ESTIMATE, ship_date(sourced)), f"_{ESTIMATE}_")
    japan.world.advance(WORKED_OFF)
    assert japan.world.order(sourced.order_id).details.is_estimated_ship_date_set


def test_a_feed_of_japan_alone_is_refused_elsewhere(desk: Desk) -> None:
    file = envelope(ESTIMATE, ship_date(desk.place_order())).encode()
    listed = {"MarketplaceIdList__Id__1": "ATVPDKIKX0DER"}
    for sent, named in (({}, "the seller's own list of marketplaces"), (listed, "MarketplaceIdList")):
        answer = desk.get("SubmitFeed", file, {"content-type": "text/xml"}, FeedType=f"_{ESTIMATE}_", **sent)
        assert (answer.raw.status, answer.text("Code")) == (400, "InvalidParameterValue")
        known = f"_{ESTIMATE}_ is known in JP (A1VC38T7YXB528) alone"
        assert answer.text("Message") == f"{known}; {named} names ATVPDKIKX0DER."
    assert desk.listed() == []
