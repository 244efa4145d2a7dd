"""`sad create-user`: a person, its organisation if need be, and a link that lets in."""

import json
import re
from pathlib import Path

import pytest

from app.cli import main
from app.cli.migrate import prepare
from app.settings import load

OPTIONS = ["--name", "Nora Neuve", "--email", "Nora@brume.example", "--role", "buyer"]
SIRET = ["--organisation", "732 829 320 00074"]
NAMED = ["--organisation-name", "Ville de Brume"]


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A demonstration database: a production one asks for a relay and keys apart."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    prepare(load(), kind="demonstration")


def test_it_creates_the_organisation_when_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["create-user", *SIRET, *NAMED, *OPTIONS, "--role", "officer"]) == 0
    said = capsys.readouterr().out
    assert "Nora Neuve peut entrer" in said
    assert re.search(r"http://127\.0\.0\.1:8000/entrer/[A-Za-z0-9_-]{43}\n", said)


def test_the_second_person_joins_it(capsys: pytest.CaptureFixture[str]) -> None:
    main(["create-user", *SIRET, *NAMED, *OPTIONS])
    capsys.readouterr()
    other = ["--name", "Léo", "--email", "leo@brume.example", "--role", "auditor", "--json"]
    assert main(["create-user", *SIRET, *other]) == 0
    assert json.loads(capsys.readouterr().out)["email"] == "leo@brume.example"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([*SIRET, *OPTIONS], "accounts.organisation_unknown"),
        (["--organisation", "123", *NAMED, *OPTIONS], "siret.wrong"),
        (
            [*SIRET, *NAMED, "--name", "N", "--email", "personne", "--role", "buyer"],
            "accounts.email_unreadable",
        ),
    ],
)
def test_a_refusal_says_why(
    arguments: list[str], code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["create-user", *arguments, "--json"]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["code"] == code and error["message"]


def test_an_unknown_role_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["create-user", *SIRET, *NAMED, *OPTIONS, "--role", "supplier"]) == 2
    assert "--role" in capsys.readouterr().err
