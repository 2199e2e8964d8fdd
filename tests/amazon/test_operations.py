"""The table of the platform's operations, and what is found by it."""

import json
import os
import re
from pathlib import Path

import pytest

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.amazon.operations import operations_at, platform_operations
from marketplace_sandbox.api.http.openapi import load

FOLDER = os.environ.get("SPAPI_MODELS", "")
METHODS = {"get", "put", "post", "delete", "patch"}


def anonymous(path: str) -> str:
    """A template whose placeholders have no names."""
    return re.sub(r"\{[^}]*\}", "{}", path)


@pytest.mark.skipif(not FOLDER, reason="SPAPI_MODELS names no folder with Amazon's models")
def test_the_table_has_every_operation_of_the_models_at_hand() -> None:
    known = {(each.method, anonymous(each.path), each.operation_id) for each in platform_operations()}
    published = set()
    for file in Path(FOLDER).rglob("*.json"):
        model = json.loads(file.read_text())
        for path, item in model.get("paths", {}).items():
            whole = anonymous(f"{model.get('basePath', '').rstrip('/')}{path}")
            published |= {(method.upper(), whole, item[method]["operationId"]) for method in METHODS & set(item)}
    assert published
    assert published - known == set()


def test_the_table_has_what_is_served_under_the_same_names() -> None:
    known = {(each.method, anonymous(each.path)): each.operation_id for each in platform_operations()}
    of_platform = [load(file) for file in openapi_dir().glob("*-*.yaml") if not file.name.startswith("mws-")]
    served = {
        (each.method, anonymous(each.path)): each.operation_id
        for document in of_platform
        for each in document.operations.values()
    }
    assert served.items() <= known.items()
    paths = {path for _, path in served}
    assert {where for where in known if where[1] in paths} == set(served), "one path has operations that are not here"


def test_a_path_has_its_operations_whatever_stands_in_its_placeholders() -> None:
    def found(path: str) -> list[str]:
        return [f"{each.method} {each.operation_id} {each.api}" for each in operations_at(path)]

    assert set(found("/listings/2021-08-01/items/A1/MUG ä")) == {
        "GET getListingsItem Listings Items 2021-08-01",
        "PUT putListingsItem Listings Items 2021-08-01",
        "DELETE deleteListingsItem Listings Items 2021-08-01",
        "PATCH patchListingsItem Listings Items 2021-08-01",
    }
    resource = "messaging/v1/orders/902-1/messages/invoice"
    [upload] = found(f"/uploads/2020-11-01/uploadDestinations/{resource}")
    assert upload == "POST createUploadDestinationForResource Uploads 2020-11-01"
    assert found("/listings/2021-08-01/items/A1/MUG/extra") == []
    assert found("/listings/2021-08-01/items/A1/") == []


def test_no_two_operations_share_a_place() -> None:
    places = [(each.method, anonymous(each.path)) for each in platform_operations()]
    assert len(places) == len(set(places))
