"""A seller's marketplace in a test's hand: orders, clock, settings, receivers, and assertions that explain themselves.

Talks to a running server by the control API alone. Knows nothing of pytest; the plugin makes one for each test.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

from marketplace_sandbox.core.text.instants import format_instant, format_span, parse_instant
from marketplace_sandbox.core.text.quoting import write_count
from marketplace_sandbox.testing import wiring
from marketplace_sandbox.testing.assertions import Assertions
from marketplace_sandbox.testing.clock import Clock
from marketplace_sandbox.testing.control import Control, MarketplaceError, RefusedError, UnreachableError, segment
from marketplace_sandbox.testing.explanations import (
    explain_difference,
    explain_findings,
    explain_history,
    explain_requests,
    explain_waits,
)
from marketplace_sandbox.testing.faults import Faults
from marketplace_sandbox.testing.findings import find_mistakes, wall_now
from marketplace_sandbox.testing.orders import Order
from marketplace_sandbox.testing.receiver import Answer, Receiver
from marketplace_sandbox.testing.recorded_requests import RecordedRequest
from marketplace_sandbox.testing.sqs import NotificationsApi, Queue
from marketplace_sandbox.testing.words import Change, OrderForm, SettingsForm

Json = dict[str, Any]
START = "2026-03-02T16:00:00Z"
"""Where a world begins of which nothing is said: a Monday morning in Seattle."""
DEFAULT_SELLER = "ASANDBOXSELLER"
MOST_HISTORIES = 3
"""As many orders have their history told under a failing test."""


class Marketplace(Assertions):
    """One seller of a running server and its world. Made by `opened`, `played` or `taken`; to be closed.

    `began` is the version at which the world was handed to the test.
    """

    def __init__(self, url: str, seller: Json, *, began: int = 1, freeze: bool = False) -> None:
        self.url = url
        self.began = began
        self._opened_at = wall_now()
        self.seller_id: str = seller["seller_id"]
        self.credentials: dict[str, dict[str, str]] = {kind: seller[kind] for kind in ("lwa", "mws")}
        self.marketplace_ids: list[str] = list(seller["marketplace_ids"])
        self._control = Control(url, self.seller_id)
        self._cleanup = contextlib.ExitStack()
        self._queues = 0
        self._closed = False
        self.queue_service: Callable[[], str] = _no_queues
        self.clock = Clock(self._control, self._freeze() if freeze else None)
        self.faults = Faults(self._control)

    # Beginning and end

    def fork(
        self,
        *,
        at: str | datetime | None = None,
        version: int | None = None,
        deliver: bool = False,
        freeze: bool = False,
    ) -> "Marketplace":
        """A marketplace of its own that goes on from where this one stands, or stood at an instant or a version.

        So what is expensive to make is made once, and each test has it fresh. This one stays as it is; the fork is to
        be closed, and is closed with this one at the latest. Deliveries that are under way are held in it, so that the
        receivers of this one hear of nothing twice, unless it is to `deliver` them.

        Raises RefusedError for a moment that there is not, and for both at once.
        """
        __tracebackhide__ = True
        form = {"at": _plain(at), "version": version, "deliver": deliver}
        form = {name: each for name, each in form.items() if each is not None}
        control = Control(self.url)
        forked = control.post(f"sellers/{segment(self.seller_id)}/fork", form, "The marketplace was not forked")
        fork = type(self)(self.url, forked, began=control.version or 1, freeze=freeze)
        fork.queue_service = self.queue_service
        self._cleanup.callback(fork.close)
        return fork

    def rewind(self, *, at: str | datetime | None = None, version: int | None = None) -> str:
        """Go back to an instant or a version, and on from there; answers the seller id under which the one left stands.

        Credentials stay good, and ids of what is made from now on are others than before. A frozen process goes back
        with the world. Raises RefusedError for a moment that there is not, and unless exactly one is named.
        """
        __tracebackhide__ = True
        form = {"at": _plain(at), "version": version}
        form = {name: each for name, each in form.items() if each is not None}
        answer = self._control.post("rewind", form, "The marketplace was not rewound")
        self._cleanup.callback(self._delete, answer["kept"])
        self.began = min(self.began, answer["version"])
        self._control.step = None  # what was done before has not been done
        self.clock.stand_at(parse_instant(answer["now"]))
        return str(answer["kept"])

    def _delete(self, seller_id: str) -> None:
        """End a seller's world, unless it has ended, or the whole server has."""
        with contextlib.suppress(UnreachableError, RefusedError):
            self._control.delete(f"sellers/{segment(seller_id)}")

    @classmethod
    def opened(
        cls,
        url: str,
        *,
        start: str | datetime = START,
        rate: float = 0.0,
        settings: SettingsForm | Mapping[str, Any] | None = None,
        marketplace_ids: Sequence[str] | None = None,
        freeze: bool = False,
    ) -> "Marketplace":
        """A new seller whose clock stands at the start. Raises RefusedError for unknown settings."""
        __tracebackhide__ = True
        begins = start if isinstance(start, str) else format_instant(start)
        form: Json = {"start": begins, "rate": rate, "policy": _settings(settings, freeze=freeze)}
        if marketplace_ids:
            form["marketplace_ids"] = list(marketplace_ids)
        return cls(url, Control(url).post("sellers", form, "The marketplace was not opened"), freeze=freeze)

    @classmethod
    def played(
        cls,
        url: str,
        scenario: str | Path,
        *,
        start: str | datetime | None = None,
        rate: float = 0.0,
        settings: SettingsForm | Mapping[str, Any] | None = None,
        freeze: bool = False,
    ) -> "Marketplace":
        """A new seller in the state a scenario ends in; the scenario is a name or a file. Raises MarketplaceError."""
        __tracebackhide__ = True
        form = _read_scenario(scenario)
        form["start"] = format_instant(start) if isinstance(start, datetime) else start or form.get("start", START)
        form["rate"] = rate
        form["settings"] = {**form.get("settings", {}), **_settings(settings, freeze=freeze)}
        receipt = Control(url).post("scenarios", form, f"The scenario {scenario} was not played")
        seller, version = _seller(url, receipt["seller_id"])
        marketplace = cls(url, seller, began=version, freeze=freeze)
        if not receipt["passed"]:
            marketplace.close()
            failures = "\n".join(each["message"] for each in receipt["failures"])
            raise MarketplaceError(f"The scenario {scenario} does not come out as it says:\n{failures}")
        return marketplace

    @classmethod
    def taken(
        cls, url: str, *, settings: SettingsForm | Mapping[str, Any] | None = None, freeze: bool = False
    ) -> "Marketplace":
        """The default seller, reset. Credentials that the server did not issue belong to it."""
        __tracebackhide__ = True
        control = Control(url, DEFAULT_SELLER)
        control.post("reset")
        changes = _settings(settings, freeze=freeze)
        if changes:
            control.put("settings", changes)
        seller, version = _seller(url, DEFAULT_SELLER)
        return cls(url, seller, began=version, freeze=freeze)

    def close(self) -> None:
        """Close receivers and queues, and delete the seller. May be called twice."""
        if self._closed:
            return
        self._closed = True
        try:
            self._cleanup.close()
        finally:
            with contextlib.suppress(UnreachableError):  # a server that has ended has no seller any more
                if self.seller_id == DEFAULT_SELLER:
                    self._control.post("reset")
                else:
                    self._control.delete(f"sellers/{segment(self.seller_id)}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _freeze(self) -> Callable[[datetime], None]:
        """Stops this process's clock until the end; answers what moves it."""
        from marketplace_sandbox.testing.freezing import FrozenProcess  # noqa: PLC0415  freezegun is an extra

        now = parse_instant(self._control.get("clock")["now"])
        return self._cleanup.enter_context(FrozenProcess(now)).follow

    def __repr__(self) -> str:
        return f"<Marketplace {self.seller_id} at {self.url}>"

    # Orders

    def place_order(self, **form: Unpack[OrderForm]) -> Order:
        """Place an order. Takes the fields of an order in a scenario, all optional. Raises RefusedError."""
        __tracebackhide__ = True
        if "count" in form:
            raise MarketplaceError("place_order places one order; for several there is place_orders(count, …).")
        return Order(self._control, self._control.post("orders", _form(form), "The order was not placed")["order_id"])

    def place_orders(self, count: int, **form: Unpack[OrderForm]) -> list[Order]:
        """Place several identical orders."""
        __tracebackhide__ = True
        placed = self._control.post("orders", {**_form(form), "count": count}, "The orders were not placed")
        ids = [each["order_id"] for each in placed["orders"]]
        if "next" in placed:
            ids += [each["order_id"] for each in self._control.list_all("orders", "orders", placed["next"])]
        return [Order(self._control, each) for each in ids[:count]]

    def order(self, order_id: str) -> Order:
        """The order of that id. Raises RefusedError if there is none."""
        __tracebackhide__ = True
        self._control.get(f"orders/{segment(order_id)}")
        return Order(self._control, order_id)

    @property
    def orders(self) -> list[Order]:
        """Every order, in the order of placing."""
        return [Order(self._control, each["order_id"]) for each in self._control.list_all("orders", "orders")]

    # The world

    def settings(self, **changes: Unpack[SettingsForm]) -> Json:
        """Change settings (None resets one) and return all. Raises RefusedError, naming the nearest setting."""
        __tracebackhide__ = True
        known: Json = self._control.put("settings", _form(changes)) if changes else self._control.get("settings")
        return known

    @property
    def version(self) -> int:
        """How many commands the world has taken: a moment that can be looked back on."""
        self._control.get("clock")
        return self._control.version or self.began

    def diff(
        self,
        since: int | str | datetime | None = None,
        until: int | str | datetime | None = None,
        *,
        other: "Marketplace | str | None" = None,
    ) -> Json:
        """What has changed between two moments, each a version or an instant: since the world was handed to the test,
        and until now, where nothing is said. With another marketplace, how that one differs, both as they are now.

        Answers what `GET /_sandbox/diff` does. Raises RefusedError for what is no moment of the world.
        """
        __tracebackhide__ = True
        from_ = self.began if since is None and other is None else since
        other_id = other.seller_id if isinstance(other, Marketplace) else other
        query = {"from": _plain(from_), "to": _plain(until), "other": other_id}
        found: Json = self._control.get("diff", **query)
        return found

    def explain_changes(self) -> str:
        """What has changed since the latest step of the test began, or the test where there was none, in few lines."""
        step = self._control.step
        since = self.began if step is None or step.since is None else step.since
        return explain_difference(self.diff(since), step.name if step else "")

    def explain(self) -> str:
        """All that a failing test wants to know: what looks wrong with the client, and the story."""
        return "\n".join(filter(None, (self.explain_findings(), self.explain_story())))

    def explain_story(self) -> str:
        """What happened to the orders, what has changed since the latest step, and what the client did."""
        orders = self.orders
        told = [
            f"Order {each.order_id} is {each.status}. {explain_history(each.history)}"
            for each in orders[:MOST_HISTORIES]
        ]
        left_out = (
            [f"… and {write_count(len(orders) - MOST_HISTORIES, 'orders')} more"]
            if len(orders) > MOST_HISTORIES
            else []
        )
        return "\n".join([*told, *left_out, self.explain_changes(), self.explain_client()])

    def explain_client(self) -> str:
        """What the client did, and how far feeds, reports and deliveries have come."""
        jobs = list(self._control.list_all("jobs", "jobs"))
        waits = explain_waits(jobs, self.deliveries, stands=self.clock.rate == 0)
        return "\n".join(filter(None, (explain_requests(self.recorded_requests), waits)))

    def explain_findings(self) -> str:
        """What looks wrong with the client, as `marketplace-sandbox doctor` finds it, in few lines or none."""
        return explain_findings(find_mistakes(self._control, self._opened_at))

    @property
    def rate(self) -> Json:
        """The Cancellation Rate: `canceled`, `orders`, `rate`, `status`, `by_cause`."""
        rate: Json = self._control.get("metrics")["cancellation_rate"]
        return rate

    @property
    def mail(self) -> list[Json]:
        """All mail to buyers and the seller, oldest first."""
        return list(self._control.list_all("mail", "mail"))

    @property
    def deliveries(self) -> list[Json]:
        """Every notification on its way to every subscriber, with each attempt."""
        return list(self._control.list_all("deliveries", "deliveries"))

    @property
    def recorded_requests(self) -> list[RecordedRequest]:
        """The client's latest thousand calls, oldest first."""
        return [RecordedRequest.from_json(each) for each in self._control.list_all("requests", "requests")]

    # The client, and receivers of notifications

    def client_kwargs(self, client: str, **more: Any) -> dict[str, Any]:
        """The arguments that point an unmodified client at this seller. Raises MarketplaceError."""
        __tracebackhide__ = True
        return wiring.client_kwargs(client, self.url, self.credentials, self.marketplace_ids[0]) | more

    def environment(self) -> dict[str, str]:
        """Environment variables that give clients this seller's credentials and the server's address."""
        return wiring.environment(self.url, self.credentials)

    def webhook_receiver(
        self, order_change_types: Sequence[Change] | None = None, *, answer: int | Answer = 200
    ) -> Receiver:
        """A webhook receiver in this process, subscribed from now on to all changes or to the given types."""
        __tracebackhide__ = True
        receiver = Receiver(answer)
        self._cleanup.callback(receiver.close)
        receiver.secret = self.webhook(receiver.url, order_change_types)
        return receiver

    def webhook(self, url: str, order_change_types: Sequence[Change] | None = None) -> str:
        """Register a receiver of the test's own, told from now on; returns its secret. Raises RefusedError."""
        __tracebackhide__ = True
        kinds = {"order_change_types": list(order_change_types)} if order_change_types else {}
        return str(self._control.post("webhooks", {"url": url, **kinds}, "The webhook was not registered")["secret"])

    def queue(
        self,
        order_change_types: Sequence[Change] = ("BuyerRequestedChange", "OrderStatusChange"),
        *,
        notification_type: str = "ORDER_CHANGE",
    ) -> Queue:
        """An SQS queue, subscribed from now on through the Notifications API."""
        __tracebackhide__ = True
        self._queues += 1
        queue = Queue(self.queue_service(), f"{self.seller_id}-{self._queues}")
        self._cleanup.callback(queue.close)
        api = NotificationsApi(self._control, self.credentials["lwa"])
        queue.subscription_id = api.subscribe(queue, notification_type, order_change_types)
        return queue

    def export(self) -> str:
        """The world as the text of a scenario file: what was done when, and how the orders stand now."""
        from marketplace_sandbox.scenario import writing  # noqa: PLC0415  YAML takes a while to import

        return "".join(writing.to_yaml(self._control.get("export")))


def _no_queues() -> str:
    raise MarketplaceError("This marketplace was made without a queue service; the plugin's fixture has one.")


def _settings(changes: SettingsForm | Mapping[str, Any] | None, *, freeze: bool) -> Json:
    """The settings of a new world: with the process's clock frozen beside it, signatures bear the world's time."""
    return _form({**({"signature_time": "virtual"} if freeze else {}), **(changes or {})})


def _seller(url: str, seller_id: str) -> tuple[Json, int]:
    """A seller with its credentials, and the version of its world."""
    control = Control(url)
    seller: Json = control.get(f"sellers/{segment(seller_id)}")
    return seller, control.version or 1


def _read_scenario(name: str | Path) -> Json:
    from marketplace_sandbox._resources import fixtures_dir  # noqa: PLC0415  YAML takes a while to import
    from marketplace_sandbox.scenario import library, writing  # noqa: PLC0415
    from marketplace_sandbox.scenario.scenario import ScenarioError  # noqa: PLC0415

    try:
        return writing.to_json(library.find(fixtures_dir(), str(name)))
    except (ScenarioError, OSError) as problem:
        raise MarketplaceError(str(problem)) from problem


def _form(form: Mapping[str, Any]) -> Json:
    """A form as JSON: instants, spans and amounts as text."""
    return {name: _plain(each) for name, each in form.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, timedelta):
        return format_span(value)
    if isinstance(value, Mapping):
        return _form(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, str | int | float) else str(value)
