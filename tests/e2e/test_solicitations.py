"""A review is asked for through a real socket with python-amazon-sp-api, when it is time and once."""

import pytest
from sp_api.api import Solicitations
from sp_api.base import SellingApiForbiddenException

from tests.e2e.clients_reports import Clients
from tests.e2e.sandbox import US


def test_a_buyer_is_asked_for_a_review_in_time_and_once(clients: Clients) -> None:
    sandbox, solicitations = clients.sandbox, clients.new(Solicitations)
    ask = solicitations.create_product_review_and_seller_feedback_solicitation
    order_id = sandbox.place_order(hold=False)
    sandbox.act(order_id, "seller-confirm-shipment")
    with pytest.raises(SellingApiForbiddenException, match="outside the 5-30 day range"):
        ask(order_id, marketplaceIds=[US])
    sandbox.by("P14D")
    actions = solicitations.get_solicitation_actions_for_order(order_id, marketplaceIds=[US]).payload
    assert [each["name"] for each in actions["_links"]["actions"]] == ["productReviewAndSellerFeedback"]
    ask(order_id, marketplaceIds=[US])
    with pytest.raises(SellingApiForbiddenException, match="not available for this amazonOrderId"):
        ask(order_id, marketplaceIds=[US])
