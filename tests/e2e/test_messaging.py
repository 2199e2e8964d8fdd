"""Messages through a real socket with python-amazon-sp-api: a canceling buyer is answered, in the order's thread."""

import pytest
from sp_api.api import Messaging
from sp_api.base import SellingApiForbiddenException, SellingApiNotFoundException

from tests.e2e.clients_reports import Clients
from tests.e2e.sandbox import US


def test_a_canceling_buyer_is_answered(clients: Clients) -> None:
    sandbox, messaging = clients.sandbox, clients.new(Messaging)
    order_id = sandbox.place_order(hold=False)
    sandbox.by("PT1H")
    sandbox.act(order_id, "buyer-message", text="Please cancel my order")
    actions = messaging.get_messaging_actions_for_order(order_id, marketplaceIds=[US]).payload
    assert "unexpectedProblem" in [each["name"] for each in actions["_links"]["actions"]]
    assert messaging.get_attributes(order_id, marketplaceIds=[US]).payload == {"buyer": {"locale": "en-US"}}
    words = "Please use Your Orders > Request Cancellation 🙂"
    messaging.create_unexpected_problem(order_id, body={"text": words})
    asked, answered = sandbox.get("messages", order_id=order_id)["messages"]
    assert asked["thread_id"] == answered["thread_id"]
    assert (answered["to"], answered["kind"], answered["text"]) == ("buyer", "request_instructions", words)


def test_a_template_that_is_not_for_the_order_is_forbidden(clients: Clients) -> None:
    messaging = clients.new(Messaging)
    order_id = clients.sandbox.place_order(hold=False)
    clients.sandbox.act(order_id, "seller-confirm-shipment")
    with pytest.raises(SellingApiForbiddenException, match="template combination"):
        messaging.create_confirm_order_details(order_id, body={"text": "Blue or red?"})
    with pytest.raises(SellingApiNotFoundException, match="902-0000009-0000009"):
        messaging.get_messaging_actions_for_order("902-0000009-0000009", marketplaceIds=[US])
