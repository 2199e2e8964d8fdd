"""Reports as the tests of the API ask for them and read them: over HTTP, tables by the names of their columns."""

import csv
import gzip
import io
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from tests.api.contract import Answer
from tests.api.shop import RESTRICTED, US, Seller

BASE = "/reports/2021-06-30"
SHIPPING = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"
UNSHIPPED = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
BY_UPDATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
BY_DATE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL"
V2 = "GET_V2_SELLER_PERFORMANCE_REPORT"
V1 = "GET_V1_SELLER_PERFORMANCE_REPORT"
EARLIER = "2026-03-01T00:00:00Z"

Json = dict[str, Any]


def ask(seller: Seller, kind: str, **body: Any) -> Answer:
    """CreateReport with a range that has everything."""
    wanted = {"reportType": kind, "marketplaceIds": [US], "dataStartTime": EARLIER, **body}
    return seller.post(f"{BASE}/reports", {name: value for name, value in wanted.items() if value is not None})


def asked(seller: Seller, kind: str, **body: Any) -> str:
    """The id of a report that was asked for."""
    answer = ask(seller, kind, **body)
    assert answer.status == 202, answer.raw
    return str(answer.body["reportId"])


def report(seller: Seller, report_id: str) -> Json:
    """GetReport."""
    answer = seller.get(f"{BASE}/reports/{report_id}")
    assert answer.status == 200, answer.raw
    return dict(answer.body)


def made(seller: Seller, kind: str, **body: Any) -> Json:
    """A report whose time is over."""
    report_id = asked(seller, kind, **body)
    seller.world.advance(timedelta(seconds=90))
    return report(seller, report_id)


def restricted(seller: Seller, document_id: str) -> str:
    """A restricted data token for one document."""
    resource = {"method": "GET", "path": f"{BASE}/documents/{document_id}"}
    answer = seller.post(RESTRICTED, {"restrictedResources": [resource]})
    assert answer.status == 200, answer.raw
    return str(answer.body["restrictedDataToken"])


def link(seller: Seller, done: Json, **query: Any) -> Json:
    """getReportDocument, with a restricted data token where it takes one."""
    document_id = done["reportDocumentId"]
    secret = "ORDER_REPORT_DATA" in done["reportType"] or "ACTIONABLE" in done["reportType"]
    token = restricted(seller, document_id) if secret and done["processingStatus"] == "DONE" else ""
    answer = seller.get(f"{BASE}/documents/{document_id}", token, **query)
    assert answer.status == 200, answer.raw
    return dict(answer.body)


def fetched(seller: Seller, url: str) -> Answer:
    """What stands behind a link, by its path alone and without a token."""
    return seller.shop.client("GET", urlsplit(url).path, headers={}, documented=False)


def text(seller: Seller, done: Json) -> str:
    """The document of a report, unpacked and decoded."""
    assert done["processingStatus"] == "DONE", done
    said = link(seller, done)
    answer = fetched(seller, said["url"])
    assert answer.status == 200, answer.raw
    raw = gzip.decompress(answer.raw) if said.get("compressionAlgorithm") == "GZIP" else answer.raw
    charset = answer.headers["content-type"].partition("charset=")[2]
    return raw.decode(charset.replace("windows-31j", "cp932"))


def table(seller: Seller, kind: str, **body: Any) -> list[dict[str, str]]:
    """The rows of a report by column; none of one that was CANCELLED for want of data."""
    done = made(seller, kind, **body)
    return rows(text(seller, done)) if done["processingStatus"] == "DONE" else []


def rows(written: str) -> list[dict[str, str]]:
    """The rows of a table, which has no quoting."""
    return list(csv.DictReader(io.StringIO(written, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE))


def header(seller: Seller, kind: str, **body: Any) -> list[str]:
    """The names of a report's columns in their order."""
    return text(seller, made(seller, kind, **body)).partition("\r\n")[0].split("\t")
