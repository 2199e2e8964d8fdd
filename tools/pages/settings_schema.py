"""The documented schema of all settings, written from the policy into the control API's document."""

import re

import yaml

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.policy import POLICY, Entry
from marketplace_sandbox.core.views.projections import Json

DOCUMENT = openapi_dir() / "control.yaml"
_WRITTEN = re.compile(r"(?<=# settings: generated from here\n).*?(?= *# settings: to here)", re.DOTALL)
_TYPES = {
    "span": "string",
    "count": "integer",
    "switch": "boolean",
    "choice": "string",
    "instant": "string",
}
_CONFIDENCE = {
    "stated": "stated by the platform",
    "observed": "observed on the platform",
    "ours": "our choice",
}


def schema() -> Json:
    """All settings as a JSON schema, with default, meaning and source."""
    return {
        "Settings": {
            "type": "object",
            "description": "Every setting with the value in force.",
            "required": list(POLICY),
            "properties": {key: _property(entry) for key, entry in POLICY.items()},
        }
    }


def _property(entry: Entry) -> Json:
    shown: Json = {"type": _TYPES[entry.kind], "default": entry.show(entry.default)}
    if entry.default is None:
        shown["nullable"] = True
    if entry.kind == "choice":
        shown["enum"] = list(entry.choices)
    if entry.kind == "count":
        shown |= {"minimum": entry.minimum, "maximum": entry.maximum}
    return shown | {"description": _description(entry)}


def _description(entry: Entry) -> str:
    places = ", ".join(
        f"{entry.show(value)} in {MARKETPLACES[place].country}" for place, value in entry.marketplaces.items()
    )
    elsewhere = f" By default {places}." if places else ""
    origin = f"Source: {entry.source} ({entry.dated}; {_CONFIDENCE[entry.confidence]})."
    return f"{entry.meaning}{elsewhere} {origin}"


def document() -> str:
    """The control API's document with the settings as they are in the code."""
    written = yaml.safe_dump(schema(), sort_keys=False, width=120, allow_unicode=True)
    lines = "".join(f"    {line}\n" for line in written.splitlines())
    return _WRITTEN.sub(lambda _: lines, DOCUMENT.read_text("utf-8"), count=1)
