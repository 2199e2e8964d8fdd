"""The way of a request: what the lists of stations name is what is passed, in that order, by calls of every kind."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any
from urllib.parse import urlsplit

import pytest

from marketplace_sandbox.api.http.pipeline import Stations
from marketplace_sandbox.server import stations
from marketplace_sandbox.server.composition import Options, compose
from tests.api.admission.server_seller import ServerSeller

LISTS = (
    "every_request",
    "sp_api_admission",
    "orders_v0_admission",
    "sp_api",
    "control",
    "login",
    "document_link",
    "mws",
)
WAY_IN = [
    "refuse_unreadable",
    "Lane.answer_again",
    "MwsLane.answer_action_again",
    "normalize_path",
    "Safety.refuse_strangers",
    "Health.answer_health",
    "EventStreams.answer_events",
    "Bodies.refuse_large_body",
    "ApiRouter.route_and_validate",
    "FlaskSide.run_flask",
]
ADMISSION = ["Access.authenticate", "Lane.watch", "FaultInjection.refuse_ended_token"]
ORDERS_V0 = ["refuse_ended_read"]
SP_API = [
    "Access.settle",
    "FaultInjection.leave_event_loop",
    "Throttling.throttle",
    "FaultInjection.inject",
    "Shadow.follow_read",
    "Access.call_operation",
]
LOGIN = ["Lwa.read_form", "Lwa.authenticate", "Lwa.inject", "Lwa.issue_token"]
LINK = ["Transfers.open_link", "Transfers.transfer_document"]
MWS = [
    "Mws.read_parameters",
    "Mws.find_section",
    "Mws.authenticate",
    "Mws.find_action",
    "MwsFaultInjection.leave_event_loop",
    "MwsThrottling.throttle",
    "MwsFaultInjection.inject",
    "watch_action",
    "Mws.check_parameters",
    "Mws.perform",
    "note_action",
]
REFUSAL = [
    "Access.refuse_before_method",
    "Refusals.refuse_wrong_method",
    "Refusals.explain_problem",
    "Console.refuse_in_html",
    "refuse_login",
    "XmlRefusals.refuse_in_xml",
    "refuse_in_json",
]
HOLD = ["Durability.hold_answer"]
ANSWER = [
    *HOLD,
    "Throttling.tell_rate",
    "AnswerVersion.tell_version",
    "take_secrets_out",
    "end_line",
    "Lane.keep",
    "RequestLog.record",
    "add_request_id",
    "send_answer",
    "AccessLog.write_line",
    "Shadow.compare_beside",
]


class Uploader(ServerSeller):
    """The seller, who has somewhere to upload a feed to."""

    @cached_property
    def upload_path(self) -> str:
        headers = {"x-amz-access-token": self.token}
        body = {"contentType": "text/xml"}
        created = self.client("POST", "/feeds/2021-06-30/documents", body=body, headers=headers, documented=False).body
        return urlsplit(created["url"]).path


@dataclass
class Traced:
    """A server that notes each station as it is passed, and one seller of it."""

    passed: list[str] = field(default_factory=list)
    seller: Uploader = field(init=False)

    def note(self, station: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(station)
        def noting(*arguments: Any) -> Any:
            self.passed.append(station.__qualname__)
            return station(*arguments)

        return noting

    def note_all(self, listed: Any) -> Any:
        if isinstance(listed, Stations):
            return Stations(
                *(self.note_all(each) for each in (listed.request, listed.refusal, listed.answer, listed.hold))
            )
        return tuple(self.note(each) for each in listed)

    def way(self, call: Callable[[Uploader], Any]) -> list[str]:
        """What one call has passed."""
        assert self.seller.upload_path
        self.passed.clear()
        call(self.seller)
        return list(self.passed)


@pytest.fixture(scope="module")
def traced() -> Iterator[Traced]:
    traced = Traced()
    with pytest.MonkeyPatch.context() as patch:
        for name in LISTS:
            put_together = getattr(stations, name)
            patch.setattr(stations, name, lambda *parts, of=put_together: traced.note_all(of(*parts)))
        server = compose(Options(auth="strict"))
    traced.seller = Uploader(server)
    yield traced
    server.close()


def get_participations(seller: Uploader) -> None:
    assert seller.get("/sellers/v1/marketplaceParticipations").status == 200


def get_items(seller: Uploader) -> None:
    order = seller.place_order()
    assert seller.get(f"/orders/v0/orders/{order.order_id}/orderItems").status == 200


def call_mws(seller: Uploader) -> None:
    assert seller.mws("GetServiceStatus").status == 200


def call_control(seller: Uploader) -> None:
    assert seller.control("GET", "clock").status == 200


def log_in(seller: Uploader) -> None:
    assert seller.log_in().status == 200


def upload(seller: Uploader) -> None:
    headers = {"content-type": "text/xml"}
    assert seller.client("PUT", seller.upload_path, body=b"<x/>", headers=headers, documented=False).status == 200


@pytest.mark.parametrize(
    ("call", "way"),
    [
        pytest.param(
            get_participations, [*WAY_IN[:9], *ADMISSION, *WAY_IN[9:], *SP_API, *ANSWER], id="a read of the SP-API"
        ),
        pytest.param(
            get_items, [*WAY_IN[:9], *ADMISSION, *ORDERS_V0, *WAY_IN[9:], *SP_API, *ANSWER], id="a read of Orders v0"
        ),
        pytest.param(call_mws, [*WAY_IN, *MWS, *ANSWER], id="a call of MWS"),
        pytest.param(call_control, [*WAY_IN, "call_operation", *ANSWER], id="a call of the control API"),
        pytest.param(log_in, [*WAY_IN, *LOGIN, *ANSWER], id="a login"),
        pytest.param(upload, [*WAY_IN, *LINK, *ANSWER], id="a link to a document"),
    ],
)
def test_a_call_passes_the_stations_of_its_kind(
    traced: Traced, call: Callable[[Uploader], Any], way: list[str]
) -> None:
    assert traced.way(call) == way


def test_a_refusal_leaves_the_way_where_it_is_refused(traced: Traced) -> None:
    def without_token(seller: Uploader) -> None:
        assert seller.client("GET", "/sellers/v1/marketplaceParticipations", documented=False).status == 403

    assert traced.way(without_token) == [*WAY_IN[:9], "Access.authenticate", *REFUSAL, *ANSWER]

    def stranger(seller: Uploader) -> None:
        assert seller.client("GET", "/_sandbox/clock", headers={"host": "evil.example"}, documented=False).status == 403

    assert traced.way(stranger) == [*WAY_IN[:5], *REFUSAL, *ANSWER]

    def wrong_method(seller: Uploader) -> None:
        headers = {"x-amz-access-token": seller.token}
        assert seller.client("PATCH", "/orders/v0/orders", headers=headers, documented=False).status == 405

    assert traced.way(wrong_method) == [*WAY_IN[:9], *REFUSAL[:2], *ANSWER]

    def too_large(seller: Uploader) -> None:
        sent = {"content-length": str(10**9)}
        assert seller.client("PUT", "/documents/x", headers=sent, documented=False).status == 413

    assert traced.way(too_large) == [*WAY_IN[:8], *REFUSAL[:6], *ANSWER]


def test_a_read_that_may_have_to_wait_passes_its_stations_again_in_a_thread(traced: Traced) -> None:
    traced.seller.fault("latency", seconds=0.01)
    again = SP_API.index("FaultInjection.leave_event_loop") + 1
    admission = [*ADMISSION, *ORDERS_V0]
    assert traced.way(get_items) == [*WAY_IN[:9], *admission, *WAY_IN[9:], *SP_API[:again], *SP_API, *ANSWER]


def test_a_read_that_is_answered_again_passes_the_lane_alone(traced: Traced) -> None:
    traced.seller.server.faults.clear(traced.seller.seller_id)
    get_participations(traced.seller)
    assert traced.way(get_participations) == [*WAY_IN[:2], *ANSWER[1:]]


def test_the_lists_of_the_server_are_those_that_are_passed(traced: Traced) -> None:
    listed = [[each.__qualname__ for each in passed] for passed in traced.seller.server.stations.values()]
    assert listed == [
        WAY_IN,
        ADMISSION,
        ORDERS_V0,
        SP_API,
        ["call_operation"],
        LOGIN,
        LINK,
        MWS,
        HOLD,
        REFUSAL,
        ANSWER[1:],
    ]


def test_a_read_of_mws_passes_its_stations_again_in_a_thread_while_a_fault_may_have_it_wait(traced: Traced) -> None:
    again = MWS.index("MwsFaultInjection.leave_event_loop") + 1
    assert traced.way(call_mws) == [*WAY_IN, *MWS, *ANSWER]
    traced.seller.fault("latency", seconds=0.01)
    assert traced.way(call_mws) == [*WAY_IN, *MWS[:again], *MWS, *ANSWER]
