"""Base64 as it is written here, and no other spelling of the same bytes.

A decoder that overlooks what is too much (bits that are left over in the last character, characters that are none of
the alphabet) takes many texts for one: a token that was ended by its text would work on under another.
"""

import base64
import hmac

from itsdangerous import Signer


def decode(text: str, altchars: bytes = b"+/") -> bytes:
    """The bytes that are written like that, padding included. Raises ValueError for any other text."""
    raw = base64.b64decode(text.encode("ascii"), altchars, validate=True)
    if base64.b64encode(raw, altchars) != text.encode():
        raise ValueError("another spelling of base64")
    return raw


class ExactSigner(Signer):
    """Takes the signature that it would write itself, and none that decodes to the same."""

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        written = sig.encode() if isinstance(sig, str) else sig
        return hmac.compare_digest(self.get_signature(value), written)
