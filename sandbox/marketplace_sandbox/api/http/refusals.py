"""How what was refused is answered: the stations of whatever was raised on the way. Knows no marketplace.

A refusal leaves in the platform's shape, whichever framework has noticed it. Failures are written to the log alone.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException as StarletteRefusal
from werkzeug.exceptions import HTTPException as FlaskRefusal

from marketplace_sandbox.api.http.connexion_parts import Problem
from marketplace_sandbox.api.http.errors import ApiError, by_status, wrong_method
from marketplace_sandbox.api.http.exchange import Answer, Exchange
from marketplace_sandbox.api.http.openapi import Document, find
from marketplace_sandbox.api.http.validation_errors import as_json
from marketplace_sandbox.core.journal.journal import StoreFullError, StoreUnavailableError
from marketplace_sandbox.core.text.redaction import redact_text
from marketplace_sandbox.core.world.sellers import UnopenedWorldError

logger = logging.getLogger("marketplace_sandbox.api")


@dataclass(frozen=True)
class Refusals:
    """Says by our documents what a framework has refused by a status alone."""

    documents: Sequence[Document]

    def refuse_wrong_method(self, exchange: Exchange) -> None:
        """Answers 405 with the methods that a documented path takes, and OPTIONS with them alone."""
        problem = exchange.problem
        if not (isinstance(problem, StarletteRefusal) and problem.status_code == 405):
            return
        methods = {operation.method for operation in find(self.documents, exchange.url_path)} | {"OPTIONS"}
        if "GET" in methods:
            methods.add("HEAD")
        if exchange.method == "OPTIONS":
            exchange.answer = Answer(204, [(b"Allow", ", ".join(sorted(methods)).encode())], b"")
        else:
            error = wrong_method(exchange.method, exchange.url_path, methods)
            exchange.answer = json_answer(error, exchange.method)

    def explain_problem(self, exchange: Exchange) -> None:
        """Makes of whatever was raised a refusal in our words; what nobody meant to raise becomes 500 and is logged.

        That the store fails has been logged where it was noticed.
        """
        if not exchange.operation:  # refused before it was found
            for operation in find(self.documents, exchange.url_path):
                if operation.method == exchange.method:
                    exchange.refusal_media = operation.refusal_media
        problem = exchange.problem
        if isinstance(problem, ApiError):
            return
        if isinstance(problem, Problem):
            unread = problem.status == 415
            exchange.problem = self._wrong_media_type(exchange) if unread else by_status(problem.status)
        elif isinstance(problem, StarletteRefusal):
            exchange.problem = by_status(problem.status_code)
        elif isinstance(problem, FlaskRefusal):
            exchange.problem = by_status(problem.code or 500)
        elif isinstance(problem, UnopenedWorldError):
            exchange.problem = ApiError(503, by_status(503).code, str(problem))
        elif isinstance(problem, StoreUnavailableError):
            exchange.problem = store_unavailable(problem, exchange.url_path)
        else:
            logger.error("%s %s failed", exchange.method, redact_text(exchange.url_path), exc_info=problem)
            exchange.problem = by_status(500)

    def _wrong_media_type(self, exchange: Exchange) -> ApiError:
        """A 415, or a 400 where the operation's document has no 415."""
        called = [each for each in find(self.documents, exchange.url_path) if each.method == exchange.method]
        taken = {media for operation in called for media in operation.bodies}
        got = as_json(exchange.headers.get("content-type", ""))
        status = 415 if any("415" in operation.responses for operation in called) else 400
        message = f"Content-Type must be {' or '.join(sorted(taken))}, got {got}."
        return ApiError(status, by_status(status).code, message)


def store_unavailable(failure: StoreUnavailableError, url_path: str) -> ApiError:
    """A 503 that names the cause; the control API says 507 where what lacks is room."""
    by_control_api = url_path.startswith("/_sandbox/")
    status = 507 if by_control_api and isinstance(failure, StoreFullError) else 503
    return ApiError(status, by_status(status).code, str(failure), failure.cause)


def refuse_in_json(exchange: Exchange) -> None:
    """Answers in the shape of the SP-API: `{"errors": [...]}`."""
    assert isinstance(exchange.problem, ApiError)  # noqa: S101  (explain_problem has seen to it)
    exchange.answer = json_answer(exchange.problem, exchange.method, exchange.refusal_media)


def json_answer(error: ApiError, method: str, media: str = "application/json") -> Answer:
    """A refusal in the platform's shape; HEAD has it without its body."""
    body = error.body()
    headers = [(b"content-type", media.encode()), (b"content-length", b"%d" % len(body))]
    headers += [(name.encode("latin-1"), text.encode("latin-1")) for name, text in error.headers.items()]
    return Answer(error.status, headers, b"" if method == "HEAD" else body)
