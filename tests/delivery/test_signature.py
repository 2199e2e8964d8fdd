"""Signatures: what the official verifier takes, and a known answer of our own."""

import base64
import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from marketplace_sandbox.delivery.signature import RIGHT, TOLERANCE_SECONDS, check_signature, new_secret, sign


def test_the_official_verifier_takes_a_signature() -> None:
    secret, now, body = new_secret(), int(time.time()), '{"buyer":"Zoë"}'.encode()
    headers = {
        "webhook-id": "an-id",
        "webhook-timestamp": str(now),
        "webhook-signature": sign(secret, "an-id", now, body),
    }

    assert Webhook(secret).verify(body, headers) == {"buyer": "Zoë"}
    for other in (
        headers | {"webhook-id": "another-id"},
        headers | {"webhook-timestamp": str(now + 1)},
        headers | {"webhook-signature": sign(new_secret(), "an-id", now, body)},
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, other)


def test_a_signature_is_the_same_everywhere() -> None:
    """Worked out by `printf an-id.1772467200.{} | openssl dgst -sha256 -hmac 0123456789abcdef01234567`."""
    secret = "whsec_" + base64.b64encode(b"0123456789abcdef01234567").decode()

    signature = sign(secret, "an-id", 1772467200, b"{}")

    assert base64.b64decode(signature.removeprefix("v1,")).hex() == (
        "32486b7c1602db6ddd883089a2b57a42b6f191d68fa527bcac3b45a7db206315"
    )
    assert sign(secret.rstrip("="), "an-id", 1772467200, b"{}") == signature


def test_secrets_are_long_and_never_the_same() -> None:
    secrets = {new_secret() for _ in range(20)}

    assert len(secrets) == 20
    assert all(len(base64.b64decode(each.removeprefix("whsec_"), validate=True)) >= 24 for each in secrets)


SECRET = "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"
OTHER = "whsec_b3RoZXIgb3RoZXIgb3RoZXIgb3RoZXI="
NOW = 1_000_000


def signed(at: int, secret: str = SECRET) -> dict[str, str]:
    return {"webhook-id": "m", "webhook-timestamp": str(at), "webhook-signature": sign(secret, "m", at, b"{}")}


@pytest.mark.parametrize(
    ("secret", "more", "problem"),
    [
        (SECRET, {}, RIGHT),
        (SECRET, {"webhook-signature": "v1,bm90IG91cnM= " + signed(NOW)["webhook-signature"]}, RIGHT),
        ("", {}, "not verified, for no secret is known"),
        (OTHER, {}, "wrong: it was made with another secret or for another body"),
        (SECRET, {"webhook-signature": "v1,x v1a,y"}, "wrong: it was made with another secret or for another body"),
        (SECRET, {"webhook-id": "n"}, "wrong: it was made with another secret or for another body"),
        (SECRET, {"webhook-timestamp": "soon"}, "missing: webhook-id, webhook-timestamp or webhook-signature"),
        (SECRET, {"webhook-timestamp": "١٢٣"}, "missing: webhook-id, webhook-timestamp or webhook-signature"),
        (SECRET, {"webhook-timestamp": "9" * 5000}, "missing: webhook-id, webhook-timestamp or webhook-signature"),
        (SECRET, {"webhook-id": ""}, "missing: webhook-id, webhook-timestamp or webhook-signature"),
    ],
)
def test_a_check_says_what_is_wrong(secret: str, more: dict[str, str], problem: str) -> None:
    assert check_signature(secret, signed(NOW) | more, b"{}", NOW) == problem


@pytest.mark.parametrize(
    ("apart", "words"),
    [
        (TOLERANCE_SECONDS, ""),
        (-TOLERANCE_SECONDS, ""),
        (TOLERANCE_SECONDS + 1, "5 minutes ahead of this"),
        (-TOLERANCE_SECONDS - 1, "5 minutes behind this"),
        (7_200, "2 hours ahead of"),
        (-86_400 * 9, "9 days behind"),
    ],
)
def test_a_timestamp_far_away_is_named(apart: int, words: str) -> None:
    found = check_signature(SECRET, signed(NOW + apart), b"{}", NOW)
    assert words in found if words else found == RIGHT


def test_the_check_is_that_of_the_official_verifier() -> None:
    now = int(time.time())
    for headers in (signed(now), signed(now, new_secret()), signed(now - 400), signed(now + 400)):
        try:
            Webhook(SECRET).verify(b"{}", headers)
            taken = True
        except WebhookVerificationError:
            taken = False
        assert (check_signature(SECRET, headers, b"{}", now) == RIGHT) is taken
