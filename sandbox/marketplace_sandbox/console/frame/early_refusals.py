"""The page of what was refused before any was asked: a foreign page or Host, a body too large, a path there is not."""

from markupsafe import escape

from marketplace_sandbox.api.http.errors import ApiError, by_status
from marketplace_sandbox.api.http.exchange import Answer
from marketplace_sandbox.console.frame.headers import POLICY

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Refused · Marketplace sandbox</title></head>
<body><main><h1>Refused</h1><p>{message}</p><p>Code: <code>{code}</code></p>
<p><a href="/">Home</a></p>
<p>This is a sandbox, and not Amazon.</p></main></body>
</html>
"""


def answer_refusal(problem: Exception) -> Answer:
    """A whole page that needs nothing else."""
    error = problem if isinstance(problem, ApiError) else by_status(500)
    body = _PAGE.format(message=escape(error.message), code=escape(error.code)).encode()
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Content-Security-Policy": POLICY,
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept",
        **error.headers,
    }
    return Answer(error.status, [(name.encode(), text.encode()) for name, text in headers.items()], body)
