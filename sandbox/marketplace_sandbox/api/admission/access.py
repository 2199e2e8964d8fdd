"""Whose world a call is about, and what of it the caller may see. Knows no operation and no credential's make.

With open access what was never issued here means the default seller, and the request log has a note of it; with
strict access it is refused as the platform refuses it. What was issued here is held to in both.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import flask

from marketplace_sandbox.api.admission.credentials import AccessToken, Credentials, Resource
from marketplace_sandbox.api.admission.gate import EXPIRED, RATE_HEADER, REVOKED, Gate
from marketplace_sandbox.api.http.bridge import RunInThread, running_inline
from marketplace_sandbox.api.http.calls import Call
from marketplace_sandbox.api.http.errors import DENIED, ApiError
from marketplace_sandbox.core.courier_port import CourierPort, catch_up
from marketplace_sandbox.core.sellers import DEFAULT_SELLER, Sellers
from marketplace_sandbox.core.world import World

TOKEN_HEADER = "x-amz-access-token"  # noqa: S105  (a header's name)

MISSING = "Access token is missing in the request header."
INVALID = REVOKED
SELLERS = "A seller's access token is not good for this operation; it takes a grantless one."
GRANTLESS = "A grantless access token is not good for this operation; it takes one of a seller."

RATE_LIMIT = {RATE_HEADER: "50"}
"""Sent with what is answered and with 400 and 404. It is large because clients wait for its inverse."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who was let in: the world, and what the token is restricted to, nothing for an ordinary one.

    `application` is who the token was issued to, empty for the client made for the seller.
    """

    world: World
    resources: tuple[Resource, ...] = ()
    application: str = ""

    def sees(self, call: Call, element: str = "") -> bool:
        """Whether personal data may be shown in answer to this call; of an order read, this data element of it."""
        return any(
            each.covers(call.method, call.url_path) and (not element or element in each.elements)
            for each in self.resources
        )


class Access:
    """The door of all APIs that take access tokens. With `strict` nothing unknown is tolerated.

    `gate` is asked last: it may refuse a call that is in order, or have it see the world wrongly.
    """

    def __init__(
        self,
        sellers: Sellers,
        credentials: Credentials,
        dispatch: CourierPort,
        *,
        strict: bool = False,
        gate: Gate | None = None,
    ) -> None:
        self._gate = gate
        self.credentials = credentials
        self._sellers = sellers
        self._dispatch = dispatch
        self._strict = strict
        self._access_keys: dict[str, str] = {}
        self._indexed: list[str] = []

    def enter(self, call: Call) -> Caller:
        """The caller, whose world is at its now. Raises ApiError 403; RunInThread if settling would wait."""
        flask.g.operation = call.operation_id
        token = self._valid(call)
        if token is not None and token.scopes:
            raise denied(GRANTLESS)
        if token is None:
            return Caller(self._world(call, token))
        return Caller(self._world(call, token), token.resources, token.application)

    def enter_grantless(self, call: Call, scope: str) -> World:
        """The world of the application's seller, for operations that take no seller's token. Raises as `enter` does."""
        return self._entered(call, scope, sellers=False)

    def enter_either(self, call: Call, scope: str) -> World:
        """The same for an operation that takes both kinds of token."""
        return self._entered(call, scope, sellers=True)

    def _entered(self, call: Call, scope: str, *, sellers: bool) -> World:
        flask.g.operation = call.operation_id
        token = self._valid(call)
        if token is not None and not token.scopes and not sellers:
            raise denied(SELLERS)
        if token is not None and token.scopes and scope not in token.scopes:
            raise denied(f"The token is not good for this operation, which takes the scope {scope}.")
        return self._world(call, token)

    def going_wrong(self, world: World, work: str, work_type: str) -> AbstractContextManager[Mapping[str, str]]:
        """How a "feed" or "report" of this type is to end that is begun in the block, for its command."""
        if self._gate is None:
            return nullcontext({})
        return self._gate.faults.match_job(world.seller_id, work, work_type)

    def wake(self, world: World) -> None:
        """Has deliveries made, should any be outgoing."""
        if world.state.outgoing:
            self._dispatch.wake(world)

    def seller_of(self, headers: Mapping[str, str]) -> str | None:
        """The seller a call's token was issued for, None when it was not issued here."""
        token = self.credentials.read(headers.get(TOKEN_HEADER, ""))
        return token.seller_id if token else None

    def find_by_access_key(self, access_key: str) -> tuple[World, str | None] | None:
        """The world of an MWS access key, at its now, and its secret key; no secret for an unknown key that is let in.

        None for a key that must not come in.
        """
        found = self._found_by_access_key(access_key)
        if found is not None:
            self._catch_up(found[0])
        return found

    def default_world(self) -> World:
        """The default seller's world, at its now."""
        world = self._sellers.get(None)
        self._catch_up(world)
        return world

    def _found_by_access_key(self, access_key: str) -> tuple[World, str | None] | None:
        if self.credentials.is_access_key(access_key):
            world = self._sellers.find(self._seller_of_access_key(access_key) or "")
            return (world, self.credentials.issue(world.seller_id)["mws"]["secret_key"]) if world else None
        world = self._sellers.find(DEFAULT_SELLER)
        return None if self._strict or world is None else (world, None)

    def _valid(self, call: Call) -> AccessToken | None:
        token = self._token(call.headers)
        if token is not None and token.expires_at <= self.credentials.wall():
            raise denied(EXPIRED)
        if (
            token is not None
            and token.resources
            and not any(each.covers(call.method, call.url_path) for each in token.resources)
        ):
            raise denied(_not_issued_for(token.resources, call))
        return token

    def _world(self, call: Call, token: AccessToken | None) -> World:
        world = self._sellers.find(token.seller_id if token else DEFAULT_SELLER)
        if world is None:
            raise denied(INVALID)
        self._catch_up(world)
        if self._gate is None:
            return world
        if token is None:
            return self._gate.admit(world, call, "")
        return self._gate.admit(world, call, call.headers.get(TOKEN_HEADER, ""), token.application)

    def _token(self, headers: Mapping[str, str]) -> AccessToken | None:
        """What the token says; None for a call that is let in without one of ours."""
        sent = headers.get(TOKEN_HEADER, "")
        token = self.credentials.read(sent)
        if token is not None:
            flask.g.seller_id = token.seller_id
            return token
        if self._strict:
            raise denied(INVALID if sent else MISSING)
        flask.g.seller_id = DEFAULT_SELLER
        note(f"{'unknown' if sent else 'no'} access token, taken for the default seller")
        return None

    def _catch_up(self, world: World) -> None:
        if world.behind() and running_inline():
            raise RunInThread
        catch_up(world, self._dispatch)

    def _seller_of_access_key(self, access_key: str) -> str | None:
        """Keys are made from sellers, and not the other way round: all there are now are looked through."""
        seller_id = self._access_keys.get(access_key)
        if seller_id and self._sellers.find(seller_id):
            return seller_id
        living = [world.seller_id for world in self._sellers]
        if self._indexed != living:
            known = {seller: key for key, seller in self._access_keys.items()}
            keys = {known.get(each) or self.credentials.issue(each)["mws"]["access_key"]: each for each in living}
            self._access_keys, self._indexed = keys, living
        return self._access_keys.get(access_key)


def note(text: str) -> None:
    """Leaves a remark on the call for the request log."""
    flask.g.setdefault("notes", []).append(text)


def _not_issued_for(resources: tuple[Resource, ...], call: Call) -> str:
    issued = ", ".join(f"{each.method} {each.path}" for each in resources)
    return f"The restricted data token was not issued for {call.method} {call.url_path[:200]}, but for {issued[:400]}."


def denied(details: str) -> ApiError:
    """The platform's 403."""
    return ApiError(403, "Unauthorized", DENIED, details)


def invalid(message: str, details: str = "") -> ApiError:
    """The platform's 400 for what a checked request asks for."""
    return ApiError(400, "InvalidInput", message, details, RATE_LIMIT)
