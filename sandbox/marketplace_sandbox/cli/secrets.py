"""Secrets that stand in files, so that no list of processes and no shell's history has them."""

from pathlib import Path

import click

FEWEST_HIDDEN = 4
"""Of fewer characters, a secret cannot be told from any text."""


def read_secret(path: Path, option: str) -> str:
    """The one line of a file, without blanks around it. Raises a usage error, which never quotes what the file says."""
    try:
        text = path.read_text("utf-8").strip()
    except UnicodeDecodeError:
        raise click.UsageError(f"{option}: {path} is not text in UTF-8.") from None
    except OSError as problem:
        raise click.UsageError(f"{option}: {path} cannot be read: {problem.strerror}.") from None
    if not text:
        raise click.UsageError(f"{option}: {path} is empty.")
    if "\n" in text:
        raise click.UsageError(f"{option}: {path} has several lines; one is wanted.")
    return text


def check_token(token: str, of: str) -> str:
    """A token that can be sent in a header, or nothing. Raises a usage error, which does not quote it."""
    if token and not (token.isascii() and token.isprintable() and " " not in token):
        raise click.UsageError(f"{of}: a token is made of ASCII characters without blanks, and at least one of them.")
    return token
