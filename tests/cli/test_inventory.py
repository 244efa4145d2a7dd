"""`sad inventory`, as contracts fix it."""

import json
from pathlib import Path

import pytest

from app.cli import main
from tests.inventories.files import saved, table

SAMPLE = Path(__file__).parents[1] / "data" / "totem-inventaire.xlsx"


def test_the_sample(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", str(SAMPLE), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["routes", "categories", "lines", "warnings"]
    assert found["routes"][2] == {
        "label": "SAD réemploi / surcyclage / reconditionnement",
        "colour": "F8B26A",
        "lines": 176,
        "pieces": 611,
        "amount": "291766.00",
    }
    assert {one["label"]: one["lines"] for one in found["categories"]}["metal"] == 17
    assert found["lines"][0] == {
        "sheet": "N0",
        "row": 5,
        "room": "Coworking",
        "code": "N0-001",
        "designation": "Cabane d'isolement acoustique",
        "quantity": 1,
        "unit": None,
        "length": 220,
        "width": 180,
        "height": 220,
        "dimensions": "L 220 × l 180 × H 220 cm",
        "materials": "Caisses de transport en bois surcyclées",
        "category": "mobilier-bois",
        "requirements": "Accessibilité PMR",
        "note": None,
        "level": "N0",
        "colour": "F8B26A",
        "route": "SAD réemploi / surcyclage / reconditionnement",
        "unit_price": "2843.00",
        "amount": "2843.00",
    }
    assert (len(found["lines"]), found["warnings"]) == (220, [])


def test_for_people(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["inventory", str(SAMPLE)]) == 0
    said = capsys.readouterr().out
    assert "- Totem expérimental : mobilier réutilisé : 10 lignes, 46 pièces, 0,00\u00a0€" in said
    odd = tmp_path / "a.xlsx"
    odd.write_bytes(saved(lambda book: table(book.active, [["", "A1", "Banc", -2]])))
    assert main(["inventory", str(odd)]) == 0
    said = capsys.readouterr().out
    assert (
        "Attention : Feuille « Sheet », cellule D5 : la quantité de « Banc » est négative" in said
    )


def test_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "rien.xlsx"
    file.write_bytes(saved(lambda book: book.active.append(["Bonjour"])))
    assert main(["inventory", str(file), "--json"]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["where"]) == ("inventories.nothing_found", "file")
    assert main(["inventory", str(tmp_path / "absent.xlsx"), "--json"]) == 2
