"""Every JSON key of the control API: of its answers, driven over all of its operations, and of its document's schemas.

`python -m tests.e2e.control_keys URL CONTROL_YAML` prints those of a running server. The file data/control_keys.json
was made this way from the code before the renaming of everything behind the keys, and is not made anew.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import mws
import requests
import yaml

from tests.e2e.sandbox import US, Json, Sandbox, receiving

Keys = dict[str, list[str]]

FLAT, XML = "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA", "POST_ORDER_ACKNOWLEDGEMENT_DATA"
REPORT = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"
FAULTS: list[Json] = [
    {"kind": "delay", "by": "PT10M", "subscriber": "nobody", "notification_type": "ORDER_CHANGE"},
    {"kind": "late", "until": "2027-03-03T00:00:00Z", "order_change_type": "OrderStatusChange", "order_id": "nothing"},
    {"kind": "duplicate", "copies": 2, "order_id": "nothing"},
    {"kind": "reorder", "behind": 1, "within": "PT5M", "order_id": "nothing"},
    {"kind": "status", "operation": "getOrders", "api": "orders-v0", "status": 503, "code": "C", "message": "M",
     "details": "D", "headers": {"Retry-After": "30"}, "body": "{}"},
    {"kind": "latency", "operation": "getOrders", "seconds": 0.01, "skip": 3, "times": None},
    {"kind": "timeout", "operation": "getOrders", "seconds": 0.01, "performed": True, "skip": 3},
    {"kind": "partial_page", "operation": "getOrders", "keep": 1, "skip": 3},
    {"kind": "stale_read", "operation": "getOrder", "by": "PT10M", "order_id": "nothing"},
    {"kind": "report_fatal", "type": "GET_V1_SELLER_PERFORMANCE_REPORT", "skip": 9},
]  # fmt: skip


ABOUT_NO_SELLER = {"listSellers 200", "removeSeller 204", "listScenarios 200", "getRules 200"}
"""Answers that are about no seller, or about one that is gone."""


class Recorder:
    """A session that collects the keys of every answer of the control API by operation and status."""

    def __init__(self, tree: Json) -> None:
        self._found: dict[str, set[str]] = defaultdict(set)
        self.without_version: set[str] = set()
        self._operations = [
            (method.upper(), re.compile(f"/_sandbox{re.sub('{[^}]*}', '[^/]+', path)}"), item[method]["operationId"])
            for path, item in tree["paths"].items()
            for method in ("get", "put", "post", "delete")
            if method in item
        ]

    def watch(self, sandbox: Sandbox) -> None:
        """Collects from now on what this one is answered."""
        sandbox.session.hooks["response"].append(self._note)

    def keys(self) -> Keys:
        """What was collected, sorted."""
        return {name: sorted(paths) for name, paths in sorted(self._found.items())}

    def _note(self, answer: requests.Response, **_: object) -> None:
        path = answer.request.path_url.partition("?")[0]
        named = [
            name for method, of, name in self._operations if method == answer.request.method and of.fullmatch(path)
        ]
        if not named:
            return
        name = f"{named[0]} {answer.status_code}"
        if answer.ok and "x-sandbox-version" not in answer.headers:
            self.without_version.add(name)
        self._found[name] |= set()
        if not answer.content:
            return
        body = answer.json()
        if name != "listJournal 200":
            self._found[name] |= set(paths(body))
            return
        for entry in body["journal"]:  # each kind of command has a body of its own
            self._found[f"{name} {entry['kind']}"] |= set(paths(entry))


def paths(value: Any, before: str = "") -> Iterator[str]:
    """Every key with those it stands in; ids that are keys are all the same."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            named = "*" if re.fullmatch(r"\d{3}-\d{7}-\d{7}", key) else key
            yield f"{before}.{named}".removeprefix(".")
            yield from paths(each, f"{before}.{named}")
    elif isinstance(value, list):
        for each in value:
            yield from paths(each, f"{before}[]")


def of_schemas(tree: Json) -> Keys:
    """The properties that each schema of the document names, by the schema's name."""

    def properties(schema: Any, before: str = "") -> Iterator[str]:
        if isinstance(schema, list):
            for each in schema:
                yield from properties(each, before)
        elif isinstance(schema, Mapping):
            for name, each in (schema.get("properties") or {}).items():
                yield f"{before}.{name}".removeprefix(".")
                yield from properties(each, f"{before}.{name}")
            for word in ("items", "allOf", "anyOf", "oneOf"):
                yield from properties(schema.get(word), f"{before}[]" if word == "items" else before)

    return {name: sorted(set(properties(each))) for name, each in sorted(tree["components"]["schemas"].items())}


def of_answers(url: str, tree: Json) -> Keys:
    """The keys of the answers of a server, after everything that leaves a trace has been done to sellers of it."""
    recorder = Recorder(tree)
    everything = Sandbox(url)
    recorder.watch(everything)
    with receiving() as receiver:
        _fill(everything, receiver.url)
        _read(everything)
    for each in everything.get("scenarios")["scenarios"]:
        played = everything.post("scenarios", {"name": each["name"]})
        everything.session.headers["X-Sandbox-Seller"] = played["seller_id"]
        _read(everything)
        everything.call("DELETE", f"sellers/{played['seller_id']}")
    everything.session.headers["X-Sandbox-Seller"] = everything.seller["seller_id"]
    _refusals(everything)
    everything.call("DELETE", f"sellers/{everything.post('rewind', {'version': 1})['kept']}")
    everything.post("reset")
    everything.close()
    left_out = recorder.without_version - ABOUT_NO_SELLER
    assert not left_out, f"answers about one seller have x-sandbox-version; {sorted(left_out)} have none"
    return recorder.keys()


def _fill(sandbox: Sandbox, receiver: str) -> None:
    sandbox.put(
        "settings", {"buyer_withdrawal": True, "cancel_order_api": True, "order_report_cancellation_columns": True}
    )
    webhook = sandbox.post(
        "webhooks",
        {"url": receiver, "notification_types": ["ORDER_CHANGE"], "order_change_types": ["OrderStatusChange"]},
    )
    sandbox.post("webhooks", {"url": "http://127.0.0.1:9/closed", "secret": "whsec_" + "A" * 32})
    sandbox.post("faults", {"faults": FAULTS})
    sandbox.post("faults", {"kind": "drop", "subscriber": "nobody"})
    sandbox.post("faults", {"kind": "delay", "by": "PT10M"})
    sandbox.post("faults", {"kind": "reorder", "behind": 1, "within": "PT5M"})
    opened = sandbox.post("sellers", {"start": "2026-03-02T16:00:00Z", "rate": 0, "policy": {"buyer_withdrawal": True}})
    forked = sandbox.post(f"sellers/{opened['seller_id']}/fork", {"version": 1})
    for seller_id in (opened["seller_id"], forked["seller_id"]):
        sandbox.call("DELETE", f"sellers/{seller_id}")
    sandbox.post("orders", {"count": 2})
    items = [{"sku": "A", "quantity": 2, "price": 20}, {"sku": "B", "price": 15}]
    refunded, wanted, talked, canceled = (sandbox.place_order(items=items, hold=False) for _ in range(4))
    sandbox.place_order()
    sandbox.by("PT40M")
    sandbox.act(wanted, "buyer-request-cancellation", items=["A"], reason_text="too late")
    sandbox.act(wanted, "buyer-withdraw-request")
    sandbox.act(wanted, "buyer-request-cancellation", reason="mistake")
    sandbox.act(talked, "buyer-message", text="Please cancel.")
    sandbox.act(talked, "seller-message", kind="instructions")
    sandbox.act(canceled, "seller-cancel", reason="no_inventory")
    sandbox.act(refunded, "parcel-leaves")
    sandbox.act(refunded, "seller-confirm-shipment", carrier="UPS", tracking="1Z0000000000000001")
    sandbox.act(refunded, "seller-refund", reason="customer_return")
    sandbox.put("clock", {"now": "2026-03-02T18:00:00Z", "rate": 0})
    sandbox.post("clock/advance", {"until": "next"})
    sandbox.by("PT31M")
    _call_apis(sandbox, wanted, talked, sandbox.place_order(hold=False))
    sandbox.by("PT1H")
    delivery = sandbox.get("deliveries")["deliveries"][0]
    sandbox.post(f"deliveries/{delivery['id']}/resend")
    sandbox.call("DELETE", f"webhooks/{webhook['id']}")
    sandbox.call("DELETE", "faults/fault-1")


def _call_apis(sandbox: Sandbox, wanted: str, talked: str, ordered: str) -> None:
    """Everything that the platform's own APIs put on record."""
    own = sandbox.token()
    form = {"grant_type": "client_credentials", "scope": "sellingpartnerapi::notifications"}
    lwa = {name: sandbox.seller["lwa"][name] for name in ("client_id", "client_secret")}
    grantless = sandbox.session.post(f"{sandbox.url}/auth/o2/token", data=form | lwa, timeout=60).json()["access_token"]

    def call(method: str, path: str, body: Any = None, token: str = "") -> Json:
        headers = {"x-amz-access-token": token or own}
        answer = sandbox.session.request(method, sandbox.url + path, json=body, headers=headers, timeout=60)
        assert answer.status_code < 300 or answer.status_code == 503, answer.text
        found: Json = answer.json() if answer.content else {}
        return found

    call("GET", f"/orders/v0/orders?MarketplaceIds={US}&CreatedAfter=2026-03-01T00:00:00Z")
    call("GET", f"/orders/v0/orders/{wanted}")
    call("PUT", f"/orders/2026-01-01/orders/{ordered}/cancellation", {"cancelReasonCode": "PRICING_ERROR"})
    queue = {"name": "q", "resourceSpecification": {"sqs": {"arn": "arn:aws:sqs:us-east-1:123456789012:orders"}}}
    made = call("POST", "/notifications/v1/destinations", queue, grantless)["payload"]["destinationId"]
    wish = {
        "payloadVersion": "1.0",
        "destinationId": made,
        "processingDirective": {"eventFilter": {"eventFilterType": "ORDER_CHANGE"}},
    }
    path = "/notifications/v1/subscriptions/ORDER_CHANGE"
    sample = {
        "destinationId": made,
        "testNotification": {"payloadVersion": "1.0", "testScenario": "BuyerRequestedChange"},
    }
    call("POST", f"{path}/testNotification", sample, grantless)
    subscription = call("POST", path, wish)["payload"]["subscriptionId"]
    call("DELETE", f"{path}/{subscription}", token=grantless)
    call("DELETE", f"/notifications/v1/destinations/{made}", token=grantless)
    text = {"text": "Please use Your Orders > Request Cancellation"}
    call("POST", f"/messaging/v1/orders/{talked}/messages/unexpectedProblem?marketplaceIds={US}", text)
    asked = {"reportType": REPORT, "marketplaceIds": [US], "reportOptions": {"ShowSalesChannel": "true"}}
    call("POST", "/reports/2021-06-30/reports", asked)
    second = call("POST", "/reports/2021-06-30/reports", asked | {"dataStartTime": "2026-03-01T00:00:00Z"})
    call("DELETE", f"/reports/2021-06-30/reports/{second['reportId']}")
    repeated = call("POST", "/reports/2021-06-30/schedules", asked | {"period": "PT15M"})
    call("DELETE", f"/reports/2021-06-30/schedules/{repeated['reportScheduleId']}")
    table = f"order-id\tamazon-order-item-code\tcancellation-reason-code\n{wanted}\t\t\n"
    for _ in range(2):
        document = call("POST", "/feeds/2021-06-30/documents", {"contentType": "text/plain"})
        sandbox.session.put(document["url"], data=table, headers={"Content-Type": "text/plain"}, timeout=60)
        feed = {"feedType": FLAT, "marketplaceIds": [US], "inputFeedDocumentId": document["feedDocumentId"]}
        submitted = call("POST", "/feeds/2021-06-30/feeds", feed)
    call("DELETE", f"/feeds/2021-06-30/feeds/{submitted['feedId']}")
    sandbox.by("PT10M")
    keys = sandbox.seller["mws"]
    reports = mws.Reports(keys["access_key"], keys["secret_key"], keys["seller_id"], domain=sandbox.url)
    found = [str(each.ReportId) for each in reports.get_report_list(acknowledged="false").parsed.ReportInfo]
    ids = {f"ReportIdList.Id.{number}": each for number, each in enumerate(found, 1)}
    reports.make_request({"Action": "UpdateReportAcknowledgements", **ids}, method="POST")


def _read(sandbox: Sandbox) -> None:
    for name in (
        "clock",
        "settings",
        "sellers",
        "scenarios",
        "webhooks",
        "subscriptions",
        "queues",
        "jobs",
        "deliveries",
        "faults",
        "mail",
        "messages",
    ):
        sandbox.get(name)
    for name in ("journal", "requests"):
        sandbox.get(name, limit=1000)
    for name in ("metrics", "export", "diff"):
        sandbox.get(name)
    sandbox.get("metrics", marketplace_id=US, window="report")
    sandbox.call("GET", "migration")
    sandbox.call("POST", "migration", json={"calls": [{"method": "GET", "path": "/orders/v0/orders"}]})
    sandbox.call("GET", "rules.json")  # which came with the renaming: the server that the file was made of has none
    sandbox.get(f"sellers/{sandbox.session.headers['X-Sandbox-Seller']!s}")
    orders = sandbox.get("orders")["orders"]
    sandbox.get("orders", limit=1)
    for each in orders:
        at = f"orders/{each['order_id']}"
        sandbox.get(at)
        sandbox.get(f"{at}/compare")
        sandbox.get(f"{at}/explain")
        for action in ("seller-cancel", "buyer-cancel", "auto-cancel", "seller-refund"):
            sandbox.get(f"{at}/explain", action=action)
        sandbox.get(f"{at}/explain", action="seller-cancel", reason="buyer_canceled")


def _refusals(sandbox: Sandbox) -> None:
    """One refusal of every operation that has any."""
    order = sandbox.get("orders", status="Canceled")["orders"][0]["order_id"]
    for method, path, body in (
        ("POST", f"orders/{order}/actions/seller-cancel", {"reason": "no_inventory"}),
        ("POST", "orders", {"itmes": []}),
        ("PUT", "clock", {"now": "2020-01-01T00:00:00Z"}),
        ("POST", "clock/advance", {"by": "x"}),
        ("DELETE", "clock/advance", {}),
        ("PUT", "settings", {"buyer_cancel_windo": "PT1H"}),
        ("POST", "webhooks", {"url": "ftp://127.0.0.1/"}),
        ("POST", "faults", {"kind": "delay"}),
        ("POST", "sellers", {"seller_id": "-"}),
        ("POST", "scenarios", {"name": "dem"}),
        ("GET", "orders/902-0000000-0000000", None),
        ("GET", "mail?cursor=x", None),
        ("DELETE", "faults/none", None),
        ("DELETE", "webhooks/none", None),
        ("GET", "queues/none/messages", None),
        ("DELETE", "queues/none/messages", None),
        ("POST", "deliveries/none/resend", {}),
        ("GET", "sellers/NOBODY", None),
    ):
        answer = sandbox.call(method, path, json=body)
        assert answer.status_code >= 400, answer.text
    sandbox.call("DELETE", "faults")


if __name__ == "__main__":
    document = yaml.safe_load(Path(sys.argv[2]).read_text())
    found = {"answers": of_answers(sys.argv[1], document), "schemas": of_schemas(document)}
    json.dump(found, sys.stdout, indent=1, sort_keys=True)
    sys.stdout.write("\n")
