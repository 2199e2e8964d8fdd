"""Reports through a real socket with unmodified clients: a buyer's request found in a scheduled report, both ways."""

import io
import json
from contextlib import ExitStack
from pathlib import Path

import pytest
from lxml import etree
from sp_api.api import Sellers as SellersClient
from sp_api.base import SellingApiBadRequestException, SellingApiForbiddenException

from tests.e2e.clients_reports import Clients, rows
from tests.e2e.sandbox import US, Json, Sandbox, receiving
from tests.serving import serving

UNSHIPPED = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
SHIPPING = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"
BY_UPDATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
PERFORMANCE = "GET_V2_SELLER_PERFORMANCE_REPORT"
FLAG, REASON = "is-buyer-requested-cancellation", "buyer-requested-cancel-reason"
WORDS = "too late – zu spät"


def asked(clients: Clients) -> str:
    """An order whose buyer wants one of its two items canceled."""
    sandbox = clients.sandbox
    order_id = sandbox.place_order(items=[{"sku": "A", "price": 20}, {"sku": "B", "price": 15}])
    sandbox.by("PT31M")
    sandbox.act(order_id, "buyer-request-cancellation", items=["B"], reason_text=WORDS)
    return order_id


def latest(clients: Clients, kind: str) -> Json:
    """The last report of a type that is done, found as a poller finds it."""
    found: Json = clients.reports.get_reports(reportTypes=[kind], processingStatuses=["DONE"]).payload["reports"][0]
    return found


def test_a_buyers_request_is_found_in_a_scheduled_report(clients: Clients) -> None:
    clients.sandbox.put("settings", {"order_report_cancellation_columns": True})
    clients.reports.create_report_schedule(reportType=UNSHIPPED, marketplaceIds=[US], period="PT15M")
    order_id = asked(clients)
    clients.sandbox.by("PT20M")
    found = {row["sku"]: row for row in rows(clients.read(latest(clients, UNSHIPPED)))}
    assert {row["order-id"] for row in found.values()} == {order_id}
    assert {sku: (row[FLAG], row[REASON]) for sku, row in found.items()} == {"A": ("true", ""), "B": ("true", WORDS)}
    (schedule,) = clients.reports.get_report_schedules(reportTypes=[UNSHIPPED]).payload["reportSchedules"]
    assert clients.reports.get_report_schedule(schedule["reportScheduleId"]).payload == schedule
    clients.reports.cancel_report_schedule(schedule["reportScheduleId"])
    assert clients.reports.get_report_schedules(reportTypes=[UNSHIPPED]).payload["reportSchedules"] == []


def test_without_the_columns_nothing_of_it_is_there(clients: Clients) -> None:
    asked(clients)
    (first, second) = rows(clients.read(clients.made(UNSHIPPED)))
    assert not {FLAG, REASON} & (first.keys() | second.keys())
    assert "verge-of-lateShipment" in first


def test_both_dialects_read_the_same_request(clients: Clients) -> None:
    clients.sandbox.put("settings", {"order_report_cancellation_columns": True})
    reports = clients.mws()
    schedule = {"Action": "ManageReportSchedule", "ReportType": "_GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_"}
    reports.make_request({**schedule, "Schedule": "_30_MINUTES_"}, method="POST")
    asked(clients)
    clients.sandbox.by("PT32M")
    info = reports.get_report_list(acknowledged="false").parsed.ReportInfo[0]
    file = reports.get_report(str(info.ReportId))
    assert "content-md5" in file.response.headers
    by_mws = {row["sku"]: (row[FLAG], row[REASON]) for row in rows(file.parsed.decode("cp1252"))}
    by_sp = {row["sku"]: (row[FLAG], row[REASON]) for row in rows(clients.read(latest(clients, UNSHIPPED)))}
    assert by_mws == by_sp == {"A": ("true", ""), "B": ("true", WORDS)}
    noted = {"Action": "UpdateReportAcknowledgements", "ReportIdList.Id.1": str(info.ReportId)}
    assert str(reports.make_request(noted, method="POST").parsed.Count) == "1"
    assert str(reports.get_report_count(acknowledged="false").parsed.Count) == "1"
    assert str(reports.get_report_schedule_count().parsed.Count) == "1"
    assert str(reports.get_report_schedule_list().parsed.ReportSchedule.Schedule) == "_30_MINUTES_"


def test_mws_asks_waits_and_pages(clients: Clients) -> None:
    clients.sandbox.place_order(hold=False)
    reports = clients.mws()
    ids = []
    for _ in range(12):
        answer = reports.request_report("_GET_FLAT_FILE_ORDERS_DATA_", start_date="2026-03-02T15:00:00Z")
        ids.append(str(answer.parsed.ReportRequestInfo.ReportRequestId))
    clients.sandbox.by("PT90S")
    page = reports.get_report_request_list(processingstatuses=["_DONE_"]).parsed
    seen = [str(each.ReportRequestId) for each in page.ReportRequestInfo]
    page = reports.get_report_request_list(next_token=str(page.NextToken)).parsed
    seen += [str(each.ReportRequestId) for each in page.ReportRequestInfo]
    assert seen == ids[::-1]
    page = reports.get_report_list(requestids=ids[:1]).parsed
    assert str(page.ReportInfo.ReportRequestId) == ids[0]


@pytest.mark.parametrize("kind", [UNSHIPPED, SHIPPING])
def test_a_pending_order_is_in_no_order_report(clients: Clients, kind: str) -> None:
    order_id = clients.sandbox.place_order()
    start = "2026-03-02T15:00:00Z"
    assert clients.made(kind, dataStartTime=start)["processingStatus"] == "CANCELLED"
    clients.sandbox.to("2026-03-02T16:30:00Z")
    done = clients.made(kind, dataStartTime=start)
    assert [row["order-id"] for row in rows(clients.read(done))] == [order_id]


def test_both_clients_read_a_canceled_order_in_the_xml_of_all_orders(clients: Clients) -> None:
    """Canceled means nought there, too: a program that divides the price by the quantity finds neither."""
    title = "Müsli & more 🙂"
    order_id = clients.sandbox.place_order(hold=False, items=[{"title": title, "quantity": 2, "price": 20}])
    clients.sandbox.act(order_id, "seller-cancel", reason="no_inventory")
    start = "2026-03-02T15:00:00Z"
    done = clients.made("GET_XML_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL", dataStartTime=start)
    document = clients.reports.get_report_document(done["reportDocumentId"], download=True).payload["document"]
    of_sp = etree.fromstring(document.encode("iso-8859-1"))
    reports = clients.mws()
    asked = reports.request_report("_GET_XML_ALL_ORDERS_DATA_BY_ORDER_DATE_", start_date=start).parsed
    clients.sandbox.by("PT90S")
    wanted = [str(asked.ReportRequestInfo.ReportRequestId)]
    made = reports.get_report_list(requestids=wanted).parsed
    of_mws = etree.fromstring(reports.get_report(str(made.ReportInfo.ReportId)).response.content)
    for root in (of_sp, of_mws):
        (order,) = root.iterfind("Message/Order")
        said = [order.findtext(name) for name in ("AmazonOrderID", "OrderStatus", "OrderItem/Quantity")]
        assert said == [order_id, "Cancelled", "0"]
        assert order.findtext("OrderItem/ProductName") == title
        assert order.find("OrderItem/ItemPrice") is None


def test_a_client_learns_who_the_seller_is(clients: Clients) -> None:
    clients.sandbox.put("settings", {"business_type": "sole_proprietorship"})
    account = clients.new(SellersClient).get_account().payload
    assert (account["businessType"], account["sellingPlan"]) == ("SOLE_PROPRIETORSHIP", "PROFESSIONAL")
    assert [each["marketplace"]["id"] for each in account["marketplaceParticipationList"]] == [US]


def rate(clients: Clients) -> Json:
    done = clients.made(PERFORMANCE)
    text = clients.reports.get_report_document(done["reportDocumentId"], download=True).payload["document"]
    (metrics,) = json.loads(text)["performanceMetrics"]
    found: Json = metrics["preFulfillmentCancellationRate"]
    return found


def test_the_cancellation_rate_crosses_its_line(clients: Clients) -> None:
    sandbox = clients.sandbox
    none = rate(clients)
    assert (none["status"], none["rate"], none["orderCount"]) == ("NONE", 0, 0)
    orders = [each["order_id"] for each in sandbox.post("orders", {"count": 40, "hold": False})["orders"]]
    sandbox.act(orders[0], "seller-cancel", reason="no_inventory")
    sandbox.to("2026-03-03T08:00:00Z")
    bad = rate(clients)
    assert (bad["status"], bad["rate"], bad["cancellationCount"], bad["orderCount"]) == ("BAD", 0.025, 1, 40)
    sandbox.place_order(hold=False, purchased_at="2026-03-02T20:00:00Z")
    good = rate(clients)
    assert (good["status"], good["cancellationCount"], good["orderCount"]) == ("GOOD", 1, 41)


def test_what_is_not_the_sellers_fault_is_not_counted(clients: Clients) -> None:
    sandbox = clients.sandbox
    exempt, fraud, unpaid, direct = (sandbox.place_order() for _ in range(4))
    amazons = sandbox.place_order(channel="AFN", hold=False)
    sandbox.act(direct, "buyer-cancel", reason="mistake")
    sandbox.act(amazons, "buyer-cancel")
    sandbox.act(fraud, "fraud-detected")
    sandbox.by("PT31M")
    sandbox.act(exempt, "buyer-request-cancellation")
    sandbox.act(exempt, "seller-cancel", reason="buyer_canceled")
    late = sandbox.place_order(payment="unverified")
    sandbox.act(late, "payment-failed")
    sandbox.act(unpaid, "seller-confirm-shipment")
    sandbox.to("2026-03-03T08:00:00Z")
    found = rate(clients)
    assert (found["cancellationCount"], found["orderCount"], found["status"]) == (0, 2, "GOOD")


def test_a_report_that_is_done_is_posted_to_a_webhook(clients: Clients) -> None:
    clients.sandbox.place_order(hold=False)
    with receiving() as receiver:
        types = ["REPORT_PROCESSING_FINISHED"]
        clients.sandbox.post("webhooks", {"url": receiver.url, "notification_types": types})
        done = clients.made(UNSHIPPED)
        (body,) = receiver.bodies
    said = body["payload"]["reportProcessingFinishedNotification"]
    assert said["reportId"] == done["reportId"]
    assert said["processingStatus"] == "DONE"
    assert said["reportDocumentId"] == done["reportDocumentId"]


def test_the_client_reads_plain_documents_too(clients: Clients) -> None:
    clients.sandbox.put("settings", {"report_gzip": False})
    order_id = clients.sandbox.place_order(hold=False, items=[{"title": "Müsli"}])
    file = io.BytesIO()
    done = clients.made(BY_UPDATE, dataStartTime="2026-03-02T15:00:00Z")
    clients.reports.get_report_document(done["reportDocumentId"], file=file, stream=True)
    (row,) = rows(file.getvalue().decode("cp1252"))
    assert (row["amazon-order-id"], row["product-name"]) == (order_id, "Müsli")


def test_a_fault_of_the_caller_is_an_exception_of_the_client(clients: Clients) -> None:
    clients.sandbox.place_order(hold=False)
    done = clients.made(UNSHIPPED)
    with pytest.raises(SellingApiForbiddenException, match="restricted data token"):
        clients.reports.get_report_document(done["reportDocumentId"])
    with pytest.raises(SellingApiBadRequestException, match="There is no report type"):
        clients.reports.create_report(reportType="GET_FLAT_FILE_ALL_ORDERS", marketplaceIds=[US])
    with pytest.raises(SellingApiBadRequestException, match="cannot be specified with other input parameters"):
        clients.reports.get_reports(nextToken="x", reportTypes=[UNSHIPPED])


def test_reports_and_schedules_stand_after_a_restart(tmp_path: Path) -> None:
    store = ("--store", f"sqlite:///{tmp_path}/worlds.db")
    with ExitStack() as closing, serving(*store) as first:
        before = Clients(_kept(first.url, closing), closing)
        before.sandbox.place_order(hold=False)
        before.reports.create_report_schedule(reportType=SHIPPING, marketplaceIds=[US], period="PT1H")
        done = before.made(UNSHIPPED)
        written = before.read(done)
        asked = before.reports.create_report(reportType=UNSHIPPED, marketplaceIds=[US]).payload["reportId"]
        seller = before.sandbox.seller
    with ExitStack() as closing, serving(*store) as second:
        after = Clients(_kept(second.url, closing, seller), closing)
        assert after.read(done) == written
        after.sandbox.by("PT2H")
        assert after.reports.get_report(asked).payload["processingStatus"] == "DONE"
        assert len(after.reports.get_reports(reportTypes=[SHIPPING]).payload["reports"]) == 2


def _kept(url: str, closing: ExitStack, seller: Json | None = None) -> Sandbox:
    """A sandbox for a seller of its own, or for one who was there before."""
    sandbox = Sandbox(url)
    closing.callback(sandbox.close)
    if seller:
        sandbox.seller = seller
        sandbox.session.headers["X-Sandbox-Seller"] = seller["seller_id"]
    return sandbox
