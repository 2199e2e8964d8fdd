"""Which operations of a document there are methods for, and whether the document says so. Knows no web framework."""

from collections.abc import Callable

from marketplace_sandbox.api.http.exchange import Reply, Steps
from marketplace_sandbox.api.http.openapi import NOT_BUILT, Document

Method = Callable[..., Reply | Steps]
"""Answers a call of an operation."""


class NotBuiltError(ValueError):
    """A document and the methods that answer its operations differ in what is built."""


def find_methods(document: Document, operations: object) -> dict[str, Method]:
    """The operations there are methods for, of one object or of several in a tuple.

    Raises ValueError for an operation that two of them have.
    """
    holders = operations if isinstance(operations, tuple) else (operations,)
    methods: dict[str, Method] = {}
    for name in document.operations:
        found = [getattr(each, name) for each in holders if hasattr(each, name)]
        if len(found) > 1:
            raise ValueError(f"{name} of {document.name} has two methods, {found[0]} and {found[1]}; one has to go.")
        if found:
            methods[name] = found[0]
    return methods


def check_built(document: Document, operations: object) -> None:
    """Holds a document to what is built of it. Raises NotBuiltError naming the file and the mend."""
    methods, file = find_methods(document, operations), f"openapi/{document.name}"
    for name, operation in document.operations.items():
        if name in methods and not operation.is_built:
            raise NotBuiltError(
                f"{name} is built, by {methods[name].__qualname__}, but {file} still has {NOT_BUILT} at it: "
                "take that line out, then run `make docs`."
            )
        if name not in methods and operation.is_built:
            raise NotBuiltError(
                f"{name} of {file} has no method: write one, or mark it with `{NOT_BUILT}: true` and run `make docs`."
            )
