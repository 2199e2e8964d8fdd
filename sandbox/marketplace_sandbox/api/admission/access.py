"""Whose world a call is about, and what of it the caller may see. Knows no operation and no credential's make.

With open access what was never issued here means the default seller, and the request log has a note of it; with
strict access it is refused as the platform refuses it. What was issued here is held to in both.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from starlette.exceptions import HTTPException as StarletteRefusal

from marketplace_sandbox.api.admission.credentials import AccessToken, Credentials, Resource
from marketplace_sandbox.api.admission.fault_injection import EXPIRED, REVOKED
from marketplace_sandbox.api.admission.throttling import RATE_HEADER
from marketplace_sandbox.api.http.errors import DENIED, ApiError
from marketplace_sandbox.api.http.exchange import Call, Exchange
from marketplace_sandbox.api.http.flask_side import RunInThread, running_inline
from marketplace_sandbox.core.courier_port import CourierPort, catch_up
from marketplace_sandbox.core.faults.fault_rules import FaultRules
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER, Sellers, UnopenedWorldError
from marketplace_sandbox.core.world.world import World

TOKEN_HEADER = "x-amz-access-token"  # noqa: S105  (a header's name)
OURS = "/_sandbox/"

SELLER_HEADER = "x-sandbox-seller"
"""Whom a call of the control API is about."""

MISSING = "Access token is missing in the request header."
INVALID = REVOKED
SELLERS = "A seller's access token is not good for this operation; it takes a grantless one."
GRANTLESS = "A grantless access token is not good for this operation; it takes one of a seller."

GRANT = "x-grantless"
"""What documents say of operations for grantless tokens: their `scope`, and if a `seller`'s token will do too."""

RATE_LIMIT = {RATE_HEADER: "50.0"}
"""Sent with what is answered and with 400 and 404. It is large because clients wait for its inverse."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who is known: the world, and what the token is restricted to, nothing for an ordinary one.

    `application` is who the token was issued to, empty for the client made for the seller; `token` is empty where it
    was not issued here.
    """

    world: World
    resources: tuple[Resource, ...] = ()
    application: str = ""
    token: str = ""

    def sees(self, call: Call, element: str = "") -> bool:
        """Whether personal data may be shown in answer to this call; of an order read, this data element of it."""
        return any(
            each.covers(call.method, call.url_path) and (not element or element in each.elements)
            for each in self.resources
        )


class Access:
    """Who calls, for all APIs that take access tokens. With `strict` nothing unknown is tolerated."""

    def __init__(
        self,
        sellers: Sellers,
        credentials: Credentials,
        courier: CourierPort,
        *,
        strict: bool = False,
        faults: FaultRules | None = None,
    ) -> None:
        self.credentials = credentials
        self._sellers = sellers
        self._courier = courier
        self._strict = strict
        self._faults = faults
        self._access_keys: dict[str, str] = {}
        self._indexed: list[str] = []

    # The stations of a call

    def refuse_before_method(self, exchange: Exchange) -> None:
        """Has a token be refused first where a path of the platform's is called by a method that it does not take.

        With strict access, and but for OPTIONS, which asks for nothing.
        """
        problem = exchange.problem
        if not (self._strict and isinstance(problem, StarletteRefusal) and problem.status_code == 405):
            return
        if exchange.method == "OPTIONS" or exchange.url_path.startswith(OURS):
            return
        token = self.credentials.read(exchange.headers.get(TOKEN_HEADER, ""))
        try:
            self._find_world(exchange, token)
        except (ApiError, UnopenedWorldError) as refusal:
            exchange.problem = refusal

    def authenticate(self, exchange: Exchange, call: Call) -> None:
        """Finds the caller and his world by the token, which must be of the kind the operation takes.

        Raises ApiError 403.
        """
        sent = exchange.headers.get(TOKEN_HEADER, "")
        token = self.credentials.read(sent)
        world = self._find_world(exchange, token)
        if token is None:
            exchange.caller = Caller(world)
        else:
            _check_kind(token, call)
            exchange.caller = Caller(world, token.resources, token.application, sent)

    def _find_world(self, exchange: Exchange, token: AccessToken | None) -> World:
        """The world of whoever a token was issued to, of the default seller where it was not issued here."""
        if token is None:
            sent = exchange.headers.get(TOKEN_HEADER, "")
            if self._strict:
                raise unauthorized(INVALID if sent else MISSING)
            exchange.notes.append(f"{'unknown' if sent else 'no'} access token, taken for the default seller")
        exchange.seller_id = token.seller_id if token else DEFAULT_SELLER
        if token and token.expires_at <= self.credentials.wall():
            raise unauthorized(EXPIRED)
        world = self._sellers.find_holder(token.holder if token else DEFAULT_SELLER)
        if world is None:
            raise unauthorized(INVALID)
        return world

    def settle(self, exchange: Exchange, _: Call) -> None:
        """Lets happen what the world's running clock has made due. Raises RunInThread where that would wait."""
        world: World = exchange.caller.world
        self._catch_up(world)

    @staticmethod
    def call_operation(exchange: Exchange, call: Call) -> None:
        """Has the operation answer the caller."""
        assert exchange.perform  # noqa: S101  (it was found with the call)
        exchange.reply = exchange.perform(call, exchange.caller)

    # What operations ask for

    def match_job_fault(self, world: World, job: str, job_type: str) -> AbstractContextManager[Mapping[str, str]]:
        """How a "feed" or "report" of this type is to end that is begun in the block, for its command."""
        if self._faults is None:
            return nullcontext({})
        return self._faults.match_job(world.seller_id, job, job_type)

    def wake(self, world: World) -> None:
        """Has deliveries made, should any be outgoing."""
        if world.has_outgoing:
            self._courier.wake(world)

    def seller_of(self, headers: Mapping[str, str]) -> str | None:
        """The seller a call's token was issued for, None when it was not issued here."""
        token = self.credentials.read(headers.get(TOKEN_HEADER, ""))
        return token.seller_id if token else None

    def find_by_access_key(self, access_key: str) -> tuple[World, Mapping[str, str] | None] | None:
        """The world of an MWS access key, at its now, and what was issued with it; nothing of an unknown key let in.

        None for a key that must not come in.
        """
        found = self._world_by_access_key(access_key)
        if found is not None:
            self._catch_up(found[0])
        return found

    def default_world(self) -> World:
        """The default seller's world, at its now."""
        world = self._sellers.get(None)
        self._catch_up(world)
        return world

    def _catch_up(self, world: World) -> None:
        """Lets happen what is due. Raises RunInThread where that would wait."""
        if not running_inline():
            catch_up(world, self._courier)
        # one whose state has left memory has to be read back first
        elif world.absence is not None or world.behind():
            raise RunInThread

    def _world_by_access_key(self, access_key: str) -> tuple[World, Mapping[str, str] | None] | None:
        if self.credentials.is_access_key(access_key):
            holder = self._holder_of_access_key(access_key) or ""
            world = self._sellers.find_holder(holder)
            return (world, self.credentials.mws_keys(holder)) if world else None
        world = self._sellers.find(DEFAULT_SELLER)
        return None if self._strict or world is None else (world, None)

    def _holder_of_access_key(self, access_key: str) -> str | None:
        """Keys are made from their holders, and not the other way round: all there are now are looked through."""
        holder = self._access_keys.get(access_key)
        if holder and self._sellers.find_holder(holder):
            return holder
        living = self._sellers.holders()
        if self._indexed != living:
            known = {each: key for key, each in self._access_keys.items()}
            keys = {known.get(each) or self.credentials.issue(each)["mws"]["access_key"]: each for each in living}
            self._access_keys, self._indexed = keys, living
        return self._access_keys.get(access_key)


def _check_kind(token: AccessToken, call: Call) -> None:
    """Refuses a token that was issued for other paths, or is of a kind the operation does not take."""
    if token.resources and not any(each.covers(call.method, call.url_path) for each in token.resources):
        raise unauthorized(_not_issued_for(token.resources, call))
    grant = call.extensions.get(GRANT)
    if grant is None:
        if token.scopes:
            raise unauthorized(GRANTLESS)
    elif not token.scopes:
        if not grant.get("seller"):
            raise unauthorized(SELLERS)
    elif grant["scope"] not in token.scopes:
        raise unauthorized(f"The token is not good for this operation, which takes the scope {grant['scope']}.")


def _not_issued_for(resources: tuple[Resource, ...], call: Call) -> str:
    issued = ", ".join(f"{each.method} {each.path}" for each in resources)
    return f"The restricted data token was not issued for {call.method} {call.url_path[:200]}, but for {issued[:400]}."


def unauthorized(details: str) -> ApiError:
    """The platform's 403."""
    return ApiError(403, "Unauthorized", DENIED, details)


def invalid(message: str, details: str = "") -> ApiError:
    """The platform's 400 for what a checked request asks for."""
    return ApiError(400, "InvalidInput", message, details, RATE_LIMIT)
