"""`sad load-catalogue`: what the catalogue holds, or every fault with its place."""

import json
from pathlib import Path

import pytest

from app.cli import main


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A folder with two wrong families."""
    (tmp_path / "a.toml").write_text("format = 1\nformat = 2\n", encoding="utf-8")
    (tmp_path / "b.toml").write_text('format = 2\ncode = "b"\n', encoding="utf-8")
    return tmp_path


def test_the_shipped_families_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load-catalogue"]) == 0
    out = capsys.readouterr().out
    assert "reemploi-ressourcerie : Réemploi et ressourcerie" in out
    assert "Entreprise : J'en ai combien · État · Photo" in out
    assert "environnement 20 (10 à 30)" in out
    assert out.endswith("aucune erreur.\n")


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load-catalogue", "--json"]) == 0
    families = json.loads(capsys.readouterr().out)["families"]
    assert {"bois-metal", "luminaires"} <= {family["code"] for family in families}
    first = families[0]
    assert first["cpv"][0] == "39150000"
    assert first["supplier_columns"][3]["type"] == "money"
    assert first["criteria"][0] == {
        "code": "prix",
        "family": "price",
        "weight": "40",
        "weight_min": "30",
        "weight_max": "50",
        "method": "proportional",
    }


def test_every_fault_is_told(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load-catalogue", str(wrong)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "a.toml:2: fichier: une clé ou une table est écrite deux fois" in told.err
    assert "b.toml:1: format: « 2 » n'est pas accepté" in told.err
    assert "b.toml:1: name: cette clé manque" in told.err


def test_faults_as_json(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["load-catalogue", str(wrong), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["error"]["code"] == "catalogue.invalid"
    assert told["error"]["where"] == "a.toml:2"
    assert told["faults"][0]["line"] == 2
    assert {"b.toml"} == {fault["file"] for fault in told["faults"][1:]}


def test_a_missing_folder_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["load-catalogue", str(tmp_path / "absent")]) == 2
    assert "dossier introuvable" in capsys.readouterr().err
