"""Login with Amazon: trades a refresh token or a client's credentials for an access token of an hour.

A Flask route, because clients send forms as well as JSON; its errors have OAuth's shape. Knows no order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import flask

from marketplace_sandbox.api.admission.credentials import TOKEN_SECONDS, Credentials, seller_of
from marketplace_sandbox.api.admission.fault_injection import FaultInjection
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Answer, Exchange, encode
from marketplace_sandbox.api.http.flask_side import exchange_of
from marketplace_sandbox.api.http.validation import parse_json
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER, Sellers, UnopenedWorldError

PATH = "/auth/o2/token"
SCOPES = (
    "sellingpartnerapi::notifications",
    "sellingpartnerapi::migration",
    "sellingpartnerapi::client_credential:rotation",
)
NEEDS = {"refresh_token": "refresh_token", "client_credentials": "scope", "authorization_code": "code"}
"""Every grant type, with the parameter it needs beside the client's."""

UNSUPPORTED = "The authorization grant type is not supported by the authorization server"
_WORDS = {401: "invalid_client", 403: "access_denied", 503: "temporarily_unavailable"}
"""What OAuth calls a refusal of a status; the others by their hundred."""

_HEADERS = {"Cache-Control": "no-store", "Pragma": "no-cache"}

Form = Mapping[str, str]


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

    holder: str
    client_id: str
    refresh_token: str = ""
    scopes: tuple[str, ...] = ()


@dataclass(slots=True)
class Login:
    """A request for a token, and what its stations have found out."""

    exchange: Exchange
    body: bytes
    form: Form = field(default_factory=dict)
    grant: Grant = Grant("", "")
    answer: Mapping[str, object] = field(default_factory=dict)


LoginStation = Callable[[Login], None]


class Lwa:
    """The token endpoint. With `strict` the platform's refusals; otherwise what is unknown means the default seller."""

    def __init__(
        self,
        sellers: Sellers,
        credentials: Credentials,
        *,
        strict: bool = False,
        faults: FaultInjection | None = None,
    ) -> None:
        self._sellers = sellers
        self._credentials = credentials
        self._strict = strict
        self._faults = faults

    def install(self, flask_app: flask.Flask, stations: Sequence[LoginStation]) -> None:
        """Adds the route, whose requests pass these stations."""

        def view() -> flask.Response:
            exchange = exchange_of(flask.request)
            exchange.operation = "createAccessToken"
            login = Login(exchange, flask.request.get_data())
            try:
                for station in stations:
                    station(login)
            except UnopenedWorldError as wrong:
                return _answer(503, {"error": "server_error", "error_description": str(wrong)})
            except LwaError as wrong:
                return _answer(wrong.status, {"error": wrong.error, "error_description": wrong.description})
            return _answer(200, login.answer)

        flask_app.add_url_rule(PATH, endpoint="lwa", view_func=view, methods=["POST"])

    # The stations

    def read_form(self, login: Login) -> None:
        """Reads the parameters of a form or a JSON object, whatever the content type says. Raises LwaError."""
        try:
            if login.body.lstrip().startswith(b"{"):
                sent = parse_json(login.body, deepest=2)
                login.form = {name: value for name, value in sent.items() if isinstance(value, str)}
            else:
                login.form = dict(parse_qsl(login.body.decode()))
        except (ApiError, UnicodeDecodeError, ValueError):
            message = "The request body is neither a form nor JSON in UTF-8"
            raise LwaError(400, "invalid_request", message) from None

    def authenticate(self, login: Login) -> None:
        """Finds what is to be granted, by the client's credentials and the grant's own. Raises LwaError."""
        form, notes = login.form, login.exchange.notes
        kind = form.get("grant_type", "")
        if kind not in NEEDS:
            raise LwaError(400, "unsupported_grant_type", UNSUPPORTED)
        client_id, secret = _required(form, "client_id"), _required(form, "client_secret")
        needed = _required(form, NEEDS[kind])
        client = self._client(client_id, secret, notes)
        if kind == "client_credentials":
            login.grant = Grant(client, client_id, scopes=_scopes(needed))
        elif kind == "authorization_code":
            login.grant = self._from_code(client_id, notes)
        else:
            login.grant = Grant(self._holder_of_refresh_token(needed, notes), client_id, needed)
        login.exchange.seller_id = seller_of(login.grant.holder)

    def inject(self, login: Login) -> None:
        """Refuses what a fault refuses. Raises LwaError."""
        refused = self._faults.refuse_login(login.exchange) if self._faults else None
        if refused is not None:
            raise LwaError(*refused)

    def issue_token(self, login: Login) -> None:
        """Gives a new access token out."""
        grant = login.grant
        application = self._credentials.application(grant.client_id, grant.holder)
        token = self._credentials.access_token(grant.holder, grant.scopes, application)
        if self._faults is not None:
            self._faults.renew_token(seller_of(grant.holder), token)
        further = {"scope": " ".join(grant.scopes)} if grant.scopes else {"refresh_token": grant.refresh_token}
        login.answer = {"access_token": token, "token_type": "bearer", "expires_in": TOKEN_SECONDS} | further

    def _client(self, client_id: str, secret: str, notes: list[str]) -> str:
        """Whom a client was made for. One client may hold refresh tokens of several sellers."""
        holder = self._credentials.holder_of_client_id(client_id)
        if holder is not None and self._sellers.find_holder(holder) is None:
            raise _invalid_client()
        if holder is None or not self._credentials.is_client_secret(holder, secret):
            if self._strict:
                raise _invalid_client()
            notes.append("unknown client id or secret, tolerated")
        return holder or DEFAULT_SELLER

    def _holder_of_refresh_token(self, token: str, notes: list[str]) -> str:
        """Whom a refresh token was made for."""
        holder = self._credentials.holder_of_refresh_token(token)
        if holder is None:
            if self._strict:
                raise _invalid_refresh_token()
            notes.append("unknown refresh token, taken for the default seller's")
            return DEFAULT_SELLER
        if self._sellers.find_holder(holder) is None:
            raise _invalid_refresh_token()
        return holder

    def _from_code(self, client_id: str, notes: list[str]) -> Grant:
        """Nobody is asked for consent here, so no code is ever issued; open access takes any."""
        if self._strict:
            raise LwaError(400, "invalid_request", "The request has an invalid parameter : code")
        notes.append("unknown authorization code, taken for the default seller's")
        return Grant(DEFAULT_SELLER, client_id, self._credentials.issue(DEFAULT_SELLER)["lwa"]["refresh_token"])


def refuse_login(exchange: Exchange) -> None:
    """Answers in OAuth's words what was meant for the token endpoint and refused before anybody had read it."""
    error = exchange.problem
    if exchange.url_path != PATH or not isinstance(error, ApiError):
        return
    word = _WORDS.get(error.status, "invalid_request" if error.status < 500 else "server_error")
    body = encode({"error": word, "error_description": error.message})
    headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **_HEADERS, **error.headers}
    sent = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()]
    exchange.answer = Answer(error.status, sent, b"" if exchange.method == "HEAD" else body)


def _required(form: Form, name: str) -> str:
    if not form.get(name):
        raise LwaError(400, "invalid_request", f"The request is missing a required parameter : {name}")
    return form[name]


def _scopes(text: str) -> tuple[str, ...]:
    scopes = tuple(text.split())
    if not scopes or any(each not in SCOPES for each in scopes):
        raise LwaError(400, "invalid_scope", "The request has an invalid parameter : scope")
    return scopes


def _invalid_client() -> LwaError:
    return LwaError(401, "invalid_client", "Client authentication failed")


def _invalid_refresh_token() -> LwaError:
    return LwaError(400, "invalid_grant", "The request has an invalid grant parameter : refresh_token")


def _answer(status: int, body: object) -> flask.Response:
    return flask.Response(encode(body), status, _HEADERS, content_type="application/json")
