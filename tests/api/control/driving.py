"""The control API in process for tests: the whole app without a socket, and stand-ins for what is handed in.

Every answer is held against the document, and every refusal must leave the world as it was.
"""

import asyncio
import json
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.admission.access import Access
from marketplace_sandbox.api.admission.credentials import Credentials
from marketplace_sandbox.api.admission.request_log import RequestLog
from marketplace_sandbox.api.control import control_operations
from marketplace_sandbox.api.control.answer_version import AnswerVersion
from marketplace_sandbox.api.control.health import Health
from marketplace_sandbox.api.control.queues import QueueMessage
from marketplace_sandbox.api.http.bounds import Bounds
from marketplace_sandbox.api.http.exchange import Api, Call, Exchange, Reply, call_operation
from marketplace_sandbox.api.http.openapi import find, load
from marketplace_sandbox.api.http.safety import Safety
from marketplace_sandbox.api.migration import Rehearsals
from marketplace_sandbox.api.spapi.orders_2026 import Orders2026
from marketplace_sandbox.api.spapi.orders_v0 import OrdersV0
from marketplace_sandbox.core.commands.notifications import RecordAttempt
from marketplace_sandbox.core.courier_port import CourierPort
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.journal.journal import JournalStore
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.reading import FieldError
from marketplace_sandbox.core.world.sellers import Defaults, Sellers
from marketplace_sandbox.core.world.world import AnyWorld, World
from marketplace_sandbox.server import stations
from marketplace_sandbox.store.memory import MemoryStore
from tests.api.app import build_app

START = datetime(2026, 3, 2, 16, tzinfo=UTC)
HOST = "127.0.0.1:8585"
MADE_SECRET = "whsec_bWFkZSBmb3IgdGhlIHRlc3RzIGFsb25l"


class Real:
    """A real clock that tests move by hand."""

    def __init__(self) -> None:
        self.seconds = START.timestamp()

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Courier:
    """Delivers by noting down: the receiver answers with the next of `codes`, then with 200."""

    codes: list[int] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    woken: list[str] = field(default_factory=list)
    arrived: Callable[[World], None] = lambda _: None
    asleep: bool = False

    def wake(self, world: World) -> None:
        self.woken.append(world.seller_id)

    def deliver_in_steps(self, world: World, seconds: float) -> Generator[tuple["Future[None]", float], None, None]:
        self.waits.append(seconds)
        while world.state.outgoing and not self.asleep:
            delivery_id = next(iter(world.state.outgoing))
            self.sent.append((format_instant(world.now()), delivery_id))
            code = self.codes.pop(0) if self.codes else 200
            attempt = {"delivery_id": delivery_id, "code": code, "latency_ms": 3}
            world.execute(RecordAttempt.read(attempt))
            self.arrived(world)
        over: Future[None] = Future()
        over.set_result(None)
        yield over, seconds


@dataclass
class Player:
    """Knows one scenario and plays nothing."""

    sellers: Sellers
    played: list[Any] = field(default_factory=list)

    def names(self) -> list[dict[str, Any]]:
        return [{"name": "demo", "about": "A demonstration."}]

    def play(self, scenario: str | Mapping[str, Any], seller_id: str | None = None) -> dict[str, Any]:
        if scenario == "dmeo":
            raise FieldError("name", "There is no scenario 'dmeo'; did you mean 'demo'?")
        self.played.append(scenario)
        return {"seller_id": seller_id or "APLAYED"}

    def prepare(self, name: str) -> Callable[[str], World]:
        if name != "demo":
            raise FieldError("name", f"There is no scenario '{name}'; did you mean 'demo'?")

        def begin(seller_id: str) -> World:
            self.played.append((name, seller_id))
            return self.sellers.get(seller_id)

        return begin

    def export(self, world: AnyWorld) -> dict[str, Any]:
        if world.orders:
            raise ValueError("There is too much.")
        return {"about": world.seller_id, "start": format_instant(START), "until": format_instant(world.now())}


@dataclass(frozen=True)
class Answer:
    """A status, the parsed body (None for none) and the headers in small letters."""

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def error(self) -> dict[str, str]:
        """The one error of a refusal."""
        (error,) = self.body["errors"]
        assert set(error) == {"code", "message", "details"}
        return error


GONE = Answer(0, None, {})
"""What a client gets that has hung up."""


class Platform:
    """One call of a selling API, so that there is something to log."""

    def getMarketplaceParticipations(self, _: Call) -> Reply:
        return Reply(body={"payload": []})


def find_out(exchange: Exchange, call: Call) -> None:
    """What the stations before an operation find out of a call, for the log."""
    exchange.seller_id = call.headers.get("x-amz-access-token", "ASANDBOXSELLER")
    exchange.notes = ["the token was not issued here"]


def rehearsals_of(sellers: Sellers, courier: CourierPort) -> Rehearsals:
    """The operations of both generations, for what is rehearsed."""
    access = Access(sellers, Credentials("signing key"), courier)
    return Rehearsals(OrdersV0(access, b"page tokens"), Orders2026(access, b"page tokens"))


class Driver:
    """The app with its stand-ins, and one method per verb."""

    def __init__(self, safety: Safety | None = None, rate: float = 0.0, store: JournalStore | None = None) -> None:
        self.real = Real()
        self.sellers = Sellers(store or MemoryStore(), Defaults(start=START, rate=rate), self.real)
        self.courier = Courier()
        self.starting = False
        self.player = Player(self.sellers)
        self.seller_id = ""
        self._hung_up = False
        self.forgotten: list[str] = []
        self.faults = FaultRules()
        self.queues: dict[str, list[QueueMessage]] | None = None
        self.log = RequestLog(self.sellers, wall=self.real, bounds=Bounds(log_calls=3))
        control = control_operations(
            self.sellers,
            self.courier,
            credentials=credentials,
            check_target=check_target,
            new_secret=lambda: MADE_SECRET,
            player=self.player,
            requests=self.log,
            faults=self.faults,
            rehearsals=rehearsals_of(self.sellers, self.courier),
            forget=[self.forgotten.append],
            look_into_queue=self._look_into_queue,
            empty_queues=self._empty_queues,
        )
        apis = [
            Api("control.yaml", control, stations=stations.control()),
            Api("sellers-v1.yaml", Platform(), stations=(find_out, call_operation)),
        ]
        self.app = build_app(
            apis,
            safety=safety or Safety(),
            after_safety=[Health("1.2.3", self.sellers.store, lambda: self.starting).answer_health],
            version=AnswerVersion(self.sellers, load(openapi_dir() / "control.yaml")),
            observe=self.log.record,
        )

    def _look_into_queue(self, arn: str) -> list[QueueMessage] | None:
        return None if self.queues is None else self.queues.get(arn, [])

    def _empty_queues(self, *arns: str) -> None:
        for each in arns:
            (self.queues or {}).get(each, []).clear()

    @property
    def world(self) -> World:
        """The default seller's world."""
        return self.sellers.get(None)

    def get(self, path: str, **more: Any) -> Answer:
        return self.ask("GET", path, **more)

    def put(self, path: str, body: Any, **more: Any) -> Answer:
        return self.ask("PUT", path, body, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.ask("POST", path, body, **more)

    def delete(self, path: str, **more: Any) -> Answer:
        return self.ask("DELETE", path, **more)

    def hang_up(self) -> None:
        """Leave the call that is under way; it is answered with GONE."""
        self._hung_up = True

    def refused(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        """A call that must be refused and must not have changed anything."""
        before = [(each.seller_id, each.journal(), picture(each)) for each in self.sellers]
        answer = self.ask(method, path, body, **more)
        after = [(each.seller_id, each.journal(), picture(each)) for each in self.sellers]
        assert answer.status >= 400, answer
        assert answer.error["message"], answer
        assert after == before
        return answer

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        seller: str = "",
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answer:
        """One request beneath `/_sandbox`, or anywhere with a path from the root."""
        whole = path if path.startswith("/") else f"/_sandbox/{path}"
        sent = {"host": HOST}
        if body is not None:
            raw, sent = json.dumps(body).encode(), sent | {"content-type": "application/json"}
        if raw is not None:
            sent["content-length"] = str(len(raw))
        if seller:
            sent["x-sandbox-seller"] = seller
        answer = asyncio.run(self._serve(method, whole, sent | dict(headers or {}), raw or b""))
        if answer is GONE:
            return answer
        self._hold_against_document(method, whole.partition("?")[0], answer)
        return answer

    async def _serve(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        told: list[Any] = []

        self._hung_up = False

        async def receive() -> Any:
            if self._hung_up:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            told.append(message)

        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items() if text],
            "server": ("127.0.0.1", 8585),
            "client": ("127.0.0.1", 5000),
        }
        await self.app(scope, receive, send)
        if not told:
            return GONE
        raw = b"".join(each.get("body", b"") for each in told)
        named = {name.decode().lower(): text.decode() for name, text in told[0]["headers"]}
        return Answer(told[0]["status"], json.loads(raw) if raw else None, named)

    def _hold_against_document(self, method: str, path: str, answer: Answer) -> None:
        assert "problem+json" not in answer.headers.get("content-type", "")
        for document in map(load, sorted(openapi_dir().glob("*.yaml"))):
            for operation in find([document], path):
                if operation.method == method and path.startswith("/_sandbox"):
                    name = operation.operation_id
                    problem = document.response_problem(name, answer.status, answer.body, strict=True)
                    assert not problem, (name, problem, answer)


def credentials(seller_id: str) -> dict[str, Any]:
    return {
        "lwa": {"client_id": "c", "client_secret": "s", "refresh_token": f"Atzr|{seller_id}"},
        "mws": {"access_key": "k", "secret_key": "s", "auth_token": "t", "seller_id": seller_id},
    }


def check_target(url: str) -> None:
    if not url.startswith("http://127.0.0.1"):
        raise ValueError(f"{url!r} is not on loopback.")


def picture(world: World) -> Any:
    """All of a world that a refusal must leave alone."""
    state = world.state
    records = (state.notices, state.mail, state.messages, state.lints, state.order_events)
    return (
        world.now(),
        world.clock.anchor,
        world.policy,
        list(state.orders.items()),
        [list(each) for each in records],
        dict(state.subscribers),
        dict(state.deliveries),
        list(state.outgoing),
    )
