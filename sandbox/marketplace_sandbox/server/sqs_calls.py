"""Checks calls of the embedded queue service by botocore's model of SQS: moto takes them as they come, and fails.

Knows the JSON protocol, which today's clients speak, and the query protocol of older ones only as far as to refuse in
it. Sends nothing, and knows no queue.
"""

import io
import json
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from lxml import etree

from marketplace_sandbox.api.shared.xml import leaf, tree

logger = logging.getLogger("marketplace_sandbox.queues")

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Wsgi = Callable[[Environ, StartResponse], Iterable[bytes]]

MOST_BYTES = 2 * 1024 * 1024
"""The largest call that is taken; a batch of messages has at most 1 MiB, which JSON may write twice as long."""

UNUSABLE = "A value in the call cannot be used, or there is no region of that name."

_WORDS = {"str": "text", "dict": "an object", "list": "a list", "tuple": "a list", "bool": "true or false"}


@dataclass(frozen=True)
class CallError(Exception):
    """A call that is refused, with its HTTP status, in the words of SQS."""

    status: str
    code: str
    message: str


def check_calls(app: Wsgi) -> Wsgi:
    """Without calls that the model of SQS does not have: what a client has asked wrongly is told to the client."""

    def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        try:
            body = _read(environ)
            if "HTTP_X_AMZ_TARGET" in environ:
                body = _check_call(environ["HTTP_X_AMZ_TARGET"].rpartition(".")[2], body)
            environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
            return app(environ, start_response)
        except CallError as wrong:
            return refuse(wrong, environ, start_response)
        except Exception:
            # the model knows no region and bounds no number that is sent as text; moto takes both without a check
            logger.info("The queue service cannot take a call", exc_info=True)
            return refuse(_invalid(UNUSABLE), environ, start_response)

    return answer


def refuse(wrong: CallError, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """As SQS refuses, in the protocol it was asked in."""
    if "HTTP_X_AMZ_TARGET" in environ:
        body = json.dumps({"__type": f"com.amazonaws.sqs#{wrong.code}", "message": wrong.message}).encode()
        media_type = "application/x-amz-json-1.0"
    else:
        error = tree("Error", leaf("Type", "Sender"), leaf("Code", wrong.code), leaf("Message", wrong.message))
        body, media_type = etree.tostring(tree("ErrorResponse", error)), "text/xml"
    start_response(wrong.status, [("Content-Type", media_type), ("Content-Length", str(len(body)))])
    return [body]


def _read(environ: Environ) -> bytes:
    length = environ.get("CONTENT_LENGTH") or ""
    chunked = environ.get("wsgi.input_terminated")
    most = MOST_BYTES + 1 if chunked or not length.isdecimal() else min(int(length[:18]), MOST_BYTES + 1)
    body: bytes = environ["wsgi.input"].read(most) if chunked or length.isdecimal() else b""
    if len(body) > MOST_BYTES:
        raise CallError("413 Content Too Large", "RequestTooLarge", f"A call has at most {MOST_BYTES} bytes.")
    return body


def _check_call(operation: str, body: bytes) -> bytes:
    """The body of a call by JSON, without what is null in it. Raises CallError."""
    from botocore.validate import ParamValidator  # noqa: PLC0415  it comes with moto, which is optional

    model = _sqs()
    if operation not in model.operation_names:
        raise CallError("400 Bad Request", "UnknownOperationException", f"SQS has no operation {operation[:100]!r}.")
    try:
        parameters = json.loads(body or b"{}", parse_constant=_refuse_constant)
        # half a surrogate pair is not text
        json.dumps(parameters, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise CallError("400 Bad Request", "SerializationException", "The call's body is not JSON in UTF-8.") from None
    said = _without_nulls(parameters)
    shape = model.operation_model(operation).input_shape
    found = ParamValidator().validate(said, shape) if shape is not None else None
    if found is not None and found.has_errors():
        problem = found.generate_report().partition("\n")[0]
        raise _invalid(re.sub(r"<class '(\w+)'>", lambda kind: _WORDS.get(kind[1], "a number"), problem))
    return json.dumps(said).encode()


@cache
def _sqs() -> Any:
    from botocore.loaders import Loader  # noqa: PLC0415  the same
    from botocore.model import ServiceModel  # noqa: PLC0415  the same

    # by no session: that reads the user's profile, and fails where there is none of the name in AWS_PROFILE
    return ServiceModel(Loader().load_service_model("sqs", "service-2"), "sqs")


def _without_nulls(value: Any) -> Any:
    """As AWS has it: null is what was not sent."""
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _invalid(message: str) -> CallError:
    return CallError("400 Bad Request", "InvalidParameterValue", message)
