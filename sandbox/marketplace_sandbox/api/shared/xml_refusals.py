"""How the way in refuses what is meant for paths without a document of ours: file links and MWS, both in XML.

Knows which paths those are, no call and no file. Whatever gets past the way in is refused by whoever serves it.
"""

from urllib.parse import parse_qs

from lxml import etree

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Answer, Exchange
from marketplace_sandbox.api.shared.document_transfer import PATH
from marketplace_sandbox.api.shared.xml import NAMESPACE_2009, MwsError, leaf, refusal, tree

MWS_PATHS = ("/Orders/2013-09-01", "/Feeds/2009-01-01", "/Reports/2009-01-01")
LONGEST_QUERY = 65_536

_CODES = {405: "MethodNotAllowed", 408: "RequestTimeout", 413: "EntityTooLarge", 500: "InternalError"}


def refuse_in_xml(exchange: Exchange) -> None:
    """Answers in the words of a file store or of MWS what was meant for them and has reached neither."""
    error = exchange.problem
    if exchange.reached_flask or not isinstance(error, ApiError):
        return
    code = _CODES.get(error.status, error.code)
    if exchange.url_path.startswith(f"{PATH}/"):
        root = tree("Error", leaf("Code", code), leaf("Message", error.message))
        body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        exchange.answer = _answer(error.status, "application/xml", body)
        return
    sent = parse_qs(exchange.query_string[:LONGEST_QUERY])
    if exchange.body and "form" in exchange.headers.get("content-type", ""):
        sent |= parse_qs(exchange.body[:LONGEST_QUERY].decode("latin-1"))
    if exchange.url_path in MWS_PATHS or {"Action", "AWSAccessKeyId"} <= sent.keys():
        kind = "Sender" if error.status < 500 else "Receiver"
        body = refusal(MwsError(error.status, code, error.message, kind), NAMESPACE_2009, exchange.request_id)
        exchange.answer = _answer(error.status, "text/xml", body)


def _answer(status: int, media_type: str, body: bytes) -> Answer:
    headers = [
        (b"content-type", media_type.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"connection", b"close"),
    ]
    return Answer(status, headers, body)
