"""MWS Reports 2009-01-01: asking, listing, reading, acknowledging, scheduling, and what is refused."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from lxml import etree

from marketplace_sandbox.api.formats.feeds.feed_file import read_feed_file
from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.api.mws.contract import load_section
from marketplace_sandbox.api.mws.jobs import processing_report
from marketplace_sandbox.api.mws.orders import MwsOrders
from marketplace_sandbox.api.mws.reports import MwsReports, openapi_path
from marketplace_sandbox.api.mws.transport import RawRequest, RawResponse
from marketplace_sandbox.core.commands.feeds import CancelFeed, CreateFeed
from marketplace_sandbox.core.commands.reports import CreateReport, ScheduleReport
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from marketplace_sandbox.core.feeds.values import FEED_TYPES
from marketplace_sandbox.core.world.world import World
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.mws.client import SECTION, WALL, Reply, new_mws, new_world
from tests.api.mws.documented import Documented

DOCUMENTED = Documented(load(openapi_path()))
ORDERS = "_GET_FLAT_FILE_ORDERS_DATA_"
UNSHIPPED = "_GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_"
BY_UPDATE = "_GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_"
CONVERGED = "_GET_CONVERGED_FLAT_FILE_ORDER_REPORT_DATA_"
XML_BY_DATE, XML_BY_UPDATE = "_GET_XML_ALL_ORDERS_DATA_BY_ORDER_DATE_", "_GET_XML_ALL_ORDERS_DATA_BY_LAST_UPDATE_"
PENDING = "_GET_FLAT_FILE_PENDING_ORDERS_DATA_"
JP = "A1VC38T7YXB528"
EARLIER = "2026-03-01T00:00:00Z"


@dataclass
class Desk:
    """A seller who asks by MWS, unsigned, as open access lets him; every answer has to be as documented."""

    world: World = field(default_factory=new_world)
    woken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        reports = MwsReports(b"key", processing_report, lambda world: self.woken.append(world.seller_id))
        sections = [(SECTION, MwsOrders(b"key")), (load_section(openapi_path()), reports)]
        self.mws = new_mws(sections, lambda _: (self.world, None), lambda: self.world, lambda: WALL)

    def raw(self, action: str, **given: str) -> RawResponse:
        """One call to the root; `__` in a name stands for a dot."""
        common = {"Action": action, "Version": "2009-01-01", "AWSAccessKeyId": "A", "Merchant": self.world.seller_id}
        sent = common | {name.replace("__", "."): value for name, value in given.items()}
        return self.mws.handle(RawRequest("GET", "/", urlencode(sent).encode()))

    def get(self, action: str, **given: str) -> Reply:
        """One call that answers XML."""
        raw = self.raw(action, **given)
        reply = Reply(raw, etree.fromstring(raw.body))
        assert DOCUMENTED.problems(reply.root) == []
        return reply

    def ask(self, kind: str, **given: str) -> str:
        """RequestReport with a range that has everything; answers the request's id."""
        return self.get("RequestReport", ReportType=kind, StartDate=EARLIER, **given).text("ReportRequestId")

    def made(self, kind: str, **given: str) -> str:
        """The id of a report whose time is over."""
        request = self.ask(kind, **given)
        self.world.advance(timedelta(seconds=90))
        return self.get("GetReportList", ReportRequestIdList__Id__1=request).text("ReportId")

    def place_order(self, **form: object) -> str:
        (order,) = self.world.place_orders({"hold": False} | form)
        return order.order_id


@pytest.fixture
def desk() -> Desk:
    return Desk()


def names(reply: Reply, element: str) -> list[str]:
    """The names of the children of the only element of a name, in their order."""
    (only,) = reply.root.iter(f"{{*}}{element}")
    return [etree.QName(child).localname for child in only]


def test_a_request_tells_how_far_it_has_come(desk: Desk) -> None:
    desk.place_order()
    answer = desk.get("RequestReport", ReportType=ORDERS, StartDate=EARLIER)
    assert names(answer, "ReportRequestInfo") == [
        "ReportType",
        "ReportProcessingStatus",
        "EndDate",
        "Scheduled",
        "ReportRequestId",
        "SubmittedDate",
        "StartDate",
    ]
    assert answer.text("StartDate") == "2026-03-01T00:00:00+00:00"
    assert answer.root.nsmap[None] == "http://mws.amazonaws.com/doc/2009-01-01/"
    for seconds, status in ((30, "_IN_PROGRESS_"), (60, "_DONE_")):
        desk.world.advance(timedelta(seconds=seconds))
        found = desk.get("GetReportRequestList", ReportRequestIdList__Id__1=answer.text("ReportRequestId"))
        assert found.text("ReportProcessingStatus") == status
    assert found.text("StartedProcessingDate") == "2026-03-02T16:00:30+00:00"
    assert found.text("CompletedDate") == "2026-03-02T16:01:30+00:00"
    assert len(found.text("GeneratedReportId")) == 17
    assert found.text("GeneratedReportId")[-6:] == found.text("ReportRequestId")[-6:]


def test_what_found_nothing_is_done_without_a_report(desk: Desk) -> None:
    desk.place_order(hold=True)
    desk.ask(ORDERS)
    desk.world.advance(timedelta(seconds=90))
    found = desk.get("GetReportRequestList")
    assert found.text("ReportProcessingStatus") == "_DONE_NO_DATA_"
    assert found.texts("GeneratedReportId") == []
    assert desk.get("GetReportList").texts("ReportInfo") == []
    assert desk.get("GetReportCount").text("Count") == "0"


def test_a_file_comes_with_its_checksum(desk: Desk) -> None:
    order_id = desk.place_order()
    raw = desk.raw("GetReport", ReportId=desk.made(UNSHIPPED))
    headers = dict(raw.headers)
    assert headers["Content-MD5"] == base64.b64encode(hashlib.md5(raw.body, usedforsecurity=False).digest()).decode()
    assert headers["Content-Type"] == "text/plain;charset=Cp1252"
    assert headers["x-amz-request-id"] == headers["x-mws-request-id"]
    head, row, rest = raw.body.decode().split("\r\n")
    assert (head.split("\t")[0], row.split("\t")[0], rest) == ("order-id", order_id, "")


def test_the_file_of_all_orders_is_the_older_one(desk: Desk) -> None:
    desk.world.execute(ConfigurePolicy({"order_report_cancellation_columns": True}))
    desk.place_order()
    columns = desk.raw("GetReport", ReportId=desk.made(BY_UPDATE)).body.decode().partition("\r\n")[0].split("\t")
    assert len(columns) == 32
    assert columns[7:9] == ["order-channel", "url"]
    assert columns[-1] == "price-designation"
    orders = desk.raw("GetReport", ReportId=desk.made(ORDERS)).body.decode().partition("\r\n")[0].split("\t")
    assert orders[-2:] == ["is-buyer-requested-cancellation", "buyer-requested-cancel-reason"]


def test_an_option_adds_the_sales_channel(desk: Desk) -> None:
    desk.place_order()
    wanted = desk.made(ORDERS, ReportOptions="ShowSalesChannel=true")
    assert b"\tsales-channel\t" in desk.raw("GetReport", ReportId=wanted).body


def test_the_performance_report_is_xml(desk: Desk) -> None:
    raw = desk.raw("GetReport", ReportId=desk.made("_GET_V1_SELLER_PERFORMANCE_REPORT_"))
    assert dict(raw.headers)["Content-Type"] == "text/xml;charset=utf-8"
    assert etree.fromstring(raw.body).tag == "sellerPerformanceReports"


def test_the_converged_order_report_has_columns_of_its_own(desk: Desk) -> None:
    """Source: columns as recorded, and V21 in docs/sources.md; canceled means nought here, too."""
    wanted = [{"sku": "A", "title": "Mug", "quantity": 2, "price": 20, "shipping": 3}]
    kept, gone, free = (desk.place_order(items=items) for items in (wanted, wanted, [{"price": 20}]))
    desk.world.act(gone, "seller-cancel", {"reason": "no_inventory"})
    head, *lines, _ = desk.raw("GetReport", ReportId=desk.made(CONVERGED)).body.decode("cp1252").split("\r\n")
    assert head.split("\t") == [
        "payments-status", "order-id", "order-item-id", "payments-date", "payments-transaction-id", "item-name",
        "listing-id", "sku", "price", "shipping-fee", "quantity-purchased", "total-price", "purchase-date", "batch-id",
        "buyer-email", "buyer-name", "recipient-name", "ship-address-1", "ship-address-2", "ship-city", "ship-state",
        "ship-zip", "ship-country", "special-comments", "upc", "ship-method",
    ]  # fmt: skip
    rows = [dict(zip(head.split("\t"), line.split("\t"), strict=True)) for line in lines]
    found = {row["order-id"]: row for row in rows}
    money = ("payments-status", "price", "shipping-fee", "quantity-purchased", "total-price", "ship-zip")
    order = desk.world.order(kept)
    assert [found[kept][name] for name in money] == [
        "paid_ship_now", "20.00", "6.00", "2", "46.00", order.ship_to.postal_code,
    ]  # fmt: skip
    assert [found[gone][name] for name in money] == ["", "", "", "0", "", ""]
    assert [found[free][name] for name in money[1:5]] == ["20.00", "0.00", "1", "20.00"]
    assert (found[kept]["item-name"], found[kept]["buyer-email"]) == ("Mug", order.buyer.email)
    assert found[kept]["payments-date"] == "2026-03-02T08:00:00-08:00"


def test_the_converged_order_report_can_be_scheduled(desk: Desk) -> None:
    desk.place_order()
    desk.get("ManageReportSchedule", ReportType=CONVERGED, Schedule="_15_MINUTES_")
    desk.world.advance(timedelta(minutes=17))
    assert desk.get("GetReportList").texts("ReportType") == [CONVERGED]


@pytest.mark.parametrize("kind", [XML_BY_DATE, XML_BY_UPDATE])
def test_the_xml_of_all_orders_is_the_older_one(desk: Desk, kind: str) -> None:
    desk.world.execute(ConfigurePolicy({"order_report_cancellation_columns": True}))
    order_id = desk.place_order()
    raw = desk.raw("GetReport", ReportId=desk.made(kind))
    assert dict(raw.headers)["Content-Type"] == "text/xml;charset=iso-8859-1"
    (order,) = etree.fromstring(raw.body).findall("Message/Order")
    assert order.findtext("AmazonOrderID") == order_id
    assert [each.tag for each in order][-2:] == ["IsBusinessOrder", "OrderItem"]
    assert [each.tag for each in order[-1]] == [
        "AmazonOrderItemCode", "ASIN", "SKU", "ItemStatus", "ProductName", "Quantity", "ItemPrice",
    ]  # fmt: skip


def test_pending_orders_are_reported_in_japan(desk: Desk) -> None:
    desk.world = new_world(marketplace_ids=(JP,))
    order_id = desk.place_order(hold=True, marketplace=JP, payment_method="CVS")
    head, row, _ = desk.raw("GetReport", ReportId=desk.made(PENDING)).body.decode("cp932").split("\r\n")
    found = dict(zip(head.split("\t"), row.split("\t"), strict=True))
    assert (found["order-id"], found["payment-type"]) == (order_id, "CVS")


def test_a_report_is_noted_and_the_note_taken_back(desk: Desk) -> None:
    desk.place_order()
    first, second = desk.made(UNSHIPPED), desk.made(ORDERS)
    noted = desk.get("UpdateReportAcknowledgements", ReportIdList__Id__1=first)
    assert (noted.text("Count"), noted.text("Acknowledged"), noted.text("ReportId")) == ("1", "true", first)
    assert noted.text("AcknowledgedDate") == "2026-03-02T16:03:00+00:00"
    assert desk.get("GetReportList", Acknowledged="false").texts("ReportId") == [second]
    assert desk.get("GetReportCount", Acknowledged="true").text("Count") == "1"
    desk.get("UpdateReportAcknowledgements", ReportIdList__Id__1=first, Acknowledged="false")
    assert desk.get("GetReportList", Acknowledged="false").texts("ReportId") == [second, first]


def submit(desk: Desk, file: bytes = b"no feed at all") -> str:
    """A feed whose time is over, as SubmitFeed makes one."""
    kind = FEED_TYPES["POST_ORDER_ACKNOWLEDGEMENT_DATA"]
    said = read_feed_file(kind, file, "text/xml")
    command = CreateFeed(
        kind.name, desk.world.marketplace_ids, media_type="text/xml", content=file, digest=said.digest, fatal=said.fatal
    )
    feed_id = desk.world.execute(command).feed_id
    desk.world.advance(timedelta(minutes=2))
    return feed_id


def test_the_processing_report_of_a_feed_is_a_report_among_reports(desk: Desk) -> None:
    desk.place_order()
    before = desk.made(UNSHIPPED)
    feed = submit(desk)
    after = desk.made(ORDERS)
    listed = desk.get("GetReportList")
    assert listed.texts("ReportType") == [ORDERS, "FeedSummaryReport", UNSHIPPED]
    made = listed.texts("ReportId")[1]
    assert listed.texts("ReportId") == [after, made, before]
    assert listed.texts("ReportRequestId")[1] == feed
    assert pages(desk, "GetReportList", "ReportId", MaxCount="1") == [after, made, before]
    assert desk.get("GetReportCount").text("Count") == "3"
    assert desk.get("GetReportList", ReportTypeList__Type__1="FeedSummaryReport").texts("ReportId") == [made]
    assert desk.get("GetReportList", ReportRequestIdList__Id__1=feed).texts("ReportId") == [made]
    assert desk.get("GetReportRequestList").texts("ReportType") == [ORDERS, UNSHIPPED]

    raw = desk.raw("GetReport", ReportId=made)
    assert dict(raw.headers)["Content-Type"].startswith("text/xml")
    assert raw.body == processing_report(desk.world, desk.world.state.feeds.find(feed)).content


def test_a_feeds_report_is_noted_together_with_others(desk: Desk) -> None:
    desk.place_order()
    report, feed = desk.made(UNSHIPPED), submit(desk)
    made = desk.get("GetReportList", ReportRequestIdList__Id__1=feed).text("ReportId")
    both = {"ReportIdList__Id__1": made, "ReportIdList__Id__2": report}
    noted = desk.get("UpdateReportAcknowledgements", **both)
    assert (noted.text("Count"), noted.texts("Acknowledged")) == ("2", ["true", "true"])
    assert sorted(noted.texts("ReportId")) == sorted([made, report])
    assert desk.get("GetReportList", Acknowledged="false").texts("ReportId") == []
    desk.get("UpdateReportAcknowledgements", ReportIdList__Id__1=made, Acknowledged="false")
    assert desk.get("GetReportList", Acknowledged="false").texts("ReportId") == [made]
    again = World.restore(desk.world.journal(), MemoryStore())
    assert again.state.feeds.all == desk.world.state.feeds.all


def test_a_feed_on_its_way_or_canceled_has_no_report(desk: Desk) -> None:
    feed = submit(desk)
    made = desk.get("GetReportList", ReportRequestIdList__Id__1=feed).text("ReportId")
    kind = FEED_TYPES["POST_ORDER_ACKNOWLEDGEMENT_DATA"]
    command = CreateFeed(kind.name, desk.world.marketplace_ids, media_type="text/xml", content=b"")
    waiting = desk.world.execute(command).feed_id
    assert desk.get("GetReportList").texts("ReportRequestId") == [feed]
    desk.world.execute(CancelFeed(feed_id=waiting))
    assert desk.get("GetReportList").texts("ReportRequestId") == [feed]
    guessed = f"{int(made[:11]) + 1}{made[11:]}"
    refused = Reply(raw := desk.raw("GetReport", ReportId=guessed), etree.fromstring(raw.body))
    assert (raw.status, refused.text("Code")) == (400, "InvalidReportId")
    desk.world.advance(timedelta(days=91))
    submit(desk)
    raw = desk.raw("GetReport", ReportId=made)
    assert b"<Code>ReportNoLongerAvailable</Code>" in raw.body


def pages(desk: Desk, action: str, name: str, **filters: str) -> list[str]:
    reply = desk.get(action, **filters)
    found = reply.texts(name)
    while reply.text("HasNext") == "true":
        reply = desk.get(f"{action}ByNextToken", NextToken=reply.text("NextToken"))
        found += reply.texts(name)
    return found


def test_lists_are_filtered_and_paged_latest_first(desk: Desk) -> None:
    desk.place_order()
    ids = []
    for number in range(25):
        ids.append(desk.ask((ORDERS, UNSHIPPED)[number % 2]))
        desk.world.advance(timedelta(minutes=1))
    assert pages(desk, "GetReportRequestList", "ReportRequestId") == ids[::-1]
    assert pages(desk, "GetReportRequestList", "ReportRequestId", MaxCount="100") == ids[::-1]
    assert pages(desk, "GetReportRequestList", "ReportRequestId", ReportTypeList__Type__1=ORDERS) == ids[::2][::-1]
    window = {"RequestedFromDate": "2026-03-02T16:03:00Z", "RequestedToDate": "2026-03-02T16:05:00Z"}
    assert pages(desk, "GetReportRequestList", "ReportRequestId", **window) == ids[3:6][::-1]
    waiting = {"ReportProcessingStatusList__Status__1": "_IN_PROGRESS_"}
    assert pages(desk, "GetReportRequestList", "ReportRequestId", **waiting) == ids[-1:]
    assert pages(desk, "GetReportList", "ReportRequestId", MaxCount="3") == ids[:-1][::-1]
    assert desk.get("GetReportRequestCount", **window).text("Count") == "3"
    made = {"AvailableFromDate": "2026-03-02T16:05:00Z", "AvailableToDate": "2026-03-02T16:06:00Z"}
    assert pages(desk, "GetReportList", "ReportRequestId", **made) == ids[4:5]


def test_tokens_stand_where_they_were_recorded(desk: Desk) -> None:
    desk.place_order()
    for _ in range(3):
        desk.ask(UNSHIPPED)
    desk.world.advance(timedelta(seconds=90))
    requests = desk.get("GetReportRequestList", MaxCount="2")
    assert names(requests, "GetReportRequestListResult") == ["HasNext", *["ReportRequestInfo"] * 2, "NextToken"]
    reports = desk.get("GetReportList", MaxCount="2")
    assert names(reports, "GetReportListResult") == ["HasNext", "NextToken", "ReportInfo", "ReportInfo"]


def test_only_what_waits_is_canceled(desk: Desk) -> None:
    desk.place_order()
    done = desk.ask(UNSHIPPED)
    desk.world.advance(timedelta(minutes=2))
    waiting = [desk.ask(ORDERS), desk.ask(UNSHIPPED)]
    answer = desk.get("CancelReportRequests", ReportTypeList__Type__1=UNSHIPPED)
    assert (answer.text("Count"), answer.text("ReportRequestId")) == ("1", waiting[1])
    assert answer.text("ReportProcessingStatus") == "_CANCELLED_"
    rest = desk.get("CancelReportRequests", ReportRequestIdList__Id__1=done, ReportRequestIdList__Id__2=waiting[0])
    assert rest.texts("ReportRequestId") == [waiting[0]]
    assert desk.woken


def test_schedules_make_reports_until_they_are_ended(desk: Desk) -> None:
    desk.place_order()
    answer = desk.get("ManageReportSchedule", ReportType=ORDERS, Schedule="_15_MINUTES_")
    assert (answer.text("Count"), answer.text("Schedule")) == ("1", "_15_MINUTES_")
    assert answer.text("ScheduledDate") == "2026-03-02T16:15:00+00:00"
    when = {"Schedule": "_1_DAY_", "ScheduleDate": "2026-03-03T06:00:00Z"}
    desk.get("ManageReportSchedule", ReportType=UNSHIPPED, **when)
    desk.world.advance(timedelta(minutes=32))
    found = desk.get("GetReportRequestList")
    assert found.texts("Scheduled") == ["true", "true"]
    assert found.texts("SubmittedDate") == ["2026-03-02T16:30:00+00:00", "2026-03-02T16:15:00+00:00"]
    assert desk.get("GetReportScheduleList").texts("ReportType") == [ORDERS, UNSHIPPED]
    assert desk.get("GetReportScheduleCount", ReportTypeList__Type__1=ORDERS).text("Count") == "1"
    ended = desk.get("ManageReportSchedule", ReportType=ORDERS, Schedule="_NEVER_")
    assert (ended.text("Count"), ended.text("Schedule")) == ("1", "_NEVER_")
    assert desk.get("GetReportScheduleList").texts("Schedule") == ["_1_DAY_"]


def test_the_xml_of_new_orders_is_made_by_schedules_only(desk: Desk) -> None:
    order_id = desk.place_order()
    refused = desk.get("RequestReport", ReportType="_GET_ORDERS_DATA_").error
    assert refused[1] == "InvalidParameterValue"
    assert "is made by schedules only" in refused[2]
    desk.get("ManageReportSchedule", ReportType="_GET_ORDERS_DATA_", Schedule="_15_MINUTES_")
    desk.world.advance(timedelta(minutes=17))
    raw = desk.raw("GetReport", ReportId=desk.get("GetReportList").text("ReportId"))
    assert dict(raw.headers)["Content-Type"] == "text/xml;charset=utf-8"
    assert etree.fromstring(raw.body).findtext("Message/OrderReport/AmazonOrderID") == order_id


def test_a_report_asked_for_elsewhere_stands_in_the_lists(desk: Desk) -> None:
    desk.place_order()
    body = {"report_type": "GET_V2_SELLER_PERFORMANCE_REPORT", "marketplace_ids": ["ATVPDKIKX0DER"]}
    made = desk.world.execute(CreateReport.read(body)).report_id
    desk.world.execute(ScheduleReport.read({**body, "period": "P1M"}))
    found = desk.get("GetReportRequestList")
    assert (found.text("ReportRequestId"), found.text("ReportType")) == (made, "_GET_V2_SELLER_PERFORMANCE_REPORT_")
    assert desk.get("GetReportScheduleList").text("Schedule") == "_1_MONTH_"


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (lambda d: d.get("RequestReport", ReportType="_GET_FLAT_FILE_ORDER_DATA_"), "InvalidReportType", ORDERS),
        (lambda d: d.get("RequestReport"), "InvalidParameterValue", "ReportType"),
        (
            lambda d: d.get("RequestReport", ReportType=ORDERS, EndDate="2026-03-03"),
            "InvalidParameterValue",
            "EndDate lies in the future",
        ),
        (lambda d: d.get("RequestReport", ReportType=ORDERS, StartDate="x"), "InvalidParameterValue", "StartDate"),
        (
            lambda d: d.get("RequestReport", ReportType=ORDERS, MarketplaceIdList__Id__1="X"),
            "InvalidParameterValue",
            "There is no marketplace 'X' in MarketplaceIdList",
        ),
        (
            lambda d: d.get("RequestReport", ReportType=ORDERS, ReportOptions="foo"),
            "InvalidParameterValue",
            "ReportOptions are written like ShowSalesChannel=true; 'foo' is not.",
        ),
        (
            lambda d: d.get("RequestReport", ReportType=ORDERS, ReportOptions="ShowSalesChannel=true;foo=1"),
            "InvalidParameterValue",
            "There is no field 'ReportOptions.foo'; there is 'ShowSalesChannel'.",
        ),
        (
            lambda d: d.get("CancelReportRequests", ReportRequestIdList__Id__1="1"),
            "InvalidReportRequestId",
            "One or more of the provided ReportRequestIds could not be found.",
        ),
        (lambda d: d.get("GetReportList", MaxCount="101"), "InvalidParameterValue", "MaxCount"),
        (
            lambda d: d.get("GetReportListByNextToken"),
            "ValidationError",
            "1 validation error detected: Value null at 'nextToken' failed to satisfy constraint: Member",
        ),
        (lambda d: d.get("GetReportListByNextToken", NextToken="AAAA"), "NextTokenCorrupted", "could not decode"),
        (lambda d: d.get("GetReport", ReportId="5"), "InvalidReportId", "'5'"),
        (lambda d: d.get("GetReport", ReportId="１２３４５６７８９０１２３４５６７"), "InvalidReportId", ""),
        (lambda d: d.get("UpdateReportAcknowledgements", ReportIdList__Id__1="5"), "InvalidReportId", "'5'"),
        (
            lambda d: d.get("ManageReportSchedule", ReportType=ORDERS, Schedule="_10_MINUTES_"),
            "InvalidScheduleFrequency",
            "did you mean '_30_MINUTES_'?",
        ),
        (
            lambda d: d.get("ManageReportSchedule", ReportType=BY_UPDATE, Schedule="_1_DAY_"),
            "InvalidParameterValue",
            f"ReportType {BY_UPDATE} is made on request only, not by schedules.",
        ),
        (
            lambda d: d.get("RequestReport", ReportType=PENDING),
            "InvalidParameterValue",
            f"MarketplaceIdList must have {JP} (Amazon.co.jp) in it; {PENDING} is made nowhere else.",
        ),
        (
            lambda d: d.get("ManageReportSchedule", ReportType=PENDING, Schedule="_1_DAY_"),
            "InvalidParameterValue",
            f"MarketplaceIdList must have {JP} (Amazon.co.jp) in it; {PENDING} is made nowhere else.",
        ),
        (
            lambda d: d.get("ManageReportSchedule", ReportType=XML_BY_DATE, Schedule="_1_DAY_"),
            "InvalidParameterValue",
            f"ReportType {XML_BY_DATE} is made on request only, not by schedules.",
        ),
        (
            lambda d: d.get("RequestReport", ReportType="_GET_ORDERS_DATA_"),
            "InvalidParameterValue",
            f"ReportType _GET_ORDERS_DATA_ is made by schedules only; {ORDERS} is made on request.",
        ),
        (
            lambda d: d.get("GetReportList", AvailableFromDate="2026-03-02", AvailableToDate="2026-03-01"),
            "InvalidParameterValue",
            "AvailableToDate must not be earlier than AvailableFromDate.",
        ),
        (
            lambda d: d.get("GetReportRequestList", RequestedFromDate="2026-03-03"),
            "InvalidParameterValue",
            "RequestedFromDate lies in the future; the world's now is 2026-03-02T16:00:00Z.",
        ),
        (
            lambda d: d.get("GetReportRequestCount", RequestedToDate="2020-01-01"),
            "InvalidParameterValue",
            "RequestedToDate lies before 2025-12-02T16:00:00Z, where the list begins without RequestedFromDate;",
        ),
        (
            lambda d: d.get("ListOrders"),
            "InvalidParameterValue",
            "has no such action; Orders 2013-09-01 has it, at /Orders/2013-09-01.",
        ),
        (lambda d: d.get("GetReportLists"), "InvalidParameterValue", "did you mean 'GetReportList'?"),
    ],
)
def test_what_cannot_be_done_is_refused(desk: Desk, call: Callable[[Desk], Reply], code: str, said: str) -> None:
    before = desk.world.version
    reply = call(desk)
    assert reply.error[:2] == (400, code)
    assert said in reply.error[2]
    assert desk.world.version == before


def test_a_file_is_gone_after_thirty_days(desk: Desk) -> None:
    desk.place_order()
    report_id = desk.made(UNSHIPPED)
    desk.world.advance(timedelta(days=30))
    assert desk.get("GetReport", ReportId=report_id).error[1] == "ReportNoLongerAvailable"
    assert desk.get("GetReportList").texts("ReportId") == []
    assert desk.get("GetReportRequestList").texts("GeneratedReportId") == [report_id]


def test_the_layer_behind_spells_the_requests_id_in_its_own_way(desk: Desk) -> None:
    behind = [desk.get("GetReport", ReportId="5"), desk.get("GetReport"), desk.get("RequestReport", ReportType="x")]
    assert [len(each.texts("RequestId")) for each in behind] == [1, 1, 1]
    front = [
        desk.get("GetReports"),
        desk.get("GetReport", Version="1999-01-01"),
        desk.get("GetReport", AWSAccessKeyId=""),
    ]
    assert [len(each.texts("RequestID")) for each in front] == [1, 1, 1]


def test_a_wrong_version_is_told_that_of_the_section_in_the_path(desk: Desk) -> None:
    sent = urlencode({"Action": "GetReportCount", "Version": "2013-09-02", "AWSAccessKeyId": "A"})
    raw = desk.mws.handle(RawRequest("GET", "/Reports/2009-01-01", sent.encode()))
    message = etree.fromstring(raw.body).findtext("{*}Error/{*}Message") or ""
    assert message.endswith("API Version '2013-09-02' is unknown; /Reports/2009-01-01 is served")


def test_sections_of_one_version_are_told_apart_by_the_action(desk: Desk) -> None:
    assert desk.get("GetReportCount").status == 200
    orders = desk.raw("GetServiceStatus", Version="2013-09-01")
    assert orders.status == 200
