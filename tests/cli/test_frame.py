"""`sad frame`, as contracts fix it."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main

DATA = Path(__file__).parents[1] / "data"


def answer(capsys: pytest.CaptureFixture[str], name: str) -> Any:
    assert main(["frame", str(DATA / name), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_tables(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "cadre-reponse-tables.xlsx")
    assert found["sheet"] == "Cadre de réponse"
    assert found["header_row"] == 4
    assert len(found["buyer_columns"]) == 9
    assert len(found["supplier_columns"]) == 10
    assert found["supplier_columns"][5] == {"name": "Prix unitaire HT (€)", "type": "money"}
    assert found["lines"][0] == {
        "number": 1,
        "code": "T-01",
        "designation": "Table roulante avec assises intégrées",
        "quantity": 6,
        "dimensions": "140 × 70 × 74",
        "tolerance": "± 5 cm",
        "materials": "Bois massif ou contreplaqué, structure acier",
        "requirements": "Roulettes à frein, charge 120 kg",
        "picture": None,
        "unit": None,
        "other": {},
    }
    assert len(found["lines"]) == 5


def test_the_ressourcerie(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "cadre-reponse-ressourcerie.xlsx")
    assert [line["code"] for line in found["lines"]] == [f"R-0{n}" for n in range(1, 9)]
    assert found["warnings"] == []


def test_other_columns_under_their_header(capsys: pytest.CaptureFixture[str]) -> None:
    line = answer(capsys, "totem-inventaire.xlsx")["lines"][0]
    assert line["other"]["L (cm)"] == "220"
    assert line["other"]["l (cm)"] == "180"
    assert line["other"]["Espace"] == "Coworking"


def test_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["frame", str(DATA / "cadre-reponse-tables.xlsx")]) == 0
    said = capsys.readouterr().out
    assert "Colonnes du fournisseur (10) :" in said
    assert "- T-05 : Tréteaux acier, la paire, quantité 12" in said


def test_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "rien.csv"
    file.write_text("a;b\n1;2\n", encoding="utf-8")
    assert main(["frame", str(file), "--json"]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["where"]) == ("frames.grid_not_found", "file")
    assert "désignation" in error["message"]


def test_a_missing_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["frame", str(tmp_path / "absent.xlsx"), "--json"]) == 2
    assert "introuvable" in capsys.readouterr().err
