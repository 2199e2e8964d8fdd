"""The judge itself: it notices what departs, and knows every operation we serve."""

import pytest

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import load
from tests.api.models import FOLDER, MODELS, departures, models_of

pytestmark = pytest.mark.skipif(not FOLDER, reason="SPAPI_MODELS names no directory with Amazon's published models")

ORDER = "/orders/v0/orders/902-0000001-0000001"


def test_a_departure_is_noticed() -> None:
    assert departures("orders-v0.yaml", "GET", ORDER, 200, {"payload": {"AmazonOrderId": 7}})
    assert departures("orders-v0.yaml", "GET", ORDER, 200, {"payload": {}, "more": 1})
    assert departures("orders-v0.yaml", "GET", ORDER, 404, {"errors": [{"code": "x"}]})
    assert not departures("orders-v0.yaml", "GET", ORDER, 404, {"errors": [{"code": "x", "message": "y"}]})
    assert departures("notifications-v1.yaml", "GET", "/notifications/v1/destinations", 200, {"payload": [{}]})
    assert departures("orders-2026-01-01.yaml", "GET", "/orders/2026-01-01/orders", 200, {})


@pytest.mark.parametrize("name", [name for name in MODELS if models_of(name) and (openapi_dir() / name).exists()])
def test_every_operation_of_ours_has_a_judge(name: str) -> None:
    for operation in load(openapi_dir() / name).operations.values():
        path = operation.path.replace("{notificationType}", "ORDER_CHANGE")
        path = path.replace("{", "").replace("}", "")
        assert departures(name, operation.method, path, 403, {"errors": [{}]}), operation.operation_id
