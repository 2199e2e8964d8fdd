"""`drift`: every kind of difference is told, what is known is told apart, and a folder that will not do is refused."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.api.http.openapi import load
from marketplace_sandbox.cli.drift.answers import list_fields, play_answers
from marketplace_sandbox.cli.drift.checkout import MODELS, ORDER_CHANGE
from marketplace_sandbox.cli.drift.comparison import EVERY, KNOWN_FILE, known_differences
from marketplace_sandbox.cli.drift.contract import read_facts
from tests.cli.terminal import run

CHECKOUTS = [(name, os.environ.get(name, "")) for name in ("SPAPI_MODELS", "SANDBOX_MODELS")]
Tree = dict[str, Any]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Models made of our own documents, as a checkout has them: nothing differs but what is listed as known."""
    for document, file in MODELS.items():
        tree = json.loads(json.dumps(load(openapi_dir() / f"{document}.yaml").tree)) | {"swagger": "2.0"}
        for item in tree["paths"].values():
            for described in item.values():
                if isinstance(described, dict):
                    described.pop("x-not-built", None)
                    described["responses"].pop("501", None)
        folder = tmp_path / "models" / f"{document}-model"
        folder.mkdir(parents=True)
        (folder / file).write_text(json.dumps(tree))
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / ORDER_CHANGE).write_text(json.dumps(schema_of(play_answers().of_notifications)))
    return tmp_path


def schema_of(places: set[str]) -> Tree:
    """A schema that has these fields."""
    root: Tree = {}
    for place in sorted(places):
        node = root
        for name in place.removeprefix("ORDER_CHANGE.").split("."):
            node = node.setdefault("properties", {}).setdefault(name.removesuffix("[]"), {})
            if name.endswith("[]"):
                node = node.setdefault("items", {})
    return root


def changed(checkout: Path, document: str, change: Callable[[Tree], object]) -> list[Tree]:
    """The differences that are told once a model was changed, but for what is known."""
    (path,) = checkout.rglob(MODELS.get(document, document))
    tree = json.loads(path.read_text())
    change(tree)
    path.write_text(json.dumps(tree))
    answer = run("drift", "--models", str(checkout), "--json")
    assert answer.exit_code == 1
    differences: list[Tree] = json.loads(answer.output)["differences"]
    return [{name: each for name, each in one.items() if name != "document"} for one in differences]


def order(tree: Tree) -> Tree:
    fields: Tree = tree["components"]["schemas"]["Order"]["properties"]
    return fields


def told(what: str, place: str, keyword: str = "", ours: Any = None, theirs: Any = None) -> Tree:
    return {"what": what, "place": place, "keyword": keyword, "ours": ours, "theirs": theirs}


def test_a_field_that_is_new_is_told_once_for_all_that_is_beneath_it(checkout: Path) -> None:
    new = {"type": "object", "properties": {"carrier": {"type": "string"}}}
    assert changed(checkout, "orders-v0", lambda tree: order(tree).update(TransitTime=new)) == [
        told("new", "getOrder 200.payload.TransitTime"),
    ]


def test_a_field_that_is_gone_is_told_with_the_answers_that_have_it(checkout: Path) -> None:
    assert changed(checkout, "orders-v0", lambda tree: order(tree).pop("IsPrime")) == [
        told("gone", "getOrder 200.payload.IsPrime"),
        told("gone", "getOrder 200.payload.IsPrime", "answer", "sent"),
    ]


def test_a_type_and_a_list_of_values_that_have_changed_are_told_with_both(checkout: Path) -> None:
    def change(tree: Tree) -> None:
        order(tree)["IsPrime"] = {"type": "string"}
        tree["components"]["schemas"]["FulfillmentChannel"] = {"type": "string", "enum": ["MFN"]}

    assert [each for each in changed(checkout, "orders-v0", change) if "getOrder " in each["place"]] == [
        told("changed", "getOrder 200.payload.FulfillmentChannel", "enum", ["MFN", "AFN"], ["MFN"]),
        told("changed", "getOrder 200.payload.IsPrime", "type", "boolean", "string"),
    ]


def test_an_operation_that_is_new_or_gone_is_told_by_its_name(checkout: Path) -> None:
    def change(tree: Tree) -> None:
        tree["paths"]["/subscriptions/new"] = {"get": {"operationId": "getNews", "responses": {"200": {}}}}
        del tree["paths"]["/destinations/{destinationId}"]["delete"]

    assert changed(checkout, "notifications-v1", change) == [told("gone", "deleteDestination"), told("new", "getNews")]


def test_a_parameter_that_is_required_from_now_on_is_told(checkout: Path) -> None:
    def change(tree: Tree) -> None:
        parameters = tree["paths"]["/orders"]["get"]["parameters"]
        parameters.append({"name": "region", "in": "query", "required": True, "schema": {"type": "string"}})

    assert changed(checkout, "orders-v0", change) == [told("new", "getOrders query region")]


def test_a_field_of_a_notification_that_the_schema_has_not_is_told(checkout: Path) -> None:
    def change(schema: Tree) -> None:
        del schema["properties"]["Payload"]["properties"]["OrderChangeNotification"]["properties"]["Summary"]

    place = "ORDER_CHANGE.Payload.OrderChangeNotification.Summary"
    assert changed(checkout, ORDER_CHANGE, change) == [told("gone", place, "answer", "sent")]


def test_what_is_known_is_told_apart_with_its_source_and_when_it_differs_no_longer(checkout: Path) -> None:
    shutil.rmtree(checkout / "models" / "tokens-2021-03-01-model")
    answer = run("drift", "--models", str(checkout), "--known")
    assert answer.exit_code == 1
    assert "tokens_2021-03-01.json is not in the folder, so nothing was compared with it." in answer.output
    outlived = (
        "orders-v0: getOrders query MarketplaceIds is listed as known to differ (required), and differs no longer."
    )
    assert outlived in answer.output.replace("\n", " ")
    assert "0 differences, and 0 that are known." in answer.output


def damage(checkout: Path) -> None:
    (path,) = checkout.rglob("sellers.json")
    path.write_text(path.read_text()[:-20])


def make_another_version(checkout: Path) -> None:
    (path,) = checkout.rglob("sellers.json")
    path.write_text(path.read_text().replace('"2.0"', '"3.0"'))


def make_another_shape(checkout: Path) -> None:
    (path,) = checkout.rglob("sellers.json")
    path.write_text('{"swagger": "2.0", "paths": {"/x": {"get": {}}}}')


def rewrite(name: str, text: str) -> Callable[[Path], object]:
    """A checkout in which a file says something else."""
    return lambda checkout: next(checkout.rglob(name)).write_text(text)


def model_of(schema: Tree, **more: Any) -> str:
    """A model that answers with this schema."""
    described = {"operationId": "getAccount", "responses": {"200": {"schema": schema}}}
    return json.dumps({"swagger": "2.0", "paths": {"/x": {"get": described}}} | more)


ITSELF = {"$ref": "#/definitions/A"}


def link_to_itself(checkout: Path) -> None:
    (path,) = checkout.rglob("sellers.json")
    path.unlink()
    path.symlink_to(path)


def take_an_older_one_along(checkout: Path) -> None:
    (path,) = checkout.rglob("sellers.json")
    (checkout / "older").mkdir()
    (checkout / "older" / path.name).write_text("{}")


def empty(checkout: Path) -> None:
    for each in list(checkout.iterdir()):
        shutil.rmtree(each)
    (checkout / "package.json").write_text("{}")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (damage, "sellers.json cannot be read"),
        (make_another_version, "sellers.json is no model of Amazon's"),
        (make_another_shape, "sellers.json cannot be followed (KeyError: 'operationId')"),
        (rewrite("sellers.json", "\0"), "sellers.json cannot be read"),
        (rewrite("sellers.json", "[" * 100_000), "sellers.json cannot be read"),
        (
            rewrite("sellers.json", model_of(ITSELF, definitions={"A": ITSELF})),
            "#/definitions/A stands for nothing but",
        ),
        (
            rewrite("sellers.json", model_of(ITSELF, definitions={"A": {"allOf": [ITSELF]}})),
            "cannot be followed (Recur",
        ),
        (rewrite("sellers.json", model_of(ITSELF)), "sellers.json cannot be followed (KeyError: 'definitions')"),
        (rewrite(ORDER_CHANGE, json.dumps(ITSELF)), f"{ORDER_CHANGE} cannot be followed (KeyError: 'definitions')"),
        (rewrite(ORDER_CHANGE, '{"properties": ["Payload"]}'), f"{ORDER_CHANGE} cannot be followed (AttributeError"),
        (rewrite(ORDER_CHANGE, "{}"), f"{ORDER_CHANGE} is no schema of a notification"),
        (rewrite("sellers.json", model_of({}).replace('"getAccount"', "5")), "an operationId is text, and 5 is none"),
        (link_to_itself, "sellers.json cannot be read: "),
        (take_an_older_one_along, "are both called sellers.json and differ"),
        (empty, "has none of the models of our APIs, such as ordersV0.json"),
        (shutil.rmtree, "cannot be read: No such file or directory"),
    ],
)
def test_a_folder_that_will_not_do_is_refused(checkout: Path, spoil: Callable[[Path], object], sentence: str) -> None:
    spoil(checkout)
    answer = run("drift", "--models", str(checkout))
    assert answer.exit_code == 2
    assert sentence in answer.output


def test_every_known_difference_has_a_source_and_stands_once() -> None:
    listed = [(each.document, each.place, each.differs) for each in known_differences()]
    assert len(listed) == len(set(listed)) > 20
    assert all(len(each.source) > 20 for each in known_differences())
    assert {each.document for each in known_differences()} <= {*MODELS, ORDER_CHANGE}
    assert KNOWN_FILE.is_file()


def test_the_fields_of_answers_are_those_that_were_sent() -> None:
    answers = play_answers()
    fields = answers.of_calls["orders-v0"]["getOrderItems"]
    assert "getOrderItems 200.payload.OrderItems[].BuyerRequestedCancel.IsBuyerRequestedCancel" in fields
    assert "ORDER_CHANGE.Payload.OrderChangeNotification.Summary.OrderItems[].Quantity" in answers.of_notifications
    assert list_fields({"a": [{"b": 1}, {"c": {"d": None}}]}, "x") == {"x.a", "x.a[].b", "x.a[].c", "x.a[].c.d"}


def test_facts_of_both_dialects_compare() -> None:
    schema = {"type": "array", "items": {"type": "string"}, "maxItems": 2}
    said = {"operationId": "get", "responses": {"200": {"description": "", "headers": {"h": {}}}}}
    old = said | {"parameters": [{"name": "a", "in": "query"} | schema]}
    new = said | {"parameters": [{"name": "a", "in": "query", "schema": schema}]}
    one = read_facts({"swagger": "2.0", "paths": {"/x/y": {"get": old}}})
    other = read_facts({"openapi": "3.0.3", "servers": [{"url": "/x"}], "paths": {"/y": {"get": new}}})
    assert one == other
    assert one["get query a"]["maxItems"] == 2


def test_a_schema_of_itself_ends() -> None:
    tree = {"A": {"properties": {"again": {"$ref": "#/A"}, "either": {"oneOf": [{"properties": {"x": {}}}]}}}}
    body = {"in": "body", "schema": {"$ref": "#/A"}}
    described = {"operationId": "put", "parameters": [body], "responses": {}}
    facts = read_facts(tree | {"paths": {"/x": {"put": described}}})
    assert set(facts) == {"put", "put body", "put body.again", "put body.either", "put body.either.x"}


@pytest.mark.parametrize(("name", "folder"), CHECKOUTS, ids=[name for name, _ in CHECKOUTS])
def test_our_documents_and_answers_are_as_the_platform_publishes_them(name: str, folder: str) -> None:
    if not folder:
        pytest.skip(f"{name} names no folder with Amazon's published models")
    found = json.loads(run("drift", "--models", folder, "--json").output)
    assert (found["differences"], found["outlived"]) == ([], [])
    # the smaller of the two folders is not a checkout, and has no model of Solicitations
    without = [] if name == "SANDBOX_MODELS" else ["solicitations-v1"]
    assert found["missing"] == [MODELS[each] for each in without]
    known, listed = found["known"], [each for each in known_differences() if each.document not in without]
    assert {each["source"] for each in known} == {each.source for each in listed}
    listed_alone = [each for each in listed if not each.place.startswith(EVERY)]
    assert len([each for each in known if not each["place"].endswith(" 429")]) == len(listed_alone)
