"""The receipt as a PDF: what it says, what it carries, and the bytes it always has."""

import hashlib
import io
import json
import zlib
from dataclasses import replace

import pytest
from pypdf import PdfReader

from app.rendering.carried import LARGEST_FILE, carried_files, is_pdf
from app.rendering.receipts import CARRIED, LAYOUT, receipt_file, receipt_pdf
from sad.audit.receipts import Party, Receipt, Receipted, sign_receipt, verify_receipt
from tests.audit.test_receipts import GRID, KEYS, RINGS, _receipt


def signed(receipt: Receipt | None = None) -> bytes:
    fixed = receipt or replace(_receipt(), number="AR-7F3K-9Q2M-X4TD", chain="offer:a:b")
    return receipt_file(sign_receipt(fixed, RINGS).file())


def words(pdf: bytes) -> str:
    return " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages).split())


def test_it_says_what_is_signed_and_carries_it() -> None:
    file = signed()
    pdf = receipt_pdf(file)
    said = words(pdf)
    assert "AR-7F3K-9Q2M-X4TD" in said
    assert "dimanche 22 novembre 2026 à 12 h 00 min 00,000 s, heure de Paris" in said
    assert "Ville de Lyon, SIRET 21690123100011" in said
    assert "Tables (version 1)" in said and "reponse.json · 13 octets" in said
    [(name, [content])] = PdfReader(io.BytesIO(pdf)).attachments.items()
    assert (name, content) == (CARRIED, file) and carried_files(pdf) == [file]
    assert verify_receipt(json.loads(content), KEYS, [GRID]).holds


def test_a_late_one_says_so_first() -> None:
    late = replace(_receipt(), act=Receipted.LATE, in_time=False)
    said = words(receipt_pdf(signed(late)))
    assert said.index("Reçu après la date limite") < said.index("Reçu le")
    assert "Réponse tardive, mise de côté" in said


def test_a_candidature_has_neither_deadline_nor_version() -> None:
    one = replace(_receipt(), act=Receipted.CANDIDATURE, deadline=None)
    said = words(receipt_pdf(signed(one)))
    assert "Candidature envoyée" in said and "Date limite" not in said and "version" not in said


def test_a_name_with_markup_stays_a_name() -> None:
    odd = replace(_receipt(), operator=Party('#let *x* = $y$ ] "', "12345678200010"))
    assert '#let *x* = $y$ ] "' in words(receipt_pdf(signed(odd)))


def test_another_layout_has_another_name() -> None:
    """Changed on purpose? Raise the number of LAYOUT, and write the new digest here."""
    pdf = receipt_pdf(signed())
    assert LAYOUT.encode() in pdf
    assert (LAYOUT, hashlib.sha256(pdf).hexdigest()[:16]) == (
        "sad-receipt-layout-1",
        "9bd1a47746b19b79",
    )


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n1 0 obj<</Type/EmbeddedFile/Length 9>>stream\nno end",
        b"%PDF-1.7\n1 0 obj<</Type/EmbeddedFile/FlateDecode/Length 3>>stream\nabc\nendstream",
        b"%PDF-1.7\n" + b"/EmbeddedFile " * 100_000,
        b"%PDF-1.7\n" + b"1 0 obj<<" * 100_000,
    ],
)
def test_a_broken_pdf_carries_nothing(content: bytes) -> None:
    assert is_pdf(content)
    assert not any(carried_files(content))


def test_a_file_that_inflates_without_end_is_left() -> None:
    bomb = zlib.compress(bytes(LARGEST_FILE * 4))
    head = b"1 0 obj<</Type/EmbeddedFile/Filter/FlateDecode/Length %d>>stream\n" % len(bomb)
    assert carried_files(b"%PDF-1.7\n" + head + bomb + b"\nendstream") == []
    small = zlib.compress(b"here")
    head = b"1 0 obj<</Length 9 0 R/Filter/FlateDecode/Type/EmbeddedFile>>\nstream\r\n"
    assert carried_files(b"%PDF-1.7\n" + head + small + b"\r\nendstream") == [b"here"]
