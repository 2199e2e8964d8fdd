"""How the way in refuses what is meant for paths without a document of ours: file links and MWS, both in XML.

Knows which paths those are, no call and no file. Whatever gets past the way in is refused by whoever serves it.
"""

from urllib.parse import parse_qs

from lxml import etree

from marketplace_sandbox.api.http.bridge import Answer
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.validation import Exchange
from marketplace_sandbox.api.shared.document_transfer import PATH
from marketplace_sandbox.api.shared.xml import NAMESPACE_2009, MwsError, leaf, refusal, tree

MWS_PATHS = ("/Orders/2013-09-01", "/Feeds/2009-01-01", "/Reports/2009-01-01")
LONGEST_QUERY = 65_536

_CODES = {405: "MethodNotAllowed", 408: "RequestTimeout", 413: "EntityTooLarge", 500: "InternalError"}


def refused(exchange: Exchange, error: ApiError) -> Answer | None:
    """The refusal in the words of a file store or of MWS; None for a call of neither."""
    code = _CODES.get(error.status, error.code)
    if exchange.url_path.startswith(f"{PATH}/"):
        root = tree("Error", leaf("Code", code), leaf("Message", error.message))
        return _answer(error.status, "application/xml", etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
    if not _is_mws(exchange):
        return None
    said = MwsError(error.status, code, error.message, "Sender" if error.status < 500 else "Receiver")
    return _answer(error.status, "text/xml", refusal(said, NAMESPACE_2009, exchange.request_id))


def _is_mws(exchange: Exchange) -> bool:
    sent = parse_qs(exchange.query_string[:LONGEST_QUERY])
    return exchange.url_path in MWS_PATHS or {"Action", "AWSAccessKeyId"} <= sent.keys()


def _answer(status: int, media_type: str, body: bytes) -> Answer:
    headers = [
        (b"content-type", media_type.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    return Answer(status, headers, body)
