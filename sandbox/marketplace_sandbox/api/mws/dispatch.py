"""From a raw HTTP request to an action's XML answer: who asks, what is asked, and is it well asked.

Any path, verb and content type is taken, since clients agree on none of them; the action is
chosen by `Action` and `Version`. Knows no order and no web framework: the caller turns its
framework's request into a RawRequest, and a RawResponse into its framework's response.
"""

import base64
import hashlib
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from uuid import uuid4

from marketplace_sandbox.api.mws import signature
from marketplace_sandbox.api.mws.contract import Checked, Operation, Section, check, shown
from marketplace_sandbox.api.mws.transport import RawRequest, RawResponse, Sent, read
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
from marketplace_sandbox.core.quoting import nearest, suggestion
from marketplace_sandbox.core.world import World

log = logging.getLogger(__name__)

RETIRED = "Sun, 31 Mar 2024 00:00:00 GMT"
"""When the platform switched MWS off; told in the header `Sunset`."""

STREAMED = ("SubmitFeed", "GetReport", "GetFeedSubmissionResult")
"""Actions whose answers tell the request's id in one more header; a client of theirs reads it there."""

FindWorld = Callable[[str], tuple[World, str | None] | None]
"""From an access key to its world and secret key; no secret where an unknown key is let in."""


@dataclass(frozen=True, slots=True)
class Call:
    """A checked call. `parameters` are by the document's names; `body` is what is no form.

    `application` is the access key it came with; `strict` says that nothing is tolerated.
    """

    action: str
    section: Section
    parameters: Mapping[str, Checked]
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

    def listed(self, name: str) -> tuple[str, ...]:
        """The elements of a numbered list, empty when none was sent."""
        value = self.parameters.get(name)
        return value if isinstance(value, tuple) else ()

    def answer(self, fragments: Iterable[bytes]) -> bytes:
        """The action's document round the fragments of its result."""
        return answer(self.action, self.section.namespace, fragments, self.request_id)


@dataclass(frozen=True, slots=True)
class RawFile:
    """What an action answers that answers no XML document of its own: a file as it is, with its checksum."""

    content: bytes
    media_type: str


Action = Callable[[World, Call], bytes | RawFile]


@dataclass(frozen=True, slots=True)
class Admission:
    """A call that may go on: the world as it is to see it, headers for its answer, remarks for the request log."""

    world: World
    headers: Headers = ()
    notes: Sequence[str] = ()


Gate = Callable[[World, Call], Admission]
"""May refuse a call of somebody known to an action there is: throttling, faults. Parameters are as they were sent."""


@dataclass(slots=True)
class _Exchange:
    """What has become known of a request so far; an error answers with as much as there is.

    `behind` says that the front layer, which knows callers, addresses and quotas, has let it through.
    """

    request: RawRequest
    request_id: str
    sent: Sent = field(default_factory=Sent)
    section: Section | None = None
    operation: Operation | None = None
    world: World | None = None
    headers: Headers = ()
    notes: list[str] = field(default_factory=list)
    behind: bool = False


class Mws:
    """The dispatcher of all MWS sections that are served.

    Each section comes with the object whose methods are named after its actions. `default_world`
    answers calls that need no credentials, and lends its clock to refusals of unknown keys.
    `wall` is the clock that clients stamp requests with. `strict` refuses what is signed wrongly,
    otherwise it is noted. `gate` is asked last of the front layer: what is wrong with the parameters is
    told behind it, and counts as a call.
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
        gate: Gate | None = None,
    ) -> None:
        self._sections: dict[str, list[Section]] = {}
        self._actions: dict[tuple[str, str], Action] = {}
        for section, target in sections:
            self._sections.setdefault(section.version, []).append(section)
            for name in section.operations:
                self._actions[section.version, name] = getattr(target, name)
        self._find_world = find_world
        self._default_world = default_world
        self._wall = wall
        self._strict = strict
        self._hosts = (*hosts, *signature.AMAZON_HOSTS)
        self._new_id = new_id
        self._gate = gate

    def handle(self, request: RawRequest) -> RawResponse:
        """The answer to a request, a refusal included. Raises nothing."""
        exchange = _Exchange(request, request.request_id or self._new_id())
        try:
            found = self._perform(exchange)
            if exchange.sent.action in STREAMED:
                exchange.headers = (*exchange.headers, ("x-amz-request-id", exchange.request_id))
            if isinstance(found, bytes):
                return self._respond(exchange, 200, found)
            exchange.headers = (*exchange.headers, ("Content-MD5", checksum(found.content)))
            return self._respond(exchange, 200, found.content, media_type=found.media_type)
        except MwsError as error:
            return self._refuse(exchange, error)
        except Exception:
            # Whatever went wrong, the client gets its dialect's shape.
            log.exception("MWS %s failed", shown(exchange.sent.action))
            message = "We encountered an internal error. Please try again."
            return self._refuse(exchange, MwsError(500, "InternalError", message, "Receiver"))

    def _perform(self, exchange: _Exchange) -> bytes | RawFile:
        exchange.sent = read(exchange.request)
        if not exchange.sent.action:
            raise invalid("Missing required parameter Action.")
        exchange.section = self._section_of(exchange)
        if exchange.section is not None:
            exchange.operation = exchange.section.operations.get(exchange.sent.action)
        exchange.world = world = self._admit(exchange)
        section, operation = _located(exchange, self._sections)
        call = self._call(exchange, section)
        if self._gate is not None:
            admission = self._gate(world, call)
            world, exchange.headers = admission.world, admission.headers
            exchange.notes += admission.notes
        exchange.behind = True
        call = replace(call, parameters=check(operation, exchange.sent.values))
        return self._actions[section.version, operation.action](world, call)

    def _call(self, exchange: _Exchange, section: Section) -> Call:
        """The call with its parameters as they were sent."""
        sent, request = exchange.sent, exchange.request
        key = sent.values.get("AWSAccessKeyId", "")
        return Call(
            sent.action, section, sent.values, exchange.request_id, sent.payload, request.headers, key, self._strict
        )

    def _section_of(self, exchange: _Exchange) -> Section | None:
        """The section by Version or, where that was not sent, by a version in the path; of several by the action."""
        version = exchange.sent.values.get("Version") or _version_in(exchange.request.path)
        having = self._sections.get(version, [])
        fitting = [each for each in having if exchange.sent.action in each.operations]
        named = [each for each in having if exchange.request.path.startswith(each.path)]
        return next(iter(fitting or named or having), None)

    def _admit(self, exchange: _Exchange) -> World:
        """The world of the caller. Raises MwsError for one who must not come in."""
        key = exchange.sent.values.get("AWSAccessKeyId", "")
        found = self._find_world(key) if key else None
        if exchange.operation and exchange.operation.open_to_all:
            return found[0] if found else self._default_world()
        if not key:
            raise invalid("Missing required parameter AWSAccessKeyId.")
        if found is None:
            message = "The AWS Access Key Id you provided does not exist in our records."
            raise MwsError(403, "InvalidAccessKeyId", message)
        world, secret = found
        exchange.world = world
        self._tolerate(exchange, lambda: self._check_signature(exchange, secret))
        self._tolerate(exchange, lambda: _check_seller(exchange, world.seller_id))
        return world

    def _tolerate(self, exchange: _Exchange, check_credentials: Callable[[], None]) -> None:
        """Refusals of credentials hold in strict mode; in open mode they become notes."""
        try:
            check_credentials()
        except MwsError as error:
            if self._strict:
                raise
            exchange.notes.append(f"tolerated {error.code}: {error.message.splitlines()[0]}")

    def _check_signature(self, exchange: _Exchange, secret: str | None) -> None:
        if secret is None:
            exchange.notes.append("signature not checked: the access key was not issued here")
            return
        for name in ("Signature", "SignatureMethod", "SignatureVersion", "Timestamp"):
            if not exchange.sent.values.get(name):
                raise invalid(f"Missing required parameter {name}.")
        if exchange.sent.values["SignatureVersion"] != "2":
            raise invalid("Value for parameter SignatureVersion is invalid; it is 2.")
        _check_age(exchange.sent.values["Timestamp"], self._wall())
        variant = self._matching_variant(exchange, secret)
        exchange.notes.append(f"signed for {variant.host} {variant.path}")

    def _matching_variant(self, exchange: _Exchange, secret: str) -> signature.Variant:
        request, method = exchange.request, exchange.sent.values["SignatureMethod"]
        if method not in signature.METHODS:
            known = " or ".join(signature.METHODS)
            wrong = f"Invalid value {shown(method)} for parameter SignatureMethod"
            raise invalid(f"{wrong}; it is {known}.")
        signed = signature.Signed(request.method, request.host, request.path, exchange.sent.pairs, self._hosts)
        given = exchange.sent.values["Signature"]
        variant = signature.matching_variant(signed, secret, given, method)
        if variant is None:
            raise MwsError(403, "SignatureDoesNotMatch", _mismatch(signed))
        return variant

    def _refuse(self, exchange: _Exchange, error: MwsError) -> RawResponse:
        namespace = exchange.section.namespace if exchange.section else NAMESPACE_FRONT
        body = refusal(error, namespace, exchange.request_id, _id_element(exchange, error))
        exchange.headers = error.headers or exchange.headers
        return self._respond(exchange, error.status, body, error.code)

    def _respond(
        self, exchange: _Exchange, status: int, body: bytes, error: str | None = None, media_type: str = "text/xml"
    ) -> RawResponse:
        world = exchange.world
        now = (world or self._default_world()).now()
        context = base64.b64encode(f"{exchange.request_id} {exchange.sent.action}".encode())
        headers = (
            ("Content-Type", media_type),
            ("x-mws-request-id", exchange.request_id),
            ("x-mws-timestamp", instant(now)),
            ("x-mws-response-context", context.decode("ascii")),
            ("Server", "Server"),
            ("Vary", "Accept-Encoding,User-Agent"),
            ("Sunset", RETIRED),
            # One client waits for ever on a connection that is used again.
            ("Connection", "close"),
            *exchange.headers,
        )
        seller_id = world.seller_id if world else ""
        notes = tuple(exchange.notes)
        return RawResponse(status, headers, body, exchange.sent.action, seller_id, error, notes)


def _id_element(exchange: _Exchange, error: MwsError) -> str:
    """How a refusal spells the request's id: what stands behind the front layer of Feeds and Reports has its own way.

    It was recorded on 400s; a result that is not ready, which is a 404, was seen with the usual spelling.
    """
    of_2009 = exchange.section is not None and exchange.section.namespace == NAMESPACE_2009
    return "RequestId" if of_2009 and exchange.behind and error.status == 400 else "RequestID"


def checksum(content: bytes) -> str:
    """The value of Content-MD5 for a body."""
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode("ascii")


def _version_in(path: str) -> str:
    match = re.search(r"/([0-9]{4}-[0-9]{2}-[0-9]{2})(?:/|$)", path)
    return match[1] if match else ""


def _located(exchange: _Exchange, sections: Mapping[str, Sequence[Section]]) -> tuple[Section, Operation]:
    """The section and operation of a call. Raises MwsError naming the nearest that exist."""
    if exchange.section is None:
        raise MwsError(404, "InvalidAddress", _no_section(exchange, sections))
    if exchange.operation is None:
        section = exchange.section
        wrong = f"Invalid value {shown(exchange.sent.action)} for parameter Action"
        hint = _action_hint(exchange.sent.action, section, sections)
        raise invalid(f"{wrong}: {section.name} {section.version} has no such action{hint}")
    return exchange.section, exchange.operation


def _action_hint(action: str, section: Section, sections: Mapping[str, Sequence[Section]]) -> str:
    """Where an action is that was asked for in the wrong section, or what was meant by one there is nowhere."""
    for each in chain.from_iterable(sections.values()):
        if action in each.operations:
            return f"; {each.name} {each.version} has it, at {each.path}."
    return suggestion(action, [name for each in sections[section.version] for name in each.operations])


def _no_section(exchange: _Exchange, sections: Mapping[str, Sequence[Section]]) -> str:
    path, version = exchange.request.path, exchange.sent.values.get("Version")
    lost = f"Resource {path[:200]} is not found on this server."
    if not version:
        return f"{lost} API Version is missing"
    named = [each for each in chain.from_iterable(sections.values()) if path.startswith(f"/{each.name}/")]
    near = next(iter(named), None) or sections[nearest(version[:100], sections)][0]
    return f"{lost} API Version {shown(version)} is unknown; {near.path} is served"


def _check_age(timestamp: str, wall: datetime) -> None:
    try:
        at = signature.parse_timestamp(timestamp)
    except ValueError:
        example = "an ISO 8601 instant such as 2022-05-24T09:00:00Z"
        wrong = f"Invalid value {shown(timestamp)} for parameter Timestamp"
        raise invalid(f"{wrong}; it is {example}.") from None
    ahead = signature.drift(at, wall)
    if ahead is None:
        return
    when = f"Timestamp date: {at.astimezone(UTC).isoformat(timespec='seconds')[:19]}Z"
    past, future = "too far in the past and has expired", "too far in the future"
    message = f"Request signature is {past if ahead.total_seconds() < 0 else future}. {when}"
    raise MwsError(400, "RequestExpired", message, namespace=NAMESPACE_2009)


def _check_seller(exchange: _Exchange, seller_id: str) -> None:
    named = exchange.sent.values.get("SellerId") or exchange.sent.values.get("Merchant")
    if named and named != seller_id:
        section = exchange.section.name if exchange.section else "MWS"
        message = f"Access to {section}.{exchange.sent.action[:100]} is denied"
        raise MwsError(401, "AccessDenied", message)


def _mismatch(signed: signature.Signed) -> str:
    text = signature.string_to_sign(signed.verb, signed.authority, signed.path, signed.parameters)
    given = "The request signature we calculated does not match the signature you provided."
    advice = "Check your secret key, and that parameters are encoded before they are signed."
    shown_text = text if len(text) <= 4000 else f"{text[:4000]}…"
    return f"{given} {advice} With the host of this request the text to sign is:\n{shown_text}"
