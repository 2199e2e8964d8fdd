"""The document of MWS Orders as the dispatcher reads it, and the checking of parameters against it."""

from datetime import UTC, datetime

import pytest

from marketplace_sandbox.api.mws.contract import Section, check, load_section
from marketplace_sandbox.api.mws.orders import MwsOrders, openapi_path
from marketplace_sandbox.api.shared.xml import MwsError

MARKETPLACE = {"MarketplaceId.Id.1": "ATVPDKIKX0DER"}
BASE = {"SellerId": "A1", "AWSAccessKeyId": "AKIA1"} | MARKETPLACE


@pytest.fixture(scope="module")
def section() -> Section:
    return load_section(openapi_path())


def refused(section: Section, action: str, sent: dict[str, str]) -> str:
    with pytest.raises(MwsError) as caught:
        check(section.actions[action], {"Action": action} | sent)
    assert (caught.value.status, caught.value.code) == (400, "InvalidParameterValue")
    return caught.value.message


def test_the_section_has_the_six_actions_and_each_has_a_method(section: Section) -> None:
    assert (section.name, section.version) == ("Orders", "2013-09-01")
    assert section.path == "/Orders/2013-09-01"
    assert section.namespace == "https://mws.amazonservices.com/Orders/2013-09-01"
    assert set(section.actions) == {
        "ListOrders",
        "ListOrdersByNextToken",
        "GetOrder",
        "ListOrderItems",
        "ListOrderItemsByNextToken",
        "GetServiceStatus",
    }
    assert all(callable(getattr(MwsOrders, action)) for action in section.actions)


def test_each_action_documents_its_own_name_as_the_only_action(section: Section) -> None:
    for name, operation in section.actions.items():
        action = next(each for each in operation.parameters if each.name == "Action")
        assert action.choices == (name,)
    open_ones = [name for name, each in section.actions.items() if each.open_to_all]
    assert open_ones == ["GetServiceStatus"]


def test_values_come_out_typed_and_under_the_documents_names(section: Section) -> None:
    sent = BASE | {
        "Action": "ListOrders",
        "CreatedAfter": "2022-05-01",
        "MaxResultsPerPage": "7",
        "MarketplaceId.Id.10": "A1AM78C64UM0Y8",
        "MarketplaceId.Id.2": "A2EUQ1WTGCTBG2",
        "PaymentMethod.1": "Other",
        "responseFormat": "xml",
    }
    values = check(section.actions["ListOrders"], sent)
    assert values == {
        "Action": "ListOrders",
        "SellerId": "A1",
        "AWSAccessKeyId": "AKIA1",
        "CreatedAfter": datetime(2022, 5, 1, tzinfo=UTC),
        "MaxResultsPerPage": 7,
        "MarketplaceId.Id.N": ("ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1AM78C64UM0Y8"),
        "PaymentMethod.Method.N": ("Other",),
    }


def test_an_older_spelling_is_the_same_parameter_and_an_empty_value_none(section: Section) -> None:
    action = "ListOrdersByNextToken"
    sent = {"Action": action, "Merchant": "A1", "SellerId": "", "NextToken": "x"}
    values = check(section.actions[action], sent | {"AWSAccessKeyId": "AKIA1"})
    assert values["SellerId"] == "A1"


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"SellerId": ""}, "Missing required parameter SellerId."),
        (
            {"MarketplaceId.Id.1": "", "MarketplaceIdList.Id.1": "ATVPDKIKX0DER"},
            "Missing required parameter MarketplaceId.Id.1. Is MarketplaceIdList.Id.1, which was sent, meant for it?",
        ),
        (
            {"OrderStatus.Status.1": "Cancelled"},
            "Invalid value 'Cancelled' for parameter OrderStatus.Status.1; did you mean 'Canceled'?",
        ),
        (
            {"FulfillmentChannel.Channel.3": "AFNN"},
            "Invalid value 'AFNN' for parameter FulfillmentChannel.Channel.3; did you mean 'AFN'?",
        ),
        (
            {"EasyShipShipmentStatus.Status.1": "ReturningToSller"},
            (
                "Invalid value 'ReturningToSller' for parameter EasyShipShipmentStatus.Status.1; "
                "did you mean 'ReturningToSeller'?"
            ),
        ),
        (
            {"MaxResultsPerPage": "101"},
            "Invalid value '101' for parameter MaxResultsPerPage; it is a whole number from 1 to 100.",
        ),
        (
            {"MaxResultsPerPage": "0"},
            "Invalid value '0' for parameter MaxResultsPerPage; it is a whole number from 1 to 100.",
        ),
        (
            {"MaxResultsPerPage": "١"},
            "Invalid value '١' for parameter MaxResultsPerPage; it is a whole number from 1 to 100.",
        ),
        (
            {"CreatedAfter": "yesterday"},
            (
                "Invalid value 'yesterday' for parameter CreatedAfter; "
                "it is an ISO 8601 instant such as 2022-05-24T09:00:00Z."
            ),
        ),
        (
            {"CreatedAfter": "2022-05-24T09:00:00 02:00"},
            (
                "Invalid value '2022-05-24T09:00:00 02:00' for parameter CreatedAfter; it is an "
                "ISO 8601 instant such as 2022-05-24T09:00:00Z. A + has to be sent as %2B."
            ),
        ),
        ({"BuyerEmail": "x" * 1001}, "The value of BuyerEmail is longer than 1000 characters."),
    ],
)
def test_a_wrong_parameter_is_named_with_what_would_do(section: Section, sent: dict[str, str], message: str) -> None:
    assert refused(section, "ListOrders", BASE | sent) == message


def test_a_long_value_is_not_repeated_whole(section: Section) -> None:
    message = refused(section, "ListOrders", BASE | {"OrderStatus.Status.1": "x" * 5000})
    assert len(message) < 300


@pytest.mark.parametrize("wrong", ["validate", "902-1-1", "902-3159896-1390916 ", "٩٠٢-3159896-1390916"])
def test_a_malformed_order_id_is_refused_in_the_words_clients_compare(section: Section, wrong: str) -> None:
    sent = BASE | {"AmazonOrderId": wrong}
    assert refused(section, "ListOrderItems", sent) == f"Invalid AmazonOrderId: {wrong}"


def test_fifty_ids_are_taken_and_one_more_is_not(section: Section) -> None:
    ids = {f"AmazonOrderId.Id.{n}": f"902-0000000-{n:07d}" for n in range(1, 52)}
    told = refused(section, "GetOrder", BASE | ids)
    assert told == "AmazonOrderId.Id.N takes at most 50 values; 51 were sent."
    del ids["AmazonOrderId.Id.51"]
    values = check(section.actions["GetOrder"], BASE | {"Action": "GetOrder"} | ids)
    assert values["AmazonOrderId.Id.N"] == tuple(ids.values())
