"""`sad dates`, as contracts.md fixes it, and how every command refuses."""

import json
import subprocess
import sys
from typing import Any

import pytest

from app.cli import main


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main(["dates", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_candidature_decision(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "candidature-decision", "2026-11-02") == {
        "days_10": {"regulation": "2026-11-17", "saturday_counted": "2026-11-14"},
        "days_15": {"regulation": "2026-11-24", "saturday_counted": "2026-11-20"},
    }


def test_candidature_update(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "candidature-update", "2026-11-09") == {
        "days_5": {"regulation": "2026-11-17", "saturday_counted": "2026-11-16"}
    }


@pytest.mark.parametrize(
    ("kind", "day", "found"),
    [
        ("first-candidatures", "2026-09-01", "2026-10-01"),
        ("first-candidatures", "2026-09-03", "2026-10-05"),
        ("offers", "2026-09-01", "2026-09-11"),
        ("offers", "2026-11-01", "2026-11-12"),
        ("award-notice", "2026-09-30", "2026-10-30"),
        ("award-notice", "2026-12-31", "2027-01-30"),
        ("essential-data", "2026-10-05", "2026-12-05"),
        ("archive", "2026-10-05", "2031-10-05"),
    ],
)
def test_single_dates(capsys: pytest.CaptureFixture[str], kind: str, day: str, found: str) -> None:
    assert answer(capsys, kind, day) == {"date": found}


def test_alsace_moselle(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "offers", "2026-03-24") == {"date": "2026-04-03"}
    assert answer(capsys, "offers", "2026-03-24", "--alsace-moselle") == {"date": "2026-04-07"}


def test_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dates", "offers", "2026-09-01"]) == 0
    assert "vendredi 11 septembre 2026" in capsys.readouterr().out
    assert main(["dates", "candidature-decision", "2026-11-02"]) == 0
    assert "10 jours ouvrables : mardi 17 novembre 2026" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-02-30", "calendar.date_unreadable"),
        ("01/09/2026", "calendar.date_unreadable"),
        ("20260901", "calendar.date_unreadable"),
        ("2026-W36-2", "calendar.date_unreadable"),
        ("demain", "calendar.date_unreadable"),
        ("9999-12-31", "calendar.date_out_of_range"),
        ("0001-01-01", "calendar.date_out_of_range"),
    ],
)
@pytest.mark.parametrize("kind", ["offers", "archive", "candidature-decision"])
def test_a_wrong_date_is_refused(
    capsys: pytest.CaptureFixture[str], kind: str, day: str, code: str
) -> None:
    assert main(["dates", kind, day, "--json"]) == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert (error["code"], error["where"]) == (code, "date")
    assert main(["dates", kind, day]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == error["message"] + "\n"


@pytest.mark.parametrize("day", ["1990-01-01", "2099-12-31", "2028-02-29"])
@pytest.mark.parametrize("kind", ["offers", "archive", "award-notice", "candidature-decision"])
def test_every_accepted_year_has_its_answer(
    capsys: pytest.CaptureFixture[str], kind: str, day: str
) -> None:
    assert answer(capsys, kind, day)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ([], "il manque : COMMANDE"),
        (["nope"], "'nope' n'est pas l'un de"),
        (["dates"], "il manque : NATURE, DATE"),
        (["dates", "offer", "2026-09-01"], "'offer' n'est pas l'un de"),
        (["dates", "offers", "2026-09-01", "--jso"], "arguments inconnus : --jso"),
    ],
)
def test_wrong_usage_exits_2_in_french(
    capsys: pytest.CaptureFixture[str], words: list[str], complaint: str
) -> None:
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert complaint in printed.err


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "calcule une date légale" in capsys.readouterr().out
    assert main(["dates", "--help"]) == 0
    assert "Vendredi saint" in capsys.readouterr().out


def test_only_the_command_asked_for_is_imported() -> None:
    loaded = "import sys; from app.cli import main; main(['--help']); print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=30
    )
    assert not {"sqlalchemy", "holidays", "fastapi", "pydantic"} & set(run.stdout.split())
