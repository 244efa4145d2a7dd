"""Playing: quick, whole or not at all, once, on any day."""

import json
import shutil
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from app.cli import main
from app.demo import play as playing
from app.demo.clock import Days
from app.demo.markets import due
from app.demo.play import DataExist, OwnDatabase, play, play_if_empty
from app.settings import SettingError, load
from sad.db.engine import make_engine
from sad.db.migrations.run import OtherKind
from sad.kernel.dates import earliest_offers
from tests.demo.conftest import settings_of
from tests.support.demonstration import Demonstration
from tests.support.server import run_sad, serving

SECONDS = 30  # of CPU here: the machine of the tests does other things at the same time
AWKWARD = datetime(2027, 1, 2, 3, 0, tzinfo=UTC)  # a Saturday between two holidays


def test_it_plays_quickly_whatever_the_day(tmp_path: Path) -> None:
    settings = settings_of(tmp_path / "var")
    started = time.process_time()
    play(settings, AWKWARD)
    assert time.process_time() - started < SECONDS
    engine = make_engine(settings.database_url)
    with engine.connect() as connection:
        last = connection.execute(text("SELECT max(at) FROM audit_event")).scalar_one()
        markets = connection.execute(text("SELECT count(*) FROM market")).scalar_one()
    engine.dispose()
    assert last < AWKWARD.isoformat().replace("+00:00", "Z")
    assert markets == 12


@pytest.mark.parametrize("offset", range(0, 370, 3))
def test_its_days_are_worked_and_in_order(offset: int) -> None:
    days = Days(datetime(2027, 1, 1, 23, 30, tzinfo=UTC) + timedelta(days=offset))
    assert all(days.calendar.is_working(days.before(n)) for n in range(1, 180))
    assert all(days.before(n + 1) <= days.before(n) < days.today for n in range(1, 180))
    last = due(days, 9)
    assert last.weekday() in (1, 2, 3)
    assert earliest_offers(days.before((days.today - last).days + 16), days.calendar) <= last
    assert days.after(2) > days.today
    limit = days.calendar.add_working_days(days.received_to_decide_soon(), 10)
    assert days.today <= limit <= days.calendar.next_working(days.today + timedelta(days=1))


def test_it_refuses_where_data_exist(played: Demonstration) -> None:
    result = run_sad("demo", "--json", settings={"DATA_DIR": str(played.data_dir)})
    assert result.returncode == 1
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "demonstration.data_exist"
    assert "DATA_DIR" in error["message"]


def test_it_refuses_files_without_their_database(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    with pytest.raises(DataExist):
        play(settings_of(tmp_path))
    with pytest.raises(DataExist):
        play_if_empty(settings_of(tmp_path))


def test_it_refuses_a_production_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert main(["migrate"]) == 0
    capsys.readouterr()
    assert main(["demo", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "installation.other_kind"
    with pytest.raises(OtherKind):
        play_if_empty(settings_of(tmp_path))


def test_it_has_its_own_database_on_this_machine(tmp_path: Path) -> None:
    shared = {"DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql://u@db/sad"}
    with pytest.raises(OwnDatabase):
        play(load(shared))
    for elsewhere in ({"HOST": "0.0.0.0"}, {"SMTP_URL": "smtp://relay.example"}):
        with pytest.raises(SettingError):
            play(load({"DATA_DIR": str(tmp_path)} | elsewhere))
    assert not (tmp_path / "sad.db").exists()


def test_a_play_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: object) -> None:
        raise RuntimeError("cut")

    monkeypatch.setattr(playing, "tell", cut)
    with pytest.raises(RuntimeError):
        play(settings_of(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {playing.LOCK, "keys"}


@pytest.mark.parametrize("files_moved", [False, True])
def test_a_play_that_was_killed_is_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files_moved: bool
) -> None:
    aside = tmp_path / playing.ASIDE
    (aside / "files").mkdir(parents=True)
    (aside / "sad.db").touch()
    if files_moved:
        (aside / "files").rename(tmp_path / "files")
    told: list[object] = []
    monkeypatch.setattr(playing, "_tell", lambda *given: told.append(given) or _files(tmp_path))
    play_if_empty(settings_of(tmp_path))
    assert told
    assert not aside.exists()
    assert (tmp_path / "sad.db").exists()
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["fresh"]


def _files(folder: Path) -> None:
    (folder / playing.ASIDE / "files").mkdir()
    (folder / playing.ASIDE / "files" / "fresh").touch()


def test_a_demonstration_already_there_is_kept(played: Demonstration) -> None:
    before = (played.data_dir / "sad.db").stat().st_ino
    play_if_empty(settings_of(played.data_dir))
    assert (played.data_dir / "sad.db").stat().st_ino == before


def test_a_port_already_taken_is_said_before_any_link(played: Demonstration) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = {"DATA_DIR": str(played.data_dir), "PORT": str(other.getsockname()[1])}
        result = run_sad("serve", "--demonstration", settings=settings)
    assert result.returncode == 1
    assert "PORT" in result.stderr
    assert "/entrer/" not in result.stdout


def test_serving_prints_fresh_links(played: Demonstration, tmp_path: Path) -> None:
    folder = tmp_path / "served"
    shutil.copytree(played.data_dir, folder)
    settings = {"DATA_DIR": str(folder), "EMBEDDED_WORKER": "0"}
    with serving(tmp_path, "--demonstration", settings=settings) as server:
        printed = server.log.read_text()
    assert f"Démonstration : {server.url}" in printed
    assert f"{server.url}/demonstration/courriels" in printed
    links = [line.strip() for line in printed.splitlines() if "/entrer/" in line]
    assert len(links) == len(set(links)) >= 12
    assert all(link.startswith(f"{server.url}/entrer/") for link in links)
    assert not {person["sign_in"] for person in played.printed["people"]} & set(links)
