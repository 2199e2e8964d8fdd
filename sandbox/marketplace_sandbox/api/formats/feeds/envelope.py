"""The envelope of an XML feed, read without trust: no DOCTYPE, no entities, nothing fetched, bounded depth and size.

Knows no feed type: the body of each message is handed on as elements.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from lxml import etree

from marketplace_sandbox.api.formats.feeds.reading import (
    ILL_FORMED,
    LONGEST_TEXT,
    MALFORMED,
    MOST_MESSAGES,
    UNPARSED,
    WHOLE_FILE,
    WRONG_TYPE,
    FatalFileError,
    SchemaError,
    UnreadableRecordError,
    read_choice,
    unreadable_message,
)
from marketplace_sandbox.api.formats.feeds.text import decode
from marketplace_sandbox.core.feeds.values import FeedMessage, FeedType
from marketplace_sandbox.core.text.quoting import quote, suggestion

Node = etree._Element
Body = Callable[[Node, str, str], list[FeedMessage]]
"""From the body element of a message, its id and its number in the file to what it wants.

Raises UnreadableRecordError.
"""

LARGEST_ID = str(2**63 - 1)
"""What stands in the report for the id of a message where the envelope itself is ill-formed."""

ENVELOPE = ("Header", "MessageType", "MarketplaceName", "PurgeAndReplace", "EffectiveDate", "Message")
"""What stands in the envelope."""

OPERATIONS = ("Update", "Delete", "PartialUpdate")
"""What a message may be said to do; orders take no notice of it."""

MOST_TAGS = 500_000
LONGEST = 4096
"""How many tags a file may have, and how many characters may lie between two of them."""

_SECOND_ROOT = "The markup in the document following the root element must be well-formed."
_MISMATCH = re.compile(r"tag mismatch: (\S+) line \d+ and \S+")
_NAMESPACE = etree.XPath("namespace-uri((//*[namespace-uri()])[1])")
_TOO_LONG = re.compile(f"<[^<]{{{LONGEST}}}")
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*?\?>")
_ENCODING = re.compile(rb"""^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


def parse(text: str) -> Node:
    """The root of a document. Raises FatalFileError.

    What a parser takes long for is looked for in the text before, which is quicker.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise FatalFileError("A feed has neither a DOCTYPE nor entities of its own; this one has.")
    if text.count("<") > MOST_TAGS:
        raise FatalFileError(f"There are {text.count('<')} tags; {MOST_TAGS} are taken.")
    if too_long := _TOO_LONG.search(text):
        line = text.count("\n", 0, too_long.start()) + 1
        raise FatalFileError(f"From line {line} on something is longer than {LONGEST} characters, without a tag.")
    if not text.strip():
        raise _refuse_file(-1, -1, "Premature end of file.", "The file is empty.")
    if not text.lstrip().startswith("<"):
        raise no_xml("The file is no XML.")
    declaration = _DECLARATION.match(text)
    start = declaration.end() if declaration else 0
    return _tree(text[start:], text.count("\n", 0, start))


def no_xml(why: str) -> FatalFileError:
    """The refusal of a file that begins with something else than a tag, in the parser's words and our own."""
    return _refuse_file(1, 1, "Content is not allowed in prolog.", why)


def _refuse_file(line: int, column: int, words: str, why: str = "") -> FatalFileError:
    """What the platform's parser says of a file, which it says twice, with what we add to it."""
    text = f"XML Parsing Fatal Error at Line {line}, Column {column}: {words} {words}"
    return FatalFileError(f"{text} {why}" if why else text, UNPARSED)


def _ill_formed(text: str, why: str) -> FatalFileError:
    """What the platform says of an envelope that is none, with what we add to it."""
    lines = text.rstrip().split("\n")
    end = f"line {len(lines)}, column {len(lines[-1]) + 1}"
    words = f"The XML you submitted is ill-formed at the Amazon Envelope XML level at (or near) {end}."
    return FatalFileError(f"{words} {why}", ILL_FORMED, LARGEST_ID)


def text_of(content: bytes, media_type: str) -> str:
    """The text of a document, by its byte order mark, the encoding it declares, or its media type's; else UTF-8."""
    declared = _ENCODING.match(content)
    if not declared and "charset=" in media_type.lower():
        return decode(content, media_type)
    return decode(content, f"text/xml; charset={declared[1].decode() if declared else 'utf-8'}")


def _tree(text: str, skipped: int) -> Node:
    """Parses what follows the declaration, which took so many lines. Raises FatalFileError."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        first = parser.error_log[0].type if len(parser.error_log) else 0
        raise _refuse_file(line + skipped, column, _words_of(error, first, text)) from None


def _words_of(error: etree.XMLSyntaxError, code: int, text: str) -> str:
    """What the platform's parser says of a mistake; of one whose words are not known, what ours says."""
    codes = etree.ErrorTypes
    if code == codes.ERR_DOCUMENT_END:
        ends_in_tag = text.rstrip().endswith(">")
        return _SECOND_ROOT if ends_in_tag else "Content is not allowed in trailing section."
    if code == codes.ERR_TAG_NOT_FINISHED:
        return "XML document structures must start and end within the same entity."
    if code == codes.ERR_TAG_NAME_MISMATCH and (names := _MISMATCH.search(error.msg or "")):
        return f'The element type "{names[1]}" must be terminated by the matching end-tag "</{names[1]}>".'
    return _problem_of(error)


def _problem_of(error: etree.XMLSyntaxError) -> str:
    """The parser's words without its own position and advice, in one line."""
    words = (error.msg or "it cannot be read").splitlines()[0]
    return re.sub(r"(,? line \d+, column \d+.*| use XML_PARSE_HUGE.*)$", "", words)[:300]


def read(kind: FeedType, content: bytes, media_type: str, body: Body) -> list[FeedMessage]:
    """The messages of a feed. Raises FatalFileError."""
    text = text_of(content, media_type)
    root = parse(text)
    _check_root(kind, root, text)
    if problem := _envelope_problem(kind, root):
        raise _ill_formed(text, problem)
    _check_type(kind, root)
    found = root.findall("Message")
    if len(found) > MOST_MESSAGES:
        raise FatalFileError(f"The feed has {len(found)} messages; {MOST_MESSAGES} at a time are taken.")
    return list(_messages(kind, found, body))


def message_lines(text: str) -> list[int]:
    """The lines that the messages of a feed begin on, counted from one. Raises FatalFileError."""
    declaration = _DECLARATION.match(text)
    skipped = text.count("\n", 0, declaration.end()) if declaration else 0
    found: list[Any] = parse(text).findall("Message")  # the stubs know no type of `sourceline`
    return [each.sourceline + skipped for each in found]


def _check_root(kind: FeedType, root: Node, text: str) -> None:
    """Refuses a root that is no envelope; one that is meant for it, or for a message, is an envelope ill-formed."""
    name = etree.QName(root).localname
    if name == "AmazonEnvelope":
        return
    told = f"The root of a feed is AmazonEnvelope; this one is {quote(name)}."
    if name.lower() == "amazonenvelope" or name == kind.subject:
        raise _ill_formed(text, told)
    tag_end = text.find(">", text.find(f"<{name}")) + 1
    line, column = text.count("\n", 0, tag_end) + 1, tag_end - text.rfind("\n", 0, tag_end)
    raise _refuse_file(
        line, column, f"cvc-elt.1: Cannot find the declaration of element '{name[:LONGEST_TEXT]}'.", told
    )


def _envelope_problem(kind: FeedType, root: Node) -> str:
    """What is wrong with an envelope at its own level; empty where nothing is."""
    if namespace := str(_NAMESPACE(root)):
        return f"A feed's elements are in no namespace; some of these are in {quote(namespace)}."
    stranger = next((each.tag for each in root if each.tag not in ENVELOPE), None)
    if stranger is not None:
        return f"AmazonEnvelope has no element {quote(stranger)}{suggestion(stranger, ENVELOPE)}"
    types = len(root.findall("MessageType"))
    if not types:
        return f"The feed has no MessageType; it is {kind.subject}."
    if types > 1:
        return f"The feed has MessageType {types} times; once is enough."
    if root.find("Message") is None:
        return "The feed has no Message."
    return _header_problem(root.findall("Header"))


def _header_problem(found: list[Node]) -> str:
    """What is wrong with the header, which says what a feed is and who sent it; empty where nothing is."""
    if not found:
        return "The feed has no Header; it has the DocumentVersion and the MerchantIdentifier."
    if len(found) > 1:
        return f"The feed has Header {len(found)} times; once is enough."
    for required in ("DocumentVersion", "MerchantIdentifier"):
        if not _text_in(found[0], required):
            return f"The feed's Header has no {required}."
    version = _text_in(found[0], "DocumentVersion")
    if not re.fullmatch(r"[0-9]{1,2}[.][0-9]{1,2}", version):
        return f"DocumentVersion is a number such as 1.01; {quote(version)} is not."
    return ""


def _check_type(kind: FeedType, root: Node) -> None:
    """Refuses the messages of another type, in the platform's words."""
    found = (root.findtext("MessageType") or "").strip()
    if found != kind.subject:
        text = WRONG_TYPE.format(feed_type=kind.name, expected=kind.subject, found=quote(found))
        raise FatalFileError(text, MALFORMED)


def _messages(kind: FeedType, found: list[Node], body: Body) -> Iterator[FeedMessage]:
    """What each message wants, counted by their positions: two may bear one MessageID, or a wrong one."""
    seen: set[int] = set()
    for position, each in enumerate(found, 1):
        message_id = _text_in(each, "MessageID")
        try:
            yield from _message(kind, each, message_id, position, seen, body)
        except UnreadableRecordError as problem:
            if isinstance(problem, SchemaError):
                problem.code = MALFORMED
            node = next(iter(_bodies(each)), None)
            number = message_id if _is_message_id(message_id) else WHOLE_FILE
            order_id = _text_in(node, "AmazonOrderID")[:50]
            unreadable = unreadable_message(number, problem, order_id, [(str(position), "")])
            yield replace(unreadable, seller_order_id=_text_in(node, "MerchantOrderID")[:LONGEST_TEXT])


def _message(
    kind: FeedType, message: Node, message_id: str, position: int, seen: set[int], body: Body
) -> list[FeedMessage]:
    _check_message_id(message_id, position, seen)
    for once in ("MessageID", "OperationType"):
        there = len(message.findall(once))
        if there > 1:
            raise UnreadableRecordError(f"Message {message_id} has {once} {there} times; once is enough.", MALFORMED)
    if _text_in(message, "OperationType"):
        read_choice("OperationType", _text_in(message, "OperationType"), OPERATIONS)
    nodes = _bodies(message)
    if [each.tag for each in nodes] != [kind.subject]:
        found = " and ".join(quote(each.tag) for each in nodes[:5]) or "nothing"
        raise UnreadableRecordError(f"Message {message_id} has {found} where one {kind.subject} belongs.", MALFORMED)
    return body(nodes[0], message_id, str(position))


def _check_message_id(message_id: str, position: int, seen: set[int]) -> None:
    """Refuses what is no id, and the id of a message before, as the numbers they are."""
    where = f"This is message number {position} of the file"
    if not _is_message_id(message_id):
        rule = "MessageID is a whole number from 1 with at most 20 digits"
        raise UnreadableRecordError(f"{rule}; {quote(message_id)} is not. {where}.", MALFORMED)
    if int(message_id) in seen:
        raise UnreadableRecordError(f"MessageID {message_id} was used before in this file. {where}.", MALFORMED)
    seen.add(int(message_id))


def _is_message_id(text: str) -> bool:
    return len(text) <= 20 and re.fullmatch(r"0*[1-9][0-9]*", text, re.ASCII) is not None


def _bodies(message: Node) -> list[Node]:
    """All that is in a message beside its id and its operation."""
    return [each for each in message if each.tag not in ("MessageID", "OperationType")]


def _text_in(node: Node | None, child: str) -> str:
    return (node.findtext(child) or "").strip() if node is not None else ""


class Children:
    """The elements inside one element, by their names; `known` are all it may have, in their sequence."""

    def __init__(self, node: Node, *known: str) -> None:
        self._name = node.tag
        self._children: dict[str, list[Node]] = {}
        latest = known[0]
        for each in node:
            if each.tag not in known:
                wrong = f"{self._name} has no element {quote(each.tag)}"
                raise SchemaError(f"{wrong}{suggestion(each.tag, known)}")
            if known.index(each.tag) < known.index(latest):
                sequence = f"the sequence is {', '.join(known)}"
                raise SchemaError(f"{self._name} has {each.tag} behind {latest}; {sequence}.")
            latest = each.tag
            self._children.setdefault(latest, []).append(each)

    def all(self, child: str) -> list[Node]:
        """Every element of a name."""
        return self._children.get(child, [])

    def text(self, child: str) -> str:
        """The text of an element, empty where there is none. Raises SchemaError for two."""
        found = self.all(child)
        if len(found) > 1:
            raise SchemaError(f"{self._name} has {child} {len(found)} times; once is enough.")
        if found and len(found[0]):
            raise SchemaError(f"{child} is text; this one has {quote(found[0][0].tag)} in it.")
        return (found[0].text or "").strip() if found else ""

    def needs(self, child: str) -> str:
        """The text of an element that must be there. Raises SchemaError."""
        text = self.text(child)
        if not text:
            raise SchemaError(f"{self._name} needs {child}.")
        return text
