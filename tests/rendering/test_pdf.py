"""Papers as PDF: what was typed stays plain text, files travel inside byte for byte."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from app.rendering.french import euros, moment
from app.rendering.pdf import DRAWN, MISSING, Attached, drawable, render_pdf

AT = datetime(2026, 11, 3, 11, 0, tzinfo=UTC)
CARRIED = Attached("accuse.json", b'{"receipt":"\xc3\xa9"}', "application/json", "Fichier signé")


def made(**changes: Any) -> bytes:
    data = {
        "late": False,
        "facts": [["Acheteur", "Agglomération"]],
        "documents": [],
        "key": "k1",
        "seq": 3,
        "signature": "abcd",
        "sealed": False,
        **changes,
    }
    title = "Accusé de réception"
    return render_pdf("receipt", data, title=title, issuer="Mairie", at=AT, attached=[CARRIED])


def text_of(paper: bytes) -> str:
    pages = PdfReader(io.BytesIO(paper)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).split())


def test_a_paper_is_for_archives_and_for_screen_readers() -> None:
    paper = made()
    assert paper.startswith(b"%PDF-1.7")
    root: Any = PdfReader(io.BytesIO(paper)).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "fr-FR" and root["/StructTreeRoot"]
    meta = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in meta and "<pdfuaid:part>1</pdfuaid:part>" in meta
    assert "2026-11-03T11:00:00" in meta and "Accusé de réception" in meta


def test_it_carries_a_file_byte_for_byte() -> None:
    [(name, [content])] = PdfReader(io.BytesIO(made())).attachments.items()
    assert (name, content) == (CARRIED.name, CARRIED.content)


def test_the_same_data_give_the_same_bytes() -> None:
    assert made() == made()
    assert made() != made(key="k2")


@pytest.mark.parametrize(
    "words",
    [
        '#let x = 1 #import "a"',
        "*gras* _penché_ $x^2$",
        "] [ } { \\ #",
        "// commentaire /* */",
        "<a> @b = titre",
        "Łódź, Ελλάδα, Київ, Œuvre",
    ],
)
def test_what_somebody_typed_is_never_read_as_markup(words: str) -> None:
    assert words in text_of(made(facts=[["Structure", words]]))


def test_amounts_and_instants_are_french() -> None:
    text = text_of(made(facts=[["Montant", euros(123450)], ["Reçu le", moment(AT)]]))
    assert "1 234,50 €" in text
    assert "mardi 3 novembre 2026 à 12 h 00" in text


def test_a_character_no_font_draws_never_stops_a_paper() -> None:
    odd = "日本 🙂 \x00 \ud800 \u202egauche e\u0301"
    assert drawable(odd) == "□□ □ □ □ gauche é".replace("□", MISSING)
    assert "gauche é" in text_of(made(facts=[["Nom", odd]]))


def test_a_word_too_long_for_a_column_may_be_cut_but_not_an_address() -> None:
    assert drawable("a" * 70) == f"{'a' * 30}\u200b{'a' * 30}\u200b{'a' * 10}"
    address = f"https://achats.example/{'a' * 80}"
    assert drawable(address) == address
    assert "a" * 130 in text_of(made(facts=[["Nom", "a" * 130]])).replace(" ", "")


def test_every_character_said_to_be_drawn_is() -> None:
    every = " ".join(chr(point) for low, up in DRAWN for point in range(low, up + 1))
    assert len(set(drawable(every))) > 1500
    assert made(facts=[["Tous", every]])
