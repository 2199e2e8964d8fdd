"""`python -m marketplace_sandbox` is the command line."""

from marketplace_sandbox.cli import main

main()
