"""XML as MWS writes it: trees of named values, the envelope round a result, error documents.

Knows neither orders nor HTTP. Trees are built without a namespace; the envelope declares one for
everything in it.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from lxml import etree

Node = etree._Element
Value = str | int | bool | datetime | None
Headers = Sequence[tuple[str, str]]

PROLOG = b'<?xml version="1.0"?>\n'
NAMESPACE_2009 = "http://mws.amazonaws.com/doc/2009-01-01/"
NAMESPACE_FRONT = "https://mws.amazonservices.com/"
OF_SECTION = "of the section called"
"""Stands for the namespace of the API section the refused call was meant for."""

_PLAIN = re.compile("[A-Za-z0-9_.:+/= -]+")
"""Texts in which nothing is written otherwise in XML."""

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class MwsError(Exception):
    """A refusal as MWS words it: HTTP status, code and message.

    `kind` is Sender, Receiver or empty. `namespace` may be None (no namespace at all). `detail` adds
    an element, the empty text an empty one. `headers` go with the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        kind: str = "Sender",
        namespace: str | None = OF_SECTION,
        detail: str | None = None,
        headers: Headers = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.kind = kind
        self.namespace = namespace
        self.detail = detail
        self.headers = tuple(headers)


def invalid(message: str) -> MwsError:
    """The refusal of a parameter: 400 InvalidParameterValue, which MWS also answers for a missing
    one.
    """
    return MwsError(400, "InvalidParameterValue", message)


def legal(text: str) -> str:
    """The text with every character that XML 1.0 forbids replaced by U+FFFD."""
    return _ILLEGAL.sub("\ufffd", text)


def instant(at: datetime) -> str:
    """`2022-05-24T09:00:00.000Z`, always with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def second(at: datetime | None) -> str | None:
    """`2026-03-02T16:00:00+00:00`, as Feeds and Reports write an instant."""
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else None


def leaf(name: str, value: Value) -> Node | None:
    """An element with a value, or None where there is no value: MWS leaves out what it does not
    know.
    """
    if value is None:
        return None
    node = etree.Element(name)
    node.text = _text(value) or None
    return node


def tree(name: str, *children: Node | None) -> Node:
    """An element with those of the children that exist."""
    node = etree.Element(name)
    node.extend(child for child in children if child is not None)
    return node


def money(name: str, amount: Decimal, currency: str) -> Node:
    """A sum: two decimals whatever the currency, as on the wire."""
    return tree(name, leaf("Amount", f"{amount:.2f}"), leaf("CurrencyCode", currency))


def fragment(node: Node, level: int) -> bytes:
    """One element as it stands in a document, indented to its level."""
    etree.indent(node, level=level)
    return b"  " * level + etree.tostring(node, encoding="utf-8") + b"\n"


def part(name: str, value: Value) -> bytes:
    """One value of an action's result, indented; nothing where there is none."""
    return b"" if value is None else line(name, value, 2)


def nest(name: str, fragments: Iterable[bytes], level: int) -> bytes:
    """An element round fragments that are text already; self-closed without any, which clients
    rely on.
    """
    inside = b"".join(fragments)
    indent, tag = b"  " * level, name.encode()
    if not inside:
        return indent + b"<" + tag + b"/>\n"
    return indent + b"<" + tag + b">\n" + inside + indent + b"</" + tag + b">\n"


def answer(action: str, namespace: str, fragments: Iterable[bytes], request_id: str) -> bytes:
    """A whole document: the fragments (level 2) in the action's result, and the request's id."""
    metadata = nest("ResponseMetadata", [line("RequestId", request_id, 2)], 1)
    result = nest(f"{action}Result", fragments, 1)
    root = f"{action}Response".encode()
    opening = b"<" + root + b' xmlns="' + namespace.encode() + b'">\n'
    return PROLOG + opening + result + metadata + b"</" + root + b">\n"


def refusal(error: MwsError, section_namespace: str, request_id: str, id_element: str = "RequestID") -> bytes:
    """The error document; `section_namespace` is used where the error leaves its namespace to the
    section, `id_element` bears the request's id.
    """
    namespace = section_namespace if error.namespace == OF_SECTION else error.namespace
    inside = tree(
        "Error",
        leaf("Type", error.kind),
        leaf("Code", error.code),
        leaf("Message", error.message),
        leaf("Detail", error.detail),
    )
    root = b"ErrorResponse"
    declared = b"" if namespace is None else b' xmlns="' + namespace.encode() + b'"'
    body = fragment(inside, 1) + fragment(tree_of(id_element, request_id), 1)
    return PROLOG + b"<" + root + declared + b">\n" + body + b"</" + root + b">\n"


def line(name: str, value: str | int | bool | datetime, level: int) -> bytes:
    """An element with a value, on a line of its own. Most are the same in XML, and need no tree to be written."""
    text = _text(value)
    if _PLAIN.fullmatch(text):
        return b"%b<%b>%b</%b>\n" % (b"  " * level, name.encode(), text.encode(), name.encode())
    node = etree.Element(name)
    node.text = text or None
    return fragment(node, level)


def tree_of(name: str, value: str) -> Node:
    """An element with a text that is surely there."""
    node = etree.Element(name)
    node.text = legal(value)
    return node


def _text(value: str | int | bool | datetime) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return instant(value)
    return legal(str(value))
