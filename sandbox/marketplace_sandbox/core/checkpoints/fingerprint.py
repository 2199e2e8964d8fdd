"""Which code a checkpoint was written by: what another made of a journal is not taken for what this one would."""

import hashlib
import sys
from functools import cache
from pathlib import Path

import marketplace_sandbox.core


@cache
def fingerprint() -> str:
    """What tells the source of the core from any other, empty where there is no source to be read."""
    folder = Path(marketplace_sandbox.core.__file__ or "").parent
    try:
        sources = sorted((each.relative_to(folder).as_posix(), each.read_bytes()) for each in folder.rglob("*.py"))
    except OSError:
        return ""
    if not sources:
        return ""
    digest = hashlib.blake2b(repr(sys.version_info[:2]).encode(), digest_size=16)
    for name, source in sources:
        digest.update(f"\0{name}\0{len(source)}\0".encode())
        digest.update(source)
    return digest.hexdigest()
