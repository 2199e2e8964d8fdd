"""How a client is pointed here: a few lines for each, with the seller's own credentials in them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

US = "ATVPDKIKX0DER"


class Snippet(NamedTuple):
    """The lines of one client. `language` is what they are written in."""

    client: str
    language: str
    text: str


_CURL = """\
TOKEN=$(curl --silent {url}/auth/o2/token -d grant_type=refresh_token \\
  -d 'client_id={client_id}' -d 'client_secret={client_secret}' -d 'refresh_token={refresh_token}' \\
  | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
curl --silent -H "x-amz-access-token: $TOKEN" \\
  '{url}/orders/v0/orders?MarketplaceIds={marketplace_id}&LastUpdatedAfter=2000-01-01T00:00:00Z'
"""
_PYTHON_AMAZON_SP_API = """\
from types import SimpleNamespace

from sp_api.api import Orders
from sp_api.auth import AccessTokenClient

URL = "{url}"


class LocalTokens(AccessTokenClient):
    scheme, host = "{scheme}://", "{host}"


with Orders(
    marketplace=SimpleNamespace(endpoint=URL, marketplace_id="{marketplace_id}", region="us-east-1"),
    auth_token_client_class=LocalTokens,
    credentials={{
        "lwa_app_id": "{client_id}",
        "lwa_client_secret": "{client_secret}",
        "refresh_token": "{refresh_token}",
    }},
) as client:
    print(client.get_orders(LastUpdatedAfter="2000-01-01T00:00:00Z").payload["Orders"])
"""
_AMZN_SP_API = """\
from spapi import OrdersV0Api, SPAPIClient
from spapi.auth.credentials import SPAPIConfig

URL = "{url}"
config = SPAPIConfig(
    client_id="{client_id}",
    client_secret="{client_secret}",
    refresh_token="{refresh_token}",
)
client = SPAPIClient(config, oauth_endpoint=f"{{URL}}/auth/o2/token", endpoint=URL)
orders = OrdersV0Api(client.api_client).get_orders(["{marketplace_id}"], last_updated_after="2000-01-01T00:00:00Z")
print(orders.payload.orders)
"""
_AMZN_SELLING_PARTNER = """\
from types import SimpleNamespace

from amzn_selling_partner import SellingPartner

URL = "{url}"
with SellingPartner(
    region=SimpleNamespace(base_url=lambda sandbox=False: URL),
    token_url=f"{{URL}}/auth/o2/token",
    throttle=False,
    client_id="{client_id}",
    client_secret="{client_secret}",
    refresh_token="{refresh_token}",
) as client:
    print(client.orders_v0.list_orders(["{marketplace_id}"], last_updated_after="2000-01-01T00:00:00Z"))
"""
_MWS = """\
import mws

orders = mws.Orders(
    "{access_key}",
    "{secret_key}",
    "{mws_seller_id}",
    domain="{url}",
)
print(orders.list_orders(["{marketplace_id}"], lastupdatedafter="2000-01-01T00:00:00Z").parsed)
"""
_NODE = """\
eval "$(marketplace-sandbox wiring node | tail -1)"
SANDBOX_URL={url} node your-program.js
"""
_CLIENTS = (
    ("curl", "shell", _CURL),
    ("python-amazon-sp-api", "Python", _PYTHON_AMAZON_SP_API),
    ("amzn-sp-api", "Python", _AMZN_SP_API),
    ("amzn-selling-partner", "Python", _AMZN_SELLING_PARTNER),
    ("mws", "Python", _MWS),
    ("any client for Node", "shell", _NODE),
)


def snippets(url: str, credentials: Mapping[str, Any], marketplace_id: str) -> list[Snippet]:
    """The lines of every client, for the holder of these credentials."""
    scheme, _, host = url.partition("://")
    lwa, mws = credentials["lwa"], credentials["mws"]
    facts = {
        "url": url,
        "scheme": scheme,
        "host": host,
        "marketplace_id": marketplace_id,
        "client_id": lwa["client_id"],
        "client_secret": lwa["client_secret"],
        "refresh_token": lwa["refresh_token"],
        "access_key": mws["access_key"],
        "secret_key": mws["secret_key"],
        "mws_seller_id": mws["seller_id"],
    }
    return [Snippet(client, language, text.format(**facts).rstrip()) for client, language, text in _CLIENTS]
