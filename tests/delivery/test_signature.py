"""Signatures: what the official verifier takes, and a known answer of our own."""

import base64
import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from sandbox.delivery.signature import new_secret, sign


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
