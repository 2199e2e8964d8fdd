"""Login with Amazon: trades a refresh token or a client's credentials for an access token of an hour.

A Flask route, because clients send forms as well as JSON; its errors have OAuth's shape. Knows no order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl

import flask

from marketplace_sandbox.api.admission.access import note
from marketplace_sandbox.api.admission.credentials import TOKEN_SECONDS, Credentials
from marketplace_sandbox.api.http.calls import encode
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.validation import parse_json
from marketplace_sandbox.core.sellers import DEFAULT_SELLER, Sellers

PATH = "/auth/o2/token"
SCOPES = (
    "sellingpartnerapi::notifications",
    "sellingpartnerapi::migration",
    "sellingpartnerapi::client_credential:rotation",
)
NEEDS = {"refresh_token": "refresh_token", "client_credentials": "scope", "authorization_code": "code"}
"""Every grant type, with the parameter it needs beside the client's."""

_HEADERS = {"Cache-Control": "no-store", "Pragma": "no-cache"}

Form = Mapping[str, str]


class LoginGate(Protocol):
    """What may stand in the way of a login, and is told of the tokens that are given out."""

    def login(self, seller_id: str) -> tuple[int, str, str] | None:
        """The status, error and description of a refusal; None to go on."""

    def renew(self, seller_id: str, token: str) -> None:
        """A token is given out."""


class LwaError(Exception):
    """A refusal in OAuth's words."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(description)
        self.status = status
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True)
class Grant:
    """What is given out: for whom, and the refresh token to go on with, or the scopes; `client_id` asked for it."""

    seller_id: str
    client_id: str
    refresh_token: str = ""
    scopes: tuple[str, ...] = ()


class Lwa:
    """The token endpoint. With `strict` the platform's refusals; otherwise what is unknown means the default seller."""

    def __init__(
        self, sellers: Sellers, credentials: Credentials, *, strict: bool = False, gate: LoginGate | None = None
    ) -> None:
        self._sellers = sellers
        self._credentials = credentials
        self._strict = strict
        self._gate = gate

    def install(self, flask_app: flask.Flask) -> None:
        """Adds the route."""
        flask_app.add_url_rule(PATH, endpoint="lwa", view_func=self._view, methods=["POST"])

    def _view(self) -> flask.Response:
        flask.g.operation = "createAccessToken"
        try:
            grant = self._grant(_sent(flask.request.get_data()))
            flask.g.seller_id = grant.seller_id
            self._check(grant)
        except LwaError as wrong:
            body = {"error": wrong.error, "error_description": wrong.description}
            return _answer(wrong.status, body)
        return _answer(200, self._written(grant))

    def _check(self, grant: Grant) -> None:
        """Refuses what a fault refuses."""
        refused = self._gate.login(grant.seller_id) if self._gate else None
        if refused is not None:
            raise LwaError(*refused)

    def _written(self, grant: Grant) -> dict[str, object]:
        application = self._credentials.application(grant.client_id, grant.seller_id)
        token = self._credentials.access_token(grant.seller_id, grant.scopes, application)
        if self._gate is not None:
            self._gate.renew(grant.seller_id, token)
        written: dict[str, object] = {"access_token": token, "token_type": "bearer", "expires_in": TOKEN_SECONDS}
        if grant.scopes:
            return written | {"scope": " ".join(grant.scopes)}
        return written | {"refresh_token": grant.refresh_token}

    def _grant(self, form: Form) -> Grant:
        kind = _required(form, "grant_type")
        if kind not in NEEDS:
            raise LwaError(400, "unsupported_grant_type", f"The grant type is not one of {', '.join(NEEDS)}")
        client_id, secret = _required(form, "client_id"), _required(form, "client_secret")
        given = _required(form, NEEDS[kind])
        client = self._client(client_id, secret)
        if kind == "client_credentials":
            return Grant(client, client_id, scopes=_scopes(given))
        if kind == "authorization_code":
            return self._from_code(client_id)
        return Grant(self._refreshed(given), client_id, given)

    def _client(self, client_id: str, secret: str) -> str:
        """The seller a client was made for. One client may hold refresh tokens of several sellers."""
        seller_id = self._credentials.seller_of_client_id(client_id)
        if seller_id is not None and self._sellers.find(seller_id) is None:
            raise _invalid_client()
        if seller_id is None or not self._credentials.is_client_secret(seller_id, secret):
            if self._strict:
                raise _invalid_client()
            note("unknown client id or secret, tolerated")
        return seller_id or DEFAULT_SELLER

    def _refreshed(self, token: str) -> str:
        """The seller of a refresh token."""
        seller_id = self._credentials.seller_of_refresh_token(token)
        if seller_id is None:
            if self._strict:
                raise _invalid_grant("refresh_token")
            note("unknown refresh token, taken for the default seller's")
            return DEFAULT_SELLER
        if self._sellers.find(seller_id) is None:
            raise _invalid_grant("refresh_token")
        return seller_id

    def _from_code(self, client_id: str) -> Grant:
        """Nobody is asked for consent here, so no code is ever issued; open access takes any."""
        if self._strict:
            raise _invalid_grant("code")
        note("unknown authorization code, taken for the default seller's")
        return Grant(DEFAULT_SELLER, client_id, self._credentials.issue(DEFAULT_SELLER)["lwa"]["refresh_token"])


def _sent(raw: bytes) -> Form:
    """The parameters of a form or a JSON object, whatever the content type says."""
    try:
        if not raw.lstrip().startswith(b"{"):
            return dict(parse_qsl(raw.decode()))
        sent = parse_json(raw, deepest=2)
    except (ApiError, UnicodeDecodeError, ValueError):
        raise LwaError(400, "invalid_request", "The request body is neither a form nor JSON in UTF-8") from None
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def _required(form: Form, name: str) -> str:
    if not form.get(name):
        raise LwaError(400, "invalid_request", f"The request is missing a required parameter : {name}")
    return form[name]


def _scopes(given: str) -> tuple[str, ...]:
    scopes = tuple(given.split())
    if not scopes or any(each not in SCOPES for each in scopes):
        raise LwaError(400, "invalid_scope", "The request has an invalid parameter : scope")
    return scopes


def _invalid_client() -> LwaError:
    return LwaError(401, "invalid_client", "Client authentication failed")


def _invalid_grant(name: str) -> LwaError:
    return LwaError(400, "invalid_grant", f"The request has an invalid grant parameter : {name}")


def _answer(status: int, body: object) -> flask.Response:
    return flask.Response(encode(body), status, _HEADERS, content_type="application/json")
