"""The order of refusals with strict access: whoever is not known is told so before anything else, at every operation.

Every operation of every document is called, and every action of MWS, in ways that are wrong in themselves besides.
Source: the platform's documents, from which it is inferred (docs/sources.md), and the contract of credentials.
"""

import base64
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from lxml import etree

from marketplace_sandbox._resources import openapi_dir
from marketplace_sandbox.amazon.operations import operations_at, platform_operations
from marketplace_sandbox.api.admission.access import INVALID, MISSING
from marketplace_sandbox.api.admission.credentials import TOKEN_SECONDS, Credentials
from marketplace_sandbox.api.admission.fault_injection import EXPIRED
from marketplace_sandbox.api.http.openapi import PLACEHOLDER, Operation, load
from marketplace_sandbox.api.mws.contract import Section, load_section
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER
from marketplace_sandbox.server.composition import Options, Server, compose
from tests.api.contract import Answer, Client

DOCUMENTS = tuple(sorted(openapi_dir().glob("*.yaml")))
OURS = ("control", "health", "lwa")
"""Documents that are not asked with an access token: the control API, health, and the login that gives one out."""

SP_API = [
    pytest.param(operation, id=f"{document.stem}.{operation.operation_id}")
    for document in DOCUMENTS
    if document.stem not in OURS and not document.stem.startswith("mws-")
    for operation in load(document).operations.values()
]
SECTIONS = [load_section(document) for document in DOCUMENTS if document.stem.startswith("mws-")]
ACTIONS = [
    pytest.param(section, action, id=f"{section.name}.{action}") for section in SECTIONS for action in section.actions
]
DENIED = "Access to requested resource is denied."
JSON = {"content-type": "application/json"}
INCOMPLETE: Mapping[str, dict[str, Any]] = {
    "nothing sent": {},
    "a query that cannot be": {"query": {"MarketplaceIds": "x" * 300, "MaxResultsPerPage": "no", "pageSize": "-1"}},
    "a body that is no JSON": {"body": b"{"},
    "a body of another kind": {"body": b"<x/>", "headers": {"content-type": "text/xml"}},
    "a body that is not the document's": {"body": {"nobody": ["knows", 0, None]}},
}


@pytest.fixture(scope="module")
def strict() -> Iterator[Server]:
    server = compose(Options(auth="strict"))
    yield server
    server.close()


@pytest.fixture(scope="module")
def opened() -> Iterator[Server]:
    server = compose(Options(auth="open"))
    yield server
    server.close()


def call(server: Server, operation: Operation, token: str | None, sent: Mapping[str, Any], method: str = "") -> Answer:
    """A call whose path parameters are of a form that no operation takes."""
    headers = JSON | ({} if token is None else {"x-amz-access-token": token}) | sent.get("headers", {})
    path = PLACEHOLDER.sub("nonsense", operation.path)
    more = {name: each for name, each in sent.items() if name != "headers"}
    return Client(server.app, ())(method or operation.method, path, headers=headers, documented=False, **more)


def expired(server: Server) -> str:
    earlier = Credentials(server.credentials._key.decode(), lambda: server.credentials.wall() - TOKEN_SECONDS - 1)
    return earlier.access_token(DEFAULT_SELLER)


@pytest.mark.parametrize("operation", SP_API)
def test_a_token_is_refused_before_anything_else_of_a_call(strict: Server, operation: Operation) -> None:
    tokens = {None: MISSING, "": MISSING, "garbage": INVALID, "Atza|garbage": INVALID, expired(strict): EXPIRED}
    for token, details in tokens.items():
        for what, sent in INCOMPLETE.items():
            answer = call(strict, operation, token, sent)
            if not operation.is_built:
                assert (answer.status, answer.error["code"]) == (501, "NotImplemented"), what
                continue
            assert answer.status == 403, (what, token, answer.raw)
            assert answer.error == {"code": "Unauthorized", "message": DENIED, "details": details}


@pytest.mark.parametrize("operation", [each for each in SP_API if each.values[0].is_built])  # type: ignore[union-attr]  # a parameter's values are ours
def test_a_good_token_has_the_same_calls_judged(strict: Server, opened: Server, operation: Operation) -> None:
    """And so has any token with open access: what is refused above is refused for the token alone."""
    scopes = [operation.extensions["x-grantless"]["scope"]] if "x-grantless" in operation.extensions else []
    good = strict.credentials.access_token(DEFAULT_SELLER, scopes)
    for sent in INCOMPLETE.values():
        assert call(strict, operation, good, sent).status not in (401, 403, 500)
        for token in (None, "garbage"):
            assert call(opened, operation, token, sent).status not in (401, 403, 500)


def test_a_method_that_a_path_does_not_take_is_told_to_a_good_token_only(strict: Server) -> None:
    for parameter in SP_API:
        operation = parameter.values[0]
        assert isinstance(operation, Operation)
        assert call(strict, operation, None, {}, "PATCH").status in (403, 501)
        assert call(strict, operation, expired(strict), {}, "PATCH").status in (403, 501)
        good = strict.credentials.access_token(DEFAULT_SELLER)
        assert call(strict, operation, good, {}, "PATCH").status in (405, 200, 400, 404, 501)
        assert call(strict, operation, None, {}, "OPTIONS").status == 204


def test_what_the_platform_has_and_we_have_not_is_501_whatever_the_token(strict: Server) -> None:
    served = [each for parameter in SP_API if isinstance(each := parameter.values[0], Operation)]
    unserved = [each for each in platform_operations() if not any(one.pattern.fullmatch(each.path) for one in served)]
    assert len(unserved) > 200
    for each in unserved:
        path = PLACEHOLDER.sub("x", each.path)
        if any(one.pattern.fullmatch(path) for one in served) or not operations_at(path):
            continue
        for token in (None, "garbage", expired(strict), strict.credentials.access_token(DEFAULT_SELLER)):
            headers = JSON | ({} if token is None else {"x-amz-access-token": token})
            answer = Client(strict.app, ())(each.method, path, headers=headers, documented=False)
            assert (answer.status, answer.error["code"]) == (501, "NotImplemented"), path


# MWS


def mws_error(answer: Answer) -> tuple[int, str]:
    return answer.status, etree.fromstring(answer.raw).findtext("{*}Error/{*}Code") or ""


def send(server: Server, section: Section, sent: Mapping[str, str]) -> Answer:
    return Client(server.app, ())("POST", section.path, sent, headers={"content-type": "text/xml"}, documented=False)


@pytest.mark.parametrize(("section", "name"), ACTIONS)
def test_mws_knows_its_caller_before_any_parameter(strict: Server, section: Section, name: str) -> None:
    """And GetServiceStatus asks nothing."""
    known = strict.credentials.issue(DEFAULT_SELLER)["mws"]
    wrong = base64.b64encode(b"\0" * 32).decode()
    signed = {
        "Signature": wrong, "SignatureVersion": "2", "SignatureMethod": "HmacSHA256",
        "Timestamp": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    to_action = {"Action": name, "Version": section.version}
    judged_by_nothing = {"CreatedAfter": "never", "MaxCount": "many", "SellerId": "A1OTHER", "MWSAuthToken": "x"}
    open_to_all = section.actions[name].open_to_all
    for more in ({}, judged_by_nothing):
        for sent, wanted in (
            ({"AWSAccessKeyId": "AKIASTRANGER"}, (403, "InvalidAccessKeyId")),
            ({"AWSAccessKeyId": "AKIASTRANGER", **signed}, (403, "InvalidAccessKeyId")),
            ({"AWSAccessKeyId": known["access_key"], **signed}, (403, "SignatureDoesNotMatch")),
            ({}, (400, "InvalidParameterValue")),
            (signed, (400, "InvalidParameterValue")),
        ):
            answer = send(strict, section, {**to_action, **more, **sent})
            if open_to_all:
                assert answer.status == 200
                continue
            assert mws_error(answer) == wanted, sent
            if wanted[0] == 400:
                assert b"Missing required parameter AWSAccessKeyId." in answer.raw


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_mws_knows_its_caller_before_the_action(strict: Server, section: Section) -> None:
    for action in ({}, {"Action": "Nonsense"}, {"Action": "Nonsense", "Version": "1999-01-01"}):
        answer = send(strict, section, {"AWSAccessKeyId": "AKIASTRANGER", **action})
        assert mws_error(answer) == (403, "InvalidAccessKeyId")
