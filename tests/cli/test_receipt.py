"""`sad receipt verify`: offline, with the published keys alone."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.rendering.receipts import LAYOUT, receipt_file, receipt_pdf
from sad.audit.receipts import sign_receipt
from sad.audit.signing import keys_document, publish
from tests.audit.test_receipts import GRID, RINGS, _receipt


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    contents: dict[str, Any] = {
        "receipt": sign_receipt(_receipt(), RINGS).file(),
        "keys": keys_document(publish(RINGS.signing)),
    }
    paths = {name: tmp_path / f"{name}.json" for name in (*contents, "grid", "other", "pdf")}
    for name, value in contents.items():
        paths[name].write_text(json.dumps(value))
    paths["grid"].write_bytes(GRID)
    paths["other"].write_bytes(b"other")
    paths["pdf"].write_bytes(receipt_pdf(receipt_file(contents["receipt"])))
    return {name: str(path) for name, path in paths.items()}


def test_a_true_receipt(files: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["receipt", "verify", files["receipt"], "--keys", files["keys"]]
    assert main([*arguments, "--document", files["grid"]]) == 0
    assert "valable, reçu le 2026-11-22T11:00:00.000000Z" in capsys.readouterr().out


def test_a_document_that_is_not_listed(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["receipt", "verify", files["receipt"], "--keys", files["keys"], "--json"]
    assert main([*arguments, "--document", files["other"]]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert [reason["code"] for reason in answer["reasons"]] == ["receipts.document_not_listed"]


@pytest.mark.parametrize(
    ("receipt", "keys"),
    [("grid", "keys"), ("other", "keys"), ("receipt", "other"), ("receipt", "receipt")],
)
def test_unreadable_files_are_refused(files: dict[str, str], receipt: str, keys: str) -> None:
    assert main(["receipt", "verify", files[receipt], "--keys", files[keys]]) == 1


def verify(files: dict[str, str], pdf: bytes, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the command says of a PDF, in JSON; a refusal under `error`."""
    Path(files["pdf"]).write_bytes(pdf)
    code = main(["receipt", "verify", files["pdf"], "--keys", files["keys"], "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert code == (0 if answer.get("holds") else 1)
    return answer


def carrying(pdf: bytes, file: bytes) -> bytes:
    """The PDF, another file in the place of the one it carries."""
    stream = re.search(rb"<<[^\n]*?/EmbeddedFile.*?endstream", pdf, re.DOTALL)
    assert stream
    head = b"<</Length %d/Type/EmbeddedFile>>\nstream\n" % len(file)
    return pdf.replace(stream[0], head + file + b"\nendstream")


def test_a_pdf_is_checked_by_the_file_it_carries(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = verify(files, Path(files["pdf"]).read_bytes(), capsys)
    assert (answer["holds"], answer["pages"]) == (True, "same")
    arguments = ["receipt", "verify", files["pdf"], "--keys", files["keys"]]
    assert main([*arguments, "--document", files["grid"]]) == 0
    assert "Les pages de ce PDF sont celles" in capsys.readouterr().out


def test_a_pdf_tampered_with_is_named(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    true = Path(files["pdf"]).read_bytes()
    file = json.loads(Path(files["receipt"]).read_text())

    def codes(pdf: bytes) -> list[str]:
        answer = verify(files, pdf, capsys)
        return (
            [answer["error"]["code"]]
            if "error" in answer
            else [reason["code"] for reason in answer["reasons"]]
        )

    changed = Path(files["receipt"]).read_bytes().replace(b"Pluriel", b"Premier")
    # What is signed was changed inside the PDF.
    assert codes(carrying(true, changed)) == ["receipts.signature_wrong"]
    # The pages say another thing than the signed file: here the paper of another receipt, whose
    # carried file was put back.
    other = json.loads(file["receipt"]) | {"operator": {"name": "X", "siret": "12345678200010"}}
    forged = receipt_file({**file, "receipt": json.dumps(other)})
    assert codes(carrying(receipt_pdf(forged), receipt_file(file))) == ["receipts.pages_altered"]
    # Two receipts, one of them appended.
    assert codes(true + receipt_pdf(forged)) == ["receipts.several_carried"]
    # None: printed again, or another PDF.
    assert codes(true.replace(b"/EmbeddedFile/", b"/EmbeddedText/")) == ["receipts.none_carried"]
    assert codes(b"%PDF-1.4 nothing") == ["receipts.none_carried"]


def test_a_pdf_of_another_layout_counts_for_what_it_carries(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    older = Path(files["pdf"]).read_bytes().replace(LAYOUT.encode(), b"sad-receipt-layout-0")
    answer = verify(files, older, capsys)
    assert (answer["holds"], answer["pages"]) == (True, "not_compared")
