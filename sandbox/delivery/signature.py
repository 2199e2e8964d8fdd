"""Signatures of webhook posts after Standard Webhooks, scheme v1. Reads no clock and sends nothing."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
"""What a signing secret begins with; base64 of the key follows."""

KEY_BYTES = 32


def new_secret() -> str:
    """A fresh signing secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` of a post; `timestamp` is in epoch seconds. Raises ValueError for a secret not base64."""
    # The specification lets a secret leave its padding out, and decoding ignores what is too much.
    key = base64.b64decode(secret.removeprefix(PREFIX) + "==")
    digest = hmac.new(key, b"%s.%d.%s" % (message_id.encode(), timestamp, body), hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode("ascii")
