"""Generated requests against the documents: never a server's error, always an answer as the document says."""

from pathlib import Path

import pytest
import requests

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import load
from tests.depth import depth
from tests.e2e import fuzz_checks
from tests.e2e.fuzzing import DOCUMENTS, NOT_BUILT, fuzz, not_built

EXAMPLES = depth(test=6, soak=50)


@pytest.mark.slow
@pytest.mark.parametrize("document", DOCUMENTS)
def test_generated_requests_get_documented_answers(document: str, tmp_path: Path) -> None:
    found = fuzz(document, tmp_path, examples=EXAMPLES, thorough=EXAMPLES > 6)
    assert not found, found


def test_every_document_is_fuzzed() -> None:
    assert {f"{document}.yaml" for document in DOCUMENTS} == {
        path.name for path in openapi_dir().iterdir() if path.is_file()
    }


@pytest.mark.parametrize("document", DOCUMENTS)
def test_only_what_the_document_calls_not_built_is_left_out(document: str, shared_server: str) -> None:
    operations = load(openapi_dir() / f"{document}.yaml").operations.values()
    called = {each.operation_id for each in operations if str(NOT_BUILT) in each.responses}
    answered = set(not_built(document, shared_server))
    assert answered == called, f"mend openapi/{document}.yaml, and what README says, at {sorted(answered ^ called)}"


def test_a_longer_url_than_those_generated_is_refused_before_its_action_is_read(shared_server: str) -> None:
    """Otherwise generated requests need not be held short."""
    url = f"{shared_server}/Orders/2013-09-01?Action={'x' * fuzz_checks.LONGEST_URL}"
    answer = requests.get(url, timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"]) == (414, "text/xml")
