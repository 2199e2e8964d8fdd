"""What is taken out of journals and logs, and what stays."""

import pytest

from marketplace_sandbox.core.orders.actions import ARGUMENTS
from marketplace_sandbox.core.orders.form import FIELDS, ITEM_FIELDS
from marketplace_sandbox.core.policy import POLICY
from marketplace_sandbox.core.text.redaction import redact, redact_body, redact_query, redact_text

LWA = "Atza|IwEBIA-x_y"


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("Signature=a%3D&Action=ListOrders", "Signature=REDACTED&Action=ListOrders"),
        ("X-Amz-Security-Token=t&X-Amz-Credential=c", "X-Amz-Security-Token=REDACTED&X-Amz-Credential=REDACTED"),
        ("MWSAuthToken=amzn.mws.1&NextToken=abc", "MWSAuthToken=REDACTED&NextToken=abc"),
        ("SignatureMethod=HmacSHA256&SignatureVersion=2", "SignatureMethod=HmacSHA256&SignatureVersion=2"),
        ("client_secret=&CreatedAfter=2026-03-02", "client_secret=REDACTED&CreatedAfter=2026-03-02"),
        ("", ""),
    ],
)
def test_a_query_keeps_all_but_its_credentials(query: str, shown: str) -> None:
    assert redact_query(query) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"sent {LWA} twice", "sent REDACTED twice"),
        ("the secret whsec_MfKQ9r8GKYqrTw== is", "the secret REDACTED is"),
        ("http://me:pass@127.0.0.1/a?b=1&token=x", "http://REDACTED@127.0.0.1/a?b=1&token=REDACTED"),
        ("http://me:pa/ss@wo@rd@127.0.0.1/a", "http://REDACTED@127.0.0.1/a"),
        ("to http://127.0.0.1:8585/a@b", "to http://127.0.0.1:8585/a@b"),
        ("/x?to=http%3A%2F%2Fme%3Apass%40127.0.0.1%2Fa&b=c", "/x?to=http%3A%2F%2FREDACTED%40127.0.0.1%2Fa&b=c"),
        ("/x?%63lient%5Fsecret=y&MWSAuth%54oken=z", "/x?%63lient%5Fsecret=REDACTED&MWSAuth%54oken=REDACTED"),
        ("Where is my order? I = confused", "Where is my order? I = confused"),
        ("/documents/WyJyZXBvcnQi.fQ-x_y", "/documents/REDACTED"),
        ("/documents/WyJy\nZXBv", "/documents/REDACTED"),
        ("read http://127.0.0.1:8585/documents/WyJy.fQ now", "read http://127.0.0.1:8585/documents/REDACTED now"),
        ("http://127.0.0.1:8585/reports/documents/a", "http://127.0.0.1:8585/reports/documents/a"),
        ("/orders/v0/Atza%7Cabc.def?x=Atzr%7cghi&y=1", "/orders/v0/REDACTED?x=REDACTED&y=1"),
        ("Atz.sprdt|abc.def and Atz.sprdt%7Cabc.def", "REDACTED and REDACTED"),
        ("whsec%5FMfKQ9r8GKYqrTw%3D%3D", "REDACTED"),
        ("amzn1.oa2-cs.v1.sandbox amzn1%2Eoa2-cs%2Ev1.sandbox", "REDACTED REDACTED"),
        ("/reports/2021-06-30/documents/amzn1.spdoc.1", "/reports/2021-06-30/documents/amzn1.spdoc.1"),
    ],
)
def test_a_text_keeps_all_but_its_credentials(text: str, shown: str) -> None:
    assert redact_text(text) == shown


def test_a_body_is_searched_to_its_ground() -> None:
    body = {
        "secret": "s",
        "accessToken": None,
        "with": {"text": [f"take {LWA}", 7, True], "refresh_token": {"a": 1}},
        "tracking": "1Z",
    }
    assert redact(body) == {
        "secret": "REDACTED",
        "accessToken": None,
        "with": {"text": ["take REDACTED", 7, True], "refresh_token": "REDACTED"},
        "tracking": "1Z",
    }


def test_what_settings_forms_and_actions_say_stays() -> None:
    arguments = [name for each in ARGUMENTS.values() for name in each]
    body = dict.fromkeys([*POLICY, *FIELDS, *ITEM_FIELDS, *arguments], "said")
    assert redact(body) == body


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"access_token": "a\\"b", "expires_in": 3600}', '{"access_token": "REDACTED", "expires_in": 3600}'),
        ('{"a": {"client_secret":"cut', '{"a": {"client_secret":"REDACTED'),
        ('{"a": {"client_secret":"cut\\', '{"a": {"client_secret":"REDACTED\\'),
        ('{"nextToken": "abc", "text": "secret"}', '{"nextToken": "abc", "text": "secret"}'),
        ("grant_type=refresh_token&client_secret=abc", "grant_type=refresh_token&client_secret=REDACTED"),
        ("<MWSAuthToken>abc</MWSAuthToken><SKU>secret</SKU>", "<MWSAuthToken>REDACTED</MWSAuthToken><SKU>secret</SKU>"),
        ('<ns:Password x="y">abc', '<ns:Password x="y">REDACTED'),
    ],
)
def test_a_body_as_it_was_sent_keeps_all_but_its_credentials(body: str, shown: str) -> None:
    assert redact_body(body) == shown
