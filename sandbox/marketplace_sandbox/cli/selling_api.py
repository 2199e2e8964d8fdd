"""The SP-API of a running server, called as one seller's client calls it: logged in with the seller's credentials.

What the control API has no call for, since sellers do it themselves, commands do through this: reports, feeds,
subscriptions. The request log has these calls as it has those of any client.
"""

import gzip
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import click

from marketplace_sandbox.cli.control_client import SECONDS, ControlClient, NoAnswerError, path, read_answer
from marketplace_sandbox.cli.tables import show_progress
from marketplace_sandbox.core.text.instants import format_instant, parse_instant, parse_span
from marketplace_sandbox.core.world.sellers import DEFAULT_SELLER
from marketplace_sandbox.doctor.diagnosis import COMMANDS_USER_AGENT

NOTIFICATIONS = "sellingpartnerapi::notifications"
"""The scope of tokens for destinations, which are the application's and no seller's."""

MOST_TYPES = 10
"""Types of feeds or reports that one call of the platform's may name."""


class SellingApi:
    """Calls of one seller's client. Every failure is a click error, as those of the control API are."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control

    @cached_property
    def credentials(self) -> dict[str, Any]:
        """What the seller logs in with, and the marketplaces it sells in."""
        found: dict[str, Any] = self._control.get(path("sellers", self._control.seller or DEFAULT_SELLER))
        return found

    @cached_property
    def _token(self) -> str:
        return self._log_in({"grant_type": "refresh_token", "refresh_token": self.credentials["lwa"]["refresh_token"]})

    @cached_property
    def _grantless_token(self) -> str:
        return self._log_in({"grant_type": "client_credentials", "scope": NOTIFICATIONS})

    def _log_in(self, grant: dict[str, str]) -> str:
        lwa = self.credentials["lwa"]
        form = {**grant, "client_id": lwa["client_id"], "client_secret": lwa["client_secret"]}
        answer = self._send("POST", f"{self._control.url}/auth/o2/token", data=form)
        if answer.status_code != 200:
            raise click.ClickException(f"The login of {self.credentials['seller_id']} was refused: {answer.text[:300]}")
        return str(answer.json()["access_token"])

    def call(
        self, method: str, call: str, body: Any = None, query: dict[str, Any] | None = None, *, grantless: bool = False,
        token: str = "",
    ) -> Any:  # fmt: skip
        """One call, by its path; answers its body."""
        headers = {"x-amz-access-token": token or (self._grantless_token if grantless else self._token)}
        given = {"json": body} if body is not None else {}
        answer = self._send(method, f"{self._control.url}/{call}", headers=headers, params=query or {}, **given)
        return read_answer(answer)

    def ask(self, method: str, call: str, body: Any = None) -> tuple[int, Any]:
        """One call, by its path with its query; answers status and body, also of a refusal."""
        given = {"json": body} if body is not None else {}
        url = f"{self._control.url}{call}"
        answer = self._send(method, url, headers={"x-amz-access-token": self._token}, **given)
        return answer.status_code, answer.json() if answer.content else None

    def call_restricted(self, call: str) -> Any:
        """A read that may show personal data, with a token for just that."""
        resources = [{"method": "GET", "path": f"/{call}"}]
        issued = self.call("POST", "tokens/2021-03-01/restrictedDataToken", {"restrictedResources": resources})
        return self.call("GET", call, token=issued["restrictedDataToken"])

    def list_jobs(self, call: str, types: list[str]) -> list[dict[str, Any]]:
        """All feeds or reports of some types, oldest first."""
        plural, noun = call.rpartition("/")[2], call.rpartition("/")[2].removesuffix("s")
        found: list[dict[str, Any]] = []
        for start in range(0, len(types), MOST_TYPES):
            named = ",".join(types[start : start + MOST_TYPES])
            query: dict[str, Any] = {f"{noun}Types": named, "pageSize": 100}
            while query:
                page = self.call("GET", call, query=query)
                found += page[plural]
                query = {"nextToken": page["nextToken"]} if page.get("nextToken") else {}
        return sorted(found, key=lambda each: (each["createdTime"], each[f"{noun}Id"]))

    def upload(self, url: str, content: bytes, media_type: str) -> None:
        """Put a file where a link leads."""
        answer = self._send("PUT", self._here(url), data=content, headers={"Content-Type": media_type})
        if answer.status_code >= 400:
            raise click.ClickException(f"The upload was refused: {answer.text[:300]}")

    def download(self, document: dict[str, Any]) -> tuple[bytes, str]:
        """The file of a document, unpacked, and the encoding that it names."""
        answer = self._send("GET", self._here(document["url"]))
        if answer.status_code >= 400:
            raise click.ClickException(f"The download was refused: {answer.text[:300]}")
        content = answer.content
        if document.get("compressionAlgorithm") == "GZIP":
            content = gzip.decompress(content)
        return content, answer.encoding or "utf-8"

    def _here(self, url: str) -> str:
        """A link of the server's as this machine reaches it: by the address that was given, whatever its public one."""
        parts = urlsplit(url)
        return f"{self._control.url}{parts.path}{f'?{parts.query}' if parts.query else ''}"

    def _send(self, method: str, url: str, **more: Any) -> Any:
        import requests  # noqa: PLC0415  a tenth of a second that other commands need not wait for

        session = requests.Session()
        session.trust_env = False
        session.headers["User-Agent"] = COMMANDS_USER_AGENT
        try:
            with show_progress(f"Waiting for {self._control.url}"):
                return session.request(method, url, timeout=SECONDS, **more)
        except requests.RequestException as problem:
            raise NoAnswerError(f"No sandbox answers at {self._control.url} any more.") from problem
        finally:
            session.close()


def say_when_ready(control: ControlClient, noun: str, job: dict[str, Any]) -> str:
    """When a job ends that has not ended, by the world's clock, and how to come there."""
    settings, clock = control.get("settings"), control.get("clock")
    queued = parse_instant(job["createdTime"]) + parse_span(settings[f"{noun}_queue_time"])
    ends = format_instant(queued + parse_span(settings[f"{noun}_processing_time"]))
    waits = f"IN_QUEUE until {format_instant(queued)}" if job["processingStatus"] == "IN_QUEUE" else "IN_PROGRESS"
    runs = "stands" if clock["rate"] == 0 else "runs"
    return (
        f"{noun.capitalize()} {job[f'{noun}Id']} is {waits} and ends at {ends}, or later behind others of its type. "
        f"It is {clock['now']}, and the clock {runs}: marketplace-sandbox clock to {ends}"
    )
