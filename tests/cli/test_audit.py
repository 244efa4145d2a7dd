"""`sad audit`: verify a database, a file or an export; the contract's shape and exit statuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from app.cli import main
from app.security.rings import FileRings, open_rings
from sad.audit.chains import person_chain
from sad.audit.seals import SealStore, keep_seals, make_seal
from sad.audit.service import record
from sad.db.work import reading, writing
from sad.kernel.ids import uuid7
from storage.local import FolderStore
from tests.audit.tamper import tamper
from tests.support.clock import FixedClock

CHAIN = person_chain(uuid7())


class Place:
    """An installation with its database and keys, and the command run on it."""

    def __init__(self, engine: Engine, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.engine, self.folder, self.capsys = engine, folder, capsys
        self.clock = FixedClock()
        self.rings: FileRings = open_rings(folder / "keys", create=True)

    def act(self, *, details: dict[str, Any] | None = None) -> None:
        with writing(self.engine, self.clock, self.rings) as work:
            record(work, CHAIN, "person.signed_in", CHAIN.id, details=details)

    def seal(self, store: SealStore | None = None) -> None:
        with writing(self.engine, self.clock, self.rings) as work:
            make_seal(work)
        if store is not None:
            with reading(self.engine, self.clock, self.rings) as work:
                keep_seals(work, store)

    def sad(self, *arguments: str) -> tuple[int, str, str]:
        status = main(["audit", *arguments])
        printed = self.capsys.readouterr()
        return status, printed.out, printed.err

    def verify(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        status, out, _ = self.sad("verify", "--json", *arguments)
        return status, json.loads(out)


@pytest.fixture
def place(
    database: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Place:
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KEYS_DIR", str(tmp_path / "keys"))
    return Place(database, tmp_path, capsys)


def _change(place: Place) -> None:
    statement = (
        "UPDATE audit_event SET body = replace(body, 'signed_in', 'signed_ix') WHERE seq = 2"
    )
    tamper(place.engine, lambda hand: hand.do(statement))


def test_an_intact_journal(place: Place) -> None:
    for _ in range(2):
        place.act()
    place.seal()
    assert place.verify() == (0, {"intact": True, "events": 3, "seals": 1, "faults": []})
    status, out, err = place.sad("verify")
    assert (status, err) == (0, "")
    assert out == "Journal intact : 3 événements, 1 scellés.\n"


def test_a_changed_row_is_named(place: Place) -> None:
    for _ in range(3):
        place.act()
    _change(place)
    status, report = place.verify()
    assert status == 1
    assert report["faults"] == [
        {"kind": "altered", "chain": CHAIN.name, "sequence": 2, "event": "person.signed_ix"}
    ]
    _, out, _ = place.sad("verify")
    assert f"- événement modifié : chaîne {CHAIN.name}, n° 2 (person.signed_ix)" in out


def test_an_export_is_verified_elsewhere(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.act(details={"name": "Zoé"})
    place.act()
    place.seal()
    honest, full, forged = (str(place.folder / name) for name in ("a.jsonl", "b.jsonl", "c.jsonl"))
    assert place.sad("export", honest)[0] == 0
    assert place.sad("export", full, "--details")[0] == 0
    _change(place)
    assert place.sad("export", forged)[0] == 0
    assert place.sad("export", honest)[0] == 2  # never over an existing file
    assert "Zoé" not in Path(honest).read_text()
    assert "Zoé" in Path(full).read_text()
    assert Path(honest).stat().st_mode & 0o777 == 0o600
    for keys in (str(place.folder / "keys"), str(place.folder / "none")):
        monkeypatch.setenv("KEYS_DIR", keys)
        assert place.verify(honest)[1]["intact"]
        assert place.verify(full)[1]["intact"]
        assert [fault["kind"] for fault in place.verify(forged)[1]["faults"]] == ["altered"]


def test_another_installation_s_keys_do_not_judge_a_file(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.act()
    exported = str(place.folder / "a.jsonl")
    place.sad("export", exported)
    open_rings(place.folder / "others", create=True)
    monkeypatch.setenv("KEYS_DIR", str(place.folder / "others"))
    assert place.verify(exported)[1]["intact"]
    assert not place.verify()[1]["intact"]  # but they do judge their own database


def test_without_keys_the_journal_is_still_verified(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.act()
    monkeypatch.setenv("KEYS_DIR", str(place.folder / "none"))
    status, _, err = place.sad("verify")
    assert status == 0
    assert "sans les trousseaux" in err


def test_seals_kept_outside_tell_an_older_database(place: Place) -> None:
    store = FolderStore(place.folder / "store")
    place.act()
    place.seal(store)
    place.act()
    place.seal(store)
    kept = sorted((place.folder / "store").rglob("seal-*.json"))
    assert place.verify("--seals", str(kept[-1]))[1]["intact"]
    assert place.verify("--seals", str(kept[-1].parent))[1]["intact"]

    def forget(hand: Any) -> None:
        hand.do("DELETE FROM audit_seal WHERE no = 2")
        hand.do("DELETE FROM audit_leaf WHERE seal = 2")

    tamper(place.engine, forget)
    _, report = place.verify("--seals", str(kept[-1]))
    assert {"kind": "rolled_back", "chain": "seals", "sequence": 2, "event": "seal"} in report[
        "faults"
    ]


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "null", "x", '{"format":"sad-journal-v1"}\n', "\x00\n"]
)
def test_a_file_that_is_no_export_is_refused(place: Place, content: str) -> None:
    path = place.folder / "wrong"
    path.write_text(content)
    status, out, _ = place.sad("verify", str(path), "--json")
    assert status == 1
    assert json.loads(out)["error"]["code"] == "audit.file_unreadable"


def test_an_export_that_was_cut_is_refused(place: Place) -> None:
    place.act()
    path = place.folder / "a.jsonl"
    place.sad("export", str(path))
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-2]))
    assert place.sad("verify", str(path))[0] == 1
    path.write_text("".join([*lines[:3], *lines[4:]]))
    assert place.sad("verify", str(path))[0] == 1


def test_wrong_usage_is_two(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place.sad("verify", str(place.folder / "absent"))[0] == 2
    assert place.sad("verify", "--seals", str(place.folder / "absent"))[0] == 2
    assert place.sad()[0] == 2
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{place.folder}/absent.db")
    assert place.sad("verify")[0] == 2


def test_a_copy_of_a_sqlite_database_is_verified(
    sqlite_database: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KEYS_DIR", str(tmp_path / "keys"))
    place = Place(sqlite_database, tmp_path, capsys)
    place.act()
    copy = tmp_path / "copy.db"
    with sqlite_database.connect() as connection:
        connection.exec_driver_sql(f"VACUUM INTO '{copy}'")
    assert place.verify(str(copy))[1]["intact"]


def test_a_database_without_a_journal_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sqlite3

    connection = sqlite3.connect(tmp_path / "empty.db")
    connection.execute("CREATE TABLE x (y)")
    connection.close()
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/empty.db")
    assert main(["audit", "verify"]) == 1
    assert "ne contient pas de journal" in capsys.readouterr().err
