"""The control API as commands call it: a server's address, seller and token, and errors as one sentence."""

import functools
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import click

from marketplace_sandbox.cli import offers
from marketplace_sandbox.cli.secrets import check_token, read_secret
from marketplace_sandbox.cli.tables import print_json, say, show_progress

DEFAULT_URL = "http://127.0.0.1:8585"
LONGEST_PAGE = 1000
SECONDS = 120

BEGUN = (
    "Interrupted; the server ends what it has begun. `marketplace-sandbox journal --limit 3` and "
    "`marketplace-sandbox seller list` say what has become of it."
)


class NoAnswerError(click.ClickException):
    """Nobody answers at a server's address."""


class RefusedCallError(click.ClickException):
    """A server has refused a call, with a `code`; `details` is often the name of what it would not take.

    A command that was asked for JSON prints its `errors` as they are where others print the sentence.
    """

    code = ""
    details = ""
    errors: Sequence[Mapping[str, Any]] = ()

    def show(self, file: IO[Any] | None = None) -> None:
        """Tell it on standard error."""
        if self.errors:
            print_json({"errors": list(self.errors)}, err=True)
        else:
            super().show(file)


@dataclass(frozen=True, slots=True)
class ControlClient:
    """Calls a running server's control API for one seller. `seconds` is how long an answer is waited for.

    Every failure is a click error that says what to look at.
    """

    url: str
    seller: str
    token: str
    seconds: float | None = None

    def get(self, call: str, query: dict[str, Any] | None = None, *, quiet: bool = False, endless: bool = False) -> Any:
        """A read, of which nothing is shown while it is quiet, and which may take any time where it is endless."""
        return self.send("GET", call, quiet=quiet, endless=endless, params=query or {})

    def post(self, call: str, body: Any, *, endless: bool = False, follow: Callable[[], str] | None = None) -> Any:
        """A command, which may take any time where it is endless; `follow` says how far it has come meanwhile."""
        return self.send("POST", call, endless=endless, follow=follow, json=body)

    def put(self, call: str, body: Any) -> Any:
        """A change."""
        return self.send("PUT", call, json=body)

    def delete(self, call: str) -> Any:
        """An end."""
        return self.send("DELETE", call)

    def list_all(
        self, plural: str, query: dict[str, Any] | None = None, limit: int | None = None, call: str = ""
    ) -> list[Any]:
        """A whole list, or the first `limit` of it, whatever its pages. Absent filters are None or empty.

        `call` is the path of one that is not called by its plural.
        """
        filters = {name: value for name, value in (query or {}).items() if value not in (None, "", [], ())}
        filters["limit"] = min(limit or LONGEST_PAGE, LONGEST_PAGE)
        found: list[Any] = []
        with show_progress(f"Reading {plural} from {self.url}", lambda: f"Reading {plural}: {len(found):,} by now"):
            while limit is None or len(found) < limit:
                page = self.get(call or plural, filters, quiet=True)
                found += page[plural]
                if page["next"] is None:
                    break
                filters["cursor"] = page["next"]
        return found[:limit]

    def send(self, method: str, call: str, **how: Any) -> Any:
        """Any call of the control API, by its path below `/_sandbox`; answers the body."""
        return read_answer(self._ask(method, call, **how))

    def version(self) -> int:
        """The version at which the seller's world stands."""
        answer = self._ask("GET", "clock")
        read_answer(answer)
        return int(answer.headers["x-sandbox-version"])

    def _ask(
        self,
        method: str,
        call: str,
        *,
        endless: bool = False,
        follow: Callable[[], str] | None = None,
        quiet: bool = False,
        **more: Any,
    ) -> Any:
        """The answer to a call, whatever it is. Raises a click error where there is none."""
        if not self.seller.isascii():
            raise click.UsageError(f"--seller is plain ASCII; {self.seller[:40]!r} is not.")
        check_token(self.token, "--token")
        import requests  # noqa: PLC0415  a tenth of a second that other commands need not wait for

        headers = {"X-Sandbox-Seller": self.seller} if self.seller else {}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        check_url(self.url)
        session = requests.Session()
        session.trust_env = False
        try:
            with nullcontext() if quiet else show_progress(f"Waiting for {self.url}", follow):
                url = f"{self.url}/_sandbox/{call}"
                return session.request(
                    method, url, headers=headers, timeout=None if endless else self.seconds or SECONDS, **more
                )
        except requests.exceptions.SSLError as problem:
            raise click.ClickException(f"{self.url} does not speak https. Try http://.") from problem
        except requests.Timeout as problem:
            raise click.ClickException(
                f"{self.url} has not answered within {self.seconds or SECONDS:g} seconds."
            ) from problem
        except requests.RequestException as problem:
            hint = "Is it running (marketplace-sandbox serve), and is the port right?"
            raise NoAnswerError(f"No sandbox answers at {self.url}. {hint}") from problem
        except KeyboardInterrupt:
            if method != "GET" and not endless:  # who may wait for ever finds out what has become of it
                say(BEGUN, err=True)
            raise
        finally:
            session.close()


def check_url(url: str, of: str = "--url") -> str:
    """A server's address, without a slash at its end. Raises a usage error that names where it stands."""
    from marketplace_sandbox.delivery.targets import TargetError, read_url  # noqa: PLC0415  help need not wait for it

    try:
        read_url(url, "server's address")
    except TargetError as wrong:
        raise click.UsageError(f"{of} is an address such as {DEFAULT_URL}; {url!r} is not. {wrong}") from None
    return url.rstrip("/")


BAD_INPUT = 400
USED_WRONGLY = 2
"""What a command ends with whose words the control API cannot take, as where the command itself looks at them."""

REQUEST_ID = "x-amzn-RequestId"
"""A header of every answer of a sandbox, and of few other programs'."""


def read_answer(answer: Any) -> Any:
    """The JSON of an answer. Raises a click error for a refusal, and for what is no answer of a sandbox."""
    if REQUEST_ID not in answer.headers:
        raise click.ClickException(f"What answers at {answer.url} is not a sandbox.")
    try:
        body = answer.json() if answer.content else None
    except ValueError:
        raise click.ClickException(f"What answers at {answer.url} is not a sandbox.") from None
    if answer.status_code < 400:
        return body
    errors = body.get("errors", []) if isinstance(body, dict) else []
    sentences = []
    for error in errors:
        details = error.get("details", "")
        # Details may be no more than the name of a field, which the message has as well.
        sentences.append(f"{error.get('message', '')} {details}" if " " in details else error.get("message", ""))
    refused = _refusal(" ".join(sentences) or f"The server answered {answer.status_code}.", errors)
    if answer.status_code == BAD_INPUT and "/_sandbox/" in answer.url:
        vars(refused).update(exit_code=USED_WRONGLY)  # typed as a class variable
    raise refused


def not_found(message: str) -> RefusedCallError:
    """The refusal of a name that there is not, told as those of a server are."""
    return _refusal(message, [{"code": "NotFound", "message": message, "details": ""}])


def _refusal(message: str, errors: Sequence[Mapping[str, Any]]) -> RefusedCallError:
    refused = RefusedCallError(message)
    refused.code = str(errors[0].get("code", "")) if errors else ""
    refused.details = str(errors[0].get("details", "")) if errors else ""
    context = click.get_current_context(silent=True)
    if context is not None and context.params.get("as_json"):
        refused.errors = errors
    return refused


def path(*parts: str) -> str:
    """A call's path of parts that may hold anything."""
    return "/".join(quote(each, safe="") for each in parts)


def token_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --token and --token-file to a command and hands it the `token`."""

    @click.option(
        "--token", default="", envvar="SANDBOX_ADMIN_TOKEN", show_envvar=True, help="The admin token, off loopback."
    )
    @click.option(
        "--token-file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        envvar="SANDBOX_ADMIN_TOKEN_FILE",
        show_envvar=True,
        help="A file with the admin token.",
    )
    @functools.wraps(command)
    def with_token(*, token: str, token_file: Path | None, **more: Any) -> None:
        command(**more, token=token or (read_secret(token_file, "--token-file") if token_file else ""))

    return with_token


def address_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --url and --token to a command that is about no seller in particular and hands it a `control` client."""

    @click.option(
        "--url",
        default=DEFAULT_URL,
        show_default=True,
        envvar="SANDBOX_URL",
        show_envvar=True,
        shell_complete=offers.addresses,
        help="The server.",
    )
    @token_options
    @functools.wraps(command)
    def with_control(*, url: str, token: str, seller: str = "", **more: Any) -> None:
        command(**more, control=ControlClient(url.rstrip("/"), seller, token))

    return with_control


def server_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds --url, --seller and --token to a command and hands it a `control` client."""
    seller = click.option(
        "--seller",
        default="",
        shell_complete=offers.sellers,
        help="The seller; the default seller where none is named.",
    )
    return seller(address_options(command))


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
limit_option = click.option("--limit", type=click.IntRange(1), help="At most so many. [default: all]")
