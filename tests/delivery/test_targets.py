"""Which addresses are posted to, by every trick that leads elsewhere. Nothing is posted, no name is looked up."""

from collections.abc import Sequence

import pytest

from marketplace_sandbox.delivery.targets import TargetError, check_target

HOSTS = {
    "localhost": ["127.0.0.1", "::1"],
    "app.test": ["127.0.0.2"],
    "away.test": ["192.0.2.7"],
    "both.test": ["127.0.0.1", "192.0.2.7"],
}


def resolve(host: str, _port: int) -> Sequence[str]:
    if host not in HOSTS:
        raise OSError("no such host")
    return HOSTS[host]


@pytest.mark.parametrize(
    ("url", "authority", "addresses"),
    [
        ("http://127.0.0.1:9000/hook?a=b", "127.0.0.1:9000", ("127.0.0.1",)),
        ("HTTP://127.0.0.1", "127.0.0.1", ("127.0.0.1",)),
        ("http://127.8.9.10:80/", "127.8.9.10", ("127.8.9.10",)),
        ("https://127.0.0.1/", "127.0.0.1", ("127.0.0.1",)),
        ("https://127.0.0.1:80/", "127.0.0.1:80", ("127.0.0.1",)),
        ("http://[::1]:9000/", "[::1]:9000", ("::1",)),
        ("http://[::ffff:127.0.0.1]:9000/", "[::ffff:127.0.0.1]:9000", ("::ffff:127.0.0.1",)),
        ("http://localhost:9000/", "localhost:9000", ("127.0.0.1", "::1")),
        ("http://LOCALHOST.:9000/", "localhost:9000", ("127.0.0.1", "::1")),
        ("http://app.test:65535/", "app.test:65535", ("127.0.0.2",)),
    ],
)
def test_loopback_is_posted_to(url: str, authority: str, addresses: tuple[str, ...]) -> None:
    target = check_target(url, resolve=resolve)

    assert (target.url, target.authority, target.addresses) == (url, authority, addresses)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://127.0.0.1/", "http:// or https://"),
        ("127.0.0.1:9000", "http:// or https://"),
        ("//127.0.0.1:9000/", "http:// or https://"),
        ("", "http:// or https://"),
        ("file:///etc/passwd", "http:// or https://"),
        ("http://user@127.0.0.1/", "no user and no password"),
        ("http://127.0.0.1:9000@192.0.2.7/", "no user and no password"),
        ("http://@127.0.0.1/", "no user and no password"),
        ("http://127.0.0.1:0/", "1 to 65535"),
        ("http://127.0.0.1:65536/", "1 to 65535"),
        ("http://127.0.0.1:-1/", "1 to 65535"),
        ("http://127.0.0.1:http/", "1 to 65535"),
        ("http:///hook", "names a host"),
        ("http://:9000/", "names a host"),
        ("http://./", "names a host"),
        ("http://[::1%25lo]/", "names a host"),
        ("http://[::1/", "cannot be read"),
        ("http://[127.0.0.1]/", "cannot be read|elsewhere|no address"),
        ("http://127.0.0.1\\@192.0.2.7/", "backslashes"),
        ("http://127.0.0.1 /", "blanks"),
        ("http://127.0.0.1/\r\nX-Other: 1", "control"),
        ("http://127。0。0。1/", "non-ASCII"),
        ("http://2130706433/", "four decimal numbers"),
        ("http://0x7f000001/", "four decimal numbers"),
        ("http://0x7f.1/", "four decimal numbers"),
        ("http://0177.0.0.1/", "four decimal numbers"),
        ("http://127.1/", "four decimal numbers"),
        ("http://127.0.0.1.5/", "four decimal numbers"),
        ("http://127.0.0.256/", "four decimal numbers"),
        ("http://0.0.0.0:9000/", "elsewhere"),
        ("http://192.0.2.7/", "192.0.2.7 is elsewhere"),
        ("http://169.254.169.254/latest/", "elsewhere"),
        ("http://10.0.0.1/", "elsewhere"),
        ("http://[::]/", "elsewhere"),
        ("http://[2001:db8::1]/", "elsewhere"),
        ("http://[::ffff:192.0.2.7]/", "elsewhere"),
        ("http://away.test/", "away.test, which has the address 192.0.2.7, is elsewhere"),
        ("http://both.test/", "which has the address 192.0.2.7"),
        ("http://missing.test/", "missing.test has no address"),
        ("http://localhost.away.test/", "no address"),
        ("http://app.test.other.test/", "no address"),
    ],
)
def test_everything_else_is_refused_in_words(url: str, words: str) -> None:
    with pytest.raises(TargetError, match=words) as refused:
        check_target(url, ("named.test",), resolve=resolve)

    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("url", "allowed", "addresses"),
    [
        ("http://away.test:9000/", ["away.test"], ("192.0.2.7",)),
        ("http://Away.Test/", ["other.test", " AWAY.test. "], ("192.0.2.7",)),
        ("http://both.test/", ["both.test"], ("127.0.0.1", "192.0.2.7")),
        ("http://192.0.2.7/", ["192.0.2.7"], ("192.0.2.7",)),
        ("http://[2001:db8::1]/", ["[2001:db8::1]"], ("2001:db8::1",)),
    ],
)
def test_a_host_that_is_named_may_lie_anywhere(url: str, allowed: list[str], addresses: tuple[str, ...]) -> None:
    assert check_target(url, allowed, resolve=resolve).addresses == addresses


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/", "http://[::1]:9000/"])
def test_an_address_is_not_looked_up(url: str) -> None:
    def resolve(host: str, _port: int) -> Sequence[str]:
        hosts.append(host)
        return ["127.0.0.1"]

    hosts: list[str] = []

    check_target(url, resolve=resolve)

    assert hosts == []


@pytest.mark.parametrize(
    "host", ["sellingpartnerapi-eu.amazon.com", "MWS.amazonservices.ae.", "sellercentral.amazon.de"]
)
def test_a_host_of_the_platform_is_neither_looked_up_nor_allowed(host: str) -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        raise AssertionError("looked up")

    with pytest.raises(TargetError, match=r"is Amazon's, and nothing is sent there\."):
        check_target(f"https://{host}/hook", [host, host.lower().rstrip(".")], resolve)


def test_a_name_is_looked_up_once() -> None:
    hosts: list[str] = []

    def flips(host: str, _port: int) -> Sequence[str]:
        hosts.append(host)
        return ["127.0.0.1"] if len(hosts) == 1 else ["192.0.2.7"]

    assert check_target("http://flips.test/", resolve=flips).addresses == ("127.0.0.1",)
    assert hosts == ["flips.test"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://[::1]evil/", "names a host"),
        ("http://[::1]evil:80/", "names a host"),
        ("http://evil[::1]/", "names a host|cannot be read"),
        ("http://[::1][::1]/", "names a host|cannot be read"),
        ("http://[::1]]/", "names a host|cannot be read"),
        ("http://[v1.127]/", "names a host|cannot be read"),
        ("http://[]/", "names a host|cannot be read"),
        ("http://::1/", "names a host"),
        ("http://127.0.0.1:9000:80/", "1 to 65535"),
        ("http://127.0.0.1:/", "1 to 65535"),
        ("http://127.0.0.1:+80/", "1 to 65535"),
        ("http://127.0.0.1:8_0/", "1 to 65535"),
        ("http://127.0.0.1:080/", "1 to 65535"),
        ("http://127.0.0.1#@evil.test/", "no fragment"),
        ("http://127.0.0.1/#x", "no fragment"),
        ("http://127.0.0.1%2eevil.test/", "names a host"),
        ("http://127.0.0.1;evil.test/", "names a host"),
        ("http://127.0.0.1,evil.test/", "names a host"),
        ("http://localhost../", "names a host"),
        ("http://.localhost/", "names a host"),
        ("http://app..test/", "names a host"),
        ("http://-app.test/", "names a host"),
        ("http://app-.test/", "names a host"),
        (f"http://{'a' * 64}.test/", "names a host"),
        (f"http://{'a.' * 127}test/", "names a host"),
        ("http:127.0.0.1/", "names a host"),
        ("http:/127.0.0.1/", "names a host"),
        ("http:////127.0.0.1/", "names a host"),
        ("http://\u0131p.test/", "non-ASCII"),
        ("http://xn--.test/", "names a host"),
        ("http://[::127.0.0.1]/", "elsewhere"),
        ("http://[64:ff9b::7f00:1]/", "elsewhere"),
        ("http://[::ffff:0:127.0.0.1]/", "elsewhere"),
        ("http://017700000001/", "four decimal numbers"),
        ("http://127.0.0.01/", "four decimal numbers"),
        ("http://127.0.0.0x1/", "four decimal numbers"),
    ],
)
def test_an_address_that_may_be_read_in_two_ways_is_refused(url: str, words: str) -> None:
    with pytest.raises(TargetError, match=words):
        check_target(url, resolve=lambda _host, _port: ["127.0.0.1"])
