"""YAML is read as what JSON knows, with lines; what could grow or run is refused."""

import pytest

from marketplace_sandbox.scenario.tree import DEEPEST, YamlError, load


def value(text: str) -> object:
    return load(text.encode())[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", 12),
        ("-1.50", -1.5),
        ("true", True),
        ("null", None),
        ("''", ""),
        ("'12'", "12"),
        ("no", "no"),
        ("on", "on"),
        ("16:30:00", "16:30:00"),
        ("2026-03-02T16:00:00Z", "2026-03-02T16:00:00Z"),
        ("+1h10m", "+1h10m"),
        ("+10", "+10"),
        ("012", "012"),
        (".inf", ".inf"),
        ("902-0000001-0000001", "902-0000001-0000001"),
        ("", None),
    ],
)
def test_words_stay_words(text: str, expected: object) -> None:
    assert value(text) == expected
    assert type(value(text)) is type(expected)


def test_lines_are_kept_for_keys_and_entries() -> None:
    data, lines = load(b"a:\n  - x\n  - {b: 1,\n     c: 2}\n")
    assert data == {"a": ["x", {"b": 1, "c": 2}]}
    assert lines == {"": 1, "a[0]": 2, "a[1]": 3, "a[1].c": 4}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: [1, 2", 1, "This is not YAML"),
        ("a: 1\nb: c: d\n", 2, "This is not YAML"),
        ("a: &x [1]\nb: *x\n", 2, "Aliases are not supported; write the value of *x out."),
        ("a: 1\nb: !!python/object:os.system x\n", 2, "Tags are not supported"),
        ("a: !!set {x}\n", 1, "Tags are not supported"),
        ("a: 1\na: 2\n", 2, "'a' stands here twice."),
        ("[1]: 2\n", 1, "A key is a word, not a list or a mapping."),
        ("a: 1\n---\nb: 2\n", 2, "a second document begins here"),
        ("a: 1\nb: \x00\n", 1, "This is not YAML"),
        ("x: " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), 1, f"deeper than {DEEPEST} levels"),
        ("x: " + "[" * 100_000, 1, f"deeper than {DEEPEST} levels"),
        ("- " * 100_000, 1, f"deeper than {DEEPEST} levels"),
    ],
)
def test_what_is_not_ours_is_refused_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(YamlError) as refused:
        value(text)
    assert refused.value.line == line
    assert message in str(refused.value)


def test_an_alias_bomb_never_grows() -> None:
    rungs = [f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}]" for n in range(1, 60)]
    with pytest.raises(YamlError, match="Aliases"):
        value("\n".join(["x0: &x0 [lol]", *rungs]))


def test_a_line_is_kept_where_it_is_not_that_of_what_encloses_it() -> None:
    assert load(b"{a: {b: [1, 2]},\n c: {d:\n 3}}\n")[1] == {"": 1, "c": 2}
    assert load(b"x: 1\na:\n  b:\n    c: 1\n")[1] == {"": 1, "a": 2, "a.b": 3, "a.b.c": 4}


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(YamlError, match="UTF-8") as refused:
        load(b"a: 1\nb: \xff\n")
    assert refused.value.line == 2


def test_the_parser_without_the_library_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    import yaml

    from marketplace_sandbox.scenario import tree

    text = b"a: [1, {b: 'x', c: +1h}]\nd: null\n"
    fast = load(text)
    monkeypatch.setattr(tree, "_Loader", yaml.BaseLoader)
    assert load(text) == fast
    with pytest.raises(YamlError, match="Aliases"):
        load(b"a: &x 1\nb: *x\n")
