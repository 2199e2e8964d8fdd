"""Signatures of webhook posts after Standard Webhooks, scheme v1. Reads no clock and sends nothing."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping

PREFIX = "whsec_"
"""What a signing secret begins with; base64 of the key follows."""

KEY_BYTES = 32

TOLERANCE_SECONDS = 300
"""How far a signature's timestamp may lie from the receiver's clock, as the official verifiers have it."""

RIGHT = "right"
"""What `check_signature` answers for a signature that receivers take."""


def new_secret() -> str:
    """A fresh signing secret."""
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")


def sign(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """The `webhook-signature` of a post; `timestamp` is in epoch seconds. Raises ValueError for a secret not base64."""
    # The specification lets a secret leave its padding out, and decoding ignores what is too much.
    key = base64.b64decode(secret.removeprefix(PREFIX) + "==")
    digest = hmac.new(key, b"%s.%d.%s" % (message_id.encode(), timestamp, body), hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode("ascii")


def check_signature(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """What a verifier would make of a post's signature: RIGHT, or what is wrong with it, as in "the signature is …".

    `headers` has names in small letters; `now` is the receiver's clock in epoch seconds.
    """
    message_id, timestamp, signatures = (
        headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")
    )
    if not secret:
        return "not verified, for no secret is known"
    if not (message_id and signatures and re.fullmatch("[0-9]{1,18}", timestamp)):
        return "missing: webhook-id, webhook-timestamp or webhook-signature"
    right = sign(secret, message_id, int(timestamp), body)
    if not any(hmac.compare_digest(each.encode(), right.encode()) for each in signatures.split()):
        return "wrong: it was made with another secret or for another body"
    ahead = int(timestamp) - now
    if abs(ahead) > TOLERANCE_SECONDS:
        units = ((86_400, "days"), (3_600, "hours"))
        size, unit = next(((size, unit) for size, unit in units if abs(ahead) >= 2 * size), (60, "minutes"))
        far = f"{abs(ahead) / size:.0f} {unit} {'ahead of' if ahead > 0 else 'behind'} this machine's clock"
        return f"right, but its timestamp is {far}; verifiers refuse more than five minutes"
    return RIGHT
