"""`python -m marketplace_sandbox` and `marketplace-sandbox` are the command line."""

import signal


def main() -> None:
    """Runs the command line. An interrupt while it is imported ends the program without a word."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:  # where interrupts are ignored, they stay so
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from marketplace_sandbox import cli  # noqa: PLC0415  a fifth of a second, in which the user may interrupt

    signal.signal(signal.SIGINT, handler)
    cli.main()


if __name__ == "__main__":
    main()
