"""What doctor is given, and what it finds. Looks at nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from marketplace_sandbox import __version__
from marketplace_sandbox.amazon.hosts import is_of_aws, is_of_platform
from marketplace_sandbox.core.text.quoting import write_count

OURS = "marketplace-sandbox-"
"""How the User-Agent of every call begins that the command line makes for a seller: none is the client's."""

USER_AGENT = f"{OURS}doctor/{__version__}"
"""What the doctor's own calls bear."""

COMMANDS_USER_AGENT = f"{OURS}cli/{__version__}"
"""What the calls of `feed`, `report` and `subscription` bear, which they make as a client does."""

VARIABLES: Mapping[str, tuple[str, ...]] = {
    "client_id": ("LWA_APP_ID", "SELLING_PARTNER_APP_CLIENT_ID", "AMZN_SELLING_PARTNER_CLIENT_ID"),
    "client_secret": ("LWA_CLIENT_SECRET", "SELLING_PARTNER_APP_CLIENT_SECRET", "AMZN_SELLING_PARTNER_CLIENT_SECRET"),
    "refresh_token": ("SP_API_REFRESH_TOKEN", "AMZN_SELLING_PARTNER_REFRESH_TOKEN"),
}
"""The variables that python-amazon-sp-api, amazon-sp-api and amzn-selling-partner read, by doctor's options."""

TOLERANCE_SECONDS = 300
"""How far two clocks may differ, in seconds: as far as verifiers of signatures let them."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: what is so, and if it is wrong what to do about it.

    Where nothing can be said yet, for want of evidence, it is `unsure`, and the remedy is how to find out.
    """

    check: str
    finding: str
    remedy: str = ""
    unsure: bool = False

    @property
    def wrong(self) -> bool:
        """Whether something is to be done."""
        return bool(self.remedy) and not self.unsure

    def to_json(self) -> dict[str, object]:
        """The diagnosis for programs."""
        return {
            "check": self.check,
            "wrong": self.wrong,
            "unsure": self.unsure,
            "said": self.finding,
            "remedy": self.remedy or None,
        }


@dataclass(frozen=True, slots=True)
class Wiring:
    """What the client is set up with, as far as is known; `environment` is that of its process.

    `now` is what the client's clock shows.
    """

    now: datetime
    endpoint: str = ""
    client_id: str = ""
    client_secret: str = ""
    refresh_token: str = ""
    mws_access_key: str = ""
    mws_secret_key: str = ""
    webhook: str = ""
    webhook_secret: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


def from_environment(option: str, environment: Mapping[str, str]) -> str:
    """What clients take for an option from the environment they run in; empty where nothing is set."""
    return next((environment[name] for name in VARIABLES.get(option, ()) if environment.get(name)), "")


def is_amazon(address: str) -> bool:
    """Whether a URL or host is one of Amazon's."""
    host = urlsplit(address if "//" in address else f"//{address}").hostname
    return is_of_platform(host) or is_of_aws(host)


def write_span(seconds: float) -> str:
    """How long a span is, in the unit that says it best."""
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if abs(seconds) >= 2 * length:
            return f"{abs(seconds) / length:.0f} {unit}"
    return write_count(round(abs(seconds)), "seconds")
