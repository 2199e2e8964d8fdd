"""python-amazon-sp-api's Reports, Tokens and Messaging and the `mws` package's Reports, unmodified, as one seller's."""

import csv
import io
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any, TypeVar

import mws
from sp_api.api import Reports, Tokens
from sp_api.auth import AccessTokenClient
from sp_api.base import Client

from tests.e2e.sandbox import US, Json, Sandbox

SpClient = TypeVar("SpClient", bound=Client)
DOCUMENTS = "/reports/2021-06-30/documents/"


class Clients:
    """A seller's clients; all connections are closed with the stack."""

    def __init__(self, sandbox: Sandbox, closing: ExitStack) -> None:
        self.sandbox = sandbox
        self._closing = closing
        self.reports = self.new(Reports)

    def new(self, kind: type[SpClient], **more: Any) -> SpClient:
        """One more client of python-amazon-sp-api."""
        lwa = self.sandbox.seller["lwa"]
        scheme, _, host = self.sandbox.url.partition("//")
        tokens = type("LocalTokens", (AccessTokenClient,), {"scheme": f"{scheme}//", "host": host})
        credentials = {
            "lwa_app_id": lwa["client_id"],
            "lwa_client_secret": lwa["client_secret"],
            "refresh_token": lwa["refresh_token"],
        }
        place = SimpleNamespace(endpoint=self.sandbox.url, marketplace_id=US, region="us-east-1")
        made = kind(marketplace=place, auth_token_client_class=tokens, credentials=credentials, **more)
        self._closing.callback(made.close)
        self._closing.callback(made._auth._transport.close)  # the client leaves its token client's connection open
        return made

    def read(self, report: Json, **more: Any) -> str:
        """The document of a report, fetched and unpacked by the client itself, with a restricted data token."""
        document_id = report["reportDocumentId"]
        resource = {"method": "GET", "path": f"{DOCUMENTS}{document_id}"}
        issued = self.new(Tokens).create_restricted_data_token(restrictedResources=[resource])
        reader = self.new(Reports, restricted_data_token=issued.payload["restrictedDataToken"])
        answer = reader.get_report_document(document_id, download=True, **more)
        text: str = answer.payload["document"]
        return text

    def made(self, kind: str, **more: Any) -> Json:
        """A report asked for by the client, once it is done."""
        asked = self.reports.create_report(reportType=kind, marketplaceIds=[US], **more)
        self.sandbox.by("PT90S")
        found: Json = self.reports.get_report(asked.payload["reportId"]).payload
        return found

    def mws(self) -> mws.Reports:
        """The `mws` package's Reports."""
        keys = self.sandbox.seller["mws"]
        return mws.Reports(keys["access_key"], keys["secret_key"], keys["seller_id"], domain=self.sandbox.url)


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a table by column."""
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter="\t", quoting=csv.QUOTE_NONE))
