"""What is served of the platform and what is not: the table of its operations, our documents and a server agree."""

import re
from collections.abc import Iterator

import pytest

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.amazon.operations import PlatformOperation, operations_at, platform_operations
from marketplace_sandbox.api.http.openapi import PLACEHOLDER, load
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER
from marketplace_sandbox.server.composition import Options, Server, compose
from tests.api.contract import Answer, Client

DOCUMENTS = [load(path) for path in sorted(openapi_dir().glob("*-*.yaml")) if not path.name.startswith("mws-")]
OPERATIONS = [operation for document in DOCUMENTS for operation in document.operations.values()]


def anonymous(path: str) -> str:
    """A template whose placeholders have no names."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def name(operation: PlatformOperation) -> str:
    return f"{operation.operation_id} of {operation.api}"


BUILT = {(each.method, anonymous(each.path)) for each in OPERATIONS if each.is_built}
SERVED = [each for each in platform_operations() if (each.method, anonymous(each.path)) in BUILT]
UNSERVED = [each for each in platform_operations() if each not in SERVED]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    server = compose(Options())
    yield server
    server.close()


def call(server: Server, operation: PlatformOperation) -> Answer:
    """A call of an operation with a good token, of a path whose placeholders say nothing."""
    headers = {"x-amz-access-token": server.credentials.access_token(DEFAULT_SELLER)}
    path = PLACEHOLDER.sub("x", operation.path)
    return Client(server.app, ())(operation.method, path, headers=headers, documented=False)


def test_the_table_knows_each_operation_as_one_or_the_other() -> None:
    assert len(SERVED) == len(BUILT)
    assert len(UNSERVED) > 200


def test_what_has_a_document_is_served(server: Server) -> None:
    """No answer says that the sandbox does not have it, whatever else is wrong with the call."""
    for operation in SERVED:
        answer = call(server, operation)
        assert answer.status != 501, (
            f"{name(operation)} has a document and is not served: enter the document in server/composition.py"
        )


def test_what_has_none_is_not_routed_and_named(server: Server) -> None:
    """Each is found by the table alone: no path of ours takes it for another's, and the answer names it."""
    for operation in UNSERVED:
        answer = call(server, operation)
        assert (answer.status, answer.error["code"]) == (501, "NotImplemented"), f"{name(operation)}: {answer.raw!r}"
        assert operation.operation_id in answer.error["message"]


@pytest.mark.parametrize("operation", SERVED, ids=name)
def test_a_path_of_what_is_served_is_its_own(operation: PlatformOperation) -> None:
    """The table is asked only for what nobody serves; what it has at a served path is of that path's API."""
    at_path = operations_at(PLACEHOLDER.sub("x", operation.path))
    assert operation in at_path
    assert {each.api for each in at_path} == {operation.api}
