"""Help, the nearest word to a wrong one, completion, and that a command waits for nothing it does not need."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.shell_completion import CompletionItem
from click.testing import CliRunner

from marketplace_sandbox import __version__
from marketplace_sandbox.cli import COMMANDS, main
from marketplace_sandbox.cli.groups import PROGRAM, examples_of
from marketplace_sandbox.cli.shells import WholeWordsInBash
from marketplace_sandbox.core.orders.actions import ARGUMENTS
from tests.cli.terminal import run


def leaves(group: click.Group = main, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            yield from leaves(command, (*before, name))
        else:
            yield (*before, name), command


LEAVES = dict(leaves())
each_command = pytest.mark.parametrize("words", LEAVES, ids=" ".join)


@each_command
def test_help_has_an_example(words: tuple[str, ...]) -> None:
    answer = run(*words, "--help")
    assert answer.exit_code == 0
    assert "Example" in answer.output
    assert f"  {PROGRAM} " in answer.output
    assert "\\b" not in answer.output  # an escape that click was not given is shown as it is


@each_command
def test_examples_are_of_the_command(words: tuple[str, ...]) -> None:
    lines, _ = examples_of(LEAVES[words])
    assert any(line.startswith(" ".join(words)) for line in lines)


@pytest.mark.parametrize("words", [each for each in LEAVES if LEAVES[each].params], ids=" ".join)
def test_an_unknown_option_is_a_usage_error(words: tuple[str, ...]) -> None:
    answer = run(*words, "--yson")
    assert answer.exit_code == 2
    assert "No such option" in answer.output


def test_the_program_lists_every_command_in_its_order() -> None:
    listed = run("--help").output.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed[: len(COMMANDS)]] == list(COMMANDS)
    assert not [line for line in listed if line.endswith("...")]


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (("oder",), "'order'"),
        (("order", "crate"), "'create'"),
        (("clock", "show", "--selller", "A"), "'--seller'"),
        (("order", "act", "902-0000001-0000001", "seller-cancle"), "'seller-cancel'"),
        (("order", "create", "--channel", "MNF"), "'MFN'"),
        (("order", "list", "--status", "Unshiped"), "'Unshipped'"),
        (("settings", "set", "listing_lga=2m"), "'listing_lag'"),
        (("settings", "reset", "listing_lga"), "'listing_lag'"),
        (("settings", "set", "limits=publishd"), "did you mean published"),
        (("seller", "create", "--setting", "listing_lga=2m"), "'listing_lag'"),
        (("webhook", "add", "http://127.0.0.1:9/", "--change", "OrderStatsChange"), "'OrderStatusChange'"),
        (("deliveries", "list", "--status", "filed"), "'failed'"),
        (("mail", "--to", "byer"), "'buyer'"),
        (("metrics", "--window", "life"), "'live'"),
        (("rules", "--stage", "requestd"), "'requested'"),
        (("completion", "bsh"), "'bash'"),
    ],
)
def test_a_wrong_word_is_told_the_nearest(arguments: tuple[str, ...], nearest: str) -> None:
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert nearest in answer.stderr
    assert answer.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("clock", "advance", "soon"), "31m, 1.5h, 1w, 31 minutes or PT31M"),
        (("clock", "to", "soon"), "2026-03-02T16:00:00Z"),
        (("clock", "rate", "2000000"), "0<=x<=1000000"),
        (("order", "act", "902-0000001-0000001", "seller-refund", "--amount", "5"), "MUG-BLUE=5.00"),
        (("order", "create", "--item", "{sku}"), "not a JSON object"),
        (("settings", "set", "listing_lag"), "key=value"),
        (("settings", "reset"), "--all"),
        (("deliveries", "resend"), "--latest"),
        (("clock", "show", "--url", "127.0.0.1:8585"), "http://127.0.0.1:8585"),
        (("order", "show"), "ORDER_ID"),
    ],
)
def test_a_wrong_value_is_a_usage_error(arguments: tuple[str, ...], words: str) -> None:
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert words in answer.stderr


@pytest.mark.parametrize("options", [("--version", "--json"), ("--json", "--version")])
def test_the_version_is_data_where_that_is_wanted(options: tuple[str, ...]) -> None:
    assert json.loads(run(*options).stdout) == {"name": PROGRAM, "version": __version__}
    assert run("--version").stdout == f"{PROGRAM}, version {__version__}\n"


def test_json_before_a_command_is_told_where_it_stands() -> None:
    answer = run("--json", "order", "list")
    assert answer.exit_code == 2
    assert "order list --json" in answer.stderr


def test_every_option_that_a_variable_sets_names_it() -> None:
    for command in LEAVES.values():
        for param in command.params:
            if isinstance(param, click.Option) and param.envvar:
                assert param.show_envvar, (command.name, param.name)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_is_that_of_the_shell(shell: str) -> None:
    script = run("completion", shell).stdout
    assert "_MARKETPLACE_SANDBOX_COMPLETE" in script
    assert f"{shell}_complete" in script


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("cl", ["plain,clock"]),
        ("order act 902 seller-", [f"plain,{each}" for each in ARGUMENTS if each.startswith("seller-")]),
        ("order act 902 'seller-canc", ["plain,seller-cancel", "plain,seller-cancel-refund"]),
        ("settings get listing", ["plain,listing_lag"]),
        ("settings set listing_l", ["plain,listing_lag="]),
        ("settings set limits=p", ["plain,published", "plain,published_virtual"]),
        ("settings set listing_lag=2m limits=o", ["plain,off"]),
        ("settings set 'limits=o", ["plain,limits=off"]),
        ("order list --status=Unshipped,Cance", ["plain,Unshipped,Canceled"]),
        ("play auto-c", ["plain,auto-cancel", "file,auto-c"]),
        ("migrate --from ", ["plain,v0"]),
        ("migrate --w", ["plain,--watch"]),
    ],
)
def test_bash_is_told_how_a_line_goes_on(line: str, offered: list[str]) -> None:
    env = {"_MARKETPLACE_SANDBOX_COMPLETE": "bash_complete", "COMP_LINE": f"{PROGRAM} {line}", "COMP_WORDBREAKS": "=:"}
    assert CliRunner().invoke(main, prog_name=PROGRAM, env=env).output.split("\n")[:-1] == offered


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_a_word_is_one_word_to_bash_and_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a server has called something: what stands on the line then means that, in any quote or in none."""
    words = [
        "a b",
        "a;exit 9",
        "a$(exit 9)",
        "a`exit 9`",
        "a'b",
        'a"b',
        "a\\b",
        "a!b",
        "a=b:c@d e",
        "a{1,2}*?[~]#&|<>()",
    ]
    monkeypatch.setenv("COMP_WORDBREAKS", " \t\n\"'@><=;|&(:")
    lines, expected = [], []
    for quote in ("", "'", '"'):
        for word in words:
            typed = f"{quote}{word[:1]}"
            monkeypatch.setenv("COMP_LINE", f"{PROGRAM} order create --item {typed}")
            asked = WholeWordsInBash(main, {}, PROGRAM, "")
            assert asked.get_completion_args()[1] == "a"
            kind, _, shown = asked.format_completion(CompletionItem(word)).partition(",")
            assert kind == "plain"
            lines.append(f"printf '%s\\n' {quote}{shown}{quote}")
            expected.append(word)
    done = subprocess.run(["bash", "--norc", "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    assert (done.stdout.splitlines(), done.stderr, done.returncode) == (expected, "", 0)


@pytest.mark.parametrize(
    ("typed", "word", "shown"),
    [
        ("http:", "http://h/?a=1&b", r"//h/\?a=1\&b"),
        (r"a\ b:", "a b:c d", r"c\ d"),
        (r"a\:b", "a:b c", r"a:b\ c"),
        ("x'a b", "xa bc'd", r"a bc'\''d"),
        ("'a ", "a b", "a b"),
        ('"a:b', "a:b$c", r"a:b\$c"),
    ],
)
def test_bash_puts_the_rest_of_a_word_behind_what_it_leaves_alone(
    typed: str, word: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMP_LINE", f"{PROGRAM} order create --item {typed}")
    monkeypatch.setenv("COMP_WORDBREAKS", "=:")
    asked = WholeWordsInBash(main, {}, PROGRAM, "")
    assert word.startswith(asked.get_completion_args()[1])
    assert asked.format_completion(CompletionItem(word)) == f"plain,{shown}"


def test_fish_is_told_words_with_commas() -> None:
    line = {"COMP_WORDS": f"{PROGRAM} order list --status Unshipped,Cance", "COMP_CWORD": "Unshipped,Cance"}
    answer = CliRunner().invoke(main, prog_name=PROGRAM, env={"_MARKETPLACE_SANDBOX_COMPLETE": "fish_complete", **line})
    assert answer.output == "plain,Unshipped,Canceled\n"
    assert 'string split --max 1 ","' in run("completion", "fish").output


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_completes_by_the_script_it_has_read() -> None:
    line = f"{PROGRAM} settings set limits=published_"
    asked = f"COMP_LINE='{line} and more'; COMP_POINT={len(line)}; _marketplace_sandbox_completion {PROGRAM}"
    script = f'{run("completion", "bash").stdout}\n{asked}\nprintf "%s\\n" "${{COMPREPLY[@]}}"'
    env = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "--norc", "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "published_virtual\n", done.stderr


@pytest.mark.parametrize("arguments", [("order", "act", "--help"), ("clock", "show", "--help"), ("completion", "bash")])
def test_a_command_waits_for_no_part_of_the_server(arguments: tuple[str, ...]) -> None:
    program = (
        "import sys; from click.testing import CliRunner; from marketplace_sandbox.cli import main; "
        f"answer = CliRunner().invoke(main, {list(arguments)!r}); assert answer.exit_code == 0; "
        "print(*(name for name in sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"flask", "connexion", "sqlalchemy", "requests", "rich", "yaml", "marketplace_sandbox.api"} & set(loaded)
    assert not [
        name
        for name in loaded
        if name.startswith(
            ("marketplace_sandbox.server", "marketplace_sandbox.delivery", "marketplace_sandbox.scenario")
        )
    ]


def test_a_command_that_there_is_not_is_answered_with_those_there_are() -> None:
    assert "'rules --order'" in run("explain").stderr
    assert "There are: show, advance, next, to, stop, rate." in " ".join(run("clock", "xyzzy").stderr.split())
    assert "'advance'" in run("clock", "advanse").stderr
