"""The line of each key, whatever the way it is written."""

import tomllib
from pathlib import Path

import pytest

from catalog_categories.loader import FAMILIES
from catalog_categories.positions import line_of, positions

TEXT = '''# a comment with [[brackets]] and "quotes"
title = "a # is not a comment \\" nor = a key"
text = """
several
lines "with quotes" and \\""" inside
end""""

[table]
dotted.key = 1
"quoted key" = [ 1, # one
  [2, 3],
  { inside = 4, deep = { down = 5 } },
]

[[items]]
name = \'\'\'literal
text\'\'\'
[[items.parts]]
code = 'a'
[[items.parts]]
code = 'b'

[items.table]
x = 1979-05-27 07:32:00
[[items]]
name = "second"
parts = [
  { code = "c" }, { code = """
d""" },
]
[a.b.c]
z = 1'''

LINES = {
    ("title",): 2,
    ("text",): 3,
    ("table",): 8,
    ("table", "dotted", "key"): 9,
    ("table", "quoted key"): 10,
    ("table", "quoted key", 1): 11,
    ("table", "quoted key", 1, 1): 11,
    ("table", "quoted key", 2, "deep", "down"): 12,
    ("items",): 15,
    ("items", 0, "name"): 16,
    ("items", 0, "parts", 0, "code"): 19,
    ("items", 0, "parts", 1): 20,
    ("items", 0, "parts", 1, "code"): 21,
    ("items", 0, "table", "x"): 24,
    ("items", 1): 25,
    ("items", 1, "parts", 0, "code"): 28,
    ("items", 1, "parts", 1, "code"): 28,
    ("a", "b", "c", "z"): 32,
}


def test_the_sample_is_toml() -> None:
    tomllib.loads(TEXT)


@pytest.mark.parametrize(("path", "line"), LINES.items())
def test_the_line_of_a_key(path: tuple[str | int, ...], line: int) -> None:
    assert positions(TEXT)[path] == line


def test_an_absent_key_is_at_its_table() -> None:
    lines = positions(TEXT)
    assert line_of(lines, ("items", 1, "absent")) == 25
    assert line_of(lines, ("absent",)) == 1


def test_an_empty_text_has_no_lines() -> None:
    assert positions("") == {}
    assert positions("# only a comment") == {}


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path of a value read by tomllib."""
    inside: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [p for key, one in inside for p in [(*path, key), *paths(one, (*path, key))]]


@pytest.mark.parametrize("file", sorted(FAMILIES.glob("*.toml")), ids=lambda file: file.stem)
def test_every_key_of_every_family_has_its_line(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    lines, rows = positions(text), text.splitlines()
    for path in paths(tomllib.loads(text)):
        row = rows[lines[path] - 1]
        if isinstance(path[-1], str):
            assert path[-1] in row
