"""YAML text as plain values, with the line of each. Knows nothing of scenarios.

Only what JSON knows, and comments: no tags, no aliases (so nothing can grow when it is read), one document, bounded in
size and depth, every key once. Words stay words: `no` and `on` are text, and so is an instant.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from marketplace_sandbox.core.data.progress import counting
from marketplace_sandbox.core.text.reading import join

DEEPEST = 24

Lines = dict[str, int]
"""The line of each value by its path, `script[2].with.reason`; the whole is at the empty path.

What stands in the line of what encloses it has no entry, so that few are kept of what has a line for each of many.
"""

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_WORDS = {"": None, "null": None, "~": None, "true": True, "false": False}
_WHOLE = re.compile("-?(0|[1-9][0-9]{0,30})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]{0,30})\.[0-9]{1,30}")


class YamlError(ValueError):
    """Text that is not a YAML document of ours. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def load(raw: bytes) -> tuple[Any, Lines]:
    """The value and the lines of what is in it, by their paths. Raises YamlError."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise YamlError(raw.count(b"\n", 0, wrong.start) + 1, "A scenario is UTF-8 text.") from None
    builder = _Builder()
    try:
        for event in counting(yaml.parse(text, Loader=_Loader), "pieces of the file are read"):
            builder.take(event)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        # what is missing at the end is looked for after it
        line = min(mark.line + 1, len(text.splitlines())) if mark else 1
        raise YamlError(line, f"This is not YAML: {wrong.problem or wrong.context}.") from None
    except yaml.YAMLError as wrong:
        raise YamlError(1, f"This is not YAML: {' '.join(str(wrong).split())}.") from None
    return builder.root, builder.lines


@dataclass
class _Open:
    """A mapping or list that has begun and not ended. `line` is where its key stands, if it has one."""

    value: Any
    line: int
    within: "_Open | None" = None
    part: str | int = ""
    key: str | None = None
    key_line: int = 0

    def path_of(self, part: str | int) -> str:
        """The path of a part of it."""
        path = self.within.path_of(self.part) if self.within else ""
        return join(path, part)


@dataclass
class _Builder:
    """Puts parser events together, one at a time, so that no depth of nesting recurses."""

    root: Any = None
    lines: Lines = field(default_factory=lambda: {"": 1})
    _open: list[_Open] = field(default_factory=list)
    _documents: int = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise YamlError(line, "A file holds one scenario; a second document begins here.")
        elif isinstance(event, yaml.AliasEvent):
            raise YamlError(line, f"Aliases are not supported; write the value of *{event.anchor} out.")
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._node(event, line)

    def _node(self, event: Any, line: int) -> None:
        # BaseLoader resolves nothing, so a tag was written; a lone "!" says no more than the quotes it stands before.
        if event.tag not in (None, "!"):
            raise YamlError(line, f"Tags are not supported; leave {event.tag} out.")
        if isinstance(event, yaml.ScalarEvent):
            if not self._is_key(event.value, line):
                self._put(_scalar(event), line)
            return
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        if len(self._open) >= DEEPEST:
            raise YamlError(line, f"This is nested deeper than {DEEPEST} levels.")
        within = self._open[-1] if self._open else None
        part = self._put(value, line)
        if within and isinstance(within.value, dict):
            line = within.key_line
        self._open.append(_Open(value, line, within, part))

    def _is_key(self, text: str, line: int) -> bool:
        """Takes the scalar as the next key where a mapping waits for one."""
        parent = self._open[-1] if self._open else None
        if parent is None or not isinstance(parent.value, dict) or parent.key is not None:
            return False
        if text in parent.value:
            raise YamlError(line, f"{text!r} stands here twice.")
        parent.key, parent.key_line = text, line
        self._note(parent, text, line)
        return True

    def _put(self, value: Any, line: int) -> str | int:
        """Puts a value where it belongs; answers which part of what encloses it that is."""
        if not self._open:
            self.root = value
            self.lines[""] = line
            return ""
        parent = self._open[-1]
        if isinstance(parent.value, list):
            parent.value.append(value)
            self._note(parent, len(parent.value) - 1, line)
            return len(parent.value) - 1
        if parent.key is None:
            raise YamlError(line, "A key is a word, not a list or a mapping.")
        part, parent.key = parent.key, None
        parent.value[part] = value
        return part

    def _note(self, parent: _Open, part: str | int, line: int) -> None:
        if line != parent.line:
            self.lines[parent.path_of(part)] = line


def _scalar(event: Any) -> Any:
    text: str = event.value
    if event.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
