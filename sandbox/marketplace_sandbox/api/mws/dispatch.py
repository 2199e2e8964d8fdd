"""From a raw HTTP request to an action's XML answer: who asks, what is asked, and is it well asked.

Any path, verb and content type is taken, since clients agree on none of them; the action is
chosen by `Action` and `Version`. Knows no order and no web framework: the caller turns its
framework's request into a RawRequest, and a RawResponse into its framework's response.
"""

import base64
import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from uuid import uuid4

from marketplace_sandbox.amazon.hosts import MWS_HOSTS
from marketplace_sandbox.api.http.exchange import Sender
from marketplace_sandbox.api.mws import signature
from marketplace_sandbox.api.mws.contract import Action, ParameterValue, Section, check, quote_value
from marketplace_sandbox.api.mws.transport import RawRequest, RawResponse, RequestParameters, read
from marketplace_sandbox.api.shared.xml import (
    NAMESPACE_2009,
    NAMESPACE_FRONT,
    Headers,
    MwsError,
    answer,
    instant,
    invalid,
    refusal,
)
from marketplace_sandbox.core.journal.journal import StoreUnavailableError
from marketplace_sandbox.core.text.quoting import nearest, suggestion
from marketplace_sandbox.core.world.sellers import UnopenedWorldError
from marketplace_sandbox.core.world.world import World

log = logging.getLogger(__name__)

RETIRED = "Sun, 31 Mar 2024 00:00:00 GMT"
"""When the platform switched MWS off; told in the header `Sunset`."""

STREAMED = ("SubmitFeed", "GetReport", "GetFeedSubmissionResult")
"""Actions whose answers tell the request's id in one more header; a client of theirs reads it there."""

MOST_SIGNED_FOR = 256
"""Hosts and paths of which it is remembered how they were signed."""

FindWorld = Callable[[str], tuple[World, Mapping[str, str] | None] | None]
"""From an access key to its world and what was issued with it; nothing where an unknown key is let in."""


@dataclass(frozen=True, slots=True)
class ActionCall:
    """A checked call, as its action gets it. `parameters` are by the document's names; `body` is what is no form.

    `application` is the access key it came with; `strict` says that nothing is tolerated.
    """

    action: str
    section: Section
    parameters: Mapping[str, ParameterValue]
    request_id: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    application: str = ""
    strict: bool = False

    def text(self, name: str) -> str | None:
        """A string parameter, None when it was not sent."""
        value = self.parameters.get(name)
        return value if isinstance(value, str) else None

    def number(self, name: str) -> int | None:
        """An integer parameter, None when it was not sent."""
        value = self.parameters.get(name)
        return value if isinstance(value, int) else None

    def at(self, name: str) -> datetime | None:
        """An instant, None when it was not sent."""
        value = self.parameters.get(name)
        return value if isinstance(value, datetime) else None

    def values_of(self, name: str) -> tuple[str, ...]:
        """The elements of a numbered list, empty when none was sent."""
        value = self.parameters.get(name)
        return value if isinstance(value, tuple) else ()

    def answer(self, fragments: Iterable[bytes]) -> bytes:
        """The action's document round the fragments of its result."""
        return answer(self.action, self.section.namespace, fragments, self.request_id)


READS = frozenset(
    (
        "ListOrders",
        "ListOrdersByNextToken",
        "GetOrder",
        "ListOrderItems",
        "ListOrderItemsByNextToken",
        "GetServiceStatus",
    )
)
"""Actions that only read what stands, and so may run on the event loop."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """What an action answers that answers no XML document of its own: a file as it is, with its checksum."""

    content: bytes
    media_type: str


Perform = Callable[[World, ActionCall], bytes | RawFile]
"""Does what an action is for."""


@dataclass(slots=True)
class MwsRequest:
    """What has become known of a request so far; an error answers with as much as there is.

    `behind_front` says that the front layer, which knows callers, addresses and quotas, has let it through. `headers`
    go with the answer; `sender` sends it, if a fault was injected into it, and `unanswered` says that nothing will be
    sent. The request log gets `notes` before `credential_notes`.
    """

    request: RawRequest
    request_id: str
    sent: RequestParameters = field(default_factory=RequestParameters)
    section: Section | None = None
    action: Action | None = None
    world: World | None = None
    view: World | None = None
    headers: Headers = ()
    notes: list[str] = field(default_factory=list)
    credential_notes: list[str] = field(default_factory=list)
    sender: Sender | None = None
    unanswered: bool = False
    behind_front: bool = False
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    result: bytes | RawFile = b""

    def target(self) -> tuple[Section, Action, World]:
        """Where a call goes whose action has been found."""
        if self.section is None or self.action is None or self.world is None:
            raise AssertionError("A station stands before those that find the section, the action and the world.")
        return self.section, self.action, self.world

    @property
    def access_key(self) -> str:
        """Who sent it, empty where that was not said."""
        return self.sent.values.get("AWSAccessKeyId", "")


MwsStation = Callable[[MwsRequest], None]
"""One step of a call's way; raises MwsError to refuse it."""


class Mws:
    """The dispatcher of all MWS sections that are served.

    Each section comes with the object whose methods are named after its actions. `default_world`
    answers calls that need no credentials, and lends its clock to refusals of unknown keys.
    `wall` is the clock that clients stamp requests with. `strict` refuses what is signed wrongly,
    otherwise it is noted. `stations` are passed in their order; whoever puts the server together sets them.
    """

    def __init__(
        self,
        sections: Iterable[tuple[Section, object]],
        find_world: FindWorld,
        default_world: Callable[[], World],
        wall: Callable[[], datetime],
        *,
        strict: bool = False,
        hosts: Sequence[str] = (),
        new_id: Callable[[], str] = lambda: str(uuid4()),
    ) -> None:
        self._sections: dict[str, list[Section]] = {}
        self._actions: dict[tuple[str, str], Perform] = {}
        for section, target in sections:
            self._sections.setdefault(section.version, []).append(section)
            for name in section.actions:
                self._actions[section.version, name] = getattr(target, name)
        self._find_world = find_world
        self._default_world = default_world
        self._wall = wall
        self._strict = strict
        self._hosts = (*hosts, *MWS_HOSTS)
        self._new_id = new_id
        self.stations: Sequence[MwsStation] = ()
        # what was signed by who called a host and path last: a client does so always alike
        self._signed_for: dict[tuple[str, str], signature.Variant] = {}

    def handle(self, request: RawRequest) -> RawResponse:
        """The answer to a request, a refusal included. Raises nothing."""
        call = MwsRequest(request, request.request_id or self._new_id())
        try:
            for station in self.stations:
                station(call)
        except MwsError as error:
            return self._refuse(call, error)
        except (StoreUnavailableError, UnopenedWorldError) as wrong:  # logged where it was noticed
            return self._refuse(call, MwsError(503, "ServiceUnavailable", str(wrong), "Receiver"))
        except Exception:
            # Whatever went wrong, the client gets its dialect's shape.
            log.exception("MWS %s failed", quote_value(call.sent.action))
            message = "We encountered an internal error. Please try again."
            return self._refuse(call, MwsError(500, "InternalError", message, "Receiver"))
        return self._tell(call)

    def answer_again(self, request: RawRequest, result: bytes) -> RawResponse | None:
        """The answer to a request of which the result is known; None for one that has to be handled.

        Whoever sends it is looked at, and it is counted, as ever. Nothing may be due in the world.
        """
        call = MwsRequest(request, request.request_id)
        try:
            for station in self.stations:
                if station == self.check_parameters:
                    break
                station(call)
        except (MwsError, StoreUnavailableError, UnopenedWorldError):
            return None
        call.result = result
        return self._tell(call)

    def _tell(self, call: MwsRequest) -> RawResponse:
        """The answer that tells a result."""
        if call.sent.action in STREAMED:
            call.headers = (*call.headers, ("x-amz-request-id", call.request_id))
        if isinstance(call.result, bytes):
            return self._respond(call, 200, call.result)
        call.headers = (*call.headers, ("Content-MD5", checksum(call.result.content)))
        return self._respond(call, 200, call.result.content, media_type=call.result.media_type)

    # The stations

    def read_parameters(self, call: MwsRequest) -> None:
        """Reads the parameters, from the query or the form, and judges none of them."""
        call.sent = read(call.request)

    def find_section(self, call: MwsRequest) -> None:
        """Finds the section by Version or, where that was not sent, by a version in the path; of several by the action.

        That there is none is told only to whoever is known.
        """
        version = call.sent.values.get("Version") or _version_in(call.request.path)
        having = self._sections.get(version, [])
        fitting = [each for each in having if call.sent.action in each.actions]
        named = [each for each in having if call.request.path.startswith(each.path)]
        call.section = next(iter(fitting or named or having), None)
        if call.section is not None:
            call.action = call.section.actions.get(call.sent.action)

    def authenticate(self, call: MwsRequest) -> None:
        """Finds the caller's world, at its now, by the access key; checks signature, seller's id and MWSAuthToken."""
        found = self._find_world(call.access_key) if call.access_key else None
        if call.action and call.action.open_to_all:
            call.world = found[0] if found else self._default_world()
            return
        if not call.access_key:
            raise invalid("Missing required parameter AWSAccessKeyId.")
        if found is None:
            message = "The AWS Access Key Id you provided does not exist in our records."
            raise MwsError(403, "InvalidAccessKeyId", message)
        call.world, issued = found
        seller_id = call.world.seller_id
        self._tolerate(call, lambda: self._check_signature(call, issued))
        self._tolerate(call, lambda: _check_seller(call, seller_id, issued))

    def find_action(self, call: MwsRequest) -> None:
        """Refuses what names no action, or is addressed to no section or action there is, naming the nearest."""
        call.sent.refuse_contradictions()
        if not call.sent.action:
            raise invalid("Missing required parameter Action.")
        if call.section is None:
            raise MwsError(404, "InvalidAddress", _no_section(call, self._sections))
        if call.action is None:
            section = call.section
            wrong = f"Invalid value {quote_value(call.sent.action)} for parameter Action"
            hint = _action_hint(call.sent.action, section, self._sections)
            raise invalid(f"{wrong}: {section.name} {section.version} has no such action{hint}")

    def check_parameters(self, call: MwsRequest) -> None:
        """Checks and converts the parameters by the document: what is wrong with them counts as a call."""
        _, action, _ = call.target()
        call.behind_front = True
        call.parameters = check(action, call.sent.values)

    def perform(self, call: MwsRequest) -> None:
        """Has the action answer, from the world as the call is to see it."""
        section, action, world = call.target()
        checked = ActionCall(
            action.name,
            section,
            call.parameters,
            call.request_id,
            call.sent.payload,
            call.request.headers,
            call.access_key,
            self._strict,
        )
        call.result = self._actions[section.version, action.name](call.view or world, checked)

    def _tolerate(self, call: MwsRequest, check_credentials: Callable[[], None]) -> None:
        """Refusals of credentials hold in strict mode; in open mode they become notes."""
        try:
            check_credentials()
        except MwsError as error:
            if self._strict:
                raise
            call.credential_notes.append(f"tolerated {error.code}: {error.message.splitlines()[0]}")

    def _check_signature(self, call: MwsRequest, issued: Mapping[str, str] | None) -> None:
        if issued is None:
            call.credential_notes.append("signature not checked: the access key was not issued here")
            return
        for name in ("Signature", "SignatureMethod", "SignatureVersion", "Timestamp"):
            if not call.sent.values.get(name):
                raise invalid(f"Missing required parameter {name}.")
        if call.sent.values["SignatureVersion"] != "2":
            raise invalid("Value for parameter SignatureVersion is invalid; it is 2.")
        variant = self._matching_variant(call, issued["secret_key"])
        call.credential_notes.append(f"signed for {variant.host} {variant.path}")
        _check_age(call.sent.values["Timestamp"], self._wall())

    def _matching_variant(self, call: MwsRequest, secret: str) -> signature.Variant:
        request, method = call.request, call.sent.values["SignatureMethod"]
        if method not in signature.METHODS:
            known = " or ".join(signature.METHODS)
            wrong = f"Invalid value {quote_value(method)} for parameter SignatureMethod"
            raise invalid(f"{wrong}; it is {known}.")
        signed = signature.SignedRequest(request.method, request.host, request.path, call.sent.pairs, self._hosts)
        asked = request.host, request.path
        likely = self._signed_for.get(asked)
        variant = signature.matching_variant(signed, secret, call.sent.values["Signature"], method, likely)
        if variant is None:
            raise MwsError(403, "SignatureDoesNotMatch", _mismatch(signed))
        if variant is not likely:
            if len(self._signed_for) >= MOST_SIGNED_FOR:
                self._signed_for.clear()
            self._signed_for[asked] = variant
        return variant

    def _now(self, world: World | None) -> datetime:
        """The world's now, or the default seller's; wall time where that world does not open."""
        try:
            return (world or self._default_world()).now()
        except UnopenedWorldError:
            return self._wall()

    def _refuse(self, call: MwsRequest, error: MwsError) -> RawResponse:
        namespace = call.section.namespace if call.section else NAMESPACE_FRONT
        body = refusal(error, namespace, call.request_id, _id_element(call, error))
        call.headers = error.headers or call.headers
        return self._respond(call, error.status, body, error.code)

    def _respond(
        self, call: MwsRequest, status: int, body: bytes, error: str | None = None, media_type: str = "text/xml"
    ) -> RawResponse:
        world = call.world
        now = self._now(world)
        context = base64.b64encode(f"{call.request_id} {call.sent.action}".encode())
        headers = (
            ("Content-Type", media_type),
            ("x-mws-request-id", call.request_id),
            ("x-mws-timestamp", instant(now)),
            ("x-mws-response-context", context.decode("ascii")),
            ("Server", "Server"),
            ("Vary", "Accept-Encoding,User-Agent"),
            ("Sunset", RETIRED),
            # One client waits for ever on a connection that is used again.
            ("Connection", "close"),
            *call.headers,
        )
        seller_id = world.seller_id if world else ""
        return RawResponse(
            status,
            headers,
            body,
            call.sent.action,
            seller_id,
            error,
            (*call.notes, *call.credential_notes),
            call.sender,
            call.unanswered,
        )


def _id_element(call: MwsRequest, error: MwsError) -> str:
    """How a refusal spells the request's id: what stands behind the front layer of Feeds and Reports has its own way.

    It was recorded on 400s; a result that is not ready, which is a 404, was seen with the usual spelling.
    """
    of_2009 = call.section is not None and call.section.namespace == NAMESPACE_2009
    return "RequestId" if of_2009 and call.behind_front and error.status == 400 else "RequestID"


def checksum(content: bytes) -> str:
    """The value of Content-MD5 for a body."""
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode("ascii")


_SECTION = re.compile("/[A-Za-z]+/")
"""How a path begins that names a section, whether it is served or not."""


def _version_in(path: str) -> str:
    match = re.search(r"/([0-9]{4}-[0-9]{2}-[0-9]{2})(?:/|$)", path)
    return match[1] if match else ""


def _action_hint(action: str, section: Section, sections: Mapping[str, Sequence[Section]]) -> str:
    """Where an action is that was asked for in the wrong section, or what was meant by one there is nowhere."""
    for each in chain.from_iterable(sections.values()):
        if action in each.actions:
            return f"; {each.name} {each.version} has it, at {each.path}."
    return suggestion(action, [name for each in sections[section.version] for name in each.actions])


def _no_section(call: MwsRequest, sections: Mapping[str, Sequence[Section]]) -> str:
    path, version = call.request.path, call.sent.values.get("Version")
    lost = f"Resource {path[:200]} is not found on this server."
    if not version:
        return f"{lost} API Version is missing"
    served = list(chain.from_iterable(sections.values()))
    named = [each for each in served if path.startswith(f"/{each.name}/")]
    near = None if _SECTION.match(path) else nearest(version, sections)
    meant = named or (sections[near] if near else served)
    hint = f"{' and '.join(each.path for each in meant)} {'is' if len(meant) == 1 else 'are'} served"
    return f"{lost} API Version {quote_value(version)} is unknown; {hint}"


def _check_age(timestamp: str, wall: datetime) -> None:
    try:
        at = signature.parse_timestamp(timestamp)
    except ValueError:
        example = "an ISO 8601 instant such as 2022-05-24T09:00:00Z"
        wrong = f"Invalid value {quote_value(timestamp)} for parameter Timestamp"
        raise invalid(f"{wrong}; it is {example}.") from None
    ahead = signature.drift(at, wall)
    if ahead is None:
        return
    when = f"Timestamp date: {at.astimezone(UTC).isoformat(timespec='seconds')[:19]}Z"
    past, future = "too far in the past and has expired", "too far in the future"
    message = f"Request signature is {past if ahead.total_seconds() < 0 else future}. {when}"
    raise MwsError(400, "RequestExpired", message, namespace=NAMESPACE_2009)


def _check_seller(call: MwsRequest, seller_id: str, issued: Mapping[str, str] | None) -> None:
    """Whoever is named has to be the key's seller, and an MWSAuthToken that is sent his own; neither has to be sent."""
    named = call.sent.values.get("SellerId") or call.sent.values.get("Merchant")
    token = call.sent.values.get("MWSAuthToken")
    is_another = bool(token and issued and not hmac.compare_digest(token.encode(), issued["auth_token"].encode()))
    if (named and named != seller_id) or is_another:
        section = call.section.name if call.section else "MWS"
        message = f"Access to {section}.{call.sent.action[:100]} is denied"
        raise MwsError(401, "AccessDenied", message)


def _mismatch(signed: signature.SignedRequest) -> str:
    text = signature.string_to_sign(signed.verb, signed.authority, signed.path, signed.parameters)
    mismatch = "The request signature we calculated does not match the signature you provided."
    advice = "Check your secret key, and that parameters are encoded before they are signed."
    excerpt = text if len(text) <= 4000 else f"{text[:4000]}…"
    return f"{mismatch} {advice} With the host of this request the text to sign is:\n{excerpt}"
