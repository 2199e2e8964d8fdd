"""What the fuzzer is taught of MWS: where its actions live, and to hold XML against its document.

The fuzzer itself loads this, by its environment variable.
"""

from typing import Any
from urllib.parse import urlencode

import schemathesis
from lxml import etree

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import load
from tests.api.mws.documented import Documented

LONGEST_URL = 65_535
"""The server's HTTP parser refuses a longer one before anybody knows that MWS is meant, so its answer is no XML."""

SECTIONS = {
    document.title: Documented(document) for document in (load(path) for path in openapi_dir().glob("mws-*.yaml"))
}

ACTIONS = {
    f"/{operation.operation_id}": operation.path.partition("#")[0]
    for section in SECTIONS.values()
    for operation in section.document.operations.values()
}


@schemathesis.hook
def filter_query(ctx: schemathesis.HookContext, query: dict[str, Any] | None) -> bool:
    """Leaves out what no section of MWS gets to see."""
    return len(urlencode(query or {}, doseq=True)) < LONGEST_URL - 1_000


@schemathesis.hook
def before_call(ctx: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """All actions of a section are called at its one path; an OpenAPI document needs a path for each."""
    if case.path in ACTIONS:
        object.__setattr__(case, "path", ACTIONS[case.path])


@schemathesis.check
def documented_xml(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> bool | None:
    """Every element of an answer stands in the section's document; reports, which are files, are let through."""
    if response.content.startswith(b"<?xml"):
        section = SECTIONS[case.operation.schema.raw_schema["info"]["title"]]
        problems = section.problems(etree.fromstring(response.content))
        assert not problems, problems
    return None
