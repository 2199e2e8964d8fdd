"""The seller performance report: V2 as JSON, V1 as XML. Of its metrics the sandbox keeps the Cancellation Rate.

All others are there, because programs that read the file expect them, with nothing counted and the status NONE.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree

from marketplace_sandbox.api.http.exchange import encode
from marketplace_sandbox.api.shared.xml import Node, leaf, tree
from marketplace_sandbox.core.policy import Policy
from marketplace_sandbox.core.reports.values import Contents
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.views.metrics import CancellationRate

Json = dict[str, Any]

NOT_COUNTED = "NONE"
VIOLATIONS = (
    "listingPolicyViolations",
    "productAuthenticityCustomerComplaints",
    "productConditionCustomerComplaints",
    "productSafetyCustomerComplaints",
    "receivedIntellectualPropertyComplaints",
    "restrictedProductPolicyViolations",
    "suspectedIntellectualPropertyViolations",
    "foodAndProductSafetyIssues",
    "otherPolicyViolations",
    "documentRequests",
)


def as_json(contents: Contents) -> bytes:
    """V2: how the account stands in each marketplace, and its metrics there. `rate` is a fraction, not a percentage."""
    standing = [
        {"marketplaceId": marketplace_id, "status": "AT_RISK" if rate.status == "BAD" else "NORMAL"}
        for marketplace_id, rate in contents.rates
    ]
    metrics = [_metrics(marketplace_id, rate, contents) for marketplace_id, rate in contents.rates]
    return encode({"accountStatuses": standing, "performanceMetrics": metrics})


def as_xml(contents: Contents) -> bytes:
    """V1: a report for each marketplace, the metrics of one stretch of time in each."""
    reports = [_report(marketplace_id, rate, contents) for marketplace_id, rate in contents.rates]
    root = tree("sellerPerformanceReports", *reports)
    etree.indent(root)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return text + b"\n"


def _window(contents: Contents, marketplace_id: str) -> tuple[datetime, datetime]:
    """The first and the last instant of the whole days, in UTC, that the rate is about."""
    midnight = contents.at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    days = contents.policy.value("rate_window_days", marketplace_id)
    return midnight - timedelta(days=days), midnight - timedelta(milliseconds=1)


def _metrics(marketplace_id: str, rate: CancellationRate, contents: Contents) -> Json:
    first, last = _window(contents, marketplace_id)
    days = {"reportingDateFrom": _minute(first), "reportingDateTo": _minute(last)}
    nothing = {"reportingDateRange": days, "status": NOT_COUNTED}
    above = {"targetValue": 0, "targetCondition": "GREATER_THAN", "rate": 0}
    below = {"targetValue": 0, "targetCondition": "LESS_THAN", "rate": 0}
    return {
        "marketplaceId": marketplace_id,
        "invoiceDefectRate": nothing | below | {"orderCount": 0} | _none("invoiceDefect missingInvoice lateInvoice"),
        "lateShipmentRate": nothing | below | {"orderCount": 0, "lateShipmentCount": 0},
        "orderDefectRate": {each: _defects(nothing | below | {"fulfillmentType": each}) for each in ("mfn", "afn")},
        "onTimeDeliveryRate": nothing | above | {"shipmentCountWithValidTracking": 0, "onTimeDeliveryCount": 0},
        "unitOnTimeDeliveryRate": nothing | above | {"unitOnTimeDeliveryCount": 0, "totalUnitCount": 0},
        "validTrackingRate": nothing | above | {"shipmentCount": 0, "validTrackingCount": 0},
        "preFulfillmentCancellationRate": _cancellations(rate, days, contents.policy),
        "warningStates": [],
        # the published schema names the one and requires the other
        "accountHealthRating": {"reportingDateRange": days, "accountHealthRatingStatus": "GREAT", "ahrStatus": "GREAT"},
        **{name: nothing | {"defectsCount": 0, "targetValue": 0, "targetCondition": "EQUALS"} for name in VIOLATIONS},
    }


def _cancellations(rate: CancellationRate, days: Mapping[str, str], policy: Policy) -> Json:
    return {
        "reportingDateRange": days,
        "orderCount": rate.orders,
        "cancellationCount": rate.canceled,
        "status": rate.status,
        "rate": float(rate.rate or 0),
        "targetValue": policy.value("rate_target_per_mille") / 1000,
        "targetCondition": "LESS_THAN",
    }


def _defects(nothing: Json) -> Json:
    return nothing | {"orderCount": 0} | _none("orderWithDefects claims chargebacks negativeFeedback")


def _none(names: str) -> Json:
    return {name: {"count": 0, "status": NOT_COUNTED} for name in names.split()}


def _minute(at: datetime) -> str:
    """`2026-03-02T23:59Z`: this file gives no seconds."""
    return f"{at:%Y-%m-%dT%H:%MZ}"


def _report(marketplace_id: str, rate: CancellationRate, contents: Contents) -> Node:
    first, last = _window(contents, marketplace_id)
    share = f"{float(rate.rate or 0):.6f}"
    return tree(
        "sellerPerformanceReport",
        leaf("marketplaceId", marketplace_id),
        tree(
            "customerExperienceMetrics",
            tree("timeFrame", leaf("start", _second(first)), leaf("end", _second(last))),
            leaf("orderCount", rate.orders),
            tree("lateShipment", leaf("count", 0)),
            tree("preFulfillmentCancellation", leaf("count", rate.canceled), leaf("rate", share)),
            tree("refunds", leaf("count", 0)),
            tree("negativeFeedbacks", leaf("count", 0)),
            tree("a_z_claims", leaf("count", 0)),
        ),
        tree(
            "buyerSellerContactResponseTimeMetrics",
            tree("responseTimeMetrics", leaf("responseUnder24Hours", 0)),
        ),
    )


def _second(at: datetime) -> str:
    return format_instant(at.replace(microsecond=0))
