"""Orders with regulated goods: what is read of them, and what a seller may report of their review."""

from typing import Any

import pytest

from marketplace_sandbox.core.orders.order import Order
from marketplace_sandbox.core.views.projections import order_json
from tests.api.contract import Answer
from tests.api.shop import RESTRICTED, Seller

PRESCRIPTION = {
    "prescriptionId": "Rx-1",
    "expirationDate": "2027-01-01T00:00:00Z",
    "writtenQuantity": 3,
    "totalRefillsAuthorized": 10,
    "refillsRemaining": 10,
    "clinicId": "ABC",
    "usageInstructions": "Once a day",
}
ALTERNATIVE = [{"attributeName": "asin", "originalValue": "B00DOG", "approvedValue": "B00CAT"}]
INTERIM = {"statusCode": "vet_contacted", "statusDateTime": "2026-03-02T10:00:00Z"}
FORM: dict[str, Any] = {
    "requires_dosage_label": True,
    "regulated_information": {"fields": [{"field_id": "pet", "field_label": "Pet name", "field_value": "Woofer"}]},
    "regulated_order_verification_status": {
        "valid_rejection_reasons": [
            {"rejection_reason_id": "wrong_weight", "rejection_reason_description": "Not the weight."},
            {"rejection_reason_id": "too_young"},
        ],
        "valid_interim_status_codes": [{"status_code": "vet_contacted", "status_description": "Asked."}],
    },
}


@pytest.fixture
def order(seller: Seller) -> Order:
    return seller.place_order(**FORM)


def path(order: Order) -> str:
    return f"/orders/v0/orders/{order.order_id}/regulatedInfo"


def permit(seller: Seller, order: Order) -> str:
    """A restricted data token for what the buyer entered."""
    body = {"restrictedResources": [{"method": "GET", "path": path(order)}]}
    return str(seller.post(RESTRICTED, body).body["restrictedDataToken"])


def read(seller: Seller, order: Order) -> Answer:
    return seller.get(path(order), permit(seller, order))


def report(seller: Seller, order: Order, **said: Any) -> Answer:
    said = {"externalReviewerId": "R1"} | said
    return seller.patch(path(order), {"regulatedOrderVerificationStatus": said})


def review(seller: Seller, order: Order) -> Any:
    return read(seller, order).payload["RegulatedOrderVerificationStatus"]


def test_what_the_buyer_filled_in_is_read(seller: Seller, order: Order) -> None:
    answer = read(seller, order)
    assert answer.payload == {
        "AmazonOrderId": order.order_id,
        "RequiresDosageLabel": True,
        "RegulatedInformation": {
            "Fields": [{"FieldId": "pet", "FieldLabel": "Pet name", "FieldType": "Text", "FieldValue": "Woofer"}]
        },
        "RegulatedOrderVerificationStatus": {
            "Status": "Pending",
            "RequiresMerchantAction": True,
            "ValidRejectionReasons": [
                {"RejectionReasonId": "wrong_weight", "RejectionReasonDescription": "Not the weight."},
                {"RejectionReasonId": "too_young", "RejectionReasonDescription": "too_young"},
            ],
            "ValidVerificationDetails": [
                {"VerificationDetailType": "prescriptionDetail", "ValidVerificationStatuses": ["Approved"]},
                {"VerificationDetailType": "approvedAlternativeDetails", "ValidVerificationStatuses": ["Rejected"]},
                {"VerificationDetailType": "interimStatusDetail", "ValidVerificationStatuses": ["Pending"]},
            ],
            "ValidInterimStatusCodes": [{"StatusCode": "vet_contacted", "StatusDescription": "Asked."}],
        },
    }
    assert seller.read(order)["HasRegulatedItems"] is True


def test_one_word_makes_an_order_with_regulated_goods(seller: Seller) -> None:
    order = seller.place_order(has_regulated_items=True)
    assert read(seller, order).payload["RegulatedInformation"]["Fields"] != []
    assert seller.read(seller.place_order())["HasRegulatedItems"] is False


def test_an_order_without_them_has_nothing_to_read_or_report(seller: Seller) -> None:
    plain = seller.place_order(has_regulated_items=False)
    for answer in (seller.get(path(plain)), report(seller, plain, status="Approved")):
        assert (answer.status, answer.error["code"]) == (404, "NotFound")
        assert answer.error["message"] == f"Order {plain.order_id} has no regulated items."


def test_an_approval_is_shown_with_its_reviewer_and_date(seller: Seller, order: Order) -> None:
    answer = report(seller, order, status="Approved")
    assert (answer.status, answer.raw) == (204, b"")
    found = review(seller, order)
    assert (found["Status"], found["RequiresMerchantAction"]) == ("Approved", False)
    assert (found["ExternalReviewerId"], found["ReviewDate"]) == ("R1", "2026-03-02T16:00:00Z")
    assert report(seller, order, verificationDetails={"prescriptionDetail": PRESCRIPTION}).status == 204
    assert seller.world.journal()[-1].kind == "verification-updated"


def test_a_rejection_names_its_reason_and_cancels_nothing(seller: Seller, order: Order) -> None:
    details = {"approvedAlternativeDetails": ALTERNATIVE}
    assert (
        report(seller, order, status="Rejected", rejectionReasonId="too_young", verificationDetails=details).status
        == 204
    )
    assert review(seller, order)["RejectionReason"]["RejectionReasonId"] == "too_young"
    assert seller.read(order)["OrderStatus"] == "Unshipped"
    now = seller.world.order(order.order_id)
    assert order_json(now, seller.world.now(), seller.world.policy)["verification"] == {
        "status": "Rejected",
        "requires_merchant_action": False,
        "rejection_reason_id": "too_young",
        "external_reviewer_id": "R1",
        "review_date": "2026-03-02T16:00:00Z",
    }


def test_a_review_goes_on_by_interim_statuses(seller: Seller, order: Order) -> None:
    answer = report(seller, order, status="Pending", verificationDetails={"interimStatusDetail": INTERIM})
    assert answer.status == 204
    found = review(seller, order)
    assert (found["Status"], found["RequiresMerchantAction"], "ReviewDate" in found) == ("Pending", True, False)


def test_a_cancellation_ends_a_review(seller: Seller, order: Order) -> None:
    """Cancelled, with two L's: the order was canceled before anybody had reviewed it (the model's text)."""
    seller.world.act(order.order_id, "buyer-cancel")
    assert review(seller, order)["Status"] == "Cancelled"
    answer = report(seller, order, status="Approved")
    assert answer.error["message"] == "Invalid request parameter `status`. The order is Cancelled already."


NO_REASON = "Missing request parameter: rejectionReasonId."
BAD_DATE = (
    "verificationDetails.interimStatusDetail.statusDateTime is ISO 8601, such as 2026-03-02T16:00:00Z; it is 'soon'."
)


@pytest.mark.parametrize(
    ("said", "messages"),
    [
        (
            {"status": "Cancelled"},
            ["Invalid request parameter `status`. Must be one of [Approved, Rejected, Pending]."],
        ),
        ({"status": "Expired"}, ["Invalid request parameter `status`. Must be one of [Approved, Rejected, Pending]."]),
        ({"status": "Rejected"}, [NO_REASON]),
        (
            {"status": "Rejected", "verificationDetails": {"prescriptionDetail": PRESCRIPTION}},
            [NO_REASON, "Verification Detail `prescriptionDetail` is not supported when order is in Rejected status."],
        ),
        (
            {"status": "Approved", "verificationDetails": {"approvedAlternativeDetails": ALTERNATIVE}},
            ["Verification Detail `approvedAlternativeDetails` is not supported when order is in Approved status."],
        ),
        (
            {"verificationDetails": {"prescriptionDetail": PRESCRIPTION}},
            ["Verification Detail `prescriptionDetail` is not supported when order is in Pending status."],
        ),
        (
            {"status": "Rejected", "rejectionReasonId": "wrong_wieght"},
            ["Invalid request parameter `rejectionReasonId`. There is no 'wrong_wieght'; did you mean 'wrong_weight'?"],
        ),
        (
            {"status": "Approved", "rejectionReasonId": "too_young"},
            ["Invalid request parameter `rejectionReasonId`. Only a Rejected order has one."],
        ),
        (
            {"verificationDetails": {"interimStatusDetail": INTERIM | {"statusCode": "vet_contact"}}},
            ["Invalid request parameter `statusCode`. There is no 'vet_contact'; did you mean 'vet_contacted'?"],
        ),
        (
            {"verificationDetails": {"interimStatusDetail": INTERIM | {"statusDateTime": "soon"}}},
            [BAD_DATE],
        ),
    ],
)
def test_every_problem_of_a_report_is_told(
    seller: Seller, order: Order, said: dict[str, Any], messages: list[str]
) -> None:
    """The words are those of the samples in the model of August 2026; of mistakes that no sample has, they are ours."""
    version = seller.world.version
    answer = report(seller, order, **said)
    assert answer.status == 400
    assert [each["code"] for each in answer.body["errors"]] == ["InvalidInput"] * len(messages)
    assert [each["message"] for each in answer.body["errors"]] == messages
    assert seller.world.version == version


def test_who_may_not_report_that_a_review_goes_on_is_told_the_two_decisions(seller: Seller) -> None:
    """The model's own sample."""
    order = seller.place_order(regulated_order_verification_status={"valid_verification_details": []})
    answer = report(seller, order, status="Pending")
    assert answer.error["message"] == "Invalid request parameter `status`. Must be one of [Approved, Rejected]."


def test_a_review_is_decided_once_and_by_whose_it_is(seller: Seller, order: Order) -> None:
    report(seller, order, status="Approved")
    assert report(seller, order, status="Approved").status == 204
    again = report(seller, order, status="Rejected", rejectionReasonId="too_young")
    assert again.error["message"] == "Invalid request parameter `status`. The order is Approved already."
    others = seller.place_order(regulated_order_verification_status={"requires_merchant_action": False})
    answer = report(seller, others, status="Approved")
    assert (
        answer.error["message"] == "Invalid request parameter `status`. The review of this order is not the merchant's."
    )


def test_without_a_reviewer_a_report_is_refused(seller: Seller, order: Order) -> None:
    answer = seller.patch(path(order), {"regulatedOrderVerificationStatus": {"status": "Approved"}})
    assert answer.status == 400
    assert "externalReviewerId" in answer.error["message"]


@pytest.mark.parametrize("field", ["externalReviewerId", "rejectionReasonId"])
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is text of at least one character; '' is not."),
        ("R\x01", "has U+0001 at 1, a character that XML cannot hold; leave it out."),
        ("R" * 101, "has at most 100 characters."),
        ("R" * 5000, "has at most 100 characters."),
    ],
)
@pytest.mark.parametrize("status", ["Approved", "Rejected"])
def test_an_id_that_no_review_can_hold_is_refused_by_the_name_of_its_field(
    seller: Seller, order: Order, field: str, text: str, says: str, status: str
) -> None:
    version = seller.world.version
    reason = {"rejectionReasonId": "too_young"} if status == "Rejected" else {}
    answer = report(seller, order, status=status, **{**reason, field: text})
    assert (answer.status, answer.body["errors"]) == (
        400,
        [{"code": "InvalidInput", "message": f"{field} {says}", "details": field}],
    )
    assert seller.world.version == version


def test_an_id_of_a_hundred_characters_is_taken(seller: Seller, order: Order) -> None:
    assert report(seller, order, status="Approved", externalReviewerId="R" * 100).status == 204
    assert review(seller, order)["ExternalReviewerId"] == "R" * 100


def test_what_the_buyer_filled_in_takes_a_restricted_data_token_for_its_path(seller: Seller, order: Order) -> None:
    """Source: SEEN-REGULATED, the list of restricted operations of the Tokens API."""
    refused = seller.get(path(order))
    assert (refused.status, refused.error["code"]) == (403, "Unauthorized")
    assert f"createRestrictedDataToken for GET {path(order)}" in refused.error["details"]
    other = permit(seller, seller.place_order(**FORM))
    assert seller.get(path(order), other).status == 403
    assert seller.get(path(order), permit(seller, order)).status == 200
    plain = seller.place_order()
    assert seller.get(path(plain)).status == seller.get(path(plain), permit(seller, plain)).status == 404
    body = {"restrictedResources": [{"method": "GET", "path": "/orders/v0/orders/{orderId}/regulatedInfo"}]}
    generic = seller.post(RESTRICTED, body).body["restrictedDataToken"]
    assert seller.get(path(order), generic).status == 200
