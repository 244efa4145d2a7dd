"""Names of files made safe, the same each time."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sad.attachments.names import LONGEST, LONGEST_BYTES, clean_name, disposition, extension


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Mémoire technique.pdf", "Mémoire technique.pdf"),
        ("../../x", "x"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Léa\\Devis n° 3.xlsx", "Devis n° 3.xlsx"),
        ("/", "document"),
        ("", "document"),
        ("..", "document"),
        (".pdf", "document.pdf"),
        ("🪑🪑.pdf", "document.pdf"),
        ("chaise 🪑‍♂️ rouge.jpg", "chaise rouge.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("a\x00b\nc\td.txt", "ab c d.txt"),
        ('prix<2>:"x"|?*.csv', "prix_2___x____.csv"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("Lpt1.backup.pdf", "_Lpt1.backup.pdf"),
        ("fin. . .pdf . ", "fin.pdf"),
        ("e\u0301tage\u0300re.pdf", "étagère.pdf"),
        ("archive.tar.gz", "archive.tar.gz"),
        ("價格表 – m².xlsx", "價格表 – m².xlsx"),
    ],
)
def test_cleaned(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


@pytest.mark.parametrize("letter", ["a", "é", "價"])
def test_three_hundred_characters_keep_their_extension(letter: str) -> None:
    name = clean_name(letter * 300 + ".docx")
    assert name.endswith(letter + ".docx")
    assert len(name) <= LONGEST
    assert len(name.encode()) <= LONGEST_BYTES


@given(st.text(max_size=400))
def test_whatever_is_given(raw: str) -> None:
    name = clean_name(raw)
    assert clean_name(name) == name
    assert 0 < len(name) <= LONGEST
    assert len(name.encode()) <= LONGEST_BYTES
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))
    assert not set(name) & set('/\\<>:"|?*\x7f')
    assert all(unicodedata.category(letter)[0] != "C" for letter in name)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), ("a.b c", ""), (".pdf", "pdf")],
)
def test_extension(name: str, expected: str) -> None:
    assert extension(name) == expected


def test_a_download_keeps_its_name_and_is_never_displayed() -> None:
    header = disposition('Étagère "n° 1".pdf')
    assert header == (
        'attachment; filename="Etagere _n 1_.pdf"; '
        "filename*=UTF-8''%C3%89tag%C3%A8re%20%22n%C2%B0%201%22.pdf"
    )
    assert header.isascii()
