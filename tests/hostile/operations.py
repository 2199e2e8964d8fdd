"""A call of every operation that is in order, and of those that take several forms one for each."""

from collections.abc import Mapping
from typing import Any

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import Document, Operation, load
from tests.api.formats.feeds.filing import (
    ACKNOWLEDGE,
    ADJUST,
    FLAT_ACKNOWLEDGE,
    FULFIL,
    adjust,
    adjusted,
    envelope,
    table,
)
from tests.hostile.calls import Call
from tests.hostile.desk import ASKED, INVOICED, LAMP, MUG, OTHER, PENDING, RELEASED, SHIPPED, US, Desk

DOCUMENTS = tuple(sorted(openapi_dir().glob("*.yaml")))
NOW, BEFORE, LATER = "2026-03-02T16:00:00Z", "2026-03-02T15:00:00Z", "2026-03-02T18:00:00Z"
FLAT_ORDERS = "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING"

_ORDER_FORM: Mapping[str, Any] = {
    "marketplace": US,
    "channel": "MFN",
    "purchased_at": BEFORE,
    "payment": "authorized",
    "hold": False,
    "handling_days": 2,
    "ship_by_at": "2026-03-05T16:00:00Z",
    "invoice": False,
    "multi_channel": False,
    "buyer": {"name": "Ada", "email": "ada@example.com"},
    "ship_to": {"name": "Ada", "city": "Springfield"},
    "programs": ["Prime"],
    "seller_order_id": "1",
    "items": [
        {
            "id": "5",
            "sku": "B",
            "asin": "B000000001",
            "title": "B",
            "quantity": 2,
            "price": 20.5,
            "tax": 1,
            "shipping": 2,
        },
        {"sku": "C"},
    ],
}
_SCENARIO: Mapping[str, Any] = {
    "about": "A buyer asks.",
    "source": "OURS",
    "rules": ["R12"],
    "start": NOW,
    "rate": 0,
    "seed": 1,
    "seller": {"marketplace_ids": [US]},
    "settings": {"listing_lag": "PT1M"},
    "orders": [{"id": PENDING, "items": [{"sku": "A", "quantity": 2, "price": 20.0}]}],
    "script": [
        {"at": "+1h", "buyer-request-cancellation": PENDING, "with": {"reason": "late"}},
        {"at": "+2h", "seller-cancel": PENDING, "with": {"reason": "buyer_canceled"}},
    ],
    "until": "+3h",
    "expect": {
        "orders": {PENDING: {"status": "Canceled"}},
        "notifications": [{"at": "+1h", "type": "ORDER_CHANGE"}],
        "notifications_exactly": 3,
        "cancellation_rate": {"canceled": 0, "orders": 0},
    },
}
_ACTIONS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "buyer-cancel": (PENDING, {"reason": "mistake", "reason_text": "Oh"}),
    "buyer-request-cancellation": (
        RELEASED,
        {"items": [{"id": MUG, "quantity": 1}], "reason": "late", "reason_text": "Oh"},
    ),
    "buyer-withdraw-request": (RELEASED, {}),
    "buyer-message": (RELEASED, {"text": "Where is it?"}),
    "seller-cancel": (RELEASED, {"reason": "buyer_canceled", "items": [{"sku": "MUG", "quantity": 3}, LAMP]}),
    "seller-confirm-shipment": (RELEASED, {"items": [{"id": MUG, "quantity": 1}], "carrier": "UPS", "tracking": "1"}),
    "seller-refund": (
        SHIPPED,
        {"amounts": [{"id": "1", "component": "price", "amount": 2.5}], "reason": "customer_return"},
    ),
    "seller-message": (ASKED, {"kind": "instructions"}),
    "seller-acknowledge": (RELEASED, {"seller_order_id": "1", "seller_item_ids": [{"id": MUG, "seller_item_id": "m"}]}),
    "seller-confirm-invoice": (INVOICED, {"items": [{"sku": "SKU-1", "quantity": 1}]}),
    "seller-estimate-ship-date": (RELEASED, {"items": ["MUG"], "ship_date": "2026-03-09T08:00:00Z"}),
    "parcel-leaves": (RELEASED, {"items": ["MUG"]}),
    "payment-failed": (PENDING, {}),
    "fraud-detected": (PENDING, {}),
}
_FAULTS: tuple[Mapping[str, Any], ...] = (
    {
        "kind": "status",
        "status": 503,
        "operation": "getOrders",
        "api": "orders-v0",
        "times": 1,
        "skip": 0,
        "code": "Sorry",
        "message": "m",
        "details": "d",
        "headers": {"Retry-After": "3"},
        "body": "b",
    },
    {"kind": "latency", "seconds": 0.1, "operation": "getOrders"},
    {"kind": "delay", "by": "PT10M", "notification_type": "ORDER_CHANGE", "order_change_type": "OrderStatusChange"},
    {"kind": "late", "until": LATER},
    {"kind": "duplicate", "copies": 2},
    {"kind": "reorder", "behind": 1, "within": "PT5M"},
    {"kind": "stale_read", "by": "PT10M", "order_id": RELEASED},
    {"kind": "partial_page", "keep": 1},
    {"kind": "feed_stuck", "by": "PT1H", "type": ACKNOWLEDGE},
    {"faults": [{"kind": "drop", "times": None}]},
)


def calls(document: Document, operation: Operation, desk: Desk) -> list[Call]:
    """Calls of an operation that go well, at the desk's seller."""
    if operation.path.startswith("/_sandbox"):
        headers = {"X-Sandbox-Seller": desk.world.seller_id}
    elif "x-mws-section" in document.tree["info"]:
        return _mws(operation, desk)
    elif document.name in ("lwa.yaml", "health.yaml"):
        headers = {}
    elif operation.operation_id == "getOrderRegulatedInfo":
        headers = {"x-amz-access-token": desk.restricted(operation.path.replace("{orderId}", RELEASED))}
    else:
        grantless = operation.extensions.get("x-grantless")
        headers = {"x-amz-access-token": desk.grantless if grantless else desk.token}
    forms = _forms(desk).get(
        f"{document.stem}.{operation.operation_id}", _forms(desk).get(operation.operation_id, [{}])
    )
    return [
        Call(path=operation.path, method=operation.method, **{"headers": headers, **_named(operation, desk), **form})
        for form in forms
    ]


def _named(operation: Operation, desk: Desk) -> dict[str, Any]:
    names = {
        "order_id": RELEASED,
        "orderId": RELEASED,
        "amazonOrderId": RELEASED,
        "webhook_id": desk.names["webhook"],
        "delivery_id": desk.names["delivery"],
        "queue": "destination",
        "fault_id": desk.fault(),
        "seller_id": OTHER,
        "feedId": desk.names["feed"],
        "feedDocumentId": desk.names["feed document"],
        "reportId": desk.names["report"],
        "reportDocumentId": desk.names["report document"],
        "reportScheduleId": desk.names.get("schedule", ""),
        "notificationType": "ORDER_CHANGE",
        "subscriptionId": desk.names["subscription"],
        "destinationId": desk.names["unused destination"],
        "action": "buyer-message",
    }
    if operation.path.startswith("/solicitations"):
        names["amazonOrderId"] = SHIPPED
    query = {"marketplaceIds": US} if operation.path.startswith(("/messaging", "/solicitations")) else {}
    return {"in_path": {name: names[name] for name in operation.path_parameters}, "query": query}


def _forms(desk: Desk) -> dict[str, list[dict[str, Any]]]:
    names, lwa = desk.names, desk.lwa
    report = {
        "marketplaceIds": [US],
        "reportType": FLAT_ORDERS,
        "reportOptions": {"ShowSalesChannel": "true"},
        "dataStartTime": BEFORE,
        "dataEndTime": NOW,
    }
    period = {"period": "P1D", "nextReportCreationTime": LATER}
    written = {"text": "We have a question.", "attachments": [{"uploadDestinationId": "u", "fileName": "a.pdf"}]}
    files = {"attachments": written["attachments"]}
    package = {
        "packageReferenceId": "1",
        "carrierCode": "UPS",
        "carrierName": "UPS",
        "shippingMethod": "Ground",
        "trackingNumber": "1Z",
        "shipDate": NOW,
        "orderItems": [{"orderItemId": MUG, "quantity": 1}],
    }
    token = {"grant_type": "refresh_token", **lwa}
    by_client = {
        "grant_type": "client_credentials",
        "client_id": lwa["client_id"],
        "client_secret": lwa["client_secret"],
        "scope": "sellingpartnerapi::notifications",
    }
    created = {"CreatedAfter": BEFORE, "CreatedBefore": "2026-03-02T15:50:00Z", "MarketplaceIds": US}
    updated = {
        "LastUpdatedAfter": BEFORE,
        "MarketplaceIds": US,
        "OrderStatuses": "Unshipped,Canceled",
        "MaxResultsPerPage": "10",
    }
    searched = {
        "createdAfter": BEFORE,
        "marketplaceIds": US,
        "maxResultsPerPage": "10",
        "includedData": "BUYER,CANCELLATION",
    }
    seller = {
        "seller_id": "ANEW",
        "start": NOW,
        "rate": 0,
        "seed": 5,
        "marketplace_ids": [US],
        "policy": {"listing_lag": "PT1M"},
    }
    acted = [
        {"in_path": {"order_id": order_id, "action": action}, "body": dict(arguments)}
        for action, (order_id, arguments) in _ACTIONS.items()
    ]
    acted += [
        {"in_path": {"order_id": SHIPPED, "action": "seller-cancel-refund"}, "body": {"refund_id": names["refund"]}}
    ]
    return {
        "putClock": [{"body": {"now": LATER, "rate": 0}}],
        "advanceClock": [{"body": {"by": "PT31M"}}, {"body": {"to": LATER}}, {"body": {"until": "next"}}],
        "placeOrders": [
            {"body": dict(_ORDER_FORM)},
            {"body": {"count": 2, "release_at": LATER}},
            {"body": {"id": "902-0000009-0000009"}},
        ],
        "explainOrder": [{"query": {"action": "seller-cancel", "reason": "no_inventory"}}],
        "takeAction": acted,
        "addWebhook": [
            {
                "body": {
                    "url": "http://127.0.0.1:1/",
                    "secret": "whsec_bWFkZSBmb3IgdGhlIHRlc3RzIGFsb25l",
                    "notification_types": ["ORDER_CHANGE"],
                    "order_change_types": ["OrderStatusChange"],
                }
            }
        ],
        "rehearseMigration": [
            {"body": {"from": "v0", "calls": [{"method": "GET", "path": f"/orders/v0/orders/{SHIPPED}/orderItems"}]}}
        ],
        "resendDelivery": [{"body": {}}],
        "putSettings": [{"body": dict(desk.call("GET", "/_sandbox/settings").body)}],
        "resetSellers": [{"body": {"all": False}}],
        "forkSeller": [
            {"body": {"at": NOW, "seller_id": "AFORK", "deliver": True}},
            {"body": {"version": 1, "seller_id": "AFORK"}},
        ],
        "rewindWorld": [{"body": {"version": 2}}, {"body": {"at": NOW}}],
        "addSeller": [{"body": seller}],
        "playScenario": [{"body": dict(_SCENARIO)}, {"body": {"name": "demo"}}],
        "addFault": [{"body": dict(each)} for each in _FAULTS],
        "createFeed": [
            {
                "body": {
                    "feedType": ACKNOWLEDGE,
                    "marketplaceIds": [US],
                    "inputFeedDocumentId": names["feed document"],
                    "feedOptions": {"a": "b"},
                }
            }
        ],
        "createFeedDocument": [{"body": {"contentType": "text/xml; charset=UTF-8"}}],
        "createAccessToken": [
            {"body": token, "form": True},
            {"body": token},
            {"body": by_client},
            {"body": by_client, "form": True},
        ],
        "createUnexpectedProblem": [{"body": written}],
        "createConfirmOrderDetails": [{"body": written}],
        "createConfirmDeliveryDetails": [{"body": written}],
        "createConfirmServiceDetails": [{"body": written}],
        "confirmCustomizationDetails": [{"body": written}],
        "createLegalDisclosure": [{"body": files}],
        "CreateWarranty": [{"body": files | {"coverageStartDate": NOW, "coverageEndDate": LATER}}],
        "createDigitalAccessKey": [{"body": written}],
        "sendInvoice": [{"body": files}],
        "getSubscriptions": [{"query": {"notificationTypes": "ORDER_CHANGE", "pageSize": "50"}}],
        "createSubscription": [
            {
                "in_path": {"notificationType": "FEED_PROCESSING_FINISHED"},
                "body": {"payloadVersion": "2020-09-04", "destinationId": names["destination"]},
            }
        ],
        "sendTestNotification": [
            {
                "body": {
                    "destinationId": names["destination"],
                    "testNotification": {"payloadVersion": "1.0", "testScenario": "BuyerRequestedChange"},
                }
            }
        ],
        "createDestination": [
            {
                "body": {
                    "name": "e",
                    "resourceSpecification": {"sqs": {"arn": "arn:aws:sqs:us-east-1:123456789012:others"}},
                }
            }
        ],
        "searchOrders": [{"query": searched}],
        "orders-2026-01-01.getOrder": [{"query": {"includedData": "BUYER,PROCEEDS"}}],
        "cancelOrder": [{"body": {"cancelReasonCode": "NO_INVENTORY"}}],
        "getOrders": [{"query": created}, {"query": updated}],
        "confirmShipment": [{"body": {"marketplaceId": US, "packageDetail": package}}],
        "updateShipmentStatus": [
            {
                "body": {
                    "marketplaceId": US,
                    "shipmentStatus": "ReadyForPickup",
                    "orderItems": [{"orderItemId": MUG, "quantity": 1}],
                }
            }
        ],
        "updateVerificationStatus": [
            {"body": {"regulatedOrderVerificationStatus": {"status": "Approved", "externalReviewerId": "R1"}}}
        ],
        "getReports": [
            {"query": {"reportTypes": FLAT_ORDERS, "pageSize": "10", "createdSince": BEFORE, "createdUntil": NOW}}
        ],
        "getFeeds": [
            {"query": {"feedTypes": ACKNOWLEDGE, "pageSize": "10", "createdSince": BEFORE, "createdUntil": NOW}}
        ],
        "getReportSchedules": [{"query": {"reportTypes": FLAT_ORDERS}}],
        "createReport": [{"body": report}],
        "createReportSchedule": [
            {"body": {name: report[name] for name in ("marketplaceIds", "reportType", "reportOptions")} | period}
        ],
        "createRestrictedDataToken": [
            {
                "body": {
                    "targetApplication": "amzn1.sellerapps.app.x",
                    "restrictedResources": [
                        {
                            "method": "GET",
                            "path": "/orders/v0/orders/{orderId}/address",
                            "dataElements": ["shippingAddress"],
                        }
                    ],
                }
            }
        ],
    }


def _mws(operation: Operation, desk: Desk) -> list[Call]:
    path = operation.path.partition("#")[0]
    given: dict[str, list[dict[str, str]]] = {
        "ListOrders": [{"CreatedAfter": BEFORE, "MarketplaceId.Id.1": US, "OrderStatus.Status.1": "Pending"}],
        "GetOrder": [{"AmazonOrderId.Id.1": RELEASED}],
        "ListOrderItems": [{"AmazonOrderId": RELEASED}],
        "CancelFeedSubmissions": [{"FeedTypeList.Type.1": f"_{ACKNOWLEDGE}_"}],
        "RequestReport": [
            {
                "ReportType": "_GET_FLAT_FILE_ORDERS_DATA_",
                "StartDate": BEFORE,
                "EndDate": NOW,
                "ReportOptions": "ShowSalesChannel=true",
            }
        ],
        "GetFeedSubmissionResult": [{"FeedSubmissionId": desk.names["worked off"]}],
        "GetReport": [{"ReportId": desk.names["mws report"]}],
        "UpdateReportAcknowledgements": [{"ReportIdList.Id.1": desk.names["mws report"], "Acknowledged": "true"}],
        "ManageReportSchedule": [
            {"ReportType": "_GET_FLAT_FILE_ORDERS_DATA_", "Schedule": "_1_DAY_", "ScheduleDate": LATER}
        ],
        "SubmitFeed": [{"FeedType": f"_{kind}_"} for kind in _files(desk)],
    }
    files = list(_files(desk).values()) if operation.operation_id == "SubmitFeed" else [""]
    forms = given.get(operation.operation_id, [{}])
    if operation.operation_id.endswith("ByNextToken"):
        forms = [{"NextToken": desk.names[operation.operation_id]}]
    return [
        Call(path, "POST" if file else "GET", query=desk.mws_query(path, operation.operation_id) | form, file=file)
        for form, file in zip(forms, files, strict=True)
    ]


def _files(desk: Desk) -> dict[str, str]:
    order = desk.world.order(SHIPPED)
    item = f"<AmazonOrderItemCode>{MUG}</AmazonOrderItemCode>"
    date = f"<FulfillmentDate>{NOW}</FulfillmentDate>"
    carrier = "<CarrierCode>UPS</CarrierCode><ShipperTrackingNumber>1</ShipperTrackingNumber>"
    carrier = f"<FulfillmentData>{carrier}</FulfillmentData>"
    shipped = f"<Item>{item}<Quantity>1</Quantity></Item>"
    canceled = f"<Item>{item}<CancelReason>NoInventory</CancelReason></Item>"
    failed = f"<AmazonOrderID>{RELEASED}</AmazonOrderID><StatusCode>Failure</StatusCode>{canceled}"
    heading = ("order-id", "cancellation-reason-code", "amazon-order-item-code")
    return {
        ACKNOWLEDGE: envelope(ACKNOWLEDGE, failed),
        ADJUST: envelope(ADJUST, adjust(order, adjusted("1", "5.00"))),
        FULFIL: envelope(FULFIL, f"<AmazonOrderID>{RELEASED}</AmazonOrderID>{date}{carrier}{shipped}"),
        FLAT_ACKNOWLEDGE: table(heading, (RELEASED, "NoInventory", MUG)),
    }


def every_operation() -> list[tuple[Document, Operation]]:
    """All that are built, of every document."""
    documents = [load(each) for each in DOCUMENTS]
    return [(each, one) for each in documents for one in each.operations.values() if one.is_built]
