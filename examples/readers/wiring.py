"""How the readers beside this file reach the sandbox: its address, a seller's credentials and marketplace.

Take `SANDBOX_URL` and the three `LWA_…` variables away and the same clients talk to Amazon.
"""

import os
from types import SimpleNamespace
from typing import Any

from sp_api.auth import AccessTokenClient

URL = os.environ.get("SANDBOX_URL", "http://127.0.0.1:8585")


class LocalTokens(AccessTokenClient):
    """The client's own token client, at the sandbox."""

    scheme, host = URL.split("//")[0] + "//", URL.split("//")[1]


OPEN: list[Any] = []
"""Every client that was made, for `close`."""


def client(api: Any, **options: Any) -> Any:
    """A client of python-amazon-sp-api for one of its APIs."""
    marketplace_id = os.environ.get("MARKETPLACE_ID", "ATVPDKIKX0DER")
    made = api(
        marketplace=SimpleNamespace(endpoint=URL, marketplace_id=marketplace_id, region="us-east-1"),
        auth_token_client_class=LocalTokens,
        credentials={
            "lwa_app_id": os.environ.get("LWA_CLIENT_ID", "amzn1.application-oa2-client.sandbox"),
            "lwa_client_secret": os.environ.get("LWA_CLIENT_SECRET", "amzn1.oa2-cs.v1.sandbox"),
            "refresh_token": os.environ.get("LWA_REFRESH_TOKEN", "Atzr|sandbox"),
        },
        **options,
    )
    OPEN.append(made)
    return made


def close() -> None:
    """Let go of the connections; the client leaves its token client's open."""
    while OPEN:
        made = OPEN.pop()
        made._auth._transport.close()
        made.close()
