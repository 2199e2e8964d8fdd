"""FEED_ and REPORT_PROCESSING_FINISHED as subscribers get them, and every notification against Amazon's schemas."""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from marketplace_sandbox.api.spapi.notifications.payload import render
from marketplace_sandbox.core.commands.notifications import CreateDestination, SendTestNotification, Subscribe
from marketplace_sandbox.core.commands.reports import CreateReport
from marketplace_sandbox.core.notifications.samples import SCENARIOS
from marketplace_sandbox.core.world.world import World
from tests.core.worlds import a_world, place, restored

MODELS = os.environ.get("SPAPI_MODELS", "")
SCHEMAS = {
    "ORDER_CHANGE": "OrderChangeNotification.json",
    "FEED_PROCESSING_FINISHED": "FeedProcessingFinishedNotification.json",
    "REPORT_PROCESSING_FINISHED": "ReportProcessingFinishedNotification.json",
}
ARN = "arn:aws:sqs:us-east-1:123456789012:orders"
UNSHIPPED = "GET_FLAT_FILE_ACTIONABLE_ORDER_DATA_SHIPPING"

published = pytest.mark.skipif(not MODELS, reason="SPAPI_MODELS names no directory with Amazon's published models")


def a_destination(world: World) -> str:
    return world.execute(CreateDestination(name="a queue", arn=ARN)).destination_id


def told(world: World) -> list[dict[str, Any]]:
    """Every notification there has been, the oldest first."""
    return [json.loads(render(world, delivery)) for delivery in world.state.deliveries.values()]


def sample(name: str, scenario: str) -> dict[str, Any]:
    world = a_world()
    body = {"destination_id": a_destination(world), "notification_type": name, "scenario": scenario}
    world.execute(SendTestNotification.read(body))
    (found,) = told(world)
    return found


def subscribed_to_reports() -> tuple[World, str]:
    """A world, and the id of its one subscription."""
    world = a_world()
    wanted = {
        "destination_id": a_destination(world),
        "notification_types": ["REPORT_PROCESSING_FINISHED"],
        "payload_version": "2020-09-04",
    }
    subscriber = world.execute(Subscribe.read(wanted)).subscriber
    assert subscriber is not None
    return world, subscriber.subscriber_id


def ask(world: World) -> str:
    body = {"report_type": UNSHIPPED, "marketplace_ids": ["ATVPDKIKX0DER"]}
    report_id: str = world.execute(CreateReport.read(body)).report_id
    return report_id


def test_a_report_is_told_of_in_exactly_these_words() -> None:
    world, subscription_id = subscribed_to_reports()
    place(world, hold=False)
    report_id = ask(world)
    world.advance(timedelta(hours=1))
    ((delivery_id, _),) = world.state.deliveries.items()
    assert told(world) == [
        {
            "notificationVersion": "2020-09-04",
            "notificationType": "REPORT_PROCESSING_FINISHED",
            "payloadVersion": "2020-09-04",
            "eventTime": "2026-03-02T16:01:30.000Z",
            "payload": {
                "reportProcessingFinishedNotification": {
                    "accountId": "amzn1.merchant.o.ATESTSELLER",
                    "sellerId": "ATESTSELLER",
                    "reportId": report_id,
                    "reportType": UNSHIPPED,
                    "processingStatus": "DONE",
                    "reportDocumentId": world.state.reports.find(report_id).document_id,
                }
            },
            "notificationMetadata": {
                "applicationId": "amzn1.sellerapps.app.marketplace-sandbox",
                "subscriptionId": subscription_id,
                "publishTime": "2026-03-02T16:01:30.000Z",
                "notificationId": delivery_id,
            },
        }
    ]
    assert told(restored(world)) == told(world)


def test_a_report_without_rows_has_no_document() -> None:
    world, _ = subscribed_to_reports()
    ask(world)
    world.advance(timedelta(hours=1))
    (body,) = told(world)
    heart = body["payload"]["reportProcessingFinishedNotification"]
    assert heart["processingStatus"] == "CANCELLED"
    assert "reportDocumentId" not in heart


def test_subscribers_of_work_hear_nothing_of_orders() -> None:
    world, _ = subscribed_to_reports()
    place(world)
    world.advance(timedelta(days=1))
    assert world.state.notices
    assert told(world) == []


@pytest.mark.parametrize(
    ("scenario", "document"), [("DONE", {"resultFeedDocumentId"}), ("FATAL", set()), ("CANCELLED", set())]
)
def test_a_feeds_fields_have_a_feeds_names(scenario: str, document: set[str]) -> None:
    heart = sample("FEED_PROCESSING_FINISHED", scenario)["payload"]["feedProcessingFinishedNotification"]
    assert heart.keys() == {"accountId", "sellerId", "feedId", "feedType", "processingStatus"} | document
    assert heart["processingStatus"] == scenario


def every_notification() -> Iterator[dict[str, Any]]:
    """A sample of every type and scenario, and what real reports bring."""
    for name, scenarios in SCENARIOS.items():
        for scenario in scenarios:
            yield sample(name, scenario)
    world, _ = subscribed_to_reports()
    ask(world)
    place(world, hold=False)
    ask(world)
    world.advance(timedelta(hours=1))
    yield from told(world)


@published
def test_every_notification_fits_amazons_schema() -> None:
    bodies = list(every_notification())
    assert len(bodies) == 10
    for body in bodies:
        check = judge(body.get("NotificationType") or body["notificationType"])
        assert [str(each) for each in check.iter_errors(body)] == []


@published
def test_the_schemas_notice_a_departure() -> None:
    body = sample("FEED_PROCESSING_FINISHED", "DONE")
    heart = body["payload"]["feedProcessingFinishedNotification"]
    for wrong in ({"processingStatus": "DONNE"}, {"feedId": 50001}, {"feedID": "50001"}):
        body["payload"]["feedProcessingFinishedNotification"] = heart | wrong
        assert not judge("FEED_PROCESSING_FINISHED").is_valid(body)


def judge(name: str) -> jsonschema_rs.Draft7Validator:
    """Amazon's schema of a notification, closed: a name that it does not have is a departure, too."""
    schema = json.loads((Path(MODELS) / SCHEMAS[name]).read_text())
    return jsonschema_rs.Draft7Validator(closed(schema))


def closed(schema: Any) -> Any:
    """A schema that takes no other properties than it names."""
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    if isinstance(schema.get("properties"), dict):
        made["properties"] = {name: closed(inner) for name, inner in schema["properties"].items()}
        made["additionalProperties"] = False
    if "items" in schema:
        made["items"] = closed(schema["items"])
    return made
