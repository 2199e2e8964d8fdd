"""Is there a sandbox at the address: not reachable, something else, or https where http is spoken."""

from typing import Any
from urllib.parse import urlsplit

from marketplace_sandbox.cli.control_client import DEFAULT_URL, REQUEST_ID
from marketplace_sandbox.doctor.diagnosis import USER_AGENT, Diagnosis

CHECK = "server"
SECONDS = 5


def diagnose(url: str) -> Diagnosis:
    """What answers at the address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return Diagnosis(CHECK, f"{url!r} is no address.", f"Write it like {DEFAULT_URL}.")
    version, server = read_health(url)
    if version:
        return Diagnosis(CHECK, f"A sandbox of version {version} answers at {url}.")
    if why := read_failure(url):
        mend = "Mend the cause: it goes on by itself once that is gone."
        return Diagnosis(CHECK, f"A sandbox answers at {url}, and cannot write what it is told: {why}.", mend)
    if refused := read_refusal(url):
        name_it = f"Have clients use 127.0.0.1, or start the server with --public-url {url} (SANDBOX_PUBLIC_URL)."
        return Diagnosis(CHECK, f"The sandbox at {url} does not take calls under this name. {refused}", name_it)
    plain = f"http://{parts.netloc}"
    if parts.scheme == "https" and read_health(plain)[0]:
        return Diagnosis(CHECK, f"The sandbox at {parts.netloc} speaks http, not https.", f"Use {plain}.")
    hint = (
        f"A sandbox answers at {DEFAULT_URL}: use that." if url != DEFAULT_URL and read_health(DEFAULT_URL)[0] else ""
    )
    if server is None:
        start = "Start it with marketplace-sandbox serve, or correct the address: serve prints it when it is ready."
        return Diagnosis(CHECK, f"Nothing answers at {url}.", hint or start)
    other_program = f", but {server}" if server else ""
    correct = "Correct the port: serve prints the address when it is ready."
    return Diagnosis(CHECK, f"What answers at {url} is no sandbox{other_program}.", hint or correct)


def read_health(url: str) -> tuple[str, str | None]:
    """The version of the sandbox at an address, or nothing; and what else the answer says it is, None for no answer."""
    try:
        answer = request("GET", f"{url}/health")
    except OSError:  # requests' own errors are
        return "", None
    try:
        body = answer.json()
    except ValueError:
        body = {}
    ours = REQUEST_ID in answer.headers and isinstance(body, dict) and body.get("status") == "ok"
    version = body.get("version", "") if ours else ""
    return str(version), answer.headers.get("Server", "")


def read_failure(url: str) -> str:
    """Why the sandbox at an address says of its health that it is failing, or nothing."""
    try:
        answer = request("GET", f"{url}/health")
        body = answer.json()
    except (OSError, ValueError):  # requests' own errors are the former
        return ""
    ours = REQUEST_ID in answer.headers and isinstance(body, dict) and body.get("status") == "failing"
    return str(body.get("why", "")).rstrip(".") if ours else ""


def read_refusal(url: str) -> str:
    """What a sandbox says that takes no calls under the name of an address, or nothing."""
    try:
        answer = request("GET", f"{url}/health")
    except OSError:  # requests' own errors are
        return ""
    return refusal_of(answer) if answer.status_code == 403 else ""


def refusal_of(answer: Any) -> str:
    """The sentence of a sandbox's refusal, or nothing where an answer is none."""
    try:
        return str(answer.json()["errors"][0]["message"]) if REQUEST_ID in answer.headers else ""
    except (ValueError, KeyError, TypeError, IndexError):
        return ""


def request(method: str, url: str, seconds: float = SECONDS, **more: Any) -> Any:
    """One call of the doctor's own, no proxies. Raises OSError."""
    import requests  # noqa: PLC0415  a tenth of a second that other commands need not wait for

    headers = {"User-Agent": USER_AGENT, **more.pop("headers", {})}
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, headers=headers, timeout=seconds, allow_redirects=False, **more)
