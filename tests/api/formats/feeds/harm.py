"""Files that mean harm, with what is said of each. Run as a module, it reads them all and tells what that took."""

import gzip
import resource
import zlib
from collections.abc import Callable

from marketplace_sandbox.api.formats.feeds.feed_file import read_feed_file
from marketplace_sandbox.core.feeds.values import FEED_TYPES
from tests.api.formats.feeds.filing import ACKNOWLEDGE, FLAT_ACKNOWLEDGE, TABLE, XML, cancel, envelope

Make = Callable[[], bytes]

ENTITY_BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
    + "]><AmazonEnvelope>&m;</AmazonEnvelope>"
)
UTF_16_BOMB = ENTITY_BOMB.replace("?>", ' encoding="UTF-16"?>', 1)
EXTERNAL = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><AmazonEnvelope>&e;</AmazonEnvelope>'
HEADER = b"<Header><DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>M</MerchantIdentifier></Header>"
ENTITIES, LONG = "A feed has neither a DOCTYPE nor entities", "something is longer than 4096 characters"


def why_not(feed_type: str, content: bytes, media_type: str = "") -> str:
    """Why nothing of a file can be read; there is nothing that can."""
    said = read_feed_file(FEED_TYPES[feed_type], content, media_type or (TABLE if "FLAT" in feed_type else XML))
    assert said.fatal is not None
    assert all(each.remark for each in said.messages)
    return said.fatal.text


def tag_with(*attributes: bytes) -> bytes:
    return b"<AmazonEnvelope " + b" ".join(attributes) + b"/>"


def around(inside: bytes) -> bytes:
    return b"<AmazonEnvelope>" + inside + b"</AmazonEnvelope>"


def bomb(megabytes: int) -> bytes:
    return gzip.compress(b"\0" * (megabytes * 1024 * 1024), 9)


def largest() -> bytes:
    """The most of what is in order."""
    order = cancel("902-0000001-0000001", items=["70000000000001"])
    return envelope(ACKNOWLEDGE, *[order] * 25_000).encode()


HARMFUL_XML: list[tuple[Make, str]] = [
    (ENTITY_BOMB.encode, ENTITIES),
    (lambda: UTF_16_BOMB.encode("utf-16"), ENTITIES),
    (EXTERNAL.encode, ENTITIES),
    (lambda: b"<AmazonEnvelope>" * 600_000, "There are 600000 tags; 500000 are taken."),
    (lambda: around(b"<a>" * 300 + b"</a>" * 300), "Excessive depth in document"),
    (lambda: around(b"<a/>" * 2_000_000), "There are 2000002 tags"),
    (lambda: around(b"<Header/>" * 490_000), "The feed has no MessageType"),
    (lambda: tag_with(*(b'a%d=""' % n for n in range(700_000))), LONG),
    (lambda: tag_with(*(b'xmlns:a%d="u:%d"' % (n, n) for n in range(200_000))), LONG),
    (lambda: around(tag_with(*(b'a%d=""' % n for n in range(500))) * 2000), "has no element 'AmazonEnvelope'"),
    (lambda: around(b"<MessageType>" + b"x" * 10_000_000 + b"</MessageType>"), LONG),
    (
        lambda: around(HEADER + b"<MessageType>OrderAcknowledgement</MessageType>" + b"<Message/>" * 30_001),
        "has 30001 messages",
    ),
    (lambda: b"<?xml " + b" " * 9_000_000, LONG),
    (lambda: b" " * 9_000_000 + b"<a/>", "The root of a feed is AmazonEnvelope"),
    (lambda: bytes(range(256)) * 40_000, "not encoded in utf-8"),
]
HARMFUL_TABLES: list[tuple[Make, str]] = [
    (lambda: b"\t" * 10_000_000, "The file is empty."),
    (lambda: b"x\t" * 5_000_000, "Line 1 is longer than 16384 characters."),
    (lambda: b"x\t" * 100 + b"\n1", "The heading has more than 60 columns."),
    (lambda: b"order-id\r" + b"1\n" * 4_000_000, "The file has more than 60000 lines"),
    (lambda: b"order-id\r" + b"1\n" * 30_001, "The file has 30001 records; 30000 at a time are taken."),
    (lambda: b"\r" * 10_000_000, "The file is empty."),
    (lambda: b"x" * 10_000_000, "Line 1 is longer than 16384 characters."),
    (lambda: b"x" * 16_384 + b"\n1", "The required order-id field is missing"),
    (lambda: b"," * 16_384 + b"\n1", "Columns are separated by tabs"),
    (lambda: (b"order-id" + b"\t" * 150 + b"\n") * 50_000, "The heading has more than 60 columns."),
]
HARMFUL_PACKED: list[tuple[Make, str]] = [
    *((lambda size=size: bomb(size), "The file is packed with gzip") for size in (5, 11, 100)),
    (lambda: gzip.compress(b"<a/>")[:-4], "The file is packed with gzip"),
    (lambda: b"\x1f\x8bnothing of the kind", "The file is packed with gzip"),
    (lambda: zlib.compress(b"<a/>"), "not encoded in utf-8"),
]


def main() -> None:
    """Read everything; print by how many megabytes the process grew and how many seconds of the processor it took."""
    packed = [(each, ACKNOWLEDGE) for each in (bomb(5), bomb(11), largest())]
    before = resource.getrusage(resource.RUSAGE_SELF)
    for make, _ in HARMFUL_XML:
        read_feed_file(FEED_TYPES[ACKNOWLEDGE], make(), XML)
    for make, _ in HARMFUL_TABLES:
        read_feed_file(FEED_TYPES[FLAT_ACKNOWLEDGE], make(), TABLE)
    for content, feed_type in packed:
        read_feed_file(FEED_TYPES[feed_type], content, XML)
    after = resource.getrusage(resource.RUSAGE_SELF)
    print((after.ru_maxrss - before.ru_maxrss) / 1024, after.ru_utime - before.ru_utime)


if __name__ == "__main__":
    main()
