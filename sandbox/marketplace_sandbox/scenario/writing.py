"""A scenario written out again: as plain values for JSON, and as YAML text that reads back to the same scenario.

What there may be thousands of stands a line each, so that a scenario is written, and read, piece after piece.
"""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import yaml

from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.scenario.scenario import Scenario, Step
from marketplace_sandbox.scenario.when import When

Json = dict[str, Any]

_SPREAD = ("settings", "orders", "script", "expect", "expect.orders")
"""Mappings and lists of which each entry has a line."""

_PLAIN = re.compile(
    r"(?:[A-Za-z][\w./+@-]*(?:[ :][\w./+@-]+)*|\d{3}-\d{7}-\d{7}|[+-](?:\d+(?:\.\d+)?[wdhms])+)", re.ASCII
)
"""Texts that need no quotes, whoever reads them: words, ids of orders and spans."""

_OTHER_MEANING = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
"""Words that some reader of YAML takes for something else."""


def to_json(scenario: Scenario) -> Json:
    """The scenario as JSON knows it, without what it does not say."""
    written: Json = {
        "title": scenario.title,
        "about": scenario.about,
        "source": scenario.source,
        "rules": list(scenario.rules),
        "start": format_instant(scenario.start) if scenario.start else None,
        "rate": scenario.rate,
        "seed": scenario.seed,
        "seller": {"marketplace_ids": list(scenario.marketplace_ids)} if scenario.marketplace_ids else None,
        "settings": dict(scenario.settings),
        "orders": [dict(form) for form in scenario.orders],
        "script": [_step_to_json(step) for step in scenario.script],
        "until": str(scenario.until) if scenario.until else None,
        "expect": _to_plain(scenario.expect),
    }
    return {name: value for name, value in written.items() if value not in (None, "", [], {})}


def to_yaml(written: Json) -> Iterator[str]:
    """What `to_json` gives, or an export, as YAML text, line after line."""
    if not written:
        yield "{}\n"
    yield from _block(written, "", 0)


def _block(values: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
    """A mapping, each key in a line of its own."""
    indent = "  " * depth
    for key, value in values.items():
        inner = f"{path}.{key}" if path else key
        if not value or inner not in _SPREAD:
            yield f"{indent}{_flow(key)}: {_flow(value)}\n"
            continue
        yield f"{indent}{key}:\n"
        if isinstance(value, Mapping):
            yield from _block(value, inner, depth + 1)
        else:
            for each in value:
                yield f"{indent}  - {_flow(each)}\n"


def _flow(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join([f"{_flow(key)}: {_flow(each)}" for key, each in value.items()]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join([_flow(each) for each in value]) + "]"
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"  # readers of ours take no exponents
    return json.dumps(value)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _OTHER_MEANING:
        return text
    if text.isprintable():
        return json.dumps(text, ensure_ascii=False)
    written: str = yaml.safe_dump(text, default_style='"', allow_unicode=True, width=float("inf"))
    return written.rstrip("\n")


def _step_to_json(step: Step) -> Json:
    written: Json = {"at": str(step.at)}
    if step.action:
        written[step.action] = step.order_id
    if step.arguments:
        written["with"] = dict(step.arguments)
    if step.refused:
        written["refused"] = step.refused
    if step.settings is not None:
        written["settings"] = dict(step.settings)
    narration = {name: getattr(step, name) for name in ("consumer", "title", "about", "look", "page")}
    written |= {name: said for name, said in narration.items() if said}
    if step.reads:
        written["reads"] = dict(step.reads)
    return written


def _to_plain(value: Any) -> Any:
    if isinstance(value, When):
        return str(value)
    if isinstance(value, Mapping):
        return {name: _to_plain(each) for name, each in value.items()}
    return [_to_plain(each) for each in value] if isinstance(value, list) else value
