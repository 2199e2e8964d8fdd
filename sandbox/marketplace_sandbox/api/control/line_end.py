"""The end of a line behind each answer of the control API, so that a terminal's next prompt begins a line."""

from marketplace_sandbox.api.admission.access import OURS
from marketplace_sandbox.api.http.exchange import Answer, Exchange

LINE_END = b"\n"


def end_line(exchange: Exchange) -> None:
    """Ends the JSON of the control API with a line's end, which changes nothing of what it says."""
    answer = exchange.answer
    if answer is None or not exchange.url_path.startswith(OURS) or not answer.body.endswith((b"}", b"]")):
        return
    headers = [each for each in answer.headers if each[0].lower() != b"content-length"]
    body = answer.body + LINE_END
    exchange.answer = Answer(answer.status, [*headers, (b"content-length", b"%d" % len(body))], body)
