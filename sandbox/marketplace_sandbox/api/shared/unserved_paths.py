"""What a path answers that nobody serves: that the platform has it and we do not, the platform's 403, or a 404.

An application that has the platform's credentials meets the platform's answer. Whoever sends none has mistyped, or
looks for what others have (`/favicon.ico`, `/metrics`), and is told the nearest path there is.
"""

import re
from collections.abc import Sequence

from marketplace_sandbox.amazon.operations import operations_at
from marketplace_sandbox.api.http.errors import ApiError, by_status
from marketplace_sandbox.api.http.exchange import Exchange
from marketplace_sandbox.core.text.quoting import nearest_path

OURS = "/_sandbox"
LONGEST = 200
"""As many characters of a path are quoted."""

LONGEST_FORM = 262_144
"""As many bytes of a form are looked through."""

_ACCESS_KEY = re.compile(r"(?:^|&)AWSAccessKeyId=[^&]")


class UnservedPaths:
    """Refuses by what is served: the templates of all paths there are."""

    def __init__(self, served: Sequence[str]) -> None:
        self._served = list(dict.fromkeys(served))

    def refuse(self, exchange: Exchange) -> ApiError:
        """The refusal of a request whose path nobody serves; its body has been read."""
        path = exchange.url_path
        ours = path == OURS or path.startswith(f"{OURS}/")
        if not ours and (there := operations_at(path)):
            fitting = [each for each in there if each.method == exchange.method] or there
            names = " or ".join(f"{each.operation_id} of {each.api}" for each in fitting)
            return ApiError(501, "NotImplemented", f"The platform has {names} here; this sandbox does not have it.")
        if not ours and sends_credentials(exchange):
            return by_status(403)
        beginning = OURS if ours else ""
        served = [each.removeprefix(beginning) for each in self._served if each.startswith(f"{OURS}/") == ours]
        near = nearest_path(path.removeprefix(beginning), served)
        hint = f"; the nearest path is {beginning}{near}" if near else ""
        return ApiError(404, "NotFound", f"There is nothing at {path[:LONGEST]}{hint}.")


def sends_credentials(exchange: Exchange) -> bool:
    """Whether a request has credentials of the platform's kind: a token of the SP-API, or an access key of MWS."""
    return "x-amz-access-token" in exchange.headers or sends_access_key(exchange)


def sends_access_key(exchange: Exchange) -> bool:
    """Whether a request has an access key of MWS in its query or, as far as its body has been read, in its form."""
    if _ACCESS_KEY.search(exchange.query_string):
        return True
    return _ACCESS_KEY.search((exchange.body or b"")[:LONGEST_FORM].decode("latin-1")) is not None
