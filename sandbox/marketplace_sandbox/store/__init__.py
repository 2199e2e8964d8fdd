"""Where journals live, chosen by a URL: memory, or a SQLite file. Knows nothing of what journals say."""

from pathlib import Path

from marketplace_sandbox.core.journal.journal import JournalStore, StoreError
from marketplace_sandbox.store.memory import MemoryStore

_FORMS = "Use memory, or sqlite:///relative/path.db (four slashes for an absolute path)."


def open_store(url: str) -> JournalStore:
    """The store at a URL; a SQLite file that does not exist is made, folders included.

    Raises StoreError for any other URL, DamagedStoreError for a file that is not a whole store of ours, StoreInUseError
    for one that another server has open.
    """
    scheme, separator, rest = url.partition("://")
    if url == "memory":
        return MemoryStore()
    if scheme == "sqlite" and separator:
        return _open_sqlite(rest)
    if scheme.partition("+")[0] in {"postgresql", "postgres"}:
        raise StoreError("The PostgreSQL store is not built yet. Use memory or sqlite:///path.db.")
    # what stands after the scheme may hold a password
    raise StoreError(f"There is no store {scheme!r}. {_FORMS}")


def _open_sqlite(rest: str) -> JournalStore:
    path = rest.removeprefix("/")
    if path == rest or not path or path.endswith("/"):
        raise StoreError(f"sqlite://{rest} names no file. {_FORMS}")
    if path.startswith(":memory:"):
        raise StoreError("A SQLite store is a file. Use memory for journals that end with the process.")
    if "?" in path:
        raise StoreError(f"sqlite://{rest} has options; a store takes none. {_FORMS}")
    # SQLAlchemy takes 0.2 s to import, which a store in memory need not pay
    from marketplace_sandbox.store.sqlite import open_sqlite  # noqa: PLC0415

    return open_sqlite(Path(path))
