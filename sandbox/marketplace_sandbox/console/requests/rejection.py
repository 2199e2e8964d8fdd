"""Why a call was rejected, in the words it was answered with, whatever the dialect."""

import json
import re
from dataclasses import dataclass
from html import unescape

from marketplace_sandbox.api.admission.request_log import LoggedCall
from marketplace_sandbox.api.http.errors import by_status

REJECTED = 400
_ELEMENT = re.compile(r"<(Code|Message)>([^<]*)<")


@dataclass(frozen=True)
class Rejection:
    """The code of an error and its sentence, with what it has of details."""

    code: str
    message: str
    details: str = ""


def is_rejected(call: LoggedCall) -> bool:
    """Whether a call was answered with an error, or not at all."""
    return call.status >= REJECTED or not call.status


def rejection_of(call: LoggedCall) -> Rejection | None:
    """What a rejected call was told; None for one that was answered well."""
    if not is_rejected(call):
        return None
    if not call.status:
        return Rejection("no answer", "No answer was sent.")
    text = call.answer.to_text() or ""
    try:
        told = json.loads(text)
    except ValueError:
        return _read_xml(text) or Rejection(by_status(call.status).code, by_status(call.status).message)
    return _read_json(told) or Rejection(by_status(call.status).code, by_status(call.status).message)


def _read_json(told: object) -> Rejection | None:
    if not isinstance(told, dict):
        return None
    errors = told.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        first = errors[0]
        return Rejection(str(first.get("code", "")), str(first.get("message", "")), str(first.get("details") or ""))
    if "error" in told:
        return Rejection(str(told["error"]), str(told.get("error_description", "")))
    return None


def _read_xml(text: str) -> Rejection | None:
    found = {name: unescape(content) for name, content in _ELEMENT.findall(text)}
    return Rejection(found["Code"], found.get("Message", "")) if "Code" in found else None
