"""HAR files for tests: entries as browsers and proxies write them, with secrets that must be seen nowhere."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

PLATFORM = "https://sellingpartnerapi-na.amazon.com"
TOKEN = "Atza|TOKEN-IN-A-HEADER"
SECRETS = (
    TOKEN,
    "COOKIE-OF-SOMEBODY",
    "CLIENT-SECRET",
    "REFRESH-TOKEN",
    "SIGNATURE-OF-AWS",
    "CREDENTIAL-OF-AWS",
    "TOKEN-IN-THE-ADDRESS",
    "PASSWORD-IN-THE-ADDRESS",
    "buyer-in-an-answer@example.com",
    "buyer-in-the-address@example.com",
    "1 Street of a Buyer",
)
"""Every text in the entries of this module that nobody may see."""


def entry(method: str, url: str, *, body: str = "", answer: str = "{}", status: int = 200) -> Json:
    """One call as it is recorded, with credentials where clients have them."""
    request: Json = {
        "method": method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "headers": [
            {"name": "x-amz-access-token", "value": TOKEN},
            {
                "name": "Authorization",
                "value": "AWS4-HMAC-SHA256 Credential=CREDENTIAL-OF-AWS, Signature=SIGNATURE-OF-AWS",
            },
            {"name": "Cookie", "value": "session=COOKIE-OF-SOMEBODY"},
        ],
        "queryString": [],
        "cookies": [{"name": "session", "value": "COOKIE-OF-SOMEBODY"}],
        "headersSize": -1,
        "bodySize": len(body),
    }
    if body:
        request["postData"] = {"mimeType": "application/x-www-form-urlencoded", "text": body}
    return {
        "startedDateTime": "2026-03-02T16:00:00.000Z",
        "time": 12.5,
        "request": request,
        "response": {
            "status": status,
            "statusText": "OK",
            "headers": [{"name": "Set-Cookie", "value": "session=COOKIE-OF-SOMEBODY"}],
            "content": {"size": len(answer), "mimeType": "application/json", "text": answer},
        },
        "cache": {},
        "timings": {"send": 0, "wait": 12.5, "receive": 0},
    }


def har(entries: Iterable[Any]) -> Json:
    """A whole recording."""
    return {"log": {"version": "1.2", "creator": {"name": "tests", "version": "1"}, "entries": list(entries)}}


def write(path: Path, entries: Iterable[Any]) -> str:
    """A file with a recording; answers its name."""
    path.write_text(json.dumps(har(entries)), encoding="utf-8")
    return str(path)


def write_long(path: Path, size: int, call: Json, between: Iterator[Json]) -> str:
    """A file of so many bytes or a few more: one call at the beginning, and one at the end."""
    with path.open("w", encoding="utf-8") as file:
        written = file.write('{"log": {"version": "1.2", "entries": [' + json.dumps(call))
        while written < size:
            written += file.write(", " + json.dumps(next(between)))
        file.write(", " + json.dumps(call) + "]}}")
    return str(path)


LOGIN = entry(
    "POST",
    "https://api.amazon.com/auth/o2/token",
    body="grant_type=refresh_token&refresh_token=REFRESH-TOKEN&client_secret=CLIENT-SECRET",
    answer=json.dumps({"access_token": TOKEN}),
)
PERSONAL = json.dumps(
    {"payload": {"BuyerEmail": "buyer-in-an-answer@example.com", "AddressLine1": "1 Street of a Buyer"}}
)
ELSEWHERE = [
    LOGIN,
    entry("GET", "https://www.example.com/orders/v0/orders?a=b"),
    entry("GET", "wss://www.example.com/socket"),
    entry("GET", "data:text/plain;base64,AAAA"),
    entry("GET", f"{PLATFORM}/feeds/2021-06-30/feeds?feedTypes=A"),
    entry(
        "POST", "https://mws.amazonservices.com/Orders/2013-09-01", body="Action=ListOrders&Signature=SIGNATURE-OF-AWS"
    ),
]
"""Calls of other services, and of other APIs of the platform."""
