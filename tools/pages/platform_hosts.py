"""docs/clients.md with the hosts that the sandbox stands in for, as the table of the platform's hosts has them."""

from pathlib import Path

from marketplace_sandbox.amazon.hosts import AWS_DOMAINS, HOSTS, PLATFORM_DOMAINS

CLIENTS = Path(__file__).parents[2] / "docs" / "clients.md"

BEGIN = "<!-- hosts: written by make docs from amazon/hosts.json -->"
END = "<!-- end of hosts -->"


def clients() -> str:
    """The whole page, with the lists between its marks as they should be. Raises ValueError without the marks."""
    text = CLIENTS.read_text()
    before, begin, rest = text.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"docs/clients.md has lost the lines {BEGIN} and {END}; put them round its list of hosts.")
    return f"{before}{begin}{_table()}{end}{after}"


def _table() -> str:
    rows = ["| what is at | hosts |", "|---|---|"]
    rows += [f"| the sandbox: {service} | {_list(hosts)} |" for service, hosts in HOSTS.items()]
    rows.append(f"| Amazon, refused with all beneath | {_list(PLATFORM_DOMAINS)}; `??` is any country |")
    rows.append(f"| AWS, refused unless named | {_list(AWS_DOMAINS)} |")
    return "\n".join(rows) + "\n"


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{each}`" for each in names)
