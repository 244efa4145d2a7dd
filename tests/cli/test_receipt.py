"""`sad receipt verify`: offline, with the published keys alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from sad.audit.receipts import sign_receipt
from sad.audit.signing import keys_document, publish
from tests.audit.test_receipts import GRID, RINGS, _receipt


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    contents: dict[str, Any] = {
        "receipt": sign_receipt(_receipt(), RINGS).file(),
        "keys": keys_document(publish(RINGS.signing)),
    }
    paths = {name: tmp_path / f"{name}.json" for name in (*contents, "grid", "other")}
    for name, value in contents.items():
        paths[name].write_text(json.dumps(value))
    paths["grid"].write_bytes(GRID)
    paths["other"].write_bytes(b"other")
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
