"""A scenario as a value, and the reading of one: everything is checked before anything is played.

`read_yaml` takes a file's text and complains as `file:line: message`; `read_json` takes the same as plain values and
complains with the field's path. Both name the nearest valid word. Plays nothing.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marketplace_sandbox.core.data.progress import counting
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.marketplaces import DEFAULT_MARKETPLACE, MARKETPLACES, marketplace_suggestion
from marketplace_sandbox.core.orders import actions
from marketplace_sandbox.core.orders.actions import ARGUMENTS
from marketplace_sandbox.core.orders.form import Form, count_orders
from marketplace_sandbox.core.policy import Policy, read_settings
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.core.text.quoting import quote, suggestion
from marketplace_sandbox.core.text.reading import (
    FieldError,
    Fields,
    JsonObject,
    choice,
    instant,
    join,
    list_of,
    number,
    object_of,
    whole,
)
from marketplace_sandbox.core.world.bounds import Totals
from marketplace_sandbox.scenario import tree
from marketplace_sandbox.scenario.expectation_readers import expectations_of
from marketplace_sandbox.scenario.readers import mapping, text, when
from marketplace_sandbox.scenario.seller_steps import REFUSALS, SELLER_STEPS, read_seller_step
from marketplace_sandbox.scenario.tree import Lines, YamlError
from marketplace_sandbox.scenario.when import LAST, When

SAMPLE_START = datetime(2026, 3, 2, 16, tzinfo=UTC)
"""Where a scenario without a start is put to check its times against one another."""

ERRORS = tuple(sorted({each.error for each in OUTCOMES.values() if each.error}))
DEFAULTS = Totals()
"""How much one scenario may have where nobody says otherwise."""
CONSUMER = ("up", "down")
"""What a step can say of the seller's consumer of notifications, which only whoever shows the scenario has."""

STEP_KEYS = ("at", "title", "about", "look", "page", "reads", "consumer", "with", "refused", "settings")
DEEDS = (*ARGUMENTS, *SELLER_STEPS)
"""What a step can do to an order: actions, and what sellers do by the platform's operations alone."""
_INSTANTS = ("purchased_at", "ship_by_at", "release_at")
_RULE = re.compile(r"[RK][1-9]\d?")
_PAGE = re.compile(r"/(?:[\w.~%?=&:+,-][\w./~%?=&:+,-]{0,500})?", re.ASCII)


class ScenarioError(FieldError):
    """A scenario that cannot be played. The text says where and what would do; `line` is None without a file."""

    def __init__(self, name: str, field_path: str, line: int | None, message: str) -> None:
        super().__init__(field_path, f"{name}:{line}: {message}" if line else message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a script: something done to an order, a change of settings, or neither, which lets time pass.

    The rest is for whoever watches: a step with a `title` begins what is shown at once, `about` is told of it, `look`
    says what to look at, and `page` where. `reads` are reads that the seller's client makes then, by their paths, with
    the status of each answer; `consumer` has its consumer of notifications come up, or go down.
    """

    at: When
    action: str = ""
    order_id: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""
    settings: Mapping[str, Any] | None = None
    title: str = ""
    about: str = ""
    look: str = ""
    page: str = ""
    reads: Mapping[str, int] = field(default_factory=dict)
    consumer: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. `name` and `lines` say where it was read and do not make it another one.

    One with a `title` is a demo, which is told to people.
    """

    title: str = ""
    about: str = ""
    source: str = ""
    rules: tuple[str, ...] = ()
    start: datetime | None = None
    rate: float | None = None
    seed: int | None = None
    marketplace_ids: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    orders: tuple[Mapping[str, Any], ...] = ()
    script: tuple[Step, ...] = ()
    until: When | None = None
    expect: Mapping[str, Any] = field(default_factory=dict)
    name: str = field(default="", compare=False)
    lines: Lines = field(default_factory=dict, compare=False)

    def line(self, field_path: str) -> int | None:
        """The line of a field, or of what encloses it; None when it was not read from a file."""
        while field_path and field_path not in self.lines:
            field_path = field_path[: max(field_path.rfind("."), field_path.rfind("["), 0)]
        return self.lines.get(field_path)

    def error(self, field_path: str, message: str) -> ScenarioError:
        """What is wrong with a field, said with the place where it stands."""
        return ScenarioError(self.name, field_path, self.line(field_path), message)

    @property
    def order_count(self) -> int:
        """How many orders it places, all counts added up."""
        return sum(int(form.get("count", 1)) for form in self.orders)

    @property
    def item_count(self) -> int:
        """How many items those orders have."""
        return sum(int(form.get("count", 1)) * len(form.get("items") or [{}]) for form in self.orders)

    @property
    def marketplaces(self) -> tuple[str, ...]:
        """The ids of the seller's marketplaces: those given, else those the orders name."""
        if self.marketplace_ids:
            return self.marketplace_ids
        named = (str(form.get("marketplace", DEFAULT_MARKETPLACE)) for form in self.orders)
        return tuple(dict.fromkeys(named)) or (DEFAULT_MARKETPLACE,)


def read_file(file: Path, name: str = "", totals: Totals = DEFAULTS) -> Scenario:
    """The scenario of a file, of no more than `totals` allow. Raises ScenarioError."""
    name = name or str(file)
    try:
        with file.open("rb") as opened:
            raw = opened.read(totals.scenario_bytes + 1)
            byte_count = len(raw) if len(raw) <= totals.scenario_bytes else file.stat().st_size
    except OSError as problem:
        raise ScenarioError(name, "", None, f"{name} cannot be read: {problem.strerror}.") from None
    try:
        totals.check("scenario_bytes", byte_count, "")
    except FieldError as wrong:
        raise ScenarioError(name, "", 1, str(wrong)) from None
    return read_yaml(raw, name, totals)


def read_yaml(raw: bytes | str, name: str = "scenario", totals: Totals = DEFAULTS) -> Scenario:
    """The scenario of a YAML text. Raises ScenarioError, whose text begins with `name:line: `."""
    try:
        data, lines = tree.load(raw if isinstance(raw, bytes) else raw.encode())
    except YamlError as wrong:
        raise ScenarioError(name, "", wrong.line, str(wrong)) from None
    return read_json(data, name, lines, totals)


def read_json(data: Any, name: str = "", lines: Lines | None = None, totals: Totals = DEFAULTS) -> Scenario:
    """The scenario of plain values. Raises ScenarioError, whose `field_path` says where."""
    try:
        return _read(data, name, lines or {}, totals)
    except FieldError as wrong:
        path, message = wrong.field_path, str(wrong)
        # A file's line says where it is; without one the sentence has to.
        if not lines and path not in message:
            message = f"{path}: {message}"
        raise Scenario(name=name, lines=lines or {}).error(path, message) from None


def _read(data: Any, name: str, lines: Lines, totals: Totals) -> Scenario:
    # a key with nothing behind it says nothing
    values = {key: each for key, each in mapping(data, "").items() if each is not None}
    fields = Fields(values, known=_KEYS, of="a scenario")
    for key in ("orders", "script"):
        if isinstance(values.get(key), list):
            totals.check(_BOUNDS[key], len(values[key]), key)
    seller = fields.get(
        "seller",
        object_of({"marketplace_ids": list_of(choice(MARKETPLACES, suggest=marketplace_suggestion))}, "the seller"),
        {},
    )
    scenario = Scenario(
        title=fields.get("title", text, ""),
        about=fields.get("about", text, ""),
        source=fields.get("source", text, ""),
        rules=tuple(fields.get("rules", list_of(_rule), ())),
        start=fields.get("start", instant, None),
        rate=fields.get("rate", number(0, 1_000_000, "a number from 0 (frozen) to 1000000"), None),
        seed=fields.get("seed", whole(), None),
        marketplace_ids=tuple(seller.get("marketplace_ids", ())),
        settings=fields.get("settings", _settings, {}),
        orders=tuple(fields.get("orders", list_of(mapping), ())),
        until=fields.get("until", when, None),
        name=name,
        lines=lines,
    )
    order_ids = _check_orders(scenario)
    steps = fields.get("script", list_of(mapping), ())
    numbered = enumerate(counting(steps, "steps are read"))
    script = tuple(_read_step(each, join("script", index), order_ids) for index, each in numbered)
    _check_times(scenario, script)
    return replace(scenario, script=script, expect=fields.get("expect", expectations_of(order_ids), {}))


# Head

_BOUNDS = {"orders": "scenario_orders", "script": "scenario_steps"}
"""What bounds the entries of a list; each of the orders places one at least."""

_KEYS = (
    "title",
    "about",
    "source",
    "rules",
    "start",
    "rate",
    "seed",
    "seller",
    "settings",
    "orders",
    "script",
    "until",
    "expect",
)


def _rule(value: Any, path: str) -> str:
    if not isinstance(value, str) or not _RULE.fullmatch(value):
        raise FieldError(path, f"{path} is a rule such as R39 or K4; {quote(value)} is not.")
    return value


def _settings(value: Any, path: str) -> JsonObject:
    return read_settings(mapping(value, path), path)


# Orders


def resolve_spans(form: Mapping[str, Any], start: datetime) -> dict[str, Any]:
    """The order form with its spans from the start as instants. Raises FieldError."""
    instants = {
        name: format_instant(when(form[name], name).on(start)) for name in _INSTANTS if form.get(name) is not None
    }
    return {**form, **instants}


def placing_instant(form: Mapping[str, Any], start: datetime) -> datetime:
    """When the player places the order: at its purchase, but not before the start."""
    purchase = form.get("purchased_at")
    return start if purchase is None else max(start, when(purchase, "purchased_at").on(start))


def _check_orders(scenario: Scenario) -> dict[str, None]:
    """Raises FieldError for an order that could not be placed; answers the ids that orders have, in their order."""
    start = scenario.start or SAMPLE_START
    order_ids: dict[str, None] = {}
    policy, marketplaces = Policy().with_settings(scenario.settings), scenario.marketplaces
    for index, form in enumerate(counting(scenario.orders, "orders are read")):
        path = join("orders", index)
        if "marketplace" in form:
            choice(MARKETPLACES, suggest=marketplace_suggestion)(form["marketplace"], join(path, "marketplace"))
        for name in _INSTANTS:
            if form.get(name) is not None and when(form[name], join(path, name)).instant and not scenario.start:
                without = f"{name}: a scenario without a start has spans, such as -2d, and no instants."
                raise FieldError(join(path, name), without)
        try:
            reader = Form(
                resolve_spans(form, start),
                placing_instant(form, start),
                policy,
                Ids(0, "CHECK"),
                marketplaces,
            )
            count_orders(form)
            reader.read(1)
        except FieldError as wrong:
            raise wrong.within(path) from None
        if form.get("id") in order_ids:
            raise FieldError(join(path, "id"), f"There are two orders {form['id']}.")
        if "id" in form:
            order_ids[form["id"]] = None
    return order_ids


# Script


def _read_step(step: Mapping[str, Any], path: str, order_ids: Collection[str]) -> Step:
    fields = Fields(step, path, known=(*STEP_KEYS, *DEEDS), of="a step")
    at = fields.need("at", when, ", such as +1h10m.")
    taken = [key for key in step if key in DEEDS]
    things = [key for key in step if key in DEEDS or key in ("settings", "consumer")]
    if len(things) > 1:
        raise FieldError(path, f"A step does one thing; this one has {', '.join(things)}.")
    if not taken:
        for key in ("with", "refused"):
            if key in step:
                raise FieldError(join(path, key), f"{key} belongs to an action, and this step has none.")
        return Step(at, settings=fields.get("settings", _settings, None), **_read_narration(fields))
    (action,) = taken
    order_id, order_path = step[action], join(path, action)
    if not order_ids:
        none = "No order of this scenario has an id; give one an id, such as 902-0000001-0000001."
        raise FieldError(order_path, none)
    if not isinstance(order_id, str):
        raise FieldError(
            order_path, f"{action} names an order, such as {next(iter(order_ids))}; {quote(order_id)} does not."
        )
    if order_id not in order_ids:
        hint = suggestion(order_id, order_ids)
        raise FieldError(order_path, f"There is no order {quote(order_id)} in this scenario{hint}")
    arguments = fields.get("with", mapping, {})
    try:
        if action in SELLER_STEPS:
            read_seller_step(action, order_id, arguments)
        else:
            actions.read_action(action, arguments)
    except FieldError as wrong:
        raise wrong.within(join(path, "with")) from None
    errors = (*ERRORS, *REFUSALS) if action in SELLER_STEPS else ERRORS
    return Step(
        at, action, order_id, arguments, fields.get("refused", choice(errors, "error"), ""), **_read_narration(fields)
    )


def _read_narration(fields: Fields) -> dict[str, Any]:
    """What a step says for whoever watches."""
    narration: dict[str, Any] = {name: fields.get(name, text, "") for name in ("title", "about", "look")}
    return narration | {
        "page": fields.get("page", _page, ""),
        "reads": fields.get("reads", _reads, {}),
        "consumer": fields.get("consumer", choice(CONSUMER), ""),
    }


def _page(value: Any, path: str) -> str:
    """A path on this server, and never an address elsewhere."""
    if not isinstance(value, str) or not _PAGE.fullmatch(value):
        raise FieldError(path, f"{path} is the path of a page, such as /seller/orders; {quote(value)} is not.")
    return value


def _reads(value: Any, path: str) -> dict[str, int]:
    """Paths of reads with the status of each answer."""
    for call in mapping(value, path):
        if not _PAGE.fullmatch(call):
            example = "/orders/v0/orders/902-0000001-0000001: 200"
            raise FieldError(path, f"{path} has reads by their paths, such as {example}; {quote(call)} is none.")
    return {call: whole(100, 599)(status, join(path, call)) for call, status in value.items()}


def _check_times(scenario: Scenario, script: tuple[Step, ...]) -> None:
    """Steps stand in the order of time, between start and end, and orders are placed before they are used."""
    start = scenario.start or SAMPLE_START
    placed = {form.get("id"): placing_instant(form, start) for form in scenario.orders}
    last = start
    for index, step in enumerate(script):
        path = f"script[{index}].at"
        at = _resolve(scenario, step.at, path)
        if at < last:
            before = "the start" if last == start else "the step before it"
            raise FieldError(path, f"{step.at} lies before {before}; steps stand in the order of time.")
        if step.order_id and at < placed[step.order_id]:
            placing = format_instant(placed[step.order_id])
            raise FieldError(path, f"Order {step.order_id} is placed at {placing}, after {step.at}.")
        last = at
    if scenario.until and _resolve(scenario, scenario.until, "until") < last:
        raise FieldError("until", f"until: {scenario.until} lies before the last step.")


def _resolve(scenario: Scenario, at: When, path: str) -> datetime:
    """The instant of a step or the end. Raises FieldError where it is none."""
    if at.instant and not scenario.start:
        raise FieldError(path, f"{path}: a scenario without a start has spans, such as +1h, and no instants.")
    resolved = at.on(scenario.start or SAMPLE_START)
    if resolved >= LAST:
        raise FieldError(path, f"{at} leads beyond {format_instant(LAST)}, the last instant there is.")
    return resolved
