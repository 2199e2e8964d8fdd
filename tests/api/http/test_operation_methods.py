"""What is built is one fact: the methods there are, `x-not-built` in the documents, and what readers are told."""

from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.exchange import Call, Reply
from marketplace_sandbox.api.http.openapi import Document
from marketplace_sandbox.api.http.operation_methods import NotBuiltError, check_built, find_methods

DOCUMENTS = sorted(openapi_dir().glob("*.yaml"))

TREE = """
info: {title: Things}
paths:
  /things:
    get: {operationId: getThings, responses: {}}
    post: {operationId: addThing, x-not-built: true, responses: {}}
"""


@dataclass
class Reader:
    """The one operation that is said to be built."""

    def getThings(self, call: Call) -> Reply:
        return Reply(body=call.operation_id)


class Writer:
    """The other one."""

    def addThing(self, call: Call) -> Reply:
        return Reply(201, call.operation_id)


@pytest.fixture
def things() -> Document:
    return Document("things.yaml", yaml.safe_load(TREE))


def test_a_document_that_says_what_is_built_is_let_be(things: Document) -> None:
    check_built(things, Reader())
    assert things.not_built == ("addThing",)


def test_an_operation_that_is_built_and_still_marked_as_not_built_is_refused(things: Document) -> None:
    with pytest.raises(NotBuiltError) as refused:
        check_built(things, (Reader(), Writer()))
    assert str(refused.value) == (
        "addThing is built, by Writer.addThing, but openapi/things.yaml still has x-not-built at it: "
        "take that line out, then run `make docs`."
    )


def test_an_operation_without_a_method_or_a_mark_is_refused(things: Document) -> None:
    with pytest.raises(NotBuiltError) as refused:
        check_built(things, ())
    assert str(refused.value) == (
        "getThings of openapi/things.yaml has no method: write one, or mark it with `x-not-built: true` and "
        "run `make docs`."
    )


def test_an_operation_has_one_method(things: Document) -> None:
    assert set(find_methods(things, (Reader(), Writer()))) == {"getThings", "addThing"}
    with pytest.raises(ValueError, match=r"getThings of things\.yaml has two methods"):
        find_methods(things, (Reader(), Reader()))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_no_document_says_in_words_that_something_is_not_built(path: Path) -> None:
    """Words would have to be taken back by hand; Swagger UI makes them of the mark."""
    assert "not built" not in path.read_text().lower()
