"""How a refusal leaves the server: `{"errors":[{"code","message","details"}]}`, whoever noticed it.

Knows the platform's codes and words for what frameworks refuse. Knows nothing of orders.
"""

import json
from collections.abc import Iterable, Mapping, Sequence

DENIED = "Access to requested resource is denied."
FAILED = "We encountered an internal error. Please try again."

# What a framework refuses by status alone, in the platform's words where some have been seen.
BY_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("InvalidInput", "The request could not be understood."),
    401: ("Unauthorized", DENIED),
    403: ("Unauthorized", DENIED),
    404: ("NotFound", "There is nothing of that name."),
    405: ("MethodNotAllowed", "This path does not take this method."),
    408: ("RequestTimeout", "The request took too long to arrive."),
    409: ("StateConflict", "The resource specified conflicts with the current state."),
    413: ("PayloadTooLarge", "The request is larger than this server takes."),
    414: ("InvalidInput", "The address of the request is too long."),
    415: ("UnsupportedMediaType", "The body is of a kind this path does not take."),
    429: ("QuotaExceeded", "You exceeded your quota for the requested resource."),
    431: ("InvalidInput", "The headers of the request are too long."),
    500: ("InternalFailure", FAILED),
    501: ("NotImplemented", "This sandbox does not have this operation."),
    503: ("ServiceUnavailable", "The service is unavailable for a moment. Please try again."),
    507: ("InsufficientStorage", "There is no room for more."),
}


class ApiError(Exception):
    """A refusal with its HTTP status. `details` is a string, often empty, None where the platform sends none; never a
    Python text.

    `further` are those that are told in the same answer, where a request has several things wrong.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        details: str | None = "",
        headers: Mapping[str, str] | None = None,
        further: Sequence["ApiError"] = (),
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details
        self.headers = dict(headers or {})
        self.further = tuple(further)

    def body(self) -> bytes:
        """The answer's JSON."""
        return json.dumps(
            {"errors": [each.to_json() for each in (self, *self.further)]}, separators=(",", ":")
        ).encode()

    def to_json(self) -> dict[str, str]:
        """One error of the answer."""
        error = {"code": self.code, "message": self.message}
        return error if self.details is None else {**error, "details": self.details}


def by_status(status: int, headers: Mapping[str, str] | None = None) -> ApiError:
    """What to answer when all that is known is the status; an unlisted one counts by its hundred."""
    known = status if status in BY_STATUS else 400 if status < 500 else 500
    code, message = BY_STATUS[known]
    return ApiError(status, code, message, headers=headers)


def too_many_requests(headers: Mapping[str, str] | None = None) -> ApiError:
    """The platform's 429, which names its kind in a header."""
    return by_status(429, {"x-amzn-ErrorType": "TooManyRequestsException", **(headers or {})})


def stopping(details: str = "") -> ApiError:
    """A 503 for a call that the end of the server has overtaken."""
    return ApiError(503, BY_STATUS[503][0], "The server is stopping. Please try again.", details)


def invalid_input(message: str, details: str = "") -> ApiError:
    """A 400 for what the caller sent."""
    return ApiError(400, "InvalidInput", message, details)


def not_built(operation_id: str) -> ApiError:
    """The answer of an operation that is documented but not there."""
    return ApiError(501, "NotImplemented", f"{operation_id} is not built in this sandbox.")


def wrong_method(method: str, path: str, allowed: Iterable[str]) -> ApiError:
    """A 405 with the methods that would do, in the message and in `Allow`."""
    names = ", ".join(sorted(allowed))
    code, _ = BY_STATUS[405]
    message = f"{path} does not take {method}; it takes {names}."
    return ApiError(405, code, message, headers={"Allow": names})
