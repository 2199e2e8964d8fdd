"""A scenario written out again: as plain values for JSON, and as YAML text that reads back to the same scenario."""

from collections.abc import Mapping
from typing import Any

import yaml

from marketplace_sandbox.core.text.instants import format_instant
from marketplace_sandbox.scenario.scenario import Scenario, Step
from marketplace_sandbox.scenario.when import When

Json = dict[str, Any]


class _Flow(dict[str, Any]):
    """A mapping that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Block style, in the order given, lines of steps and orders in one piece, nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  (PyYAML calls it so)
        """Our reader takes no aliases."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Lists stand indented under their key."""
        super().increase_indent(flow, indentless=False)


_Dumper.add_representer(
    _Flow, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data, flow_style=True)
)


def to_json(scenario: Scenario) -> Json:
    """The scenario as JSON knows it, without what it does not say."""
    written: Json = {
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


def to_yaml(scenario: Scenario) -> str:
    """The scenario as YAML text. Comments of the file it was read from are not kept."""
    written = to_json(scenario)
    for name in ("orders", "script"):
        if name in written:
            written[name] = [_Flow(each) for each in written[name]]
    text: str = yaml.dump(written, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return text


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
    if step.about:
        written["about"] = step.about
    return written


def _to_plain(value: Any) -> Any:
    if isinstance(value, When):
        return str(value)
    if isinstance(value, Mapping):
        return {name: _to_plain(each) for name, each in value.items()}
    return [_to_plain(each) for each in value] if isinstance(value, list) else value
