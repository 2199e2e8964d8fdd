"""YAML files as they were read before, beside them: reading all documents takes a sixth of a server's start.

What is kept is a copy, as Python keeps what it has compiled, in the same folders and under the same settings. It says
which file it was made of, by length and time of change; of any other, or where it cannot be read, the YAML is read.
"""

import os
import pickle
import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

Tree = dict[str, Any]

VERSION = 1
"""Of what is kept; another one is read from the YAML again."""


def load_tree(path: Path) -> Tree:
    """What a YAML file says."""
    found = path.stat()
    made_of = [VERSION, found.st_size, found.st_mtime_ns]
    cache = Path(cache_from_source(str(path.with_suffix(".yaml.py"))))
    with suppress(Exception):  # whatever is wrong with it, there is the YAML
        told, tree = pickle.loads(cache.read_bytes())  # noqa: S301  (as trusted as the code that Python keeps there)
        if told == made_of and isinstance(tree, dict):
            return tree
    tree = _read(path)
    if not sys.dont_write_bytecode:
        with suppress(OSError):  # a folder that may not be written
            _write(cache, pickle.dumps([made_of, tree], pickle.HIGHEST_PROTOCOL))
    return tree


def _read(path: Path) -> Tree:
    import yaml  # noqa: PLC0415  not needed where all is kept

    # the one in C is ten times as fast, where there is one
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with path.open("rb") as opened:
        tree: Tree = yaml.load(opened, loader)  # noqa: S506  (it is a safe one)
    return tree


def _write(cache: Path, content: bytes) -> None:
    """Whole or not at all: others may read meanwhile."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    beside = cache.with_name(f"{cache.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(cache)
