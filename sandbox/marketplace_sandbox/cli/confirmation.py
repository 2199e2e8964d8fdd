"""Asking before what cannot be undone, where a person sits at the terminal. A program that calls us is not asked."""

import sys

import click

from marketplace_sandbox.cli.tables import say

yes_option = click.option("--yes", "-y", is_flag=True, help="Do not ask, at a terminal, before what cannot be undone.")


def confirm(question: str, *, yes: bool) -> None:
    """Goes on only if whoever sits at the terminal says yes; ends with 1 otherwise."""
    if yes or not sys.stdin.isatty():
        return
    if not click.confirm(f"{question} This cannot be undone. Go on?", err=True):
        say("Nothing was changed.", err=True)
        raise SystemExit(1)
