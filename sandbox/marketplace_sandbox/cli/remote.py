"""How a command talks to a running server: its address, seller and token, and errors as one sentence."""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import click

from marketplace_sandbox.cli.tables import patience

DEFAULT_URL = "http://127.0.0.1:8585"
LONGEST_PAGE = 1000
SECONDS = 120


@dataclass(frozen=True, slots=True)
class Remote:
    """A running server's control API. Every failure is a click error that says what to look at."""

    url: str
    seller: str
    token: str

    def get(self, call: str, query: dict[str, Any] | None = None) -> Any:
        """A read."""
        return self.send("GET", call, params=query or {})

    def post(self, call: str, body: Any) -> Any:
        """A command."""
        return self.send("POST", call, json=body)

    def put(self, call: str, body: Any) -> Any:
        """A change."""
        return self.send("PUT", call, json=body)

    def delete(self, call: str) -> Any:
        """An end."""
        return self.send("DELETE", call)

    def every(self, plural: str, query: dict[str, Any] | None = None, limit: int | None = None) -> list[Any]:
        """A whole list, or the first `limit` of it, whatever its pages. Absent filters are None or empty."""
        found: list[Any] = []
        with patience(f"Reading {plural} from {self.url}"):
            for page in self._pages(plural, query or {}, limit):
                found.extend(page)
        return found[:limit]

    def _pages(self, plural: str, query: dict[str, Any], limit: int | None) -> Iterator[list[Any]]:
        wanted = {name: value for name, value in query.items() if value not in (None, "", [], ())}
        wanted["limit"] = min(limit or LONGEST_PAGE, LONGEST_PAGE)
        read = 0
        while limit is None or read < limit:
            page = self.get(plural, wanted)
            read += len(page[plural])
            yield page[plural]
            if page["next"] is None:
                return
            wanted["cursor"] = page["next"]

    def send(self, method: str, call: str, **more: Any) -> Any:
        """Any call of the control API, by its path below `/_sandbox`."""
        for option, given in (("--seller", self.seller), ("--token", self.token)):
            if not given.isascii():
                raise click.UsageError(f"{option} is plain ASCII; {given[:40]!r} is not.")
        import requests  # noqa: PLC0415  a tenth of a second that other commands need not wait for

        session = requests.Session()
        session.trust_env = False
        try:
            with patience(f"Waiting for {self.url}"):
                answer = session.request(
                    method, f"{self.url}/_sandbox/{call}", headers=self._headers(), timeout=SECONDS, **more
                )
        except requests.exceptions.SSLError as problem:
            raise click.ClickException(f"{self.url} does not speak https. Try http://.") from problem
        except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema):
            raise click.UsageError(f"--url is an address such as {DEFAULT_URL}; {self.url!r} is not.") from None
        except requests.Timeout as problem:
            raise click.ClickException(f"{self.url} has not answered within {SECONDS} seconds.") from problem
        except requests.RequestException as problem:
            hint = "Is it running (marketplace-sandbox serve), and is the port right?"
            raise click.ClickException(f"No sandbox answers at {self.url}. {hint}") from problem
        finally:
            session.close()
        return _read(answer)

    def _headers(self) -> dict[str, str]:
        headers = {"X-Sandbox-Seller": self.seller} if self.seller else {}
        return {**headers, "Authorization": f"Bearer {self.token}"} if self.token else headers


OURS = "x-amzn-RequestId"
"""A header of every answer of a sandbox, and of few other programs'."""


def _read(answer: Any) -> Any:
    if OURS not in answer.headers:
        raise click.ClickException(f"What answers at {answer.url} is not a sandbox.")
    try:
        body = answer.json() if answer.content else None
    except ValueError:
        raise click.ClickException(f"What answers at {answer.url} is not a sandbox.") from None
    if answer.status_code < 400:
        return body
    errors = body.get("errors", []) if isinstance(body, dict) else []
    said = " ".join(_sentence(each) for each in errors)
    raise click.ClickException(said or f"The server answered {answer.status_code}.")


def _sentence(error: dict[str, str]) -> str:
    """The message, and the details where they are more than the name of a field."""
    details = error.get("details", "")
    return f"{error.get('message', '')} {details}" if " " in details else error.get("message", "")


def path(*parts: str) -> str:
    """A call's path of parts that may hold anything."""
    return "/".join(quote(each, safe="") for each in parts)


def remote_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --url, --seller and --token to a command and hands it a `remote`."""

    @click.option("--url", default=DEFAULT_URL, show_default=True, envvar="SANDBOX_URL", help="The server.")
    @click.option("--seller", default="", help="The seller; the default seller where none is named.")
    @click.option("--token", default="", envvar="SANDBOX_ADMIN_TOKEN", help="The admin token, off loopback.")
    @functools.wraps(command)
    def with_remote(*, url: str, seller: str, token: str, **more: Any) -> None:
        command(**more, remote=Remote(url.rstrip("/"), seller, token))

    return with_remote


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
limit_option = click.option("--limit", type=click.IntRange(1), help="At most so many. [default: all]")
