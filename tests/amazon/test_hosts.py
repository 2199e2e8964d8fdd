"""One table has the hosts of the platform, and whoever asks for one is told the same however it is written."""

import json
import subprocess
import sys

import mws
import pytest
from amzn_selling_partner.plugins._amazon.regions import LWA_TOKEN_URL, Region
from sp_api.auth import AccessTokenClient
from sp_api.base import Marketplaces
from spapi import SPAPIClient

from marketplace_sandbox.amazon import hosts
from marketplace_sandbox.core.marketplaces import MARKETPLACES

SPAPI, LWA = hosts.HOSTS["SP-API"], hosts.HOSTS["Login with Amazon"]


def host_in(url: str) -> str:
    return url.removeprefix("https://").partition("/")[0]


def test_every_host_that_a_client_knows_is_in_the_table() -> None:
    spapi = [each.endpoint for each in Marketplaces] + list(SPAPIClient.region_to_endpoint.values())
    spapi += [each.base_url(sandbox=sandbox) for each in Region for sandbox in (False, True)]
    assert {host_in(each) for each in spapi} == set(SPAPI)
    assert {AccessTokenClient.host, host_in(SPAPIClient.oauth_endpoint), host_in(LWA_TOKEN_URL)} <= set(LWA)
    assert {host_in(each) for each in mws.mws.MARKETPLACES.values()} <= set(hosts.MWS_HOSTS)


def test_every_store_front_lies_in_a_domain_of_the_platform_and_has_its_login() -> None:
    for each in MARKETPLACES.values():
        store_front = each.domain.lower()
        assert hosts.is_of_platform(f"www.{store_front}")
        assert f"api.{store_front}" in LWA


def test_a_host_stands_in_the_table_once_and_in_a_domain_of_the_platform() -> None:
    every = [host for group in hosts.HOSTS.values() for host in group]
    assert len(every) == len(set(every))
    assert [each for each in every if not hosts.is_of_platform(each) or hosts.plain_host(each) != each] == []


@pytest.mark.parametrize(
    ("host", "stands_in", "of_platform", "of_aws"),
    [
        ("sellingpartnerapi-na.amazon.com", True, True, False),
        ("SellingPartnerAPI-FE.Amazon.COM.", True, True, False),
        ("sandbox.sellingpartnerapi-eu.amazon.com:443", True, True, False),
        (b"mws.amazonservices.ae", True, True, False),
        (bytearray(b"MWS-FE.amazonservices.com."), True, True, False),
        ("ａｐｉ．amazon。com", True, True, False),
        ("api.ama­zon.co.jp", True, True, False),
        ("sellercentral.amazon.com", False, True, False),
        ("sellingpartnerapi-sa.amazon.com", False, True, False),
        ("mws.amazonservices.com.xy", False, True, False),
        ("amazon.de", False, True, False),
        ("mws.amazonaws.com", False, True, True),
        ("sts.us-east-1.amazonaws.com", False, False, True),
        ("tortuga-prod-eu.s3-eu-west-1.AMAZONAWS.com.", False, False, True),
        ("sqs.eu-central-1.api.aws", False, False, True),
        ("sellingpartnerapi-na.amazon.com.example", False, False, False),
        ("notamazon.com", False, False, False),
        ("amazon.shop.test", False, False, False),
        ("amazon", False, False, False),
        ("127.0.0.1:8585", False, False, False),
        ("[::1]:8585", False, False, False),
        ("xn--" + "ü" * 70 + ".test", False, False, False),
        ("", False, False, False),
        (None, False, False, False),
    ],
)
def test_a_host_is_known_however_it_is_written(
    host: object, *, stands_in: bool, of_platform: bool, of_aws: bool
) -> None:
    assert (hosts.is_platform_host(host), hosts.is_of_platform(host), hosts.is_of_aws(host)) == (
        stands_in,
        of_platform,
        of_aws,
    )


def test_the_reader_needs_the_standard_library_alone() -> None:
    code = "import sys, json, marketplace_sandbox.amazon.hosts; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    ours = [each for each in json.loads(done.stdout) if each.startswith("marketplace_sandbox.")]
    assert ours == ["marketplace_sandbox.amazon", "marketplace_sandbox.amazon.hosts"]
