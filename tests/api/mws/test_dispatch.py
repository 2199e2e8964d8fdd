"""The way of a call through the dispatcher: transport, credentials, version, action, answer."""

import base64
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from marketplace_sandbox.amazon.hosts import MWS_HOSTS
from marketplace_sandbox.api.mws.contract import Section
from marketplace_sandbox.api.mws.dispatch import Mws, MwsRequest
from marketplace_sandbox.api.mws.orders import MwsOrders
from marketplace_sandbox.api.mws.signature import sign, string_to_sign
from marketplace_sandbox.api.mws.transport import RawRequest, recognises
from marketplace_sandbox.api.shared.xml import NAMESPACE_2009, MwsError
from tests.api.mws.client import HOST, ORDERS, PATH, SECTION, WALL, Client, new_mws, new_world
from tests.api.mws.conftest import Build

MISMATCH = "The request signature we calculated does not match the signature you provided."


def namespace(root: etree._Element) -> str:
    return str(etree.QName(root).namespace)


# Transport


@pytest.mark.parametrize("path", ["/", "/Orders/2013-09-01", "/Orders/2013-09-01/", "/anything"])
@pytest.mark.parametrize("verb", ["GET", "POST", "PUT"])
def test_any_path_and_verb_is_dispatched_by_action(client: Client, path: str, verb: str) -> None:
    parameters = client.parameters("GetOrder", AmazonOrderId__Id__1="902-0000001-0000001")
    signature = sign("secret", string_to_sign(verb, HOST, path, list(parameters.items())))
    query = urlencode(parameters | {"Signature": signature})
    reply = client.send(RawRequest(verb, path, query.encode(), b"", HOST))
    assert (reply.status, reply.root.tag) == (200, f"{ORDERS}GetOrderResponse")


def test_a_stray_ampersand_in_front_is_skipped(client: Client) -> None:
    query = client.signed(client.parameters("GetServiceStatus"))
    assert client.query("&" + query).status == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded;charset=UTF-8",
        "x-www-form-urlencoded",
        "text/xml",
        "",
    ],
)
def test_a_form_is_a_form_whatever_its_content_type(client: Client, content_type: str) -> None:
    parameters = client.parameters("GetOrder", AmazonOrderId__Id__1="902-0000001-0000001")
    form = client.signed(parameters, "POST").encode()
    headers = {"Content-Type": content_type}
    assert client.send(RawRequest("POST", PATH, b"", form, HOST, headers)).status == 200


def test_a_body_beside_parameters_in_the_query_is_no_form(client: Client) -> None:
    parameters = client.parameters("GetOrder", AmazonOrderId__Id__1="902-0000001-0000001")
    query = client.signed(parameters, "POST").encode()
    request = RawRequest("POST", PATH, query, b"Action=ListOrders&\xff", HOST)
    assert client.send(request).root.tag == f"{ORDERS}GetOrderResponse"


def test_a_plus_in_a_form_is_a_space_that_was_signed_as_such(client: Client) -> None:
    parameters = client.parameters(
        "ListOrders",
        CreatedAfter="2026-03-01T00:00:00Z",
        BuyerEmail="a b*c~d+e/f@example.com",
        MarketplaceId__Id__1="ATVPDKIKX0DER",
    )
    signature = sign("secret", string_to_sign("POST", HOST, PATH, list(parameters.items())))
    sent = parameters | {"Signature": signature}
    form = "&".join(f"{name}={quote_plus(value)}" for name, value in sent.items())
    assert "a+b%2Ac~d%2Be%2Ff%40example.com" in form
    assert client.send(RawRequest("POST", PATH, b"", form.encode(), HOST)).status == 200


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (b"", "Missing required parameter AWSAccessKeyId."),
        (b"Action=GetOrder&X=%FF", "The parameters are not percent-encoded UTF-8."),
        (b"Action=GetOrder&X=\xff", "The parameters are not percent-encoded UTF-8."),
        (b"&".join(b"x=%d" % n for n in range(1001)), "There are more than 1000 parameters."),
        (b"Action=GetOrder&X=" + b"x" * 300_000, "The parameters are longer than 262144 bytes."),
    ],
)
def test_parameters_that_cannot_be_read_are_refused(client: Client, query: bytes, message: str) -> None:
    reply = client.send(RawRequest("GET", "/", query, b"", HOST))
    assert reply.error[:2] == (400, "InvalidParameterValue")
    assert reply.error[2].startswith(message)


@pytest.mark.parametrize(
    ("action", "more", "message"),
    [
        ("", "", "Missing required parameter Action."),
        ("GetOrder", "&SellerId=A1OTHER", "Parameter 'SellerId' was sent twice with different values."),
        ("GetOrder", "&Action=ListOrders", "Parameter 'Action' was sent twice with different values."),
    ],
)
def test_parameters_that_nobody_can_follow_are_refused_to_whoever_is_known(
    client: Client, action: str, more: str, message: str
) -> None:
    """Access key and signature come before any parameter: design of the contract, "Order of refusals"."""
    pairs = [*client.parameters(action).items(), *parse_qsl(more)]
    for secret, wanted in (("secret", (400, "InvalidParameterValue")), ("another", (403, "SignatureDoesNotMatch"))):
        signature = sign(secret, string_to_sign("GET", HOST, PATH, pairs))
        query = urlencode([*pairs, ("Signature", signature)], quote_via=quote)
        reply = client.query(query)
        assert reply.error[:2] == wanted
        assert reply.error[2].startswith(message if wanted[0] == 400 else MISMATCH)


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ({}, 200),
        ({"MWSAuthToken": "amzn.mws.ours"}, 200),
        ({"MWSAuthToken": "amzn.mws.theirs"}, 401),
        ({"MWSAuthToken": "amzn.mws.ours", "SellerId": "A1OTHER"}, 401),
    ],
)
def test_an_auth_token_that_is_sent_is_the_sellers_own(
    build: Build, client: Client, sent: dict[str, str], wanted: int
) -> None:
    """Words: recorded answers to tokens that did not fit (peddler #150, #165, #167), and none is needed."""
    known = client.parameters("GetOrder", AmazonOrderId__Id__1="902-0000001-0000001")
    reply = client.query(client.signed(known | sent))
    assert reply.status == wanted
    if wanted == 401:
        assert reply.error[1:] == ("AccessDenied", "Access to Orders.GetOrder is denied")
    tolerant = build(strict=False)
    noted = tolerant.query(tolerant.signed(known | sent))
    assert noted.status == 200
    assert any("tolerated AccessDenied" in each for each in noted.raw.notes) is (wanted == 401)


def test_a_parameter_sent_twice_with_one_value_is_sent_once(client: Client) -> None:
    parameters = client.parameters("GetServiceStatus")
    assert client.query(client.signed(parameters) + "&Action=GetServiceStatus").status == 200


@pytest.mark.parametrize(
    ("query", "body", "known"),
    [
        (b"Action=ListOrders&AWSAccessKeyId=AKIA", b"", True),
        (b"&Action=Nonsense&AWSAccessKeyId=AKIA", b"<feed/>", True),
        (b"", b"Action=ListOrders&AWSAccessKeyId=AKIA", True),
        (b"Action=ListOrders", b"", False),
        (b"AWSAccessKeyId=AKIA", b"", False),
        (b"Action=ListOrders&AWSAccessKeyId=", b"", False),
        (b"", b'{"Action": "ListOrders"}', False),
        (b"", b"\xff\x00", False),
        (b"", b"", False),
    ],
)
def test_a_call_is_recognised_by_its_action_and_access_key(query: bytes, body: bytes, known: bool) -> None:
    assert recognises(RawRequest("POST", "/", query, body, HOST)) is known


# Answers


def test_an_answer_has_the_platforms_headers(client: Client) -> None:
    client.world.advance(client.world.now() + timedelta(milliseconds=7))
    reply = client.get("GetServiceStatus")
    assert reply.header("Content-Type") == "text/xml"
    assert reply.header("x-mws-request-id") == reply.text("RequestId") == "request-1"
    assert reply.header("x-mws-timestamp") == "2026-03-02T16:00:00.007Z"
    assert base64.b64decode(reply.header("x-mws-response-context"), validate=True)
    assert reply.header("Connection") == "close"
    assert reply.header("Vary") == "Accept-Encoding,User-Agent"
    assert not [name for name, _ in reply.raw.headers if "quota" in name]


def test_a_refusal_has_them_too_and_the_same_id(client: Client) -> None:
    reply = client.get("ListOrders")
    assert reply.status == 400
    assert reply.header("Content-Type") == "text/xml"
    assert reply.header("x-mws-request-id") == reply.text("RequestID")
    assert reply.header("x-mws-timestamp") == "2026-03-02T16:00:00.000Z"
    assert reply.raw.body.startswith(b'<?xml version="1.0"?>\n<ErrorResponse ')
    assert reply.text("Type") == "Sender"


def test_an_answer_tells_the_request_log_who_called_what(client: Client) -> None:
    raw = client.get("GetOrder", AmazonOrderId__Id__1="902-0000001-0000001").raw
    assert (raw.action, raw.seller_id, raw.error) == ("GetOrder", "A1EXAMPLESELLER", None)
    assert raw.notes == (f"signed for {HOST} {PATH}",)
    assert client.get("GetOrder").raw.error == "InvalidParameterValue"


def test_a_failure_of_ours_is_an_internal_error_without_inner_words(build: Build) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("division by zero")

    reply = build(throttle=broken).get("GetServiceStatus")
    assert reply.error[:2] == (500, "InternalError")
    assert reply.text("Type") == "Receiver"
    assert b"ZeroDivision" not in reply.raw.body
    assert b"division" not in reply.raw.body


def test_limits_refuse_a_call_before_its_parameters_are_looked_at(build: Build) -> None:
    seen = []

    def throttle(call: MwsRequest) -> None:
        _, action, world = call.target()
        seen.append((world.seller_id, action.name))
        raise MwsError(503, "RequestThrottled", "Request is throttled", "", NAMESPACE_2009)

    reply = build(throttle=throttle).get("GetOrder", AmazonOrderId__Id__1="nonsense")
    assert reply.error == (503, "RequestThrottled", "Request is throttled")
    assert namespace(reply.root) == NAMESPACE_2009
    assert seen == [("A1EXAMPLESELLER", "GetOrder")]


# Credentials


@pytest.mark.parametrize("host", [HOST, f"http://{HOST}", "127.0.0.1", *MWS_HOSTS, "mws.example.test:444"])
def test_every_host_line_clients_sign_is_let_in(build: Build, host: str) -> None:
    client = build(hosts=("mws.example.test:444",))
    parameters = client.parameters("GetOrder", AmazonOrderId__Id__1="902-0000001-0000001")
    reply = client.query(client.signed(parameters, host=host))
    assert reply.status == 200
    assert reply.raw.notes == (f"signed for {host} {PATH}",)


def test_a_wrong_signature_is_refused_with_the_text_to_sign(client: Client) -> None:
    client.secret = "another"
    reply = client.get("GetOrder", AmazonOrderId__Id__1="902-0000001-0000001")
    assert reply.error[:2] == (403, "SignatureDoesNotMatch")
    assert reply.error[2].startswith(MISMATCH)
    assert f"GET\n{HOST}\n{PATH}\nAWSAccessKeyId=AKIASANDBOX&Action=GetOrder" in reply.error[2]
    assert namespace(reply.root) == SECTION.namespace


def test_a_signature_for_one_verb_is_useless_for_another(client: Client) -> None:
    form = client.signed(client.parameters("ListOrders"), "GET").encode()
    reply = client.send(RawRequest("POST", PATH, b"", form, HOST))
    assert reply.error[:2] == (403, "SignatureDoesNotMatch")


def test_an_unknown_access_key_is_refused(client: Client) -> None:
    client.key = "AKIASTRANGER"
    reply = client.get("GetOrder", AmazonOrderId__Id__1="902-0000001-0000001")
    told = "The AWS Access Key Id you provided does not exist in our records."
    assert reply.error == (403, "InvalidAccessKeyId", told)
    assert namespace(reply.root) == SECTION.namespace
    assert reply.raw.seller_id == ""


@pytest.mark.parametrize("missing", ["AWSAccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "Timestamp"])
def test_each_part_of_the_credentials_is_needed(client: Client, missing: str) -> None:
    parameters = client.parameters("ListOrders")
    query = client.signed(parameters)
    without = "&".join(pair for pair in query.split("&") if not pair.startswith(f"{missing}="))
    told = f"Missing required parameter {missing}."
    assert client.query(without).error == (400, "InvalidParameterValue", told)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"SignatureVersion": "4"}, "Value for parameter SignatureVersion is invalid; it is 2."),
        (
            {"SignatureMethod": "HmacSHA512"},
            "Invalid value 'HmacSHA512' for parameter SignatureMethod; it is HmacSHA256 or HmacSHA1.",
        ),
        (
            {"Timestamp": "noon"},
            "Invalid value 'noon' for parameter Timestamp; it is an ISO 8601 instant such as 2022-05-24T09:00:00Z.",
        ),
    ],
)
def test_credentials_that_make_no_sense_are_named(client: Client, change: dict[str, str], message: str) -> None:
    query = client.signed(client.parameters("ListOrders") | change)
    assert client.query(query).error == (400, "InvalidParameterValue", message)


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (timedelta(minutes=-15, seconds=-1), "is too far in the past and has expired."),
        (timedelta(minutes=15, seconds=1), "is too far in the future."),
    ],
)
def test_a_stale_timestamp_is_judged_by_the_wall_clock(client: Client, off: timedelta, words: str) -> None:
    client.wall = WALL + off
    reply = client.get("GetOrder", AmazonOrderId__Id__1="902-0000001-0000001")
    stamp = client.wall.strftime("%Y-%m-%dT%H:%M:%SZ")
    told = f"Request signature {words} Timestamp date: {stamp}"
    assert reply.error == (400, "RequestExpired", told)
    assert namespace(reply.root) == NAMESPACE_2009


def test_the_worlds_clock_does_not_touch_the_window(client: Client) -> None:
    client.world.advance(client.world.now() + timedelta(days=3000))
    assert client.get("GetOrder", AmazonOrderId__Id__1="902-0000001-0000001").status == 200


@pytest.mark.parametrize("name", ["SellerId", "Merchant"])
def test_another_sellers_id_is_denied(client: Client, name: str) -> None:
    parameters = client.parameters("ListOrders")
    del parameters["SellerId"]
    reply = client.query(client.signed(parameters | {name: "A1ANOTHER"}))
    assert reply.error == (401, "AccessDenied", "Access to Orders.ListOrders is denied")


def test_a_missing_seller_is_a_missing_parameter(client: Client) -> None:
    parameters = client.parameters("ListOrders")
    del parameters["SellerId"]
    reply = client.query(client.signed(parameters))
    told = "Missing required parameter SellerId."
    assert reply.error == (400, "InvalidParameterValue", told)


def test_open_mode_tolerates_wrong_credentials_and_says_so(build: Build) -> None:
    client = build(strict=False)
    client.secret = "another"
    parameters = client.parameters("GetOrder", AmazonOrderId__Id__1="902-0000001-0000001")
    reply = client.query(client.signed(parameters | {"SellerId": "A1ANOTHER"}))
    assert reply.status == 200
    mismatch, denied = reply.raw.notes
    assert mismatch.startswith(f"tolerated SignatureDoesNotMatch: {MISMATCH}")
    assert denied == "tolerated AccessDenied: Access to Orders.GetOrder is denied"


def test_open_mode_needs_no_signature_at_all(build: Build) -> None:
    query = "Action=GetOrder&AWSAccessKeyId=AKIASANDBOX&SellerId=x&AmazonOrderId.Id.1="
    reply = build(strict=False).query(query + "902-0000001-0000001&Version=2013-09-01")
    assert reply.status == 200
    assert reply.raw.notes[0] == "tolerated InvalidParameterValue: Missing required parameter Signature."


def test_a_key_let_in_without_a_secret_is_noted_even_in_strict_mode(build: Build) -> None:
    world = new_world("A2DEFAULT")
    client = build(find_world=lambda _: (world, None))
    parameters = client.parameters("GetOrder", AmazonOrderId__Id__1="902-0000001-0000001")
    reply = client.query(client.signed(parameters | {"SellerId": "A2DEFAULT"}))
    assert (reply.status, reply.raw.seller_id) == (200, "A2DEFAULT")
    assert reply.raw.notes == ("signature not checked: the access key was not issued here",)


def test_the_service_status_asks_nobody_who_he_is(client: Client) -> None:
    reply = client.query("Action=GetServiceStatus&AWSAccessKeyId=junk&Version=2013-09-01")
    assert (reply.status, reply.text("Status")) == (200, "GREEN")
    assert reply.text("Timestamp") == "2026-03-02T16:00:00.000Z"


# Version and action


def test_the_path_says_the_version_where_the_parameter_is_missing(client: Client) -> None:
    query = "Action=GetServiceStatus&AWSAccessKeyId=junk"
    assert client.query(query).status == 200


def test_no_version_at_all_is_an_unknown_resource(client: Client) -> None:
    parameters = client.parameters("ListOrders")
    del parameters["Version"]
    signature = sign("secret", string_to_sign("GET", HOST, "/Orders/", list(parameters.items())))
    query = urlencode(parameters | {"Signature": signature}).encode()
    reply = client.send(RawRequest("GET", "/Orders/", query, b"", HOST))
    told = "Resource /Orders/ is not found on this server. API Version is missing"
    assert reply.error == (404, "InvalidAddress", told)
    assert namespace(reply.root) == "https://mws.amazonservices.com/"


def test_an_unknown_version_names_what_is_served(client: Client) -> None:
    query = client.signed(client.parameters("ListOrders") | {"Version": "2013-09-02"})
    told = f"Resource {PATH} is not found on this server. API Version '2013-09-02' is unknown; {PATH} is served"
    assert client.query(query).error == (404, "InvalidAddress", told)


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/Sellers/2011-07-01", "2011-07-01"),
        ("/Products/2011-10-01", "2011-10-01"),
        ("/Finances/2015-05-01", "2015-05-01"),
        ("/FulfillmentInventory/2010-10-01", "2010-10-01"),
        ("/Subscriptions/2013-07-01", "2013-07-01"),
    ],
)
def test_a_section_that_we_have_not_is_no_resource_and_told_which_are(client: Client, path: str, version: str) -> None:
    """Status, code, words and namespace as recorded of an address that leads nowhere; what is served is ours to say."""
    parameters = client.parameters("GetServiceStatus") | {"Version": version}
    signature = sign("secret", string_to_sign("GET", HOST, path, list(parameters.items())))
    query = urlencode(parameters | {"Signature": signature}).encode()
    reply = client.send(RawRequest("GET", path, query, b"", HOST))
    told = f"Resource {path} is not found on this server. API Version '{version}' is unknown; {PATH} is served"
    assert reply.error == (404, "InvalidAddress", told)
    assert namespace(reply.root) == "https://mws.amazonservices.com/"


def test_an_unknown_action_names_the_nearest(client: Client) -> None:
    told = (
        "Invalid value 'ListOrder' for parameter Action: "
        "Orders 2013-09-01 has no such action; did you mean 'ListOrders'?"
    )
    reply = client.get("ListOrder")
    assert reply.error == (400, "InvalidParameterValue", told)
    assert namespace(reply.root) == SECTION.namespace


def test_credentials_are_looked_at_before_the_action(client: Client) -> None:
    client.secret = "another"
    assert client.get("ListOrder").error[1] == "SignatureDoesNotMatch"


def test_a_section_whose_object_lacks_an_action_is_found_out_at_the_start() -> None:
    world = new_world()
    with pytest.raises(AttributeError):
        Mws([(SECTION, object())], lambda _: None, lambda: world, lambda: WALL)


def test_sections_are_told_apart_by_version(client: Client) -> None:
    other = Section("Other", "2009-01-01", NAMESPACE_2009, "/", SECTION.actions)
    sections = [(each, MwsOrders(b"k")) for each in (SECTION, other)]
    client.mws = new_mws(sections, lambda _: None, lambda: client.world, lambda: WALL)
    query = "Action=GetServiceStatus&AWSAccessKeyId=x&Version="
    assert namespace(client.query(f"{query}2009-01-01").root) == NAMESPACE_2009
    assert namespace(client.query(f"{query}2013-09-01").root) == SECTION.namespace


# Whatever arrives


@given(
    st.text("GETPOSLI", min_size=1),
    st.text("/Orders2013-09.%é\x00"),
    st.one_of(
        st.binary(max_size=200),
        st.dictionaries(
            st.sampled_from(["Action", "AWSAccessKeyId", "Version", "SellerId", "NextToken", "AmazonOrderId"]),
            st.one_of(
                st.sampled_from([*SECTION.actions, "AKIASANDBOX", "2013-09-01"]),
                st.text(st.characters(exclude_categories=["Cs"])),
            ),
        ).map(lambda given: urlencode(given).encode()),
    ),
    st.binary(max_size=50),
)
def test_every_request_gets_a_well_formed_answer(verb: str, path: str, query: bytes, body: bytes) -> None:
    raw = _OPEN.handle(RawRequest(verb, path, query, body, HOST))
    root = etree.fromstring(raw.body)
    assert raw.status in (200, 400, 403, 404)
    assert (raw.status == 200) is (raw.error is None)
    assert re.fullmatch(r"(\w+|Error)Response", etree.QName(root).localname)


def _open_dispatcher() -> Mws:
    world = new_world()
    find = {"AKIASANDBOX": (world, "secret")}.get
    return new_mws([(SECTION, MwsOrders(b"k"))], find, lambda: world, lambda: WALL)


_OPEN = _open_dispatcher()
