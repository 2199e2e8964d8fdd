"""The tables of the move, held to the documents: every parameter and every field of what ends is in exactly one row."""

from collections.abc import Iterator
from typing import Any

import pytest

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.amazon.orders_v0_end import ORDERS_V0_ENDING
from marketplace_sandbox.api.http.openapi import Document, load
from marketplace_sandbox.api.migration.comparison import SHARED, is_said_by
from marketplace_sandbox.api.migration.fields import (
    DATA_SETS,
    GOES_WITH,
    ONLY_LATEST,
    ONLY_V0,
    SAYS_MORE,
    covers,
    data_set_of,
)
from marketplace_sandbox.api.migration.parameters import PARAMETERS, Kind
from marketplace_sandbox.api.shared.status_table import Dialect

V0, LATEST = load(openapi_dir() / "orders-v0.yaml"), load(openapi_dir() / "orders-2026-01-01.yaml")
OF_V0 = {name: "payload.Orders[]." if name == "getOrders" else "payload." for name in ORDERS_V0_ENDING}
IN_ITEMS = ("getOrderItems", "getOrderItemsBuyerInfo")


def leaves(document: Document, schema: Any, path: str = "") -> Iterator[str]:
    """Every field of a schema that is no object or list."""
    schema = document.resolve(schema)
    for each in schema.get("allOf", ()):
        yield from leaves(document, each, path)
    if schema.get("type") == "array":
        yield from leaves(document, schema["items"], f"{path}[]")
    elif "properties" in schema:
        for name, inner in schema["properties"].items():
            yield from leaves(document, inner, f"{path}.{name}" if path else name)
    elif "allOf" not in schema:
        yield path


def answered(document: Document, operation: str) -> list[str]:
    """Every field of an operation's answer."""
    response = document.resolve(document.operations[operation].responses["200"])
    return list(leaves(document, next(iter(response["content"].values()))["schema"]))


def fields_of_v0(operation: str) -> Iterator[tuple[str, bool]]:
    """The fields of an answer as the tables name them, and whether they are an item's."""
    for path in answered(V0, operation):
        inside = path.removeprefix(OF_V0[operation])
        if inside in (path, "NextToken"):
            continue
        in_item = inside.startswith("OrderItems[].")
        inside = inside.removeprefix("OrderItems[].")
        plain = inside in ("AmazonOrderId", "OrderItemId")
        part = operation in ("getOrderBuyerInfo", "getOrderItemsBuyerInfo") and not plain
        yield (f"BuyerInfo.{inside}" if part else inside), in_item


def tells(path: str, leaf: str) -> bool:
    """Whether a row has the value of a field, and not only that it is there."""
    return covers(path, leaf) and not path.endswith("?")


@pytest.mark.parametrize("operation", ORDERS_V0_ENDING)
def test_every_field_of_v0_is_shared_or_gone(operation: str) -> None:
    found = list(fields_of_v0(operation))
    assert len(found) >= 8
    for path, in_item in found:
        shared = [
            each.name for each in SHARED if each.of_item == in_item and tells(each.field_paths[Dialect.V0].path, path)
        ]
        gone = [name for name, each in ONLY_V0.items() if each.of_item == in_item and covers(name, path)]
        assert bool(shared) != bool(gone), f"{operation} {path}: {shared} {gone}"


def test_every_field_of_2026_01_01_is_shared_or_new() -> None:
    shared = [
        f"orderItems[].{each.field_paths[Dialect.LATEST].path}"
        if each.of_item
        else each.field_paths[Dialect.LATEST].path
        for each in SHARED
    ]
    paths = [each.removeprefix("orders[].") for each in answered(LATEST, "searchOrders") if each.startswith("orders")]
    assert len(paths) > 150
    for path in paths:
        assert any(covers(each, path) for each in (*shared, *ONLY_LATEST)), path
    for path in ONLY_LATEST:
        assert any(covers(path, each) for each in paths), f"{path} is no field"


def test_a_row_is_of_a_field_that_there_is() -> None:
    known = {each for operation in ORDERS_V0_ENDING for each in fields_of_v0(operation)}
    for fact in SHARED:
        path = fact.field_paths[Dialect.V0].path
        assert any(covers(path, each) and in_item == fact.of_item for each, in_item in known), fact.name
    for name, gone in ONLY_V0.items():
        assert any(covers(name, each) and in_item == gone.of_item for each, in_item in known), name
    names = [fact.name for fact in SHARED]
    assert len(names) == len(set(names))
    assert {*SAYS_MORE, *GOES_WITH} <= set(names)


def test_every_shared_field_is_in_the_answer_of_an_operation() -> None:
    for fact in SHARED:
        path = fact.field_paths[Dialect.V0].path
        assert any(is_said_by(each, path, of_item=fact.of_item) for each in ORDERS_V0_ENDING), fact.name


def test_the_data_sets_are_those_of_the_document() -> None:
    described = LATEST.operations["searchOrders"].query["includedData"]["items"]["enum"]
    assert set(DATA_SETS.values()) == set(described)
    assert data_set_of("orderItems[].cancellation.cancellationRequest?") == "CANCELLATION"
    assert data_set_of("product.sellerSku") is None


def test_every_parameter_of_get_orders_has_a_row() -> None:
    assert set(V0.operations["getOrders"].query) == set(PARAMETERS)
    for name, parameter in PARAMETERS.items():
        if parameter.kind in (Kind.RENAMED, Kind.RECASED, Kind.PAGED):
            assert parameter.latest in LATEST.operations["searchOrders"].query, name
        else:
            assert parameter.admits, f"{name} has no counterpart, so a client has to filter by it"
        if parameter.words:
            schema = V0.operations["getOrders"].query[name]["items"]
            assert set(parameter.words) == set(V0.resolve(schema)["enum"])
    taken = {each.latest for each in PARAMETERS.values() if each.kind in (Kind.RENAMED, Kind.RECASED, Kind.PAGED)}
    assert set(LATEST.operations["searchOrders"].query) - taken == {"includedData"}


def test_the_reads_that_end_are_those_the_document_marks() -> None:
    """GetOrderRegulatedInfo and the writes stay."""
    marked = {
        item["get"]["operationId"]
        for item in V0.tree["paths"].values()
        if item.get("get", {}).get("deprecated") is True
    }
    assert marked == set(ORDERS_V0_ENDING)
