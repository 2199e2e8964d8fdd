"""Calls of every operation in five marketplaces are answered as Amazon's models say: no violation of any kind."""

import pytest

from tests.api.models import FOLDER
from tests.depth import depth
from tests.held_to_models import KNOWN, MARKETPLACES, call_everything, departures
from tests.hostile.desk import Answer
from tests.hostile.operations import every_operation

CALLS = depth(test=1_200, soak=8_000)

needs_models = pytest.mark.skipif(not FOLDER, reason="SPAPI_MODELS names no directory with Amazon's published models")


@needs_models
@pytest.mark.slow
def test_no_answer_departs_from_the_models() -> None:
    found = call_everything(CALLS)
    assert not found.violations, {each: found.examples[each] for each in found.violations}
    assert found.calls >= CALLS
    assert found.known == set(KNOWN), "what no answer departs in any more is not known either"
    assert found.statuses.keys() >= {200, 201, 202, 204, 400, 403, 404, 429, 500, 503}
    assert len(MARKETPLACES) == 5


@needs_models
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(418, {}, b""), "status 418 is not declared"),
        (Answer(200, {"x-odd": "1"}, b""), "header x-odd of a 200 is not declared"),
        (Answer(200, {"content-type": "text/html"}, b"<p>"), "content type text/html of a 200 is not declared"),
        (Answer(200, {"content-type": "application/json"}, b'{"payload": {"Odd": 1}}'), "schema of a 200: "),
    ],
)
def test_what_departs_is_found(answer: Answer, told: str) -> None:
    (operation,) = (each for document, each in every_operation() if (document.stem, each.operation_id) == GET_ORDER)
    assert any(each.startswith(told) for each in departures("orders-v0.yaml", operation, answer, set()))


GET_ORDER = ("orders-v0", "getOrder")
