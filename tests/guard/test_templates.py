"""Templates of an organisation: filled when they name fields, refused with the place otherwise."""

import time
from collections.abc import Callable

import pytest

from app.guard.client import fill_template
from app.guard.filling import Fields, Filling, Unknown
from app.guard.refusals import FileRefused, TemplateTooLong
from app.rendering.sentences import sentence
from tests.guard import bombs
from tests.support.documents import changed, document, words

FIELDS = {
    "number": True,
    "buyer": {"name": True, "items": True},
    "lines": [{"label": True, "marks": [{"value": True}]}],
    "cpv": [True],
    "open": True,
}
FACTS = {
    "number": "2026S01-004",
    "buyer": {"name": "Brume & Cie <agglo>", "items": "douze"},
    "lines": [
        {"label": "Table\nronde", "marks": [{"value": "16"}, {"value": "18"}]},
        {"label": "Banc\x0b", "marks": []},
    ],
    "cpv": ["39120000", "39130000"],
    "open": False,
}
RELS = "word/_rels/document.xml.rels"
OUTSIDE = b'<Relationship Id="rX" Type="http://x/%s" Target="%s" TargetMode="External"/></Rel'


def linked(kind: bytes, target: bytes) -> bytes:
    """A document with a relation to something outside."""
    given = OUTSIDE % (kind, target)
    return changed(document("x"), {}, {RELS: (b"</Rel", given)})


def macros() -> bytes:
    """A document with its programs, its type said or not."""
    return changed(document("x"), {"word/vbaProject.bin": b"x"})


def docm() -> bytes:
    """A .docm renamed."""
    kind = (b"wordprocessingml.document.main", b"ms-word.document.macroEnabled.main")
    return changed(document("x"), {}, {"[Content_Types].xml": kind})


def doctype() -> bytes:
    """A document that declares a type."""
    declared = (b"<w:document", b"<!DOCTYPE x><w:document")
    return changed(document("x"), {}, {"word/document.xml": declared})


def test_a_template_is_filled_with_texts_lists_tables_and_its_header() -> None:
    template = document(
        "N° {{ number }}, {{ buyer.name }}, {{ buyer.items }}",
        "{% if open %}ouvert{% else %}clos{% endif %}",
        "{%p for one in lines %}",
        "{{ loop.index }} {{ one.label }} :{% for mark in one.marks %} {{ mark.value }}"
        "{% endfor %}",
        "{%p endfor %}",
        "{% for code in cpv %}{{ code }}{% if not loop.last %}, {% endif %}{% endfor %}",
        header="{{ buyer.name }}",
        table=(
            ("Ligne",),
            ("{%tr for one in lines %}",),
            ("{{ one.label }}",),
            ("{%tr endfor %}",),
        ),
    )
    filled = fill_template(template, FIELDS, FACTS, trial=True)
    said = words(filled.content)
    assert "N° 2026S01-004, Brume & Cie <agglo>, douze\nclos" in said
    assert "1 Table\nronde : 16 18" in said and "2 Banc" in said
    assert "39120000, 39130000" in said
    assert said.endswith("Brume & Cie <agglo>") and "Ligne\nTable\nronde\nBanc" in said
    assert filled.used == {"number", "buyer", "lines", "cpv", "open"}
    assert fill_template(template, FIELDS, FACTS).content == filled.content


def refused(template: bytes) -> FileRefused:
    """In less than two seconds, at the quietest of three tries: the machine has neighbours."""
    for _ in range(3):
        started = time.monotonic()
        with pytest.raises(FileRefused) as caught:
            fill_template(template, FIELDS, FACTS, trial=True)
        spent = time.monotonic() - started
        if spent < 2 and not isinstance(caught.value, TemplateTooLong):
            break
    assert spent < 2
    said = sentence(caught.value.code, caught.value.facts)
    assert said and "{near}" not in said
    return caught.value


@pytest.mark.parametrize(
    "tag",
    [
        "{{ ''.__class__ }}",
        "{{ number.__class__ }}",
        "{{ number.upper() }}",
        "{{ number|upper }}",
        "{{ cpv[0] }}",
        "{{ number * 1000000 }}",
        "{{ number ~ number }}",
        "{% for x in range(1000000000) %}a{% endfor %}",
        "{% for x in lines recursive %}{% endfor %}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{% macro m() %}{% endmacro %}",
        "{% if number is defined %}{% endif %}",
        "{% for a in lines %}" * 4 + "{% endfor %}" * 4,
    ],
)
def test_a_tag_that_does_more_than_name_a_field_is_not_read(tag: str) -> None:
    with pytest.raises(Unknown):
        Filling().from_string(tag)


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("{{ lines }}", "lines"),
        ("{{ buyer }}", "buyer"),
        ("{{ line.label }}", "line.label"),
        ("{% for x in number %}{% endfor %}", "number"),
        ("{% for x in lines %}{{ x.marks }}{% endfor %}", "x.marks"),
        ("{{ loop.index }}", "loop.index"),
        ("{% for x in lines %}{{ loop.cycle }}{% endfor %}", "loop.cycle"),
        ("{% if absent == 'x' %}{% endif %}", "absent"),
    ],
)
def test_a_field_that_is_not_given_is_named(tag: str, name: str) -> None:
    assert [one.found for one in Fields(FIELDS).unknown_in(Filling().parse(tag))] == [name]


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("{{ ''.__class__ }}", "forbidden"),
        ("{% for x in range(1000000000) %}a{% endfor %}", "forbidden"),
        ("{{ number", "syntax"),
    ],
)
def test_such_a_template_is_refused(tag: str, code: str) -> None:
    found = refused(document(tag))
    assert found.code == f"guard.template_{code}"
    assert found.facts["near"] == tag


def test_an_unknown_field_is_told_with_its_name_and_its_place() -> None:
    found = refused(document("Marché {{ number }}", "Montant : {{ montant }} et {{ buyer.nom }}"))
    assert found.facts["fields"] == "« montant », « buyer.nom »"
    assert found.facts["near"] == "Montant : {{ montant }} et {{ buyer.nom }}"
    assert refused(document("x", header="{{ absent }}")).facts["near"] == "{{ absent }}"


def test_a_forbidden_tag_is_found_in_the_document_s_own_properties_too() -> None:
    assert refused(document("x", title="{{ number|upper }}")).code == "guard.template_forbidden"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (macros, "template_macro"),
        (docm, "template_macro"),
        (lambda: bombs.workbook("<sheetData/>"), "not_a_document"),
        (lambda: bombs.zeros(110_000_000), "zip_bomb"),
        (lambda: linked(b"attachedTemplate", b"file:///etc/passwd"), "template_outside"),
        (lambda: linked(b"hyperlink", b"file:///etc/passwd"), "template_outside"),
        (
            lambda: changed(document("x"), {"word/embeddings/oleObject1.bin": b"x"}),
            "template_outside",
        ),
        (
            lambda: changed(
                document("x"),
                {},
                {"word/document.xml": (b"<w:document", b"<!DOCTYPE x><w:document")},
            ),
            "template_unreadable",
        ),
        (lambda: document("x")[:-40], "template_unreadable"),
        (lambda: b"%PDF-1.7", "template_unreadable"),
        (lambda: b"x" * (20 << 20), "too_large"),
    ],
)
def test_a_file_that_is_no_harmless_document_is_refused(
    make: Callable[[], bytes], code: str
) -> None:
    assert refused(make()).code == f"guard.{code}"


def test_a_link_that_a_reader_may_press_stays() -> None:
    given = linked(b"hyperlink", b"mailto:marches@brume.example")
    assert words(fill_template(given, FIELDS, FACTS, trial=True).content).startswith("x")
