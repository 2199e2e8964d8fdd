"""Takes tokens, secrets and signatures out of what is shown of journals and requests, logged, and told in errors.

Knows no resource.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

REDACTED = "REDACTED"

_PLAIN = {"nexttoken", "paginationtoken"}
_SECRET = re.compile(r"token$|secret|signature$|password$|credentials?$|^authorization$")
_VALUE = re.compile(
    # what is quoted for an address has a percent sign in it
    r"Atz(?:[a-z]|\.sprdt)(?:\||%7C)[^\s\"'&?#]+|whsec(?:_|%5F)[\w+/=%-]+|amzn1(?:\.|%2E)oa2-cs(?:\.|%2E)[\w.%-]+",
    re.IGNORECASE,
)
_PARAMETER = re.compile(r"(?P<before>^|[?&;#])(?P<name>[^=&;#?\s]+)=(?P<value>[^&;#\s]*)")
_LINK = re.compile(r"(?s:^/documents/.+)|(?P<host>://[^/\s]+)/documents/[^\s\"']+")
"""A link to a document, which whoever knows it may read: its path, or its whole address anywhere in a text."""

_JSON_FIELD = re.compile(
    r'(?P<before>"(?P<name>[^"\\]{1,80})"\s*:\s*")(?P<value>(?:[^"\\]|\\.)+)(?P<after>"|\\?$)', re.DOTALL
)
_LOGIN_CODE = re.compile(r'(?P<before>(?:^|[?&])code=|"code"\s*:\s*")[^&"]+')
"""The code of a login, which is a credential; elsewhere a code is an error's."""

_ELEMENT = re.compile(r"(?P<before><(?P<name>[\w:.-]{1,80})(?:\s[^<>]*)?>)(?P<value>[^<]+)(?P<after><|$)")
"""What a cut may have left without its end, too."""

_USER = re.compile(r"(?:(?<=://)|(?<=[a-z]:/))(?:[^/@\s\"<>]*:(?!\d{1,5}(?:[/?#]|$))[^\s\"<>]*|[^/@\s\"<>]+)@")
"""The user part of an address, up to the last @; a password that was not quoted may have a slash or an @ in it."""

_QUOTED_USER = re.compile(r"(?<=%3A%2F%2F)(?:(?!%2F)[^\s&])+%40", re.IGNORECASE)
"""The same in an address that is quoted for another's query."""


def redact(value: Any) -> Any:
    """The same JSON with whatever is secret by its name or its looks taken out."""
    if isinstance(value, Mapping):
        return {name: _field(str(name), inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redact(each) for each in value]
    return redact_text(value) if isinstance(value, str) else value


def redact_text(text: str) -> str:
    """A text without credentials, those in the user part and the query of an address included."""
    without = _USER.sub(f"{REDACTED}@", _QUOTED_USER.sub(f"{REDACTED}%40", _LINK.sub(_link, text)))
    without = _VALUE.sub(REDACTED, without)
    return redact_query(without) if "?" in without else without


def redact_path(path: str) -> str:
    """A path without what looks like a credential in any of its parts."""
    return "/".join(map(redact_text, path.split("/")))


def redact_query(query: str) -> str:
    """A query string without credentials; everything else stays as it was sent."""
    return _PARAMETER.sub(_parameter, query)


def redact_body(text: str) -> str:
    """A body as it was sent, whole or cut off: a form, JSON or XML without credentials."""
    without = _LOGIN_CODE.sub(_code, text) if "grant_type" in text else text
    without = redact_text(redact_query(without))
    return _ELEMENT.sub(_part, _JSON_FIELD.sub(_part, without))


def _code(found: re.Match[str]) -> str:
    return f"{found['before']}{REDACTED}"


def _part(found: re.Match[str]) -> str:
    return f"{found['before']}{REDACTED}{found['after']}" if is_secret_name(found["name"]) else found[0]


def remove_all(text: str, secrets: Iterable[str]) -> str:
    """A text without certain secrets, such as a token that was chosen freely and looks like any word."""
    for each in secrets:
        text = text.replace(each, REDACTED)
    return text


def _link(found: re.Match[str]) -> str:
    return f"{found['host'] or ''}/documents/{REDACTED}"


def _field(name: str, value: Any) -> Any:
    return REDACTED if is_secret_name(name) and value not in (None, "") else redact(value)


def _parameter(found: re.Match[str]) -> str:
    secret = is_secret_name(unquote_plus(found["name"]))
    return f"{found['before']}{found['name']}={REDACTED}" if secret else found[0]


def is_secret_name(name: str) -> bool:
    """Whether what is called so is a secret: `client_secret`, `x-amz-access-token`, `Signature`."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    return plain not in _PLAIN and _SECRET.search(plain) is not None


def secrets_in(value: Any, *, named: bool = False) -> Iterator[str]:
    """Every text of a JSON value that is secret by its name, or by that of what it is in."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from secrets_in(inner, named=named or is_secret_name(str(name)))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from secrets_in(inner, named=named)
    elif named and isinstance(value, str):
        yield value
