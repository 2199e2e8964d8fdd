"""What sellers log in with, made from the server's signing key and the holder's name, so that nothing is remembered.

A holder is a seller, and none who had the same id before (`Opening.holder`): the seller's id, or that and a number
behind a dot. Everything issued tells by itself that it was issued here and for whom, also when that seller is long
gone. Knows no world, and not what a caller may do. The life of a token runs on wall time: clients judge it by their
own clocks.
"""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from itsdangerous import BadData, Signer, URLSafeSerializer

from marketplace_sandbox.api.http.exact_base64 import ExactSigner
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER

TOKEN_SECONDS = 3600
"""How long an access token and a restricted data token work, in seconds of wall time."""

ACCESS = "Atza|"
REFRESH = "Atzr|"
RESTRICTED = "Atz.sprdt|"
CLIENT = "amzn1.application-oa2-client."
CLIENT_SECRET = "amzn1.oa2-cs.v1."  # noqa: S105  (how one begins, not one)
ACCESS_KEY = "AKIA"
MWS_AUTH = "amzn.mws."

LONGEST = 16_384
"""The longest credential that is looked at, in characters."""

Issued = dict[str, dict[str, str]]

DEFAULTS: Issued = {
    "lwa": {
        "client_id": f"{CLIENT}sandbox",
        "client_secret": f"{CLIENT_SECRET}sandbox",
        "refresh_token": f"{REFRESH}sandbox",
    },
    "mws": {
        "access_key": "AKIASANDBOXMWEXAMPLE",
        "secret_key": "sandbox/secret/key/of/the/default/seller",
        "auth_token": f"{MWS_AUTH}sandbox",
        "seller_id": DEFAULT_SELLER,
    },
}
"""The default seller's credentials, the same on every server."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What a restricted data token was issued for. `path` may have parameters in braces, which stand for any value."""

    method: str
    path: str
    elements: tuple[str, ...] = ()

    def covers(self, method: str, path: str) -> bool:
        """Whether a request for this path is meant."""
        return method == self.method and _pattern(self.path).fullmatch(path) is not None


@lru_cache(maxsize=256)
def _pattern(path: str) -> re.Pattern[str]:
    literal = re.split(r"\{[^}]*\}", path)
    return re.compile("[^/]+".join(map(re.escape, literal)))


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What an access token says, and for which holder. `expires_at` is wall time, in seconds since 1970.

    A grantless one has scopes, a restricted one resources, a seller's own neither. `application` names who it was
    issued to, empty for the client made for the seller.
    """

    holder: str
    expires_at: int
    scopes: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()
    application: str = ""

    @property
    def seller_id(self) -> str:
        """The seller it was issued for."""
        return seller_of(self.holder)


def seller_of(holder: str) -> str:
    """The seller's id in a holder's name."""
    return holder.partition(".")[0]


class Credentials:
    """Makes and reads credentials under one signing key. `wall` is the real clock."""

    def __init__(self, key: str, wall: Callable[[], float] = time.time) -> None:
        self.wall = wall
        self._key = key.encode()
        self._clients = self._signer("client id")
        self._refreshing = self._signer("refresh token")
        self._access = self._serializer("access token")
        self._restricted = self._serializer("restricted data token")
        self._read = lru_cache(maxsize=4096)(self._unseal)
        self._mws_keys = lru_cache(maxsize=4096)(lambda holder: self.issue(holder)["mws"])

    def issue(self, holder: str) -> Issued:
        """A holder's credentials, the same at every call."""
        if holder == DEFAULT_SELLER:
            return {kind: dict(each) for kind, each in DEFAULTS.items()}
        return {
            "lwa": {
                "client_id": CLIENT + self._clients.sign(holder).decode(),
                "client_secret": CLIENT_SECRET + self._digest("client secret", holder).hex(),
                "refresh_token": REFRESH + self._refreshing.sign(holder).decode(),
            },
            "mws": {
                "access_key": self._access_key(holder),
                "secret_key": base64.b64encode(self._digest("mws secret key", holder))[:40].decode(),
                "auth_token": f"{MWS_AUTH}{UUID(bytes=self._digest('mws auth token', holder)[:16])}",
                "seller_id": seller_of(holder),
            },
        }

    def mws_keys(self, holder: str) -> Mapping[str, str]:
        """What MWS is signed with, which is looked at for each of its calls: not to be changed."""
        return self._mws_keys(holder)

    # Who a credential was issued for; None for what was never issued here

    def holder_of_client_id(self, client_id: str) -> str | None:
        """Whom an LWA client was made for."""
        if client_id == DEFAULTS["lwa"]["client_id"]:
            return DEFAULT_SELLER
        return _unsign(self._clients, CLIENT, client_id)

    def is_client_secret(self, holder: str, secret: str) -> bool:
        """Whether this is the LWA client secret of a holder."""
        ours = self.issue(holder)["lwa"]["client_secret"]
        return hmac.compare_digest(ours.encode(), secret.encode())

    def holder_of_refresh_token(self, token: str) -> str | None:
        """Whom an LWA refresh token was made for."""
        if token == DEFAULTS["lwa"]["refresh_token"]:
            return DEFAULT_SELLER
        return _unsign(self._refreshing, REFRESH, token)

    def is_access_key(self, access_key: str) -> bool:
        """Whether an MWS access key was issued here, for whomever: its twenty characters do not hold a name."""
        if access_key == DEFAULTS["mws"]["access_key"]:
            return True
        named, proof = access_key[len(ACCESS_KEY) : -8], access_key[-8:]
        whole = len(access_key) == 20 and access_key.startswith(ACCESS_KEY)
        return whole and hmac.compare_digest(self._short("access key proof", named).encode(), proof.encode())

    # Tokens of an hour

    def access_token(self, holder: str, scopes: Sequence[str] = (), application: str = "") -> str:
        """A new access token; with scopes a grantless one."""
        return ACCESS + self._access.dumps([_write_holder(holder, application), self._expiry(), *scopes])

    def restricted_token(self, holder: str, resources: Sequence[Resource], application: str = "") -> str:
        """A new restricted data token."""
        written = [[each.method, each.path, *each.elements] for each in resources]
        return RESTRICTED + self._restricted.dumps([_write_holder(holder, application), self._expiry(), written])

    def application(self, client_id: str, holder: str) -> str:
        """How tokens name the client they are issued to: empty for the one made for the holder."""
        if client_id == self.issue(holder)["lwa"]["client_id"]:
            return ""
        return self._digest("application", client_id).hex()[:16]

    def read(self, token: str) -> AccessToken | None:
        """What an access token or a restricted data token says, also when it has expired; None if not from here."""
        return self._read(token) if len(token) <= LONGEST else None

    def _unseal(self, token: str) -> AccessToken | None:
        try:
            if token.startswith(ACCESS):
                written, expires_at, *scopes = self._access.loads(token.removeprefix(ACCESS))
                holder, application = _read_holder(written)
                return AccessToken(holder, expires_at, tuple(scopes), application=application)
            if token.startswith(RESTRICTED):
                written, expires_at, asked = self._restricted.loads(token.removeprefix(RESTRICTED))
                holder, application = _read_holder(written)
                resources = tuple(Resource(method, path, tuple(elements)) for method, path, *elements in asked)
                return AccessToken(holder, expires_at, (), resources, application)
        except BadData:
            pass
        return None

    def _expiry(self) -> int:
        return int(self.wall()) + TOKEN_SECONDS

    def _access_key(self, holder: str) -> str:
        named = self._short("access key", holder)
        return ACCESS_KEY + named + self._short("access key proof", named)

    def _short(self, purpose: str, text: str) -> str:
        """Eight letters and digits."""
        return base64.b32encode(self._digest(purpose, text)[:5]).decode()

    def _digest(self, purpose: str, text: str) -> bytes:
        return hmac.new(self._key, f"{purpose}\n{text}".encode(), hashlib.sha256).digest()

    def _signer(self, purpose: str) -> Signer:
        return ExactSigner(self._key, salt=purpose.encode(), **_SIGNING)

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(self._key, salt=purpose.encode(), signer=ExactSigner, signer_kwargs=_SIGNING)


_SIGNING: dict[str, Any] = {"key_derivation": "hmac", "digest_method": hashlib.sha256}


def _write_holder(holder: str, application: str) -> str | list[str]:
    return [holder, application] if application else holder


def _read_holder(written: str | list[str]) -> tuple[str, str]:
    return (written, "") if isinstance(written, str) else (written[0], written[1])


def _unsign(signer: Signer, prefix: str, credential: str) -> str | None:
    if not credential.startswith(prefix) or len(credential) > LONGEST:
        return None
    try:
        return signer.unsign(credential.removeprefix(prefix)).decode()
    except (BadData, ValueError):
        return None
