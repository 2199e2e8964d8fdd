"""Every command comes back from the journal as it went in, and a file stands there once, packed."""

import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from marketplace_sandbox.core.commands.base import Command
from marketplace_sandbox.core.commands.feeds import (
    AcknowledgeFeeds,
    CancelFeed,
    CreateFeed,
    CreateFeedDocument,
    UploadFeedDocument,
)
from marketplace_sandbox.core.commands.notifications import (
    CreateDestination,
    DeleteDestination,
    PostponeDelivery,
    RecordAttempt,
    Resend,
    SendTestNotification,
    Subscribe,
    Unsubscribe,
)
from marketplace_sandbox.core.commands.orders import (
    Act,
    CancelLater,
    PlaceOrders,
    SolicitReview,
    UpdateShipmentStatus,
    UpdateVerification,
    WriteToBuyer,
)
from marketplace_sandbox.core.commands.registry import COMMANDS, read_command
from marketplace_sandbox.core.commands.reports import (
    AcknowledgeReports,
    CancelReport,
    CreateReport,
    ScheduleReport,
    UnscheduleReport,
)
from marketplace_sandbox.core.commands.worlds import AcceptRules, ConfigurePolicy, Reach
from marketplace_sandbox.core.feeds.values import FatalProblem, FeedMessage
from marketplace_sandbox.core.orders.actions import Action, Amount, Link, Pick
from marketplace_sandbox.core.text.reading import FieldError
from tests.core.worlds import a_world

AT = datetime(2026, 3, 2, 16, tzinfo=UTC)
US = ("ATVPDKIKX0DER",)
ORDER = "902-0000001-0000001"
MESSAGES = (
    FeedMessage(
        "1",
        ORDER,
        action=Action("seller-cancel", (Pick("7", 2, "id"),), "no_inventory", origin="feed"),
        rows=(("1", "7"),),
    ),
    FeedMessage(
        "2",
        seller_order_id="M",
        action=Action(
            "seller-refund", amounts=(Amount("L", "tax", Decimal("1.50"), "seller_item_id"),), reason="x", origin="feed"
        ),
        currency="USD",
        rows=(("2", "7"), ("3", "8")),
        quantities=(("7", 2),),
    ),
    FeedMessage(
        "3",
        ORDER,
        action=Action(
            "seller-acknowledge", seller_item_ids=(Link("7", "L", "id"),), seller_order_id="M", origin="feed"
        ),
        rows=(("3", ""),),
    ),
    FeedMessage("4", rows=(("4", ""),), code="90012", text="A value is required."),
    FeedMessage("0", code="90061", text="There is no such column.", remark=True),
)
EXAMPLES: tuple[Command, ...] = (
    PlaceOrders({"count": 2, "items": [{"price": "20.00"}]}),
    Act(ORDER, "seller-cancel", {"reason": "no_inventory"}, "api"),
    CancelLater(ORDER, "no_inventory"),
    WriteToBuyer(ORDER, "unexpectedProblem", "We are sorry."),
    UpdateShipmentStatus(ORDER, "PickedUp", ({"id": "7", "quantity": 1}, {"id": "8"})),
    UpdateShipmentStatus(ORDER, "ReadyForPickup"),
    UpdateVerification(ORDER, "R1", "Rejected", "wrong_product", {"approvedAlternativeDetails": []}),
    UpdateVerification(ORDER, "R1"),
    SolicitReview(ORDER),
    ConfigurePolicy({"handling_days": 3, "buyer_withdrawal": None}),
    AcceptRules(2, {"7": "refused; ORDER_SHIPPED"}),
    Reach(),
    Reach(1_772_467_200.5, 0.0),
    Subscribe("http://127.0.0.1:9/", "whsec_x", ("ORDER_CHANGE",), ("OrderStatusChange",)),
    Subscribe(destination_id="d", payload_version="1.0", directive={"eventFilter": {}}),
    Unsubscribe("s"),
    RecordAttempt("d", 503, 12, "busy", final=True, retry_after=1.5, again=True),
    RecordAttempt("d"),
    PostponeDelivery("d", AT, 2),
    Resend("d"),
    CreateDestination("a queue", arn="arn:aws:sqs:us-east-1:1:q"),
    DeleteDestination("d"),
    SendTestNotification("d", "ORDER_CHANGE", "OrderStatusChange"),
    CreateReport("GET_V2_SELLER_PERFORMANCE_REPORT", US, AT, AT, {"A": "b"}, legacy=True, fate="fatal"),
    CancelReport("1"),
    AcknowledgeReports(("1", "2"), acknowledged=False),
    ScheduleReport("GET_V2_SELLER_PERFORMANCE_REPORT", US, "P1M", AT, {}, legacy=False, keeps_day=True),
    UnscheduleReport("1"),
    CreateFeedDocument("text/xml"),
    UploadFeedDocument("d", bytes(range(256))),
    CreateFeed("POST_ORDER_FULFILLMENT_DATA", US, "d", digest="ab", messages=MESSAGES, stuck=timedelta(hours=6)),
    CreateFeed("POST_ORDER_FULFILLMENT_DATA", US, content=b"", media_type="x", fatal=FatalProblem("5000", "No XML.")),
    CancelFeed("1"),
    AcknowledgeFeeds(("1",), acknowledged=True),
)


@pytest.mark.parametrize("command", EXAMPLES, ids=lambda command: command.kind)
def test_a_command_comes_back_from_the_journal_as_it_went_in(command: Command) -> None:
    back = read_command(command.kind, json.loads(json.dumps(command.write())))
    assert back == command
    assert back.write() == command.write(), "how items are named makes no difference otherwise"


def test_every_command_has_an_example_here() -> None:
    assert {each.kind for each in EXAMPLES} == set(COMMANDS)


@pytest.mark.parametrize(
    ("kind", "body", "path", "message"),
    [
        ("act", {}, "kind", "There is no kind of command 'act'; did you mean 'acted'?"),
        ("feed-canceled", {}, "feed_id", "feed_id is required."),
        ("feed-canceled", {"feed": "1"}, "feed", "There is no field 'feed'; did you mean 'feed_id'?"),
        (
            "feed-document-uploaded",
            {"document_id": "d", "content": "é"},
            "content",
            "content is base85 of a file",
        ),
        ("resent", {"delivery_id": None}, "delivery_id", "delivery_id is required."),
    ],
)
def test_a_body_that_is_wrong_names_its_field(kind: str, body: dict[str, object], path: str, message: str) -> None:
    with pytest.raises(FieldError) as wrong:
        read_command(kind, body)
    assert wrong.value.field_path == path
    assert str(wrong.value).startswith(message)


def test_an_uploaded_file_stands_in_the_journal_once_and_packed() -> None:
    world = a_world()
    file = b"<Message><AmazonOrderID>902-0000001-0000001</AmazonOrderID></Message>\n" * 10_000
    document_id = world.execute(CreateFeedDocument("text/xml")).feed_document_id
    world.execute(UploadFeedDocument(document_id, file))
    world.execute(CreateFeed("POST_ORDER_FULFILLMENT_DATA", US, document_id))
    _, _, uploaded, created = (json.dumps(each.body) for each in world.journal())
    assert len(uploaded) < len(file) / 20
    assert "content" not in json.loads(created)
    assert world.state.feeds.document(document_id).content == file


def test_a_file_that_cannot_be_packed_takes_five_quarters_of_its_size() -> None:
    noise = random.Random(1).randbytes(100_000)
    assert len(noise) < len(json.dumps(UploadFeedDocument("d", noise).write())) < 1.26 * len(noise)
