"""How callers that speak XML are refused before whoever serves them has answered: file links and MWS.

Knows which paths those are and what gives a call of MWS away on any other, no call and no file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.http.exchange import Answer, Exchange
from marketplace_sandbox.api.http.openapi import Document, find
from marketplace_sandbox.api.shared.document_transfer import PATH
from marketplace_sandbox.api.shared.unserved_paths import sends_access_key
from marketplace_sandbox.api.shared.xml import NAMESPACE_2009, MwsError, leaf, refusal, tree

MWS_PATHS = ("/Orders/2013-09-01", "/Feeds/2009-01-01", "/Reports/2009-01-01")
NEVER_MWS = ("/_sandbox/", "/docs/", "/auth/", "/health")
FORM = "x-www-form-urlencoded"

_CODES = {
    403: "AccessDenied",
    405: "MethodNotAllowed",
    408: "RequestTimeout",
    413: "EntityTooLarge",
    500: "InternalError",
}


@dataclass(frozen=True)
class XmlRefusals:
    """Refuses in XML; what `documents` describe is called in JSON, whatever parameters it comes with."""

    documents: Sequence[Document]

    def refuse_in_xml(self, exchange: Exchange) -> None:
        """Answers in the words of a file store or of MWS what was meant for them."""
        error = exchange.problem
        if not isinstance(error, ApiError):
            return
        code = _CODES.get(error.status, error.code)
        if exchange.url_path.startswith(f"{PATH}/"):
            root = tree("Error", leaf("Code", code), leaf("Message", error.message))
            body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
            exchange.answer = _answer(exchange, error, "application/xml", body)
        elif self._is_mws(exchange):
            kind = "Sender" if error.status < 500 else "Receiver"
            body = refusal(MwsError(error.status, code, error.message, kind), NAMESPACE_2009, exchange.request_id)
            exchange.answer = _answer(exchange, error, "text/xml", body)

    def _is_mws(self, exchange: Exchange) -> bool:
        """Whether a request is meant for MWS: by its path, by its access key, or by a form that nobody has read yet.

        Nobody else but the login takes forms.
        """
        path = exchange.url_path
        if path.startswith(MWS_PATHS):
            return True
        if f"{path}/".startswith(NEVER_MWS) or find(self.documents, path):
            return False
        unread = exchange.body is None and FORM in exchange.headers.get("content-type", "")
        return unread or sends_access_key(exchange)


def _answer(exchange: Exchange, error: ApiError, media_type: str, body: bytes) -> Answer:
    headers = {"Content-Type": media_type, "Content-Length": str(len(body)), **error.headers, "Connection": "close"}
    sent = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in headers.items()]
    return Answer(error.status, sent, b"" if exchange.method == "HEAD" else body)
