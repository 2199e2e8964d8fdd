"""A scenario as a value, and the reading of one: everything is checked before anything is played.

`read` takes a file's text and complains as `file:line: message`; `check` takes the same document as JSON and complains
with the field's path. Both name the nearest valid word. Plays nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path as File
from typing import Any

from marketplace_sandbox.core import actions
from marketplace_sandbox.core.actions import ARGUMENTS
from marketplace_sandbox.core.form import Form
from marketplace_sandbox.core.ids import Ids
from marketplace_sandbox.core.instants import format_instant
from marketplace_sandbox.core.marketplaces import DEFAULT_MARKETPLACE, MARKETPLACES
from marketplace_sandbox.core.policy import Policy, SettingError
from marketplace_sandbox.core.quoting import suggestion
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.rules.table import OUTCOMES
from marketplace_sandbox.scenario import shapes, tree
from marketplace_sandbox.scenario.expected import expectations
from marketplace_sandbox.scenario.shapes import ShapeError, dotted, shown, unknown
from marketplace_sandbox.scenario.tree import Lines, Path, YamlError
from marketplace_sandbox.scenario.when import LAST, When

SAMPLE_START = datetime(2026, 3, 2, 16, tzinfo=UTC)
"""Where a scenario without a start is put to check its times against one another."""

ERRORS = tuple(sorted({each.error for each in OUTCOMES.values() if each.error}))
MOST = 2_000
"""Orders and steps of one scenario; `count` places many alike."""
STEP_KEYS = ("at", "with", "refused", "settings")
_INSTANTS = ("purchased_at", "ship_by_at", "release_at")
_RULE = re.compile(r"[RK][1-9]\d?")


class ScenarioError(FieldError):
    """A scenario that cannot be played. The text says where and what would do; `line` is None without a file."""

    def __init__(self, name: str, path: Path, line: int | None, message: str) -> None:
        place = f"{name}:{line}: " if line else ""
        super().__init__(dotted(path), place + message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a script: an action on an order, a change of settings, or neither, which lets time pass."""

    at: When
    action: str = ""
    order_id: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""
    settings: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One scenario. `name` and `lines` say where it was read and do not make it another one."""

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

    def line(self, path: Path) -> int | None:
        """The line of a path of the document, or of what encloses it; None when it was not read from a file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def wrong(self, path: Path, message: str) -> ScenarioError:
        """The complaint about a path of the document."""
        return ScenarioError(self.name, path, self.line(path), message)

    @property
    def places(self) -> tuple[str, ...]:
        """The seller's marketplaces: those given, else those the orders name."""
        if self.marketplace_ids:
            return self.marketplace_ids
        named = (str(form.get("marketplace", DEFAULT_MARKETPLACE)) for form in self.orders)
        return tuple(dict.fromkeys(named)) or (DEFAULT_MARKETPLACE,)


def read_file(file: File, name: str = "") -> Document:
    """The scenario of a file. Raises ScenarioError."""
    shown = name or str(file)
    try:
        with file.open("rb") as opened:
            raw = opened.read(tree.MOST_BYTES + 1)
    except OSError as problem:
        raise ScenarioError(shown, (), None, f"{shown} cannot be read: {problem.strerror}.") from None
    return read(raw, shown)


def read(raw: bytes | str, name: str = "scenario") -> Document:
    """The scenario of a YAML text. Raises ScenarioError, whose text begins with `name:line: `."""
    try:
        data, lines = tree.load(raw if isinstance(raw, bytes) else raw.encode())
    except YamlError as wrong:
        raise ScenarioError(name, (), wrong.line, str(wrong)) from None
    return check(data, name, lines)


def check(data: Any, name: str = "", lines: Lines | None = None) -> Document:
    """The scenario of a document as plain values. Raises ScenarioError, whose `field` is the path."""
    empty = Document(name=name, lines=lines or {})
    try:
        return _document(data, name, empty.lines)
    except ShapeError as wrong:
        raise empty.wrong(wrong.path, str(wrong) if lines else f"{dotted(wrong.path)}: {wrong}") from None


def _document(data: Any, name: str, lines: Lines) -> Document:
    # a key with nothing behind it says nothing
    top = _TOP({name: each for name, each in data.items() if each is not None} if isinstance(data, dict) else data, ())
    base = Document(
        about=top.get("about", ""),
        source=top.get("source", ""),
        rules=tuple(top.get("rules", ())),
        start=top.get("start"),
        rate=top.get("rate"),
        seed=top.get("seed"),
        marketplace_ids=tuple(top.get("seller", {}).get("marketplace_ids", ())),
        settings=top.get("settings", {}),
        orders=tuple(top.get("orders", ())),
        until=top.get("until"),
        name=name,
        lines=lines,
    )
    order_ids = _check_orders(base)
    script = tuple(_step(each, ("script", index), order_ids) for index, each in enumerate(top.get("script", ())))
    _check_times(base, script)
    expect = expectations(order_ids)(top.get("expect", {}), ("expect",))
    return replace(base, script=script, expect=expect)


# Head


def _rule(value: Any, path: Path) -> str:
    if not isinstance(value, str) or not _RULE.fullmatch(value):
        raise ShapeError(path, f"A rule is named like R39 or K4; {shown(value)} is not.")
    return value


def _rate(value: Any, path: Path) -> float:
    if not 0 <= shapes.number(value, path) <= 1_000_000:
        raise ShapeError(path, f"rate is a number from 0 (frozen) to 1000000; {shown(value)} is not.")
    return float(value)


def _settings(value: Any, path: Path) -> dict[str, Any]:
    settings = shapes.mapping(value, path)
    try:
        Policy().changed(settings)
    except SettingError as wrong:
        raise ShapeError((*path, wrong.key), str(wrong)) from None
    return settings


_marketplace = shapes.one_of(MARKETPLACES)


_TOP = shapes.fields(
    {
        "about": shapes.text,
        "source": shapes.text,
        "rules": shapes.many(_rule),
        "start": shapes.instant,
        "rate": _rate,
        "seed": shapes.whole,
        "seller": shapes.fields({"marketplace_ids": shapes.many(_marketplace)}),
        "settings": _settings,
        "orders": shapes.many(shapes.mapping, MOST),
        "script": shapes.many(shapes.mapping, MOST),
        "until": shapes.when,
        "expect": shapes.mapping,
    }
)


# Orders


def resolved(form: Mapping[str, Any], start: datetime) -> dict[str, Any]:
    """The order form with its spans from the start as instants. Raises ValueError."""
    times = {
        name: format_instant(shapes.when(form[name], (name,)).on(start))
        for name in _INSTANTS
        if form.get(name) is not None
    }
    return {**form, **times}


def placed_at(form: Mapping[str, Any], start: datetime) -> datetime:
    """When the player places the order: at its purchase, but not before the start."""
    given = form.get("purchased_at")
    return start if given is None else max(start, shapes.when(given, ("purchased_at",)).on(start))


def _check_orders(document: Document) -> list[str]:
    seen: list[str] = []
    for index, form in enumerate(document.orders):
        path: Path = ("orders", index)
        _check_order(document, form, path)
        if form.get("id") in seen:
            raise ShapeError((*path, "id"), f"There are two orders {form['id']}.")
        seen.extend([form["id"]] if "id" in form else [])
    return seen


def _check_order(document: Document, form: Mapping[str, Any], path: Path) -> None:
    start = document.start or SAMPLE_START
    if "marketplace" in form:
        _marketplace(form["marketplace"], (*path, "marketplace"))
    for name in _INSTANTS:
        if form.get(name) is not None and shapes.when(form[name], (*path, name)).instant and not document.start:
            raise ShapeError(
                (*path, name), f"{name}: a scenario without a start has spans, such as -2d, and no instants."
            )
    policy = Policy().changed(document.settings)
    try:
        reader = Form(resolved(form, start), placed_at(form, start), policy, Ids(0, "CHECK"), document.places)
        reader.count()
        reader.read(1)
    except FieldError as wrong:
        raise ShapeError((*path, *_parts(wrong.field_path)), str(wrong)) from None


def _parts(name: str) -> Path:
    """`items[0].sku` as a path."""
    found = re.findall(r"\[(\d+)\]|([^.\[\]]+)", name)
    return tuple(int(index) if index else word for index, word in found)


# Script


def _step(step: Mapping[str, Any], path: Path, order_ids: list[str]) -> Step:
    for key in step:
        if key not in ARGUMENTS and key not in STEP_KEYS:
            unknown((*path, key), (*STEP_KEYS, *ARGUMENTS))
    if "at" not in step:
        raise ShapeError(path, "A step needs an at, such as +1h10m.")
    at = shapes.when(step["at"], (*path, "at"))
    actions = [key for key in step if key in ARGUMENTS]
    if len(actions) + ("settings" in step) > 1:
        raise ShapeError(
            path, f"A step does one thing; this one has {', '.join(k for k in step if k not in STEP_KEYS[:3])}."
        )
    if actions:
        return _acting(step, path, at, actions[0], order_ids)
    for key in ("with", "refused"):
        if key in step:
            raise ShapeError((*path, key), f"{key} belongs to an action, and this step has none.")
    settings = _settings(step["settings"], (*path, "settings")) if "settings" in step else None
    return Step(at, settings=settings)


def _acting(step: Mapping[str, Any], path: Path, at: When, action: str, order_ids: list[str]) -> Step:
    order_id = step[action]
    if not order_ids:
        raise ShapeError(
            (*path, action), "No order of this scenario has an id; give one an id, such as 902-0000001-0000001."
        )
    if not isinstance(order_id, str):
        raise ShapeError(
            (*path, action), f"{action} names an order, such as {order_ids[0]}; {shown(order_id)} does not."
        )
    if order_id not in order_ids:
        raise ShapeError(
            (*path, action), f"There is no order {order_id!r} in this scenario{suggestion(order_id, order_ids)}"
        )
    arguments = shapes.mapping(step.get("with", {}), (*path, "with"))
    try:
        actions.read_action(action, arguments)
    except FieldError as wrong:
        raise ShapeError((*path, "with", *_parts(wrong.field_path)), str(wrong)) from None
    refused = shapes.one_of(ERRORS)(step["refused"], (*path, "refused")) if "refused" in step else ""
    return Step(at, action, order_id, arguments, refused)


def _check_times(document: Document, script: tuple[Step, ...]) -> None:
    """Steps stand in the order of time, between start and end, and orders are placed before they are used."""
    start = document.start or SAMPLE_START
    placed = {form.get("id"): placed_at(form, start) for form in document.orders}
    last = start
    for index, step in enumerate(script):
        path: Path = ("script", index, "at")
        at = _instant(document, step.at, path)
        if at < last:
            before = "the start" if last == start else "the step before it"
            raise ShapeError(path, f"{step.at} lies before {before}; steps stand in the order of time.")
        if step.order_id and at < placed[step.order_id]:
            raise ShapeError(
                path, f"Order {step.order_id} is placed at {format_instant(placed[step.order_id])}, after {step.at}."
            )
        last = at
    if document.until and _instant(document, document.until, ("until",)) < last:
        raise ShapeError(("until",), f"until: {document.until} lies before the last step.")


def _instant(document: Document, at: When, path: Path) -> datetime:
    if at.instant and not document.start:
        raise ShapeError(
            path, f"{dotted(path[-1:])}: a scenario without a start has spans, such as +1h, and no instants."
        )
    instant = at.on(document.start or SAMPLE_START)
    if instant >= LAST:
        raise ShapeError(path, f"{at} leads beyond {format_instant(LAST)}, the last instant there is.")
    return instant
