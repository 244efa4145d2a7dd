"""Exports: numbers stay numbers, texts never become formulas (acceptance 29)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from app.rendering.tabular import csv_bytes, safe_text
from sad.kernel.money import Money


@pytest.mark.parametrize(
    "text", ["=1+1", "+33 6", "-2+3", "@SUM(A1)", " =1", "\t=1", "\r\n=1", "＝1", "|calc", "%x"]
)
def test_a_text_never_becomes_a_formula(text: str) -> None:
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Tables", "", "E-2026-0042", "12 €", "a=b"])
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


def test_a_french_spreadsheet_reads_it() -> None:
    moment = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
    file = csv_bytes(
        ["Date", "Montant", "Motif"],
        [[moment, Money(-150), 'deux; "mots"'], [None, Decimal("1.5"), 3]],
    )
    assert file.startswith(b"\xef\xbb\xbf")
    assert file.decode("utf-8-sig").split("\r\n") == [
        "Date;Montant;Motif",
        '01/09/2026 10:00:00;-1,50;"deux; ""mots"""',
        ";1,5;3",
        "",
    ]
