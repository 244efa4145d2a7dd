"""Each rule of law or practice cited in the code has its row in docs/rules.md."""

import re

from tests.architecture.source import ROOT, python_files, short

# The families of docs/rules.md, and the choices of practice: P1 to P99.
FAMILIES = (
    "AGEC|BT|CAND|DATA|DECP|EF|ELEC|END|EX|GRID|GRP|ID|INV|MS|OAB|OCDS|OFF|PERF|RES|SAD|SC|SECT"
    "|THR|TYP"
)
CITED = re.compile(rf"\b(?:(?:{FAMILIES})-\d{{2}}[a-z]?|P[1-9]\d?)\b")
ROW = re.compile(r"^\|\s*([A-Z]+-\d{2}[a-z]?|P[1-9]\d?)\s*\|(.*)\|\s*$", re.MULTILINE)


def rows() -> list[tuple[str, list[str]]]:
    """The rows of docs/rules.md: id, then article, certainty and sentence."""
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    return [(rule, [cell.strip() for cell in rest.split("|")]) for rule, rest in ROW.findall(text)]


def test_each_cited_rule_is_listed() -> None:
    listed = {rule for rule, _ in rows()}
    missing = {
        f"{short(path)} cites {rule}"
        for path in python_files()
        for rule in CITED.findall(path.read_text(encoding="utf-8"))
        if rule not in listed
    }
    assert not missing, "\n".join(sorted(missing))


def test_each_row_is_complete() -> None:
    wrong = [
        rule
        for rule, cells in rows()
        if len(cells) != 3 or cells[1] not in {"C", "S", "R", "I", "—"} or not cells[2]
    ]
    assert not wrong, f"article | certainty | sentence expected: {wrong}"


def test_no_rule_is_listed_twice_with_other_words() -> None:
    sentences: dict[str, set[str]] = {}
    for rule, cells in rows():
        sentences.setdefault(rule, set()).add(" | ".join(cells))
    assert not [rule for rule, said in sentences.items() if len(said) > 1]
