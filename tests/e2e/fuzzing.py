"""Generated requests against a running server, one document at a time. Knows what is left out, and why.

Every document in `openapi/` is fuzzed, so a new one is as soon as it is there. An operation that is not built answers
501, which a fuzzer takes for a failure; which those are is asked of the server. Nothing else is left out but URLs that
the HTTP parser does not let through (`fuzz_checks.LONGEST_URL`).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
import yaml

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import PLACEHOLDER, load
from tests.documents import ROOT
from tests.server_process import run_copy
from tests.serving import clean_environment, serving

DOCUMENTS = tuple(sorted(path.stem for path in openapi_dir().glob("*.yaml")))
CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance"]
HOOKS = "tests.e2e.fuzz_checks"
NOT_BUILT = 501
PHASES = "examples,coverage,fuzzing,stateful"
LONG = 40
"""From so many operations on, walking through all of them takes longer than all other documents do."""

Tree = dict[str, Any]


def fuzz(document: str, folder: Path, *, examples: int, seed: int = 1, thorough: bool = False) -> str:
    """Sends generated requests to every built operation of a document, at least `examples` to each.

    What is thorough walks through every boundary of every parameter of MWS, too, thousands of requests long, and of
    every operation of a long document, of which every third is enough otherwise.
    Answers what went wrong, with the requests that show it; nothing when nothing did.
    """
    folder.mkdir(exist_ok=True)
    said = folder / f"{document}.yaml"
    tree = yaml.safe_load((openapi_dir() / said.name).read_text())
    mws = "x-mws-section" in tree["info"]
    said.write_text(yaml.safe_dump(_as_paths(tree) if mws else tree, sort_keys=False))
    with serving("--scenario", "demo") as server:
        built = [*load(openapi_dir() / said.name).operations]
        walked = built if thorough or len(built) < LONG else built[::3]
        left_out = [word for name in not_built(document, server.url) for word in ("--exclude-operation-id", name)]
        begin = [
            *("run", str(said), "--url", f"{server.url}{tree['servers'][0]['url'].rstrip('/')}"),
            *("--checks", ",".join([*CHECKS, "documented_xml" if mws else "response_schema_conformance"])),
            *("--max-examples", str(examples), "--seed", str(seed), "--workers", "1"),
            *("--request-timeout", "100", "--no-color", "--output-sanitize", "false"),
            *("--continue-on-failure", *left_out),
        ]
        ours = {"SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": str(ROOT)}
        runs = [[*begin, "--phases", "fuzzing" if mws and not thorough else PHASES]]
        if walked != built:
            only = [word for name in walked for word in ("--include-operation-id", name)]
            runs = [[*begin, "--phases", PHASES.replace("coverage,", "")], [*begin, "--phases", "coverage", *only]]
        ended = [run_copy("fuzzer", each, env=clean_environment(ours), cwd=folder) for each in runs]
    return "".join(each.stdout[-8000:] + each.stderr[-2000:] for each in ended if each.returncode != 0)


def not_built(document: str, url: str) -> Iterator[str]:
    """The operations of a document that the server at `url` answers with 501."""
    for operation in load(openapi_dir() / f"{document}.yaml").operations.values():
        path = PLACEHOLDER.sub("x", operation.path)
        answer = requests.request(operation.method, f"{url}{path}", timeout=30)
        if answer.status_code == NOT_BUILT:
            yield operation.operation_id


def _as_paths(tree: Tree) -> Tree:
    """A section of MWS with a path for each action, which its one path cannot tell a fuzzer apart.

    The server takes an action at any path. A numbered list is sent as its first value, and a file as a body.
    """
    parameters = tree["components"]["parameters"]
    parameters["SellerId"]["schema"]["enum"] = ["ASANDBOXSELLER"]
    parameters["AWSAccessKeyId"]["schema"]["enum"] = ["AKIASANDBOXMWEXAMPLE"]
    parameters["Version"]["required"] = True
    paths = {}
    for item in tree["paths"].values():
        said = item["get"]
        for each in said["parameters"]:
            if each.get("name", "").endswith(".N"):
                each["name"] = f"{each['name'][:-1]}1"
                each["schema"] = each["schema"]["items"]
        takes_file = any(each.get("name") == "FeedType" for each in said["parameters"])
        if takes_file:
            said["requestBody"] = {"content": {"text/xml": {"schema": {"type": "string"}}}}
        paths[f"/{said['operationId']}"] = {"post" if takes_file else "get": said}
    return {**tree, "paths": paths}
