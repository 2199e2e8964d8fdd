"""A scenario told before an audience: what is shown at once, what is said of it, and a player that goes on and back.

Knows no terminal and no page. Whoever shows a demo hands its player a client, which makes the calls that anybody can
make of a server; the player says what came of them.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from marketplace_sandbox.core.text.instants import format_instant, parse_instant
from marketplace_sandbox.scenario.agenda import Deed, agenda
from marketplace_sandbox.scenario.scenario import Scenario, Step, resolve_spans
from marketplace_sandbox.scenario.seller_steps import SELLER_STEPS, platform_call
from marketplace_sandbox.scenario.when import format_offset

Json = dict[str, Any]

LONGEST_PAGE = 1000


class DemoRefusedError(Exception):
    """A call that the server has refused, with the code of its refusal."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DemoClient(Protocol):
    """The calls that a demo makes of a server, for the seller of an id, or for none in particular."""

    def control(self, method: str, call: str, body: Any = None, *, seller: str = "") -> Any:
        """A call of the control API, by its path below `/_sandbox`; answers its body. Raises DemoRefusedError."""

    def platform(self, method: str, call: str, body: Any = None, *, seller: str) -> tuple[int, Any]:
        """A call of the platform's APIs as the seller's own client makes it; answers status and body."""

    def version(self, seller: str) -> int:
        """The version at which the seller's world stands."""

    def consume(self, seller: str, *, up: bool) -> None:
        """Have the seller's consumer of notifications listen, subscribed the first time, or be gone."""


@dataclass(frozen=True, slots=True)
class DemoStep:
    """What is shown at once, `after` so long. `page` is the path of the page to look at, "" for none."""

    at: datetime
    after: str
    title: str
    about: str
    look: str
    page: str
    deeds: tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class DeedResult:
    """What came of one step of the script: a receipt, or the code of a refusal. `expected` is as the script says."""

    action: str
    order_id: str
    outcome: str = ""
    notifications: Sequence[Json] = ()
    lint: Sequence[Json] = ()
    refused: str = ""
    message: str = ""
    expected: bool = True


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a read of the seller's client was answered."""

    call: str
    status: int
    body: Any
    expected: int


@dataclass(slots=True)
class DemoResult:
    """All there is to show once a step has been taken, in the forms of the control API.

    `deliveries` are those that have come or gone on, `mail` what has come, `order_ids` the orders that were touched.
    """

    placed: list[Json] = field(default_factory=list)
    fired: list[Json] = field(default_factory=list)
    deeds: list[DeedResult] = field(default_factory=list)
    reads: list[ReadResult] = field(default_factory=list)
    deliveries: list[Json] = field(default_factory=list)
    mail: list[Json] = field(default_factory=list)
    metrics: Json = field(default_factory=dict)
    order_ids: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _DemoState:
    """How things stand between two steps, so that it can be gone back to."""

    version: int
    mail_count: int = 0
    deliveries: Mapping[str, Any] = field(default_factory=dict)
    consumes: bool = False


def demo_steps(scenario: Scenario, start: datetime) -> list[DemoStep]:
    """What is shown at once, in order: what is done from one title to the next, or, without titles, each deed.

    What is placed on the way to a title belongs to it.
    """
    deeds, end = agenda(scenario, start)
    groups = (
        _group_by_title(deeds) if any(each.step and each.step.title for each in deeds) else [[each] for each in deeds]
    )
    steps = [_demo_step(each, start) for each in groups]
    if end > (deeds[-1].at if deeds else start):
        rest = Deed(end)
        steps.append(DemoStep(end, format_offset(end - start), "", "The rest of the time passes.", "", "", (rest,)))
    return steps


def _group_by_title(deeds: Sequence[Deed]) -> list[list[Deed]]:
    groups: list[list[Deed]] = []
    for deed in deeds:
        if not groups:
            groups.append([])
        elif deed.step and deed.step.title:
            last = groups[-1]
            placed: list[Deed] = []
            while last and last[-1].form is not None:
                placed.insert(0, last.pop())
            groups.append(placed)
        groups[-1].append(deed)
    return [each for each in groups if each]


def _demo_step(deeds: Sequence[Deed], start: datetime) -> DemoStep:
    deed = next((each for each in deeds if each.step and each.step.title), deeds[0])
    at, told = deed.at, deed.step
    if told is None:
        return DemoStep(at, format_offset(at - start), "", "The buyer places an order.", "", "", tuple(deeds))
    about = told.about or _describe(told)
    return DemoStep(at, format_offset(at - start), told.title, about, told.look, told.page, tuple(deeds))


def _describe(step: Step) -> str:
    """A sentence for a step that says nothing of itself."""
    if step.settings is not None:
        return f"The settings change: {', '.join(f'{key} is {value}' for key, value in step.settings.items())}."
    if step.consumer:
        return f"The consumer is {step.consumer}."
    if not step.action:
        return "Time passes."
    actor, _, deed = step.action.partition("-")
    return f"{step.action} of {step.order_id}" if not deed else f"The {actor}: {deed.replace('-', ' ')}."


class DemoPlayer:
    """A demo on a server, in a seller of its own: open it, go on step by step, back as well, and close it.

    Going back is a rewind of the seller's world; the sellers it leaves behind are deleted at the end, the demo's own
    stays. `start` is the instant at which it begins, known once it is open.
    """

    def __init__(self, scenario: Scenario, client: DemoClient, seller_id: str = "") -> None:
        self.scenario = scenario
        self.seller_id = seller_id
        self.steps: list[DemoStep] = []
        self._client = client
        self._states: list[_DemoState] = []
        self._results: list[DemoResult] = []
        self._left: list[str] = []

    @property
    def position(self) -> int:
        """How many steps have been taken."""
        return len(self._results)

    @property
    def ended(self) -> bool:
        """Whether there is no step left."""
        return self.position == len(self.steps)

    @property
    def result(self) -> DemoResult | None:
        """What came of the last step, None at the beginning."""
        return self._results[-1] if self._results else None

    @property
    def failures(self) -> list[str]:
        """What went otherwise than the script says, in a sentence each."""
        return [failure for each in self._results for failure in each.failures]

    @property
    def order_ids(self) -> list[str]:
        """The orders that were placed."""
        return [order["order_id"] for each in self._results for order in each.placed]

    def open(self) -> None:
        """Make the seller, whose clock stands. Raises DemoRefusedError where there is one of that id."""
        scenario = self.scenario
        form = {
            "seller_id": self.seller_id or None,
            "start": format_instant(scenario.start) if scenario.start else None,
            "rate": 0,
            "seed": scenario.seed,
            "marketplace_ids": list(scenario.marketplaces),
            "policy": dict(scenario.settings) or None,
        }
        made = self._client.control("POST", "sellers", {key: each for key, each in form.items() if each is not None})
        self.seller_id = made["seller_id"]
        self.start = self._now()
        self.steps = demo_steps(scenario, self.start)
        self._states = [_DemoState(self._client.version(self.seller_id))]

    def go_on(self) -> DemoResult:
        """Take the next step; answers what there is to show of it. Raises DemoRefusedError; half a step is undone."""
        step, result, state = self.steps[self.position], DemoResult(), self._states[-1]
        consumes = state.consumes
        try:
            for deed in step.deeds:
                self._reach(deed.at, result)
                if deed.form is not None:
                    self._place(deed.form, result)
                elif deed.step is not None:
                    consumes = self._take(deed.step, result, consumes=consumes)
        except DemoRefusedError:
            with suppress(DemoRefusedError):  # what has refused it may refuse this, too
                self._return(consumes=consumes)
            raise
        mail = self._list("mail")
        result.mail = mail[state.mail_count :]
        deliveries = {each["id"]: each for each in self._list("deliveries")}
        result.deliveries = [each for key, each in deliveries.items() if state.deliveries.get(key) != each]
        result.metrics = self._control("GET", "metrics")
        self._results.append(result)
        self._states.append(_DemoState(self._client.version(self.seller_id), len(mail), deliveries, consumes))
        return result

    def go_back(self) -> DemoStep | None:
        """Undo the last step, and what others have done since; answers the last step now, None at the beginning."""
        if not self._results:
            return None
        undone = self._states.pop()
        self._results.pop()
        self._return(consumes=undone.consumes)
        return self.steps[self.position - 1] if self._results else None

    def _return(self, *, consumes: bool) -> None:
        """Have all be as it was after the last step; whether the consumer is up now."""
        state = self._states[-1]
        if self._client.version(self.seller_id) != state.version:
            self._left.append(self._control("POST", "rewind", {"version": state.version})["kept"])
            self._states[-1] = replace(state, version=self._client.version(self.seller_id))
        if consumes != state.consumes:
            self._client.consume(self.seller_id, up=state.consumes)

    def close(self) -> None:
        """Delete the sellers that going back has left behind."""
        while self._left:
            with suppress(DemoRefusedError):  # somebody else has deleted it
                self._client.control("DELETE", f"sellers/{quote(self._left[-1], safe='')}")
            self._left.pop()

    # The calls

    def _control(self, method: str, call: str, body: Any = None) -> Any:
        return self._client.control(method, call, body, seller=self.seller_id)

    def _now(self) -> datetime:
        return parse_instant(self._control("GET", "clock")["now"])

    def _list(self, plural: str) -> list[Json]:
        found: list[Json] = []
        call = f"{plural}?limit={LONGEST_PAGE}"
        while True:
            page = self._control("GET", call)
            found += page[plural]
            if page["next"] is None:
                return found
            call = f"{plural}?limit={LONGEST_PAGE}&cursor={quote(page['next'], safe='')}"

    def _reach(self, at: datetime, result: DemoResult) -> None:
        if at > self._now():
            result.fired += self._control("POST", "clock/advance", {"to": format_instant(at)})["fired"]

    def _place(self, form: Mapping[str, Any], result: DemoResult) -> None:
        placed = self._control("POST", "orders", resolve_spans(form, self.start))
        result.placed += placed.get("orders", [placed])

    def _take(self, step: Step, result: DemoResult, *, consumes: bool) -> bool:
        """Take a step of the script; answers whether the consumer is up then."""
        if step.settings is not None:
            self._control("PUT", "settings", dict(step.settings))
        elif step.action:
            result.order_ids.append(step.order_id)
            result.deeds.append(self._act(step, result.failures))
        elif step.consumer:
            consumes = step.consumer == "up"
            self._client.consume(self.seller_id, up=consumes)
        for call, expected in step.reads.items():
            status, body = self._client.platform("GET", call, seller=self.seller_id)
            result.reads.append(ReadResult(call, status, body, expected))
            if status != expected:
                result.failures.append(f"{step.at} GET {call} was answered {status}; {expected} was expected.")
        return consumes

    def _act(self, step: Step, failures: list[str]) -> DeedResult:
        attempt = f"{step.at} {step.action} of {step.order_id}"
        try:
            receipt = self._tell_platform(step) if step.action in SELLER_STEPS else self._tell_control(step)
        except DemoRefusedError as refusal:
            expected = refusal.code == step.refused
            if not expected:
                wanted = step.refused or "acceptance"
                failures.append(f"{attempt} was refused with {refusal.code}; {wanted} was expected.")
            return DeedResult(step.action, step.order_id, refused=refusal.code, message=str(refusal), expected=expected)
        if step.refused:
            failures.append(f"{attempt} was accepted; {step.refused} was expected.")
        return DeedResult(
            step.action,
            step.order_id,
            receipt["outcome"],
            receipt.get("notifications", ()),
            receipt.get("lint", ()),
            expected=not step.refused,
        )

    def _tell_control(self, step: Step) -> Json:
        call = f"orders/{quote(step.order_id, safe='')}/actions/{quote(step.action, safe='')}"
        receipt: Json = self._control("POST", call, dict(step.arguments))
        return receipt

    def _tell_platform(self, step: Step) -> Json:
        """What sellers tell the platform themselves, by the operation that is for it."""
        method, call, body = platform_call(step.action, step.order_id, step.arguments, self.scenario.marketplaces[0])
        status, answer = self._client.platform(method, call, body, seller=self.seller_id)
        if status >= 400:
            error = answer["errors"][0]
            raise DemoRefusedError(error["code"], error["message"])
        return {"outcome": f"{step.action} was taken"}
