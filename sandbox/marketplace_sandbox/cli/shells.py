"""How shells complete: as click has them do it, but for words with an equals sign, a colon or a comma in them.

bash takes such words apart before it asks, and puts only what stands behind the last sign in place, as it is: a word
with a blank, a `;` or a `$(...)` in it would be several, or run something. So it hands on the line as it was typed, and
is told of each word the part that is still to come, quoted. In click's script for fish, a comma ends a word.
"""

import os
import re
from typing import ClassVar

from click.shell_completion import BashComplete, CompletionItem, FishComplete, add_completion_class, split_arg_string

BASH = """\
%(complete_func)s() {
    local IFS=$'\\n' response type value
    COMPREPLY=()
    response=$(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1")
    while IFS=',' read -r type value; do
        if [[ $type == 'dir' ]]; then
            COMPREPLY+=($(compgen -d -- "$value"))
            compopt -o filenames
        elif [[ $type == 'file' ]]; then
            COMPREPLY+=($(compgen -f -- "$value"))
            compopt -o filenames
        elif [[ $type == 'plain' ]]; then
            COMPREPLY+=("$value")
        fi
    done <<< "$response"
    [[ ${#COMPREPLY[@]} -gt 0 && ! ${COMPREPLY[*]} =~ [^=/](\\n|$) ]] && compopt -o nospace
    return 0
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

FISH = """\
function %(complete_func)s
    set -l response (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) \
        COMP_CWORD=(commandline -t) %(prog_name)s)
    for completion in $response
        set -l kind_and_value (string split --max 1 "," $completion)
        switch $kind_and_value[1]
            case dir
                __fish_complete_directories $kind_and_value[2]
            case file
                __fish_complete_path $kind_and_value[2]
            case plain
                echo $kind_and_value[2]
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class WholeWordsInBash(BashComplete):
    """bash, whose words are whole."""

    name: ClassVar[str] = "bash"
    source_template: ClassVar[str] = BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the cursor, and the one that is being typed."""
        line = os.environ["COMP_LINE"]
        words = split_arg_string(line)
        _, quote = _read_typed(line, "")
        begun = words.pop() if words and (quote or not re.search(r"(?<!\\)\s$", line)) else ""
        return words[1:], begun

    def format_completion(self, item: CompletionItem[str]) -> str:
        """What bash puts in the place of the part of the word that it takes for a word of its own."""
        kept, quote = _read_typed(os.environ["COMP_LINE"], os.environ.get("COMP_WORDBREAKS", "=:"))
        rest = item.value.removeprefix(kept)
        return f"{item.type},{_quote(rest, quote) if item.type == 'plain' else rest}"


def _read_typed(line: str, breaks: str) -> tuple[str, str]:
    """What bash leaves alone of the word that is being typed, and the quote that is open.

    That is what stands before an open quote, or up to the last sign that parts words.
    """
    signs = {sign for sign in breaks if sign in "=:@"}
    begin = end = quoted_at = 0
    quote, is_escaped = "", False
    for index, each in enumerate(line):
        if is_escaped:
            is_escaped = False
        elif each == "\\" and quote != "'":
            is_escaped = True
        elif quote:
            quote = "" if each == quote else quote
        elif each in "'\"":
            quote, quoted_at = each, index
        elif each.isspace():
            begin = end = index + 1
        elif each in signs:
            end = index + 1
    return "".join(split_arg_string(line[begin : quoted_at if quote else end])), quote


def _quote(text: str, quote: str) -> str:
    """Text that means itself to bash, inside a quote that is open or outside of any."""
    if quote == "'":
        return text.replace("'", r"'\''")
    if quote:
        return re.sub(r'([\\"$`])', r"\\\1", text).replace("!", "\"'!'\"")
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)


class WholeWordsInFish(FishComplete):
    """fish, whose words may have commas."""

    name: ClassVar[str] = "fish"
    source_template: ClassVar[str] = FISH


def add_to_click() -> None:
    """Has click complete so."""
    add_completion_class(WholeWordsInBash)
    add_completion_class(WholeWordsInFish)
