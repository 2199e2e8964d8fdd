"""A line for each request that was answered, for operators: who asked for what, what came of it, how long it took.

The lines go to a logger of their own, which is silent unless somebody asks for them; whoever formats them takes the
credentials out. The request log, which tests read, is another thing: `request_log`.
"""

import logging
import time
from collections.abc import Callable, Mapping

from marketplace_sandbox.api.admission.access import SELLER_HEADER
from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.core.text.redaction import redact_body, redact_text
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER

ACCESS = "marketplace_sandbox.access"
"""The name of the logger."""

FIELDS = "fields"
"""Where a record has its facts, by name."""

LONGEST_QUERY = 2_000
"""Characters of a query, or of the form that MWS takes for one, that are logged."""

logger = logging.getLogger(ACCESS)


class AccessLog:
    """Logs requests. `seller_of` answers by its headers whose call it was that nobody has found out before."""

    def __init__(self, seller_of: Callable[[Mapping[str, str]], str | None] = lambda _: None) -> None:
        self._seller_of = seller_of

    def write_line(self, exchange: Exchange) -> None:
        """Logs the request once its answer is sent, where lines of the access log are asked for."""
        if not logger.isEnabledFor(logging.INFO):
            return
        milliseconds = round((time.perf_counter() - exchange.began) * 1000, 3)
        answer = exchange.answer
        query = redact_body((exchange.query_string or exchange.form)[:LONGEST_QUERY])
        facts = {
            "method": exchange.method,
            "path": redact_text(exchange.url_path),
            "query": query or None,
            "seller": self._seller(exchange),
            "operation": exchange.operation or (exchange.call.operation_id if exchange.call else None),
            "status": answer.status if answer and not exchange.unanswered else None,
            "milliseconds": milliseconds,
            "request_id": exchange.request_id,
        }
        logger.info(
            "%s %s%s %s %.1f ms seller=%s operation=%s request_id=%s",
            facts["method"],
            facts["path"],
            f"?{query}" if query else "",
            facts["status"] or "unanswered",
            milliseconds,
            facts["seller"] or "-",
            facts["operation"] or "-",
            facts["request_id"],
            extra={FIELDS: facts},
        )

    def _seller(self, exchange: Exchange) -> str | None:
        named = exchange.seller_id or exchange.headers.get(SELLER_HEADER) or self._seller_of(exchange.headers)
        return named or (DEFAULT_SELLER if exchange.call else None)
