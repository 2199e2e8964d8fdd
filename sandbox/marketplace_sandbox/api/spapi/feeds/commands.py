"""What is asked of Feeds 2021-06-30: bodies as commands of the world, and what is refused before. Reads no file."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from marketplace_sandbox.api.admission.access import RATE_LIMIT, invalid
from marketplace_sandbox.api.http.errors import ApiError
from marketplace_sandbox.api.shared.jobs import check_marketplaces
from marketplace_sandbox.api.spapi.feeds.schemas import WORDS
from marketplace_sandbox.core.feeds.feeds import DocumentUsedError, FeedNotInQueueError, UnknownFeedError
from marketplace_sandbox.core.feeds.values import FEED_TYPES
from marketplace_sandbox.core.quoting import nearest, quote
from marketplace_sandbox.core.reading import FieldError
from marketplace_sandbox.core.refusals import OvertakenError
from marketplace_sandbox.core.world import World

WIRE = {ours: wire for wire, ours in WORDS.items()}
LONGEST_TYPE = 200


@contextmanager
def refusals() -> Iterator[None]:
    """Has what the world refuses leave in the platform's shape and words."""
    try:
        yield
    except FieldError as bad:
        renamed = bad.renamed(WIRE)
        raise invalid(str(renamed), renamed.field_path) from None
    except FeedNotInQueueError as late:
        raise invalid(str(late), "feedId") from None
    except DocumentUsedError as used:
        raise invalid(str(used), "inputFeedDocumentId") from None
    except (UnknownFeedError, OvertakenError) as unknown:
        raise ApiError(404, "NotFound", str(unknown), headers=RATE_LIMIT) from None


def check_media_type(media_type: str) -> str:
    """A content type that an upload can have. Raises ApiError."""
    if not 1 <= len(media_type) <= LONGEST_TYPE or not media_type.isascii() or not media_type.isprintable():
        told = f"contentType is a media type such as 'text/xml; charset=UTF-8'; {quote(media_type)} is none."
        raise invalid(told, "contentType")
    return media_type.strip()


def check_feed(asked: Mapping[str, Any], world: World) -> None:
    """Refuses feed types and marketplaces there are none of, and options that are no texts. Raises ApiError."""
    check_types([asked["feed_type"]], "feedType")
    check_marketplaces(asked["marketplace_ids"], world)
    options = asked["options"]
    for name, value in (options if isinstance(options, dict) else {}).items():
        if not isinstance(value, str):
            raise invalid(f"feedOptions.{name[:100]} must be text, got {quote(value)}.", "feedOptions")


def check_types(names: Sequence[str], field: str = "feedTypes") -> None:
    """Refuses types there are none of."""
    for each in names:
        if each not in FEED_TYPES:
            near = nearest(each[:100], FEED_TYPES)
            raise invalid(f"There is no feed type {quote(each)}; did you mean {near}?", field)
