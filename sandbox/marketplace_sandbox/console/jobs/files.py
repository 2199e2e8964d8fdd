"""Files as a browser saves them."""

import flask

from marketplace_sandbox.api.shared.document_transfer import File


def charset_of(media_type: str) -> str:
    """The encoding that a media type names."""
    return media_type.partition("charset=")[2] or "utf-8"


def send_file(file: File, name: str) -> flask.Response:
    """A file to be saved under a name, and never shown as a page of ours."""
    response = flask.Response(file.content, content_type=file.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
