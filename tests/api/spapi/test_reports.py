"""Reports 2021-06-30 over HTTP: asking, following, listing, cancelling, scheduling, and what is refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from marketplace_sandbox.core.commands.notifications import Subscribe
from marketplace_sandbox.core.commands.reports import CreateReport
from marketplace_sandbox.core.commands.worlds import ConfigurePolicy
from tests.api.contract import Answer
from tests.api.formats.reports.reading import (
    BASE,
    BY_DATE,
    BY_UPDATE,
    EARLIER,
    SHIPPING,
    UNSHIPPED,
    V1,
    V2,
    ask,
    asked,
    fetched,
    link,
    made,
    report,
    restricted,
    text,
)
from tests.api.shop import EVER, RESTRICTED, US, Seller, Shop


def test_a_report_tells_how_far_it_has_come(seller: Seller) -> None:
    """Source SEEN-REPORTS: its times end in `+00:00`."""
    seller.place_order()
    report_id = asked(seller, SHIPPING)
    queued = report(seller, report_id)
    assert queued == {
        "reportId": report_id,
        "reportType": SHIPPING,
        "marketplaceIds": [US],
        "dataStartTime": EARLIER.replace("Z", "+00:00"),
        "dataEndTime": "2026-03-02T16:00:00+00:00",
        "createdTime": "2026-03-02T16:00:00+00:00",
        "processingStatus": "IN_QUEUE",
    }
    seller.pass_time(seconds=30)
    started = queued | {"processingStatus": "IN_PROGRESS", "processingStartTime": "2026-03-02T16:00:30+00:00"}
    assert report(seller, report_id) == started
    seller.pass_time(seconds=60)
    done = report(seller, report_id)
    ended = {"processingStatus": "DONE", "processingEndTime": "2026-03-02T16:01:30+00:00"}
    assert done == started | ended | {"reportDocumentId": done["reportDocumentId"]}


@pytest.mark.parametrize("kind", [SHIPPING, BY_DATE])
def test_a_report_over_too_many_days_says_so_in_its_document(seller: Seller, kind: str) -> None:
    """Source ISSUES-REPORTS: createReport accepts the range, and the document refuses it."""
    seller.place_order()
    whole = made(seller, kind, dataStartTime="2026-01-31T16:00:00Z")
    assert text(seller, whole).startswith(("order-id", "amazon-order-id"))
    done = made(seller, kind, dataStartTime="2026-01-31T15:59:59Z")
    assert text(seller, done) == "Date range exceeded. Report can be requested only upto 30 days\r\n"
    assert text(seller, made(seller, UNSHIPPED, dataStartTime="2020-01-01T00:00:00Z")).startswith("order-id")


def test_an_empty_report_is_cancelled_and_has_no_document(seller: Seller) -> None:
    seller.place_order(hold=True)
    for kind in (SHIPPING, UNSHIPPED):
        done = made(seller, kind)
        assert done["processingStatus"] == "CANCELLED"
        assert "reportDocumentId" not in done


def test_a_pending_order_is_in_no_order_report_until_its_half_hour_is_over(seller: Seller) -> None:
    seller.place_order(hold=True)
    assert made(seller, SHIPPING)["processingStatus"] == "CANCELLED"
    seller.world.advance(seller.world.opening.start + timedelta(minutes=30))
    for kind in (SHIPPING, UNSHIPPED):
        assert made(seller, kind)["processingStatus"] == "DONE"


def test_a_queued_report_can_be_cancelled_and_no_other(seller: Seller) -> None:
    seller.place_order()
    first, second = asked(seller, UNSHIPPED), asked(seller, UNSHIPPED)
    assert seller.delete(f"{BASE}/reports/{first}").status == 200
    assert report(seller, first)["processingStatus"] == "CANCELLED"
    seller.pass_time(seconds=30)
    answer = seller.delete(f"{BASE}/reports/{second}")
    assert (answer.status, answer.error["code"]) == (400, "InvalidInput")
    assert "IN_PROGRESS" in answer.error["message"]
    assert seller.delete(f"{BASE}/reports/1").status == 404


def refused(answer: Answer, status: int = 400) -> str:
    assert answer.status == status, answer.raw
    return str(answer.error["message"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"reportType": "GET_FLAT_FILE_ORDERS_DATA_SHIPPING"}, f"did you mean '{SHIPPING}'?"),
        (
            {"reportType": "GET_CONVERGED_FLAT_FILE_ORDER_REPORT_DATA"},
            "There is no report type 'GET_CONVERGED_FLAT_FILE_",
        ),
        ({"reportType": None}, "reportType is required"),
        ({"reportType": "GET_ORDER_REPORT_DATA_TAX"}, "made by schedules only; GET_FLAT_FILE_ORDER_REPORT_DATA_TAX is"),
        ({"marketplaceIds": []}, "marketplaceIds"),
        ({"marketplaceIds": ["ATVPDKIKX0DEX"]}, f"did you mean '{US}'?"),
        (
            {"dataStartTime": "yesterday"},
            "dataStartTime is an ISO 8601 instant such as 2026-03-02T16:00:00Z; 'yesterday'",
        ),
        (
            {"dataStartTime": "2026-03-02T16:00:01Z"},
            "dataStartTime lies in the future; the world's now is 2026-03-02T16",
        ),
        ({"dataEndTime": "2026-03-03"}, "dataEndTime lies in the future"),
        ({"dataEndTime": "2026-02-28"}, "dataEndTime must not be earlier than 2026-03-01T00:00:00Z"),
        ({"reportOptions": {"ShowSalesChannel": True}}, "reportOptions.ShowSalesChannel is text; true is not."),
        ({"reportOptions": []}, "reportOptions"),
        ({"reportOptions": {"foo": "bar"}}, "There is no field 'reportOptions.foo'; there is 'ShowSalesChannel'."),
        ({"reportOptions": {"ShowSaleChannel": "true"}}, "did you mean 'ShowSalesChannel'?"),
        (
            {"reportOptions": {"ShowSalesChannel": "maybe"}},
            "There is no value of reportOptions.ShowSalesChannel 'maybe'; there are 'true' and 'false'.",
        ),
        ({"dataStartTime": 5}, "dataStartTime"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(seller: Seller, body: dict[str, Any], said: str) -> None:
    before = seller.standing()
    assert said in refused(ask(seller, SHIPPING, **body))
    assert seller.standing() == before


def test_a_marketplace_of_another_region_is_forbidden(seller: Seller) -> None:
    assert ask(seller, SHIPPING, marketplaceIds=["A1PA6795UKMFR9"]).status == 403


# Lists


def listed(seller: Seller, **query: Any) -> list[str]:
    answer = seller.get(f"{BASE}/reports", **query)
    assert answer.status == 200, answer.raw
    ids = [each["reportId"] for each in answer.body["reports"]]
    while token := answer.body.get("nextToken"):
        answer = seller.get(f"{BASE}/reports", nextToken=token)
        ids += [each["reportId"] for each in answer.body["reports"]]
    return ids


def test_lists_are_filtered_and_paged_latest_first(seller: Seller) -> None:
    seller.place_order()
    ids = []
    for number in range(25):
        ids.append(asked(seller, (SHIPPING, UNSHIPPED)[number % 2]))
        seller.pass_time(minutes=1)
    latest = ids[::-1]
    both = [SHIPPING, UNSHIPPED]
    assert listed(seller, reportTypes=both) == latest
    assert listed(seller, reportTypes=both, pageSize=25) == latest
    assert listed(seller, reportTypes=[UNSHIPPED], pageSize=3) == ids[1::2][::-1]
    assert listed(seller, reportTypes=both, processingStatuses=["IN_QUEUE", "IN_PROGRESS"]) == latest[:1]
    window = {"createdSince": "2026-03-02T16:03:00Z", "createdUntil": "2026-03-02T16:05:00Z"}
    assert listed(seller, reportTypes=both, **window) == ids[3:6][::-1]
    assert listed(seller, reportTypes=both, marketplaceIds=["A2EUQ1WTGCTBG2"]) == []


def test_reports_that_come_between_two_pages_move_none(seller: Seller) -> None:
    ids = [asked(seller, UNSHIPPED) for _ in range(4)]
    first = seller.get(f"{BASE}/reports", reportTypes=UNSHIPPED, pageSize=2, processingStatuses="IN_QUEUE").body
    asked(seller, UNSHIPPED)
    seller.delete(f"{BASE}/reports/{ids[2]}")
    second = seller.get(f"{BASE}/reports", nextToken=first["nextToken"]).body
    assert [each["reportId"] for each in first["reports"] + second["reports"]] == ids[::-1]


def test_reports_are_known_for_ninety_days(seller: Seller) -> None:
    seller.place_order()
    ids = [asked(seller, UNSHIPPED) for _ in range(11)]
    token = seller.get(f"{BASE}/reports", reportTypes=UNSHIPPED).body["nextToken"]
    seller.pass_time(days=90, seconds=-1)
    later = asked(seller, UNSHIPPED)
    assert listed(seller, reportTypes=UNSHIPPED) == [later, *ids[::-1]]
    seller.pass_time(seconds=1)
    last = asked(seller, UNSHIPPED)
    assert listed(seller, reportTypes=UNSHIPPED) == [last, later]
    assert seller.get(f"{BASE}/reports/{ids[0]}").status == 404
    assert seller.get(f"{BASE}/reports", nextToken=token).body == {"reports": []}


def test_a_world_at_the_beginning_of_the_calendar_lists_its_reports(shop: Shop) -> None:
    seller = shop.open()
    first = shop.sellers.open(start=datetime(1970, 1, 1, tzinfo=UTC))
    early = Seller(seller.shop, first)
    report_id = asked(early, UNSHIPPED, dataStartTime=None)
    assert listed(early, reportTypes=UNSHIPPED) == [report_id]
    assert schedule(early, V2, period="P30D").status == 201


@pytest.mark.parametrize("method", ["get", "delete"])
def test_an_unknown_report_is_told_in_the_words_of_mws(seller: Seller, method: str) -> None:
    """As reported with its whole body, selling-partner-api-models#2419: there are no details."""
    answer = getattr(seller, method)(f"{BASE}/reports/1")
    message = "One or more of the provided ReportRequestIds could not be found."
    assert (answer.status, answer.error) == (404, {"code": "NotFound", "message": message})


def test_a_token_comes_alone(seller: Seller) -> None:
    """Words and details as reported, selling-partner-api-models#2414 and seven more."""
    for _ in range(11):
        asked(seller, UNSHIPPED)
    token = seller.get(f"{BASE}/reports", reportTypes=UNSHIPPED).body["nextToken"]
    every = {"createdSince": EVER, "createdUntil": EVER, "marketplaceIds": US, "processingStatuses": "DONE"}
    for more, named in (
        ({}, "pageSize;reportTypes;"),
        (every, "createdUntil;createdSince;pageSize;marketplaceIds;processingStatuses;reportTypes;"),
    ):
        sent = {"nextToken": token, "reportTypes": UNSHIPPED, "pageSize": 5, **more}
        answer = seller.get(f"{BASE}/reports", **sent)
        assert answer.error == {
            "code": "InvalidInput",
            "message": "NextToken cannot be specified with other input parameters",
            "details": named,
        }
    assert "could not decode" in refused(seller.get(f"{BASE}/reports", nextToken=token[:-4]))
    # what clients add to every call is no parameter of this one
    assert seller.get(f"{BASE}/reports", nextToken=token, MarketplaceIds=US).status == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "Either reportTypes or nextToken is required."),
        ({"reportTypes": "GET_NOTHING"}, "There is no report type"),
        ({"reportTypes": V2, "processingStatuses": "DONE_NO_DATA"}, "processingStatuses"),
        ({"reportTypes": V2, "pageSize": "101"}, "pageSize"),
        ({"reportTypes": V2, "createdSince": "2026-03-02 16:00"}, "createdSince is an ISO 8601 instant"),
        ({"reportTypes": V2, "createdSince": "2026-03-02", "createdUntil": "2026-03-01"}, "createdUntil must not"),
        (
            {"reportTypes": V2, "createdSince": "2026-03-03"},
            "createdSince lies in the future; the world's now is 2026-03-02T16:00:00Z.",
        ),
        (
            {"reportTypes": V2, "createdUntil": "2020-01-01"},
            "createdUntil lies before 2025-12-02T16:00:00Z, where the list begins without createdSince; the world",
        ),
        ({"reportTypes": V2, "marketplaceIds": "nowhere"}, "There is no marketplace"),
    ],
)
def test_lists_nobody_can_have_are_refused(seller: Seller, query: dict[str, Any], said: str) -> None:
    assert said in refused(seller.get(f"{BASE}/reports", **query))


# Schedules


def schedule(seller: Seller, kind: str = SHIPPING, **body: Any) -> Answer:
    return seller.post(f"{BASE}/schedules", {"reportType": kind, "marketplaceIds": [US], "period": "PT15M", **body})


def test_a_schedule_makes_reports_and_tells_of_the_next(seller: Seller) -> None:
    answer = schedule(seller, reportOptions={"ShowSalesChannel": "true"})
    assert answer.status == 201
    schedule_id = answer.body["reportScheduleId"]
    shown = seller.get(f"{BASE}/schedules/{schedule_id}").body
    assert shown == {
        "reportScheduleId": schedule_id,
        "reportType": SHIPPING,
        "marketplaceIds": [US],
        "reportOptions": {"ShowSalesChannel": "true"},
        "period": "PT15M",
        "nextReportCreationTime": "2026-03-02T16:15:00+00:00",
    }
    seller.place_order()
    seller.pass_time(minutes=31)
    found = seller.get(f"{BASE}/reports", reportTypes=SHIPPING).body["reports"]
    statuses = [(each["reportScheduleId"], each["createdTime"], each["processingStatus"]) for each in found]
    assert statuses == [
        (schedule_id, "2026-03-02T16:30:00+00:00", "IN_PROGRESS"),
        (schedule_id, "2026-03-02T16:15:00+00:00", "DONE"),
    ]
    assert seller.get(f"{BASE}/schedules", reportTypes=[SHIPPING, V2]).body["reportSchedules"] == [
        shown | {"nextReportCreationTime": "2026-03-02T16:45:00+00:00"}
    ]
    assert seller.delete(f"{BASE}/schedules/{schedule_id}").status == 200
    assert seller.get(f"{BASE}/schedules/{schedule_id}").status == 404
    assert seller.delete(f"{BASE}/schedules/{schedule_id}").status == 404
    seller.pass_time(days=1)
    assert len(listed(seller, reportTypes=SHIPPING)) == 2


def test_a_monthly_schedule_keeps_to_its_day(seller: Seller) -> None:
    answer = schedule(seller, period="P1M", nextReportCreationTime="2026-03-31T12:00:00Z")
    path = f"{BASE}/schedules/{answer.body['reportScheduleId']}"
    seller.pass_time(days=61)
    assert seller.get(path).body["nextReportCreationTime"] == "2026-05-31T12:00:00+00:00"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"period": "PT10M"}, "The nearest is PT30M."),
        ({"period": None}, "period"),
        ({"kind": BY_UPDATE}, f"reportType {BY_UPDATE} is made on request only"),
        ({"kind": BY_DATE}, "on request only"),
        ({"nextReportCreationTime": "2026-03-02T15:00:00Z"}, "nextReportCreationTime lies in the past"),
        ({"nextReportCreationTime": "soon"}, "nextReportCreationTime is an ISO 8601 instant"),
    ],
)
def test_what_cannot_be_scheduled_is_refused(seller: Seller, body: dict[str, Any], said: str) -> None:
    before = seller.standing()
    assert said in refused(schedule(seller, **body))
    assert seller.standing() == before


@pytest.mark.parametrize(
    ("query", "said"),
    [({}, "reportTypes"), ({"reportTypes": ","}, "at least 1 entry"), ({"reportTypes": "X"}, "there are 'GET_")],
)
def test_schedules_are_listed_by_type_only(seller: Seller, query: dict[str, Any], said: str) -> None:
    assert said in refused(seller.get(f"{BASE}/schedules", **query))


# Documents


def test_documents_of_restricted_types_take_a_token_for_exactly_their_path(seller: Seller) -> None:
    seller.place_order()
    one, other = made(seller, SHIPPING), made(seller, UNSHIPPED)
    path = f"{BASE}/documents/{one['reportDocumentId']}"
    wrong = restricted(seller, other["reportDocumentId"])
    for token in ("", wrong):
        answer = seller.get(path, token)
        assert (answer.status, answer.error["code"]) == (403, "Unauthorized")
        assert f"GET {path}" in answer.error["details"]
    assert seller.get(path, restricted(seller, one["reportDocumentId"])).status == 200


@pytest.mark.parametrize("document_id", ["{reportDocumentId}", "amzn1.spdoc.1.4.na.nothing"])
def test_no_token_is_issued_for_a_document_that_is_none(seller: Seller, document_id: str) -> None:
    resource = {"method": "GET", "path": f"{BASE}/documents/{document_id}"}
    answer = seller.post(RESTRICTED, {"restrictedResources": [resource]})
    assert answer.status == 400
    assert "Invalid or unsupported document ID found" in answer.error["message"]


@pytest.mark.parametrize("kind", [BY_UPDATE, BY_DATE, V1, V2])
def test_other_documents_take_the_ordinary_token(seller: Seller, kind: str) -> None:
    seller.place_order()
    assert fetched(seller, link(seller, made(seller, kind))["url"]).status == 200


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        (SHIPPING, "text/plain; charset=Cp1252"),
        (BY_DATE, "text/plain; charset=Cp1252"),
        (V1, "text/xml; charset=utf-8"),
        (V2, "application/json; charset=utf-8"),
    ],
)
def test_a_document_comes_packed_or_plain(seller: Seller, kind: str, media_type: str) -> None:
    """Source SEEN-REPORTS: `charset=Cp1252`, and `Content-Encoding: identity`, packed as a file or not."""
    seller.place_order()
    done = made(seller, kind)
    packed, encoded = link(seller, done), link(seller, done, enableContentEncodingUrlHeader="true")
    assert packed["compressionAlgorithm"] == encoded["compressionAlgorithm"] == "GZIP"
    as_file, as_encoding = fetched(seller, packed["url"]), fetched(seller, encoded["url"])
    assert as_file.raw == as_encoding.raw
    assert as_file.raw.startswith(b"\x1f\x8b")
    assert as_file.headers["content-encoding"] == "identity"
    assert as_encoding.headers["content-encoding"] == "gzip"
    seller.world.execute(ConfigurePolicy({"report_gzip": False}))
    plain = link(seller, done)
    assert "compressionAlgorithm" not in plain
    answer = fetched(seller, plain["url"])
    assert answer.headers["content-type"] == as_file.headers["content-type"] == media_type
    assert answer.headers["content-encoding"] == "identity"
    assert not answer.raw.startswith(b"\x1f\x8b")


def test_a_link_is_over_after_five_minutes_and_another_can_be_had(seller: Seller) -> None:
    seller.place_order()
    done = made(seller, BY_DATE)
    first = link(seller, done)["url"]
    seller.pass_time(minutes=5)
    assert fetched(seller, first).status == 403
    assert fetched(seller, link(seller, done)["url"]).status == 200


def test_a_document_is_gone_after_thirty_days(seller: Seller) -> None:
    seller.place_order()
    done = made(seller, BY_DATE)
    path = f"{BASE}/documents/{done['reportDocumentId']}"
    seller.pass_time(days=30, seconds=-1)
    assert seller.get(path).status == 200
    seller.pass_time(seconds=1)
    assert seller.get(path).status == 404
    assert report(seller, done["reportId"])["processingStatus"] == "DONE"


def test_a_report_that_failed_says_so_in_a_document(seller: Seller) -> None:
    body = {"report_type": BY_DATE, "marketplace_ids": [US], "fate": "fatal"}
    report_id = seller.world.execute(CreateReport.read(body)).report_id
    seller.pass_time(seconds=90)
    done = report(seller, report_id)
    assert done["processingStatus"] == "FATAL"
    seller.world.execute(ConfigurePolicy({"report_gzip": False}))
    assert b"told to fail" in fetched(seller, link(seller, done)["url"]).raw


@pytest.mark.parametrize(
    "call",
    [
        lambda seller: seller.get(f"{BASE}/reports/50001"),
        lambda seller: seller.get(f"{BASE}/documents/amzn1.spdoc.1"),
        lambda seller: seller.get(f"{BASE}/schedules/50001"),
    ],
)
def test_what_there_is_not_is_not_found(seller: Seller, call: Callable[[Seller], Answer]) -> None:
    answer = call(seller)
    assert (answer.status, answer.error["code"]) == (404, "NotFound")


def test_a_reports_end_has_deliveries_made(seller: Seller) -> None:
    asked(seller, SHIPPING)
    seller.world.execute(Subscribe(url="http://127.0.0.1:9/x", secret="whsec_x"))
    seller.delete(f"{BASE}/reports/{asked(seller, SHIPPING)}")
    assert seller.shop.woken[-1] == seller.world.seller_id
