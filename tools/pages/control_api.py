"""The control API and its settings as pages of the documents. Made from the document and the policy, never by hand."""

from collections.abc import Iterator
from typing import Any

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.core.marketplaces import MARKETPLACES
from marketplace_sandbox.core.policy import POLICY, Entry
from tools.pages.rules import links, value_in_words

METHODS = ("get", "put", "post", "delete")

_CALLS = """# The control API

Made from `openapi/control.yaml` by `make docs`. Every call, in the order of the document; bodies and answers are shown
in full by Swagger UI at `/docs/control/` of a running server. Each of them is a command, too: see
[the command line](command-line.md).

The paths lie under `/_sandbox`, bodies and answers are JSON, instants look like `2026-03-02T16:00:00Z` and spans like
`PT31M`. The header `X-Sandbox-Seller` says whose world is meant; without it the default seller's is. Lists take `limit`
and `cursor` and answer `next`, and `asOf` has a read be [as of any moment](any-moment.md). The header
`x-sandbox-version` says at which version of a seller's world an answer was made. A refusal is
`{"errors": [{"code", "message", "details"}]}`, names the field and changes nothing. Beyond loopback the bearer token
`SANDBOX_ADMIN_TOKEN` is asked for.
"""

_SETTINGS = """# Settings

Made from `core/policy.py` by `make docs`: every number and choice with its source, and the key that overrides
it for one seller. `marketplace-sandbox settings set KEY=VALUE`, `PUT /_sandbox/settings` and the `settings` of a
scenario take the same keys; null takes an override away. A source is a code that [sources](sources.md) explains.

| key | default | what it is | source |
|---|---|---|---|
"""

_CONFIDENCE = {"stated": "published", "observed": "observed", "ours": "our choice"}


def control_api() -> str:
    """The page of every call."""
    tree = load(openapi_dir() / "control.yaml").tree
    parts = [_section(tag, tree) for tag in tree["tags"]]
    return "\n".join([_CALLS, *parts]) + "\nNext: [settings](settings.md).\n"


def _section(tag: dict[str, Any], tree: dict[str, Any]) -> str:
    rows = [row for row in _rows(tree) if row[0] == tag["name"]]
    lines = [f"| `{method.upper()} {path}` | {summary} |" for _, method, path, summary in rows]
    return "\n".join(
        [
            f"## {tag['name'].capitalize()}",
            "",
            tag["description"],
            "",
            "| call | what it does |",
            "|---|---|",
            *lines,
            "",
        ]
    )


def _rows(tree: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for path, item in tree["paths"].items():
        for method in METHODS:
            if method in item:
                said = item[method]
                yield said["tags"][0], method, path, said["summary"]


def settings() -> str:
    """The page of every setting."""
    return (
        _SETTINGS
        + "".join(f"{_row(entry)}\n" for entry in POLICY.values())
        + "\nNext: [the rules](rules.md) these numbers are used in.\n"
    )


def _row(entry: Entry) -> str:
    default = _value(entry, entry.default)
    elsewhere = "".join(
        f"; {MARKETPLACES[marketplace_id].country} {_value(entry, value)}"
        for marketplace_id, value in entry.marketplaces.items()
    )
    choices = f" One of {', '.join(f'`{each}`' for each in entry.choices)}." if entry.choices else ""
    origin = f"{links(entry.source)}; {entry.dated}, {_CONFIDENCE[entry.confidence]}"
    return f"| `{entry.key}` | {default}{elsewhere} | {entry.meaning}{choices} | {origin} |"


def _value(entry: Entry, value: Any) -> str:
    words = f", {value_in_words(entry, value)}" if entry.kind == "span" else ""
    return f"`{_text(entry.show(value))}`{words}"


def _text(value: Any) -> str:
    if value is None:
        return "null"
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
