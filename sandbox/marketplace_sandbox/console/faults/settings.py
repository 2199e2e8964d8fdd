"""The settings of a seller as rows, and the value that was typed for one as the control API takes it."""

from dataclasses import dataclass
from typing import Any

from marketplace_sandbox.core.policy import POLICY, Entry, Policy


@dataclass(frozen=True)
class Setting:
    """One setting with its value and the one it began with, both as they are typed; `changed` says if it was set."""

    entry: Entry
    value: str
    default: str
    changed: bool


def rows(policy: Policy, search: str) -> list[Setting]:
    """The settings whose key, meaning or source has a text; those that were changed first."""
    began = Policy({}, policy.defaults)
    found = [
        Setting(each, show(policy, key), show(began, key), key in policy.overrides)
        for key, each in POLICY.items()
        if search.lower() in f"{key} {each.meaning} {each.source}".lower()
    ]
    return sorted(found, key=lambda each: not each.changed)


def show(policy: Policy, key: str) -> str:
    """A value as it is typed."""
    value = POLICY[key].show(policy.value(key))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def read(entry: Entry, text: str) -> Any:
    """What was typed, as JSON has it; what is no value of the setting is left for the control API to refuse."""
    if entry.kind == "switch" and text in ("true", "false"):
        return text == "true"
    if entry.kind == "count" and text.isdecimal() and len(text) < 10:
        return int(text)
    return None if entry.kind == "instant" and not text else text
